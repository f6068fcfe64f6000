"""`Document`: the content of a file in one form, whatever its format."""

from __future__ import annotations

import msgspec

from alignment.model import Issue, Location


class Block(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A piece of a document in reading order."""

    location: Location = Location()


class Heading(Block, frozen=True, kw_only=True, tag=True):
    """A heading; ``level`` is 1 for the highest. Formats without levels, such as pdf, always give 2."""

    text: str
    level: int = 1


class Paragraph(Block, frozen=True, kw_only=True, tag=True):
    """A paragraph; ``item`` marks a list item, ``bold`` a paragraph that is bold throughout."""

    text: str
    item: bool = False
    bold: bool = False


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """A table cell; ``merged`` marks an empty cell that continues a merged one."""

    text: str = ""
    merged: bool = False
    location: Location = Location()


class Table(Block, frozen=True, kw_only=True, tag=True):
    """A table as rows of cells; ``sheet`` is the name of the workbook's sheet."""

    rows: tuple[tuple[Cell, ...], ...]
    sheet: str = ""


AnyBlock = Heading | Paragraph | Table


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A file's content: blocks in reading order, each with its location.

    ``ocr_pages`` are the numbers (from 1) of pages whose text was recognised from a picture.
    """

    file: str
    format: str
    title: str = ""
    blocks: tuple[AnyBlock, ...] = ()
    warnings: tuple[Issue, ...] = ()
    ocr_pages: tuple[int, ...] = ()

    def text(self) -> str:
        """All text, one block per line, cells separated by tabs."""
        lines: list[str] = []
        for block in self.blocks:
            if isinstance(block, Table):
                lines += ["\t".join(cell.text for cell in row) for row in block.rows]
            else:
                lines.append(block.text)
        return "\n".join(lines)
