"""What PDFium knows of a page, in bulk: its letters with their places and fonts, its lines and boxes.

PDFium answers letter by letter; plain prototypes without conversions and one
buffer for all boxes keep a page of three thousand letters at a few
milliseconds. Places count from the upper left corner of the page as it is
shown, in points.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, byref, c_float, c_int, c_uint, c_void_p
from functools import lru_cache
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Forms in forms, things on a page, points of a drawing: beyond these a page is an attack or a map, not a text.
DEPTH, MOST_THINGS, MOST_POINTS = 8, 50_000, 500
TEXT, PATH, IMAGE, FORM = 1, 2, 3, 5
MOVE, CURVE = 2, 1  # kinds of segments of a path; 0 is a straight line
UPWARDS, DOWNWARDS = 1, -1
HYPHENS = (0x02, 0xFFFE)  # how PDFium marks a hyphen at a line's end
WHITE = (255, 255, 255)
FLAT = 0.01  # points: what counts as level or upright


class Letters(msgspec.Struct):
    """Letters of a page in the order they are drawn; spaces are letters too.

    ``turn`` is 0 for upright text, `UPWARDS` or `DOWNWARDS` for text that is
    read so. ``gap`` marks letters that begin a run of text, or before which PDFium sees a space that
    is not drawn: it also drops the drawn space at the end of a run that the next run covers.
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
        """These letters alone."""
        places = np.flatnonzero(which) if which.dtype == np.bool_ else which
        return Letters(
            text=[self.text[place] for place in places.tolist()],
            **{name: getattr(self, name)[places] for name in self.__struct_fields__ if name != "text"},
        )


class Drawn(msgspec.Struct, gc=False):
    """A straight line (``outline`` and no ``fill`` matter little then) or an upright box, as drawn."""

    x0: float
    top: float
    x1: float
    bottom: float
    line: bool = False
    stroke: bool = False
    fill: bool = False
    white: bool = False


class RawPage(msgspec.Struct):
    """A page as drawn: its size in points, letters, lines and boxes, and whether there is a picture."""

    width: float
    height: float
    letters: Letters
    drawn: list[Drawn]
    picture: bool


class _Matrix(ctypes.Structure):
    _fields_ = [(name, c_float) for name in "abcdef"]


Matrix = tuple[float, float, float, float, float, float]
UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_FLOAT, _INT, _UINT = POINTER(c_float), POINTER(c_int), POINTER(c_uint)
_PROTOTYPES: dict[str, tuple[Any, ...]] = {
    "FPDFText_CountChars": (c_int, c_void_p),
    "FPDFText_GetTextObject": (c_void_p, c_void_p, c_int),
    "FPDFText_GetUnicode": (c_uint, c_void_p, c_int),
    "FPDFText_GetLooseCharBox": (c_int, c_void_p, c_int, c_void_p),
    "FPDFText_GetCharOrigin": (c_int, c_void_p, c_int, c_void_p, c_void_p),
    "FPDFText_GetMatrix": (c_int, c_void_p, c_int, c_void_p),
    "FPDFTextObj_GetFont": (c_void_p, c_void_p),
    "FPDFTextObj_GetFontSize": (c_int, c_void_p, c_void_p),
    "FPDFFont_GetBaseFontName": (ctypes.c_size_t, c_void_p, c_void_p, ctypes.c_size_t),
    "FPDFFont_GetDescent": (c_int, c_void_p, c_float, c_void_p),
    "FPDFPage_CountObjects": (c_int, c_void_p),
    "FPDFPage_GetObject": (c_void_p, c_void_p, c_int),
    "FPDFFormObj_CountObjects": (c_int, c_void_p),
    "FPDFFormObj_GetObject": (c_void_p, c_void_p, ctypes.c_ulong),
    "FPDFPageObj_GetType": (c_int, c_void_p),
    "FPDFPageObj_GetMatrix": (c_int, c_void_p, c_void_p),
    "FPDFPageObj_GetFillColor": (c_int, c_void_p, _UINT, _UINT, _UINT, _UINT),
    "FPDFPath_CountSegments": (c_int, c_void_p),
    "FPDFPath_GetPathSegment": (c_void_p, c_void_p, c_int),
    "FPDFPathSegment_GetPoint": (c_int, c_void_p, c_void_p, c_void_p),
    "FPDFPathSegment_GetType": (c_int, c_void_p),
    "FPDFPathSegment_GetClose": (c_int, c_void_p),
    "FPDFPath_GetDrawMode": (c_int, c_void_p, _INT, _INT),
}


@lru_cache(maxsize=1)
def _functions() -> dict[str, Any]:
    """PDFium's functions with plain prototypes: pypdfium2's own convert every pointer, four times as slow."""
    import pypdfium2.raw as raw

    found = {}
    for name, prototype in _PROTOTYPES.items():
        address = ctypes.cast(getattr(raw, name), c_void_p).value or 0
        found[name] = ctypes.PYFUNCTYPE(*prototype)(address)
    return found


def raw_page(page: Any) -> RawPage:
    """Letters and drawn things of a page of pypdfium2; the page may be closed afterwards.

    Raises:
        pypdfium2.PdfiumError: its text cannot be loaded.
    """
    width, height = page.get_size()
    shown = _shown(page, width, height)
    handle = ctypes.cast(page.raw, c_void_p).value or 0
    things: list[Drawn] = []
    picture = _collect(handle, shown, things)
    text = page.get_textpage()
    try:
        letters = _letters(ctypes.cast(text.raw, c_void_p).value or 0, shown)
    finally:
        text.close()
    return RawPage(width=width, height=height, letters=letters, drawn=things, picture=picture)


def _shown(page: Any, width: float, height: float) -> Matrix:
    """From the page's own places to those on the page as shown, from its upper left corner down."""
    x0, y0, x1, y1 = page.get_bbox()
    turned: dict[int, Matrix] = {
        0: (1, 0, 0, -1, -x0, y1),
        90: (0, 1, 1, 0, -y0, -x0),
        180: (-1, 0, 0, 1, x1, -y0),
        270: (0, -1, -1, 0, y1, x1),
    }
    return turned[page.get_rotation() % 360]


def _times(first: Matrix, second: Matrix) -> Matrix:
    """First the one, then the other."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _letters(text: int, shown: Matrix) -> Letters:
    functions = _functions()
    unicode_of, object_of = functions["FPDFText_GetUnicode"], functions["FPDFText_GetTextObject"]
    box_of = functions["FPDFText_GetLooseCharBox"]
    count = functions["FPDFText_CountChars"](text)
    boxes = np.zeros((max(count, 0), 4), dtype=np.float32)  # left, top, right, bottom
    address = boxes.ctypes.data
    codes: list[str] = []
    owners: list[int] = []
    places: list[int] = []
    gaps: list[bool] = []
    gap, high = False, 0
    for place in range(count):
        owner, code = object_of(text, place), unicode_of(text, place)
        if not owner:
            # PDFium adds a space, or the end of a line, that nothing draws.
            gap = True
            continue
        if not code or code == 0xFFFF:
            continue
        if 0xD800 <= code < 0xE000:
            # A character beyond the first 65,536 comes as two halves; a lone half is none.
            code, high = _whole(high, code), code
            if not code:
                continue
        box_of(text, place, address + 16 * place)
        codes.append("-" if code in HYPHENS else chr(code))
        places.append(place)
        gaps.append(gap or not owners or owner != owners[-1])
        owners.append(owner)
        gap = False
    return _placed(text, codes, np.array(owners, dtype=np.uint64), np.array(places, dtype=np.intp), boxes, gaps, shown)


def _whole(high: int, low: int) -> int:
    """The character of two halves (surrogates), 0 where they are none."""
    return 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF) if high < 0xDC00 <= low and high >= 0xD800 else 0


def _placed(
    text: int,
    codes: list[str],
    owners: NDArray[np.uint64],
    places: NDArray[np.intp],
    boxes: NDArray[np.float32],
    gaps: list[bool],
    shown: Matrix,
) -> Letters:
    """Letters with the facts of the text objects that they belong to."""
    _, first, which = np.unique(owners, return_index=True, return_inverse=True)
    facts = [_run(text, int(places[at]), int(owners[at]), shown) for at in first.tolist()]
    size, base, bold, turn = (np.array(column)[which] if facts else np.zeros(0) for column in _columns(facts))
    left, high, right, low = boxes[places].astype(np.float64).T if len(places) else np.zeros((4, 0))
    a, b, c, d, e, f = shown
    xs = np.stack([a * left + c * low + e, a * right + c * high + e])
    ys = np.stack([b * left + d * low + f, b * right + d * high + f])
    x0, x1, top, bottom = xs.min(axis=0), xs.max(axis=0), ys.min(axis=0), ys.max(axis=0)
    upright = turn == 0
    # The letter's own box is as high as its font says, and some fonts lie: all letters of a size get the same height.
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


Run = tuple[float, float, bool, int]


def _columns(facts: list[Run]) -> tuple[Any, ...]:
    return tuple(zip(*facts, strict=True)) if facts else ((), (), (), ())


def _run(text: int, place: int, owner: int, shown: Matrix) -> Run:
    """Size, lower end, boldness and turn of the letters of a text object, told by its first letter."""
    functions = _functions()
    matrix, size = _Matrix(), c_float(0)
    functions["FPDFText_GetMatrix"](text, place, ctypes.addressof(matrix))
    functions["FPDFTextObj_GetFontSize"](owner, ctypes.addressof(size))
    own = (matrix.a, matrix.b, matrix.c, matrix.d, 0.0, 0.0)
    a, b, c, d, _, _ = _times(own, (*shown[:4], 0.0, 0.0))
    high = abs(size.value) * (c * c + d * d) ** 0.5
    bold, descent = _font(functions["FPDFTextObj_GetFont"](owner) or 0)
    x, y = ctypes.c_double(0), ctypes.c_double(0)
    functions["FPDFText_GetCharOrigin"](text, place, ctypes.addressof(x), ctypes.addressof(y))
    base = shown[1] * x.value + shown[3] * y.value + shown[5] - descent * high
    # Down the page is positive here, so that upright text has a > 0 and text read upwards b < 0.
    turn = 0 if abs(a) >= abs(b) else (UPWARDS if b < 0 else DOWNWARDS)
    return high, base, bold, turn


def _font(font: int) -> tuple[bool, float]:
    """Whether a font is bold by its name, and its descent below the line as a (negative) share of its size."""
    if not font:
        return False, 0.0
    functions = _functions()
    name = ctypes.create_string_buffer(256)
    functions["FPDFFont_GetBaseFontName"](font, ctypes.addressof(name), 255)
    descent = c_float(0)
    functions["FPDFFont_GetDescent"](font, 1.0, ctypes.addressof(descent))
    return b"bold" in name.value.lower(), min(descent.value, 0.0)


def _collect(handle: int, shown: Matrix, things: list[Drawn]) -> bool:
    """Add the lines and boxes of a page, and of the forms on it; tell whether there is a picture."""
    functions = _functions()
    kind_of, left = functions["FPDFPageObj_GetType"], MOST_THINGS
    picture = False
    count = functions["FPDFPage_CountObjects"](handle)
    get = functions["FPDFPage_GetObject"]
    stack: list[tuple[int, Matrix, int]] = []
    for index in range(min(count, left)):
        thing = get(handle, index)
        kind = kind_of(thing)
        if kind == PATH:
            _drawn(thing, shown, things)
        elif kind == IMAGE:
            picture = True
        elif kind == FORM:
            stack.append((thing, shown, 1))
    left -= count
    while stack and left > 0:
        form, outer, depth = stack.pop()
        matrix = _times(_matrix(form), outer)
        for index in range(functions["FPDFFormObj_CountObjects"](form)):
            left -= 1
            if left < 0:
                break
            thing = functions["FPDFFormObj_GetObject"](form, index)
            kind = kind_of(thing)
            if kind == PATH:
                _drawn(thing, matrix, things)
            elif kind == IMAGE:
                picture = True
            elif kind == FORM and depth < DEPTH:
                stack.append((thing, matrix, depth + 1))
    return picture


def _matrix(thing: int) -> Matrix:
    found = _Matrix()
    if not _functions()["FPDFPageObj_GetMatrix"](thing, ctypes.addressof(found)):
        return UNIT
    return found.a, found.b, found.c, found.d, found.e, found.f


def _drawn(path: int, outer: Matrix, things: list[Drawn]) -> None:
    """Add the level and upright lines and the boxes of a path."""
    functions = _functions()
    count = functions["FPDFPath_CountSegments"](path)
    if not 2 <= count <= MOST_POINTS:
        return
    fill, stroke = c_int(0), c_int(0)
    functions["FPDFPath_GetDrawMode"](path, byref(fill), byref(stroke))
    if not fill.value and not stroke.value:
        return
    a, b, c, d, e, f = _times(_matrix(path), outer)
    x, y = c_float(0), c_float(0)
    at_x, at_y = ctypes.addressof(x), ctypes.addressof(y)
    segment_of, point_of = functions["FPDFPath_GetPathSegment"], functions["FPDFPathSegment_GetPoint"]
    kind_of, closes = functions["FPDFPathSegment_GetType"], functions["FPDFPathSegment_GetClose"]
    white: bool | None = None
    points: list[tuple[float, float]] = []
    curved = False

    def finish() -> None:
        nonlocal white
        if len(points) < 2:
            return
        if fill.value and white is None:
            white = _is_white(path)
        _add(points, things, curved=curved, stroke=bool(stroke.value), fill=bool(fill.value), white=bool(white))

    for index in range(count):
        segment = segment_of(path, index)
        kind = kind_of(segment)
        if kind == MOVE:
            finish()
            points, curved = [], False
        curved = curved or kind == CURVE
        point_of(segment, at_x, at_y)
        points.append((a * x.value + c * y.value + e, b * x.value + d * y.value + f))
        if closes(segment) and points[0] != points[-1]:
            points.append(points[0])
    finish()


def _is_white(path: int) -> bool:
    colours = [c_uint(0) for _ in range(4)]
    told = _functions()["FPDFPageObj_GetFillColor"](path, *map(byref, colours))
    return bool(told) and tuple(colour.value for colour in colours[:3]) == WHITE


def _add(
    points: list[tuple[float, float]], things: list[Drawn], *, curved: bool, stroke: bool, fill: bool, white: bool
) -> None:
    """Add what a run of points draws: a line, an upright box, or the level and upright sides of something else."""
    if len(points) > 2 and points[-2] == points[0]:
        points = points[:-1]
    if len(points) == 5 and points[0] == points[4] and not curved and _is_box(points):
        (x0, y0), (x1, y1) = points[0], points[2]
        things.append(Drawn(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1), stroke=stroke, fill=fill, white=white))
        return
    if curved:
        return
    for (x0, y0), (x1, y1) in pairwise(points):
        if abs(x1 - x0) <= FLAT or abs(y1 - y0) <= FLAT:
            things.append(
                Drawn(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1), line=True, stroke=stroke, fill=fill)
            )


def _is_box(points: list[tuple[float, float]]) -> bool:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3), _ = points

    def same(*values: float) -> bool:
        return max(values) - min(values) <= FLAT

    return (same(x0, x1) and same(y1, y2) and same(x2, x3) and same(y3, y0)) or (
        same(y0, y1) and same(x1, x2) and same(y2, y3) and same(x3, x0)
    )
