"""Editions of one standard: which is in force, what replaced the others, and how to get it."""

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
    """One available standard: where it is and what it is.

    ``replaced_by`` and ``replaced_on`` are order and date of the edition in
    force, where this one is out of force.
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
    """DD.MM.YYYY for sorting; an unknown date is the oldest."""
    match = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", date.strip())
    return (int(match[3]), int(match[2]), int(match[1])) if match else (0, 0, 0)


def split_name(name: str) -> tuple[str, str, str]:
    """A standard's name, and the order or the year of the edition that is wanted: "06.001 (2013)", "06.001@679н"."""
    match = NAMED.match(name.strip())
    return (match["name"], match["order"] or "", match["year"] or "") if match else (name, "", "")


def of_edition(entry: Entry, order: str, year: str) -> bool:
    """Whether an entry is the edition with that order or of that year; an empty one fits all."""
    return (not order or entry.order == order.strip()) and (not year or entry.date.strip().endswith(year))


def shown(entry: Entry) -> str:
    """How an edition is named on the command line."""
    return f"{entry.code or entry.title}@{entry.order}"


def known_replacements(settings: Settings) -> dict[tuple[str, str], tuple[str, str]]:
    """(code, order) → order and date that replaced it, from corpora/standards/out_of_force.csv."""
    path = settings.data_path("corpora") / "standards" / OUT_OF_FORCE
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as source:
        return {(row["code"], row["order"]): (row["replaced_by"], row["replaced_on"]) for row in csv.DictReader(source)}


def marked(listed: Sequence[Entry], settings: Settings) -> list[Entry]:
    """The entries, those out of force with what replaced them."""
    known = known_replacements(settings)
    result = []
    for entry in listed:
        order, date = _replacement(entry.code, entry.order, entry.date, listed, known)
        result.append(msgspec.structs.replace(entry, replaced_by=order, replaced_on=date))
    return result


def dated(standard: Standard, listed: Sequence[Entry], settings: Settings) -> Standard:
    """The standard; where a newer edition is known, with that edition and a warning."""
    order, date = _replacement(standard.code, standard.order, standard.date, listed, known_replacements(settings))
    if not order:
        return standard
    at_hand = any((entry.code, entry.order) == (standard.code, order) for entry in listed)
    edition = msgspec.structs.replace(standard, replaced_by=Edition(order=order, date=date, at_hand=at_hand))
    issue = Issue(message=_replaced(edition), location=Location(file=standard.source))
    return msgspec.structs.replace(edition, warnings=(issue, *standard.warnings))


def replaced_text(standard: Standard) -> str:
    """That the edition is out of force, what replaced it and how to get that; empty for an edition in force."""
    return str(_replaced(standard))


def _replaced(standard: Standard) -> Text:
    new = standard.replaced_by
    if new is None:
        return ""
    said = _(
        "Order {order} of {date} is out of force: replaced by {code}@{new} of {new_date}",
        order=standard.order,
        date=standard.date,
        code=standard.code,
        new=new.order,
        new_date=new.date,
    )
    if new.at_hand:
        way = _("--standard {code} takes the edition in force", code=standard.code)
    else:
        way = _(
            "it is not at hand: save it from the registry (profstandart.rosmintrud.ru) as XML, or the order as PDF "
            "or docx, and name the file with --standard"
        )
    return after(said, "; ", way)


def _replacement(
    code: str, order: str, date: str, listed: Sequence[Entry], known: dict[tuple[str, str], tuple[str, str]]
) -> tuple[str, str]:
    """Order and date of the edition in force, if this one is not; else two empty strings."""
    if not code:
        return "", ""
    if (code, order) in known:
        return known[code, order]
    later = [entry for entry in listed if entry.code == code and entry.order and when(entry.date) > when(date)]
    last = max(later, key=lambda entry: when(entry.date), default=None)
    return (last.order, last.date) if last and date else ("", "")


def newer(one: Standard, two: Standard) -> Standard | None:
    """The later of two editions; None where their dates do not tell."""
    first, second = when(one.date), when(two.date)
    return None if first == second else (one if first > second else two)
