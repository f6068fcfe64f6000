"""List marks that Word writes in the fonts Symbol and Wingdings, as characters that every font has.

Such a mark is a character of the private use area, U+F000 and its place in the
font (PDF and DOCX keep it so): nothing shows it, and no rule of lists knows it.
"""

from __future__ import annotations

import re

import msgspec

from alignment.documents.blocks import AnyBlock, Document, Table

DASH, BULLET = "–", "•"
# In Symbol 2D is the minus sign, which lists use as a dash; the others are discs, squares, ticks and arrows of either.
MARKS = {0xF02D: DASH} | dict.fromkeys(
    (0xF06C, 0xF06E, 0xF06F, 0xF071, 0xF076, 0xF0A7, 0xF0A8, 0xF0B7, 0xF0D8, 0xF0E0, 0xF0E8, 0xF0F0, 0xF0FC, 0xF0FE),
    BULLET,
)


ANY = re.compile(f"[{''.join(map(chr, MARKS))}]")


def with_plain_marks(document: Document) -> Document:
    """The document with such marks as dashes and bullets."""
    if not ANY.search(document.text()):
        return document
    return msgspec.structs.replace(document, blocks=tuple(map(_plain, document.blocks)))


def _plain(block: AnyBlock) -> AnyBlock:
    if not isinstance(block, Table):
        return msgspec.structs.replace(block, text=block.text.translate(MARKS))
    rows = tuple(
        tuple(msgspec.structs.replace(cell, text=cell.text.translate(MARKS)) for cell in row) for row in block.rows
    )
    return msgspec.structs.replace(block, rows=rows)
