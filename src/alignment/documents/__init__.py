"""bytes → `Document`; one file per format, registered in `readers.READERS` or, by third parties, as an entry point.

The entry point stands in the group ``alignment.documents``, is named by the
suffix (".epub") and is a function ``(Path, Settings) -> Document``.
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
