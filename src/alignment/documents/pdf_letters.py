"""Read the letters of a PDF page with their positions and fonts, through PDFium, into arrays."""

from __future__ import annotations

import ctypes
from ctypes import c_float
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from alignment.documents.pdfium import RawMatrix, TransformMatrix, pdfium_functions, times

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
UPWARDS, DOWNWARDS = 1, -1  # how text is turned; 0 is text that runs to the right
SIDES = 4  # of a letter's box: left, top, right, bottom
BOX_BYTES = SIDES * ctypes.sizeof(ctypes.c_float)
FONT_NAME = 255  # bytes of a font's name that are looked at: PDF allows 127
HYPHENS = (0x02, 0xFFFE)  # how PDFium marks a hyphen at a line's end
CONTROLS = (0x02, 0x09, 0x0A, 0x0D)  # of those below a space only these mean something


class Letters(msgspec.Struct):
    """The n letters of a page in the order in which they are drawn; spaces are letters too. All arrays have shape (n,).

    Coordinates and ``size`` are in points from the page's upper left corner.
    ``turn`` is 0 for upright text, `UPWARDS` or `DOWNWARDS` for text that is
    read in that direction. ``gap`` marks a letter that begins a run of text, or
    before which PDFium reports a space that is not drawn. PDFium also leaves out a
    drawn space at the end of a run if the next run covers it.
    """

    text: list[str]
    x0: Numbers
    x1: Numbers
    top: Numbers
    bottom: Numbers
    size: Numbers
    bold: Flags
    turn: NDArray[np.int8]
    gap: Flags

    def __len__(self) -> int:
        return len(self.text)

    def taken(self, which: Flags | NDArray[np.intp]) -> Letters:
        """The letters that ``which`` selects: a mask of shape (n,), or indices."""
        places = np.flatnonzero(which) if which.dtype == np.bool_ else which
        return Letters(
            text=[self.text[place] for place in places.tolist()],
            **{name: getattr(self, name)[places] for name in self.__struct_fields__ if name != "text"},
        )


def letters_of(text: int, shown: TransformMatrix) -> Letters:
    """The letters of a text page.

    Args:
        text: address of PDFium's text page.
        shown: the matrix from PDFium's coordinates to those of the page as shown.
    """
    library = pdfium_functions()
    unicode_of, object_of = library["FPDFText_GetUnicode"], library["FPDFText_GetTextObject"]
    box_of = library["FPDFText_GetLooseCharBox"]
    count = library["FPDFText_CountChars"](text)
    boxes = np.zeros((max(count, 0), SIDES), dtype=np.float32)  # left, top, right, bottom
    address = boxes.ctypes.data
    codes: list[str] = []
    owners: list[int] = []
    places: list[int] = []
    gaps: list[bool] = []
    gap, high = False, 0
    for place in range(count):
        owner, code = object_of(text, place), unicode_of(text, place)
        if not owner:
            # A space or line end that PDFium adds; nothing draws it.
            gap = True
            continue
        if code == 0xFFFF or (code < 0x20 and code not in CONTROLS):
            continue
        if 0xD800 <= code < 0xE000:
            # A character above U+FFFF comes as two surrogates; a lone surrogate is skipped.
            code, high = _whole(high, code), code
            if not code:
                continue
        box_of(text, place, address + BOX_BYTES * place)
        codes.append("-" if code in HYPHENS else chr(code))
        places.append(place)
        gaps.append(gap or not owners or owner != owners[-1])
        owners.append(owner)
        gap = False
    return _placed(text, codes, np.array(owners, dtype=np.uint64), np.array(places, dtype=np.intp), boxes, gaps, shown)


def _whole(high: int, low: int) -> int:
    """The code point of a pair of surrogates (UTF-16); 0 if they are not a pair."""
    return 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF) if high < 0xDC00 <= low and high >= 0xD800 else 0


def _placed(
    text: int,
    codes: list[str],
    owners: NDArray[np.uint64],
    places: NDArray[np.intp],
    boxes: NDArray[np.float32],
    gaps: list[bool],
    shown: TransformMatrix,
) -> Letters:
    """Letters with size, baseline, boldness and direction of the text objects to which they belong."""
    _, first, which = np.unique(owners, return_index=True, return_inverse=True)
    fonts: dict[int, tuple[bool, float]] = {}
    facts = [_run(text, int(places[at]), int(owners[at]), shown, fonts) for at in first.tolist()]
    size, base, bold, turn = (np.array(column)[which] if facts else np.zeros(0) for column in _columns(facts))
    left, high, right, low = boxes[places].astype(np.float64).T if len(places) else np.zeros((SIDES, 0))
    a, b, c, d, e, f = shown
    xs = np.stack([a * left + c * low + e, a * right + c * high + e])
    ys = np.stack([b * left + d * low + f, b * right + d * high + f])
    x0, x1, top, bottom = xs.min(axis=0), xs.max(axis=0), ys.min(axis=0), ys.max(axis=0)
    upright = turn == 0
    # The height of a letter's box comes from its font and is wrong in some; so all letters of a size get one height.
    bottom = np.where(upright, base, bottom)
    top = np.where(upright, base - size, top)
    return Letters(
        text=codes,
        x0=x0,
        x1=x1,
        top=top,
        bottom=bottom,
        size=size.astype(np.float64),
        bold=bold.astype(np.bool_),
        turn=turn.astype(np.int8),
        gap=np.array(gaps, dtype=np.bool_),
    )


BaselineRun = tuple[float, float, bool, int]


def _columns(facts: list[BaselineRun]) -> tuple[Any, ...]:
    return tuple(zip(*facts, strict=True)) if facts else ((), (), (), ())


def _run(
    text: int, place: int, owner: int, shown: TransformMatrix, fonts: dict[int, tuple[bool, float]]
) -> BaselineRun:
    """Size, lower end, boldness and direction of the letters of a text object, measured at its first letter."""
    library = pdfium_functions()
    matrix, size = RawMatrix(), c_float(0)
    library["FPDFText_GetMatrix"](text, place, ctypes.addressof(matrix))
    library["FPDFTextObj_GetFontSize"](owner, ctypes.addressof(size))
    letter_matrix = (matrix.a, matrix.b, matrix.c, matrix.d, 0.0, 0.0)
    a, b, c, d, _, _ = times(letter_matrix, (*shown[:-2], 0.0, 0.0))  # without its shift
    high = abs(size.value) * (c * c + d * d) ** 0.5
    font = library["FPDFTextObj_GetFont"](owner) or 0
    if font not in fonts:
        fonts[font] = _font(font)
    bold, descent = fonts[font]
    x, y = ctypes.c_double(0), ctypes.c_double(0)
    library["FPDFText_GetCharOrigin"](text, place, ctypes.addressof(x), ctypes.addressof(y))
    base = shown[1] * x.value + shown[3] * y.value + shown[5] - descent * high
    # y grows downwards here, so that upright text has a > 0 and text that is read upwards has b < 0.
    turn = 0 if abs(a) >= abs(b) else (UPWARDS if b < 0 else DOWNWARDS)
    return high, base, bold, turn


def _font(font: int) -> tuple[bool, float]:
    """Whether the font's name says bold, and its descent as a share of its size (0 or negative)."""
    if not font:
        return False, 0.0
    library = pdfium_functions()
    name = ctypes.create_string_buffer(FONT_NAME + 1)
    library["FPDFFont_GetBaseFontName"](font, ctypes.addressof(name), FONT_NAME)
    descent = c_float(0)
    library["FPDFFont_GetDescent"](font, 1.0, ctypes.addressof(descent))
    return b"bold" in name.value.lower(), min(descent.value, 0.0)
