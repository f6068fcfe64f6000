"""Which standards there are, and finding one by code, path or part of its title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
from rapidfuzz import fuzz, process

from alignment.documents import READERS, read_document
from alignment.errors import AmbiguousError, InputError, NotFoundError
from alignment.model import NamedStandard, Standard
from alignment.settings import Settings
from alignment.standards import order, plain, registry_xml

SUFFIXES = (".xml", ".yaml", ".yml", ".csv", ".pdf", ".docx", ".html", ".htm")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One available standard: where it is and what it is."""

    code: str
    title: str
    order: str
    date: str
    path: str
    origin: str
    readable: bool = True


def read_file(path: Path, settings: Settings) -> list[Standard]:
    """All standards in a file of any known format.

    Raises:
        InputError: unreadable, or it holds no standard with functions.
    """
    suffix = path.suffix.lower()
    if not path.exists() or path.is_dir():
        read_document(path, settings)  # raises with the right words
    if suffix == ".xml":
        found = registry_xml.read(path, settings)
    elif suffix in (".yaml", ".yml"):
        found = plain.read_yaml(path, settings)
    elif suffix == ".csv":
        found = plain.read_csv(path, settings)
    else:
        document = read_document(path, settings)
        if not order.is_order(document):
            raise InputError(
                "this is not a professional standard (no generalized work functions in it).",
                file=str(path),
                hint="Give the registry XML, the order as PDF, or a YAML/CSV file (docs/standards.md).",
            )
        found = [order.read(document)]
    if not any(standard.functions for standard in found):
        raise InputError(
            "the standard has no functions.", file=str(path), hint="Section III of the order is needed to compare."
        )
    return found


def is_standard(name: str, settings: Settings) -> bool:
    """Whether a name or file is a standard rather than a program."""
    path = Path(name)
    if not path.exists():
        # "06.005" has a suffix too, of a kind that no reader knows.
        return path.suffix.lower() in (".xml", ".yaml", ".yml") or path.suffix.lower() not in READERS
    if path.is_dir():
        return False
    if path.suffix.lower() in (".xml", ".yaml", ".yml"):
        return True
    if path.suffix.lower() == ".csv":
        return plain.is_standard_csv(path, settings)
    return path.suffix.lower() in (".pdf", ".docx", ".html", ".htm") and order.is_order(read_document(path, settings))


def entries(settings: Settings) -> Iterator[Entry]:
    """Shipped standards, then those in the user's folder."""
    for origin, folder in (
        ("shipped", settings.data_path("corpora") / "standards"),
        ("user", settings.standards_path()),
    ):
        if not folder.is_dir():
            continue
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() in SUFFIXES:
                yield from _entries_of(path, origin, settings)


def _entries_of(path: Path, origin: str, settings: Settings) -> Iterator[Entry]:
    if origin == "shipped" and path.suffix == ".xml":
        # Only the passport: listing must not parse megabytes.
        head = path.read_bytes()[:6000].decode("utf-8", errors="ignore")
        values = {
            tag: match[1] if (match := re.search(f"<{tag}>([^<]*)</{tag}>", head)) else ""
            for tag in ("CodeKindProfessionalActivity", "NameProfessionalStandart", "OrderNumber", "DateOfApproval")
        }
        code, title, number, date = (registry_xml.clean(value) for value in values.values())
        yield Entry(code=code, title=title, order=number, date=date, path=str(path), origin=origin)
        return
    try:
        standards = read_file(path, settings)
    except InputError as error:
        yield Entry(code="", title=error.message, order="", date="", path=str(path), origin=origin, readable=False)
        return
    for standard in standards:
        yield Entry(
            code=standard.code,
            title=standard.title,
            order=standard.order,
            date=standard.date,
            path=str(path),
            origin=origin,
        )


def editions(settings: Settings) -> list[NamedStandard]:
    """All editions of all standards at hand, the newest of each code first."""
    found = [
        NamedStandard(code=entry.code, title=entry.title, order=entry.order, date=entry.date)
        for entry in entries(settings)
        if entry.readable and entry.code
    ]
    return sorted(found, key=lambda item: _when(item.date), reverse=True)


def _when(date: str) -> tuple[int, int, int]:
    """DD.MM.YYYY for sorting; an unknown date is the oldest."""
    match = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", date.strip())
    return (int(match[3]), int(match[2]), int(match[1])) if match else (0, 0, 0)


def find(name: str, settings: Settings) -> Standard:
    """The standard with that code, path, or unambiguous part of a title.

    Raises:
        NotFoundError: none; the message suggests the nearest.
        AmbiguousError: several.
        InputError: a path that cannot be read.
    """
    path = Path(name)
    if path.exists() or path.suffix.lower() in SUFFIXES or "/" in name:
        found = read_file(path, settings)
        if len(found) > 1:
            listing = "; ".join(f"{item.code} {item.title}" for item in found)
            raise AmbiguousError(
                f"the file holds {len(found)} standards: {listing}.", file=name, hint="Give a file with one standard."
            )
        return found[0]
    listed = [entry for entry in entries(settings) if entry.readable]
    hits = [entry for entry in listed if entry.code == name] or [
        entry for entry in listed if name.lower() in entry.title.lower()
    ]
    users = [entry for entry in hits if entry.origin == "user"]
    hits = users if len(users) == 1 and len({entry.code for entry in hits}) == 1 else hits
    if len(hits) > 1:
        listing = "; ".join(f"{entry.code} {entry.title} ({entry.order}, {entry.path})" for entry in hits)
        raise AmbiguousError(f"'{name}' fits {len(hits)} standards: {listing}.", hint="Give the code or the path.")
    if hits:
        wanted = (hits[0].code, hits[0].title)
        return next(item for item in read_file(Path(hits[0].path), settings) if (item.code, item.title) == wanted)
    # Codes and titles apart: a mistyped code is near to codes, not to long titles.
    near = process.extract(name, [entry.code for entry in listed], scorer=fuzz.ratio, limit=3, score_cutoff=70)
    near = near or process.extract(
        name.lower(), [entry.title.lower() for entry in listed], scorer=fuzz.WRatio, limit=3, score_cutoff=60
    )
    named = [f"{listed[match[2]].code} {listed[match[2]].title}".strip() for match in near]
    hint = f"Did you mean: {'; '.join(named)}?" if named else ""
    raise NotFoundError(f"there is no standard '{name}'.", hint=f"{hint} `align standards` lists all.".strip())
