"""Collect the lines and boxes that are drawn on a PDF page, through PDFium."""

from __future__ import annotations

import ctypes
from ctypes import byref, c_float, c_int, c_uint
from itertools import pairwise

import msgspec

from alignment.documents.pdfium import TransformMatrix, pdfium_functions, times, transform_of

# Forms in forms, things on a page, points of a drawing: beyond these a page is an attack or a map, not a text.
DEPTH, MOST_THINGS, MOST_POINTS = 8, 50_000, 500
PATH, IMAGE, FORM = 2, 3, 5  # kinds of things on a page (FPDF_PAGEOBJ_… of PDFium)
MOVE, CURVE = 2, 1  # kinds of segments of a path; 0 is a straight line
WHITE = (255, 255, 255)  # red, green and blue in full
FLAT = 0.01  # points: what counts as level or upright


class Drawn(msgspec.Struct, gc=False):
    """A straight line (``line`` is True) or an upright box, in points from the page's upper left corner.

    ``stroke`` is True if it has an outline, ``fill`` if it is filled, ``white`` if the fill is white.
    """

    x0: float
    top: float
    x1: float
    bottom: float
    line: bool = False
    stroke: bool = False
    fill: bool = False
    white: bool = False


def collect(handle: int, shown: TransformMatrix, things: list[Drawn]) -> bool:
    """Append the lines and boxes of a page, and of the forms on it, to ``things``.

    Args:
        handle: address of PDFium's page.
        shown: the matrix from the page's coordinates to those of the page as shown.
        things: the list to which they are added.

    Returns:
        Whether there is a picture on the page.
    """
    library = pdfium_functions()
    kind_of, left = library["FPDFPageObj_GetType"], MOST_THINGS
    picture = False
    count = library["FPDFPage_CountObjects"](handle)
    get = library["FPDFPage_GetObject"]
    stack: list[tuple[int, TransformMatrix, int]] = []
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
        matrix = times(transform_of(form), outer)
        for index in range(library["FPDFFormObj_CountObjects"](form)):
            left -= 1
            if left < 0:
                break
            thing = library["FPDFFormObj_GetObject"](form, index)
            kind = kind_of(thing)
            if kind == PATH:
                _drawn(thing, matrix, things)
            elif kind == IMAGE:
                picture = True
            elif kind == FORM and depth < DEPTH:
                stack.append((thing, matrix, depth + 1))
    return picture


def _drawn(path: int, outer: TransformMatrix, things: list[Drawn]) -> None:
    """Add the horizontal and vertical lines and the boxes of a path to ``things``."""
    library = pdfium_functions()
    count = library["FPDFPath_CountSegments"](path)
    if not 2 <= count <= MOST_POINTS:
        return
    fill, stroke = c_int(0), c_int(0)
    library["FPDFPath_GetDrawMode"](path, byref(fill), byref(stroke))
    if not fill.value and not stroke.value:
        return
    a, b, c, d, e, f = times(transform_of(path), outer)
    x, y = c_float(0), c_float(0)
    at_x, at_y = ctypes.addressof(x), ctypes.addressof(y)
    segment_of, point_of = library["FPDFPath_GetPathSegment"], library["FPDFPathSegment_GetPoint"]
    kind_of, closes = library["FPDFPathSegment_GetType"], library["FPDFPathSegment_GetClose"]
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
    red, green, blue, opacity = c_uint(0), c_uint(0), c_uint(0), c_uint(0)
    has_colour = pdfium_functions()["FPDFPageObj_GetFillColor"](path, *map(byref, (red, green, blue, opacity)))
    return bool(has_colour) and (red.value, green.value, blue.value) == WHITE


def _add(
    points: list[tuple[float, float]], things: list[Drawn], *, curved: bool, stroke: bool, fill: bool, white: bool
) -> None:
    """Add what a run of points draws: an upright box, or the horizontal and vertical lines of another shape."""
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
