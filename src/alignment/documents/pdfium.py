"""Fast access to PDFium's functions for pages, letters and paths, and to its transformation matrices.

PDFium answers for each letter separately. Prototypes without conversions, and
buffers that are passed by address, keep a page of 3,000 letters at a few milliseconds.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, c_float, c_int, c_uint, c_void_p
from functools import lru_cache
from typing import Any


class RawMatrix(ctypes.Structure):
    """The C structure into which PDFium writes a matrix."""

    _fields_ = [(name, c_float) for name in "abcdef"]


TransformMatrix = tuple[float, float, float, float, float, float]
# The matrix that changes nothing.
UNIT: TransformMatrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_INT, _UINT = POINTER(c_int), POINTER(c_uint)
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
def pdfium_functions() -> dict[str, Any]:
    """PDFium's functions by name, with plain prototypes: pypdfium2 converts every pointer and takes 4× as long."""
    import pypdfium2.raw as raw

    result = {}
    for name, prototype in _PROTOTYPES.items():
        address = ctypes.cast(getattr(raw, name), c_void_p).value or 0
        result[name] = ctypes.PYFUNCTYPE(*prototype)(address)
    return result


def times(first: TransformMatrix, second: TransformMatrix) -> TransformMatrix:
    """The product of two matrices (a, b, c, d, e, f): it applies ``first``, then ``second``."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def transform_of(thing: int) -> TransformMatrix:
    """The matrix of a page object at that address; the unit matrix if it has none."""
    matrix = RawMatrix()
    if not pdfium_functions()["FPDFPageObj_GetMatrix"](thing, ctypes.addressof(matrix)):
        return UNIT
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f
