"""Editions of a standard: which one is in force, which one replaced another, and how to get it."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

import msgspec

from alignment.i18n import Text, after
from alignment.i18n import message as _
from alignment.model import Edition, Issue, Location, Standard
from alignment.settings import Settings

OUT_OF_FORCE = "out_of_force.csv"
# "06.001@679н" by its order, "06.001 (2013)" by its year.
NAMED = re.compile(r"^(?P<name>.+?)(?:@(?P<order>[^@]+)|\s*\((?P<year>(?:19|20)\d\d)\))$")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One available standard and its file.

    ``origin`` is "shipped" or "user". If ``readable`` is False, the file cannot
    be read and ``title`` is the reason. For an edition that is out of force,
    ``replaced_by`` and ``replaced_on`` are order and date of the one in force.
    """

    code: str
    title: str
    order: str
    date: str
    path: str
    origin: str
    readable: bool = True
    replaced_by: str = ""
    replaced_on: str = ""

    @property
    def year(self) -> str:
        """The year of ``date`` (dd.mm.yyyy); empty where there is no date."""
        return self.date.rpartition(".")[2]


def when(date: str) -> tuple[int, int, int]:
    """DD.MM.YYYY as (year, month, day) for sorting; any other text as (0, 0, 0), which is the oldest."""
    match = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", date.strip())
    return (int(match[3]), int(match[2]), int(match[1])) if match else (0, 0, 0)


def split_name(name: str) -> tuple[str, str, str]:
    """The name, order and year in a user's name of an edition: "06.001@679н", "06.001 (2013)"; missing parts are ""."""
    match = NAMED.match(name.strip())
    return (match["name"], match["order"] or "", match["year"] or "") if match else (name, "", "")


def of_edition(entry: Entry, order: str, year: str) -> bool:
    """Whether an entry is the edition with that order and of that year; an empty argument matches every edition."""
    return (not order or entry.order == order.strip()) and (not year or entry.date.strip().endswith(year))


def shown(entry: Entry) -> str:
    """The name of an edition on the command line: CODE@ORDER."""
    return f"{entry.code or entry.title}@{entry.order}"


def known_replacements(settings: Settings) -> dict[tuple[str, str], tuple[str, str]]:
    """(code, order) → order and date of the edition that replaced it, from corpora/standards/out_of_force.csv."""
    path = settings.data_path("corpora") / "standards" / OUT_OF_FORCE
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as source:
        return {(row["code"], row["order"]): (row["replaced_by"], row["replaced_on"]) for row in csv.DictReader(source)}


def marked(listed: Sequence[Entry], settings: Settings) -> list[Entry]:
    """The entries; those out of force with order and date of the edition in force."""
    known = known_replacements(settings)
    result = []
    for entry in listed:
        order, date = _replacement(entry.code, entry.order, entry.date, listed, known)
        result.append(msgspec.structs.replace(entry, replaced_by=order, replaced_on=date))
    return result


def dated(standard: Standard, listed: Sequence[Entry], settings: Settings) -> Standard:
    """The standard; if a newer edition is known, with ``replaced_by`` set and a warning."""
    order, date = _replacement(standard.code, standard.order, standard.date, listed, known_replacements(settings))
    if not order:
        return standard
    at_hand = any((entry.code, entry.order) == (standard.code, order) for entry in listed)
    edition = msgspec.structs.replace(standard, replaced_by=Edition(order=order, date=date, at_hand=at_hand))
    issue = Issue(message=_replaced(edition), location=Location(file=standard.source))
    return msgspec.structs.replace(edition, warnings=(issue, *standard.warnings))


def replaced_text(standard: Standard) -> str:
    """A text that this edition is out of force, which one replaced it and how to get it; "" for one in force."""
    return str(_replaced(standard))


def _replaced(standard: Standard) -> Text:
    new = standard.replaced_by
    if new is None:
        return ""
    statement = _(
        "Order {order} of {date} is out of force: replaced by {code}@{new} of {new_date}",
        order=standard.order,
        date=standard.date,
        code=standard.code,
        new=new.order,
        new_date=new.date,
    )
    if new.at_hand:
        remedy = _("--standard {code} takes the edition in force", code=standard.code)
    else:
        remedy = _(
            "that edition is not available here: save it from the registry (profstandart.rosmintrud.ru) as XML, "
            "or the order as PDF or docx, and give the file with --standard"
        )
    return after(statement, "; ", remedy)


def _replacement(
    code: str, order: str, date: str, listed: Sequence[Entry], known: dict[tuple[str, str], tuple[str, str]]
) -> tuple[str, str]:
    """Order and date of the edition in force if this one is out of force; else two empty strings."""
    if not code:
        return "", ""
    if (code, order) in known:
        return known[code, order]
    later = [entry for entry in listed if entry.code == code and entry.order and when(entry.date) > when(date)]
    last = max(later, key=lambda entry: when(entry.date), default=None)
    return (last.order, last.date) if last and date else ("", "")


def newer(one: Standard, two: Standard) -> Standard | None:
    """The later of two editions; None if their dates are equal or unknown."""
    first, second = when(one.date), when(two.date)
    return None if first == second else (one if first > second else two)
