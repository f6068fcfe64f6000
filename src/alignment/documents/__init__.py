"""bytes → `Document`; one file per format, registered in `READERS` or, by third parties, as an entry point.

The entry point stands in the group ``alignment.documents``, is named by the
suffix (".epub") and is a function ``(Path, Settings) -> Document``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from alignment.documents.blocks import AnyBlock, Block, Cell, Document, Heading, Paragraph, Table
from alignment.documents.limits import refuse_odd
from alignment.documents.marks import with_plain_marks
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.settings import Settings

__all__ = [
    "AnyBlock",
    "Block",
    "Cell",
    "Document",
    "Heading",
    "Paragraph",
    "Table",
    "read_document",
    "reading_key",
    "suffixes",
]

# suffix → (module, function); imported on use, since pdf and docx readers are slow to load.
READERS: dict[str, tuple[str, str]] = {
    ".txt": ("textfile", "read"),
    ".text": ("textfile", "read"),
    ".md": ("markdown", "read"),
    ".markdown": ("markdown", "read"),
    ".html": ("html", "read"),
    ".htm": ("html", "read"),
    ".docx": ("docx", "read"),
    ".doc": ("office", "read"),
    ".rtf": ("office", "read"),
    ".odt": ("office", "read"),
    ".pdf": ("pdf", "read"),
    ".xlsx": ("workbook", "read"),
    ".xlsm": ("workbook", "read"),
    ".xls": ("workbook", "read"),
    ".csv": ("workbook", "read_csv"),
    ".tsv": ("workbook", "read_csv"),
}


@lru_cache(maxsize=1)
def _others() -> dict[str, EntryPoint]:
    return {point.name.lower(): point for point in entry_points(group="alignment.documents")}


@lru_cache(maxsize=1)
def suffixes() -> frozenset[str]:
    """The file types that are read, ours and third parties'."""
    return frozenset({*READERS, *_others()})


def reading_key(data: bytes, suffix: str, *facts: str) -> bytes:
    """Key of what was read of a file: its bytes, ``facts``, and the third party's reader if it has one."""
    point = _others().get(suffix.lower()) if suffix.lower() not in READERS else None
    reader = f"{point.dist.name} {point.dist.version}" if point and point.dist else ""
    head = "".join(f"{fact}\0" for fact in (*facts, reader))
    return hashlib.blake2b(head.encode(errors="surrogateescape") + data, digest_size=16).digest()


def _reader(suffix: str) -> Callable[[Path, Settings], Document]:
    if suffix in READERS:
        module, name = READERS[suffix]
        own: Callable[[Path, Settings], Document] = getattr(import_module(f"alignment.documents.{module}"), name)
        return own
    other: Callable[[Path, Settings], Document] = _others()[suffix].load()
    return other


# The document read last: what a file is and what is in it are asked one after the other.
_last: dict[tuple[str, int, int, str], Document] = {}


def read_document(path: Path, settings: Settings) -> Document:
    """The document in a file, by its suffix.

    Raises:
        InputError: missing, unreadable, hostile, or of an unknown format.
    """
    refuse_odd(path)
    suffix = path.suffix.lower()
    if suffix not in suffixes():
        raise InputError(
            _("files of type '{kind}' are not read.", kind=path.suffix or _("none")),
            file=str(path),
            hint=_("Known types: {names}.", names=", ".join(sorted(suffixes()))),
        )
    reader = _reader(suffix)
    status = path.stat()
    key = (str(path), status.st_mtime_ns, status.st_size, settings.ocr)
    if key not in _last:
        found = with_plain_marks(reader(path, settings))
        _last.clear()
        _last[key] = found
    return _last[key]
