"""Files → `Document`: one module per format, listed in `readers.READERS`; third parties add entry points.

Such an entry point is in the group ``alignment.documents``. Its name is the
suffix (".epub"), and its value a function ``(Path, Settings) -> Document``.
"""

from __future__ import annotations

from alignment.documents.blocks import AnyBlock, Block, Cell, Document, Heading, Paragraph, Table
from alignment.documents.readers import (
    File,
    FunctionReader,
    Reader,
    ReaderRegistry,
    read_document,
    reading_key,
    suffixes,
)

__all__ = [
    "AnyBlock",
    "Block",
    "Cell",
    "Document",
    "File",
    "FunctionReader",
    "Heading",
    "Paragraph",
    "Reader",
    "ReaderRegistry",
    "Table",
    "read_document",
    "reading_key",
    "suffixes",
]
