"""Folders of tables, one table a file: the ESCO bundle (csv) and the O*NET database (tab-separated text)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from alignment.documents.limits import read_bytes
from alignment.documents.textfile import decode
from alignment.errors import AmbiguousError, InputError, NotFoundError
from alignment.settings import Settings

LISTED = 8


def find_table(folder: Path, pattern: str) -> Path | None:
    """The first file of a folder whose name, with spaces as underscores, fits."""
    for path in sorted(folder.iterdir()):
        if path.is_file() and re.fullmatch(pattern, path.name.lower().replace(" ", "_")):
            return path
    return None


def rows(path: Path, settings: Settings, needed: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Rows of a table by column name.

    Raises:
        InputError: a column is missing.
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
            f"the columns {', '.join(absent)} are missing.", file=str(path), place="line 1", hint="Download it again."
        )
    for row in reader:
        yield {name: value or "" for name, value in row.items() if name and not isinstance(value, list)}


def choose(found: dict[str, str], wanted: str, source: Path, what: str) -> str:
    """The key whose key or label is wanted, exactly or as an unambiguous part.

    Raises:
        NotFoundError: none fits.
        AmbiguousError: several fit, or nothing was named.
    """
    hint = f"Name one after the folder: {source}#NAME, its code or its title."
    if not wanted:
        raise AmbiguousError(f"the folder holds {len(found)} {what}.", file=str(source), hint=hint)
    low = wanted.lower()
    exact = [key for key, label in found.items() if low in (key.lower(), label.lower(), key.rpartition("/")[2].lower())]
    hits = exact or [key for key, label in found.items() if low in label.lower()]
    if len(hits) == 1 or len(exact) == 1:
        return hits[0]
    if not hits:
        raise NotFoundError(f"there is no '{wanted}' among {len(found)} {what}.", file=str(source), hint=hint)
    listing = "; ".join(found[key] for key in hits[:LISTED])
    raise AmbiguousError(f"'{wanted}' fits {len(hits)} {what}: {listing}.", file=str(source), hint=hint)
