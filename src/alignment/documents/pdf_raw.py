"""A PDF page as it is drawn: its letters, lines and boxes from PDFium, not yet words and tables.

Coordinates are in points from the upper left corner of the page as it is shown.
"""

from __future__ import annotations

import ctypes
from ctypes import c_void_p
from typing import Any

import msgspec

from alignment.documents.pdf_drawn import Drawn, collect
from alignment.documents.pdf_letters import Letters, letters_of
from alignment.documents.pdfium import TransformMatrix


class RawPage(msgspec.Struct):
    """A page as drawn: its size in points, its letters, its lines and boxes, and whether it has a picture."""

    width: float
    height: float
    letters: Letters
    drawn: list[Drawn]
    picture: bool


def raw_page(page: Any) -> RawPage:
    """Letters and drawn things of a page of pypdfium2; the page may be closed afterwards.

    Raises:
        pypdfium2.PdfiumError: the page's text cannot be loaded.
    """
    width, height = page.get_size()
    shown = _shown(page, width, height)
    handle = ctypes.cast(page.raw, c_void_p).value or 0
    things: list[Drawn] = []
    picture = collect(handle, shown, things)
    text = page.get_textpage()
    try:
        letters = letters_of(ctypes.cast(text.raw, c_void_p).value or 0, shown)
    finally:
        text.close()
    return RawPage(width=width, height=height, letters=letters, drawn=things, picture=picture)


def _shown(page: Any, width: float, height: float) -> TransformMatrix:
    """The matrix from the page's own coordinates to those of the page as shown (rotated, y downwards from the top)."""
    x0, y0, x1, y1 = page.get_bbox()
    # By the degrees that the page is turned (Rotate in PDF: a multiple of 90, below 360).
    turned: dict[int, TransformMatrix] = {
        0: (1, 0, 0, -1, -x0, y1),
        90: (0, 1, 1, 0, -y0, -x0),
        180: (-1, 0, 0, 1, x1, -y0),
        270: (0, -1, -1, 0, y1, x1),
    }
    return turned[page.get_rotation() % 360]  # 360 degrees are none
