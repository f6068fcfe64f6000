"""Tables in the files of a folder, for the ESCO bundle (csv) and the O*NET database (tab-separated text)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from alignment.documents.limits import read_bytes
from alignment.documents.textfile import decode
from alignment.errors import AmbiguousError, InputError, NotFoundError
from alignment.i18n import message as _
from alignment.settings import Settings

LISTED = 8  # occupations that a message names: what fits two lines


def find_table(folder: Path, pattern: str) -> Path | None:
    """The first file of a folder whose name (in small letters, with "_" for spaces) matches; None if there is none."""
    for path in sorted(folder.iterdir()):
        if path.is_file() and re.fullmatch(pattern, path.name.lower().replace(" ", "_")):
            return path
    return None


def table_rows(path: Path, settings: Settings, needed: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """The rows of a table, each as column → value.

    Raises:
        InputError: a column of ``needed`` is missing.
    """
    text = decode(read_bytes(path, settings), str(path))
    head = text.partition("\n")[0]
    tabs = head.count("\t") > head.count(",")
    csv.field_size_limit(1 << 24)
    reader = csv.DictReader(
        io.StringIO(text, newline=""),
        delimiter="\t" if tabs else ",",
        quoting=csv.QUOTE_NONE if tabs else csv.QUOTE_MINIMAL,
    )
    absent = [name for name in needed if name not in (reader.fieldnames or ())]
    if absent:
        raise InputError(
            _("the columns {names} are missing.", names=", ".join(absent)),
            file=str(path),
            place=_("line {n}", n=1),
            hint=_("Download it again."),
        )
    for row in reader:
        yield {name: value or "" for name, value in row.items() if name and not isinstance(value, list)}


def matching_key(titles: dict[str, str], wanted: str, source: Path) -> str:
    """The key of the occupation that the user wants.

    Args:
        titles: key (a code or URI) → title.
        wanted: a key or title, or a part of exactly one title; case does not matter.
        source: the folder, for the error.

    Raises:
        NotFoundError: no occupation matches.
        AmbiguousError: several match, or ``wanted`` is empty.
    """
    hint = _("Add the code or title of one to the folder: {origin}#NAME.", origin=source)
    if not wanted:
        raise AmbiguousError(_("the folder holds {n} occupations.", n=len(titles)), file=str(source), hint=hint)
    low = wanted.lower()
    exact = [
        key for key, label in titles.items() if low in (key.lower(), label.lower(), key.rpartition("/")[2].lower())
    ]
    hits = exact or [key for key, label in titles.items() if low in label.lower()]
    if len(hits) == 1 or len(exact) == 1:
        return hits[0]
    if not hits:
        raise NotFoundError(
            _("there is no '{wanted}' among {n} occupations.", wanted=wanted, n=len(titles)),
            file=str(source),
            hint=hint,
        )
    listing = "; ".join(titles[key] for key in hits[:LISTED])
    raise AmbiguousError(
        _("'{wanted}' matches {n} occupations: {listing}.", wanted=wanted, n=len(hits), listing=listing),
        file=str(source),
        hint=hint,
    )
