"""bytes → `Document`; one file per format, registered in `READERS`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from alignment.documents.blocks import AnyBlock, Block, Cell, Document, Heading, Paragraph, Table
from alignment.errors import InputError
from alignment.settings import Settings

__all__ = ["AnyBlock", "Block", "Cell", "Document", "Heading", "Paragraph", "Table", "read_document"]

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


# The document read last: what a file is and what is in it are asked one after the other.
_last: dict[tuple[str, int, int, str], Document] = {}


def read_document(path: Path, settings: Settings) -> Document:
    """The document in a file, by its suffix.

    Raises:
        InputError: missing, unreadable, hostile, or of an unknown format.
    """
    if not path.exists():
        raise InputError("no such file.", file=str(path), hint="Check the path and its spelling.")
    if path.is_dir():
        raise InputError(
            "this is a folder, not a file.", file=str(path), hint="Give the files inside it, for example folder/*."
        )
    known = READERS.get(path.suffix.lower())
    if known is None:
        raise InputError(
            f"files of type '{path.suffix or 'none'}' are not read.",
            file=str(path),
            hint=f"Known types: {', '.join(sorted(READERS))}.",
        )
    module = import_module(f"alignment.documents.{known[0]}")
    reader: Callable[[Path, Settings], Document] = getattr(module, known[1])
    status = path.stat()
    key = (str(path), status.st_mtime_ns, status.st_size, settings.ocr)
    if key not in _last:
        found = reader(path, settings)
        _last.clear()
        _last[key] = found
    return _last[key]
