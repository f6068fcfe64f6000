"""Scanned PDF → PDF with a text layer and drawn table lines (extra ``[ocr]``, Tesseract with rus and eng).

Each page is rendered, turned upright and recognised. The result is a page of
invisible text (Tesseract's PDF) with the ruling lines that were found in the
picture, so that the PDF reader finds the tables as in any other PDF.
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alignment.documents.limits import POINTS_PER_INCH, drawn_scale
from alignment.errors import LimitError, MissingExtraError
from alignment.i18n import message as _
from alignment.isolated import more, report_progress
from alignment.progress import Counting

HINT = _(
    "Install the extra (pip install 'profstandart-align[ocr]') and Tesseract (Debian: apt install tesseract-ocr "
    "tesseract-ocr-rus), or recognise the file first with another program (for example ocrmypdf -l rus+eng)."
)
# Dots per inch of the picture that Tesseract reads. On a page of a real work programme, blurred and turned by 0.6
# degrees, 98.3 % of the text comes back at 200 and at 300, which takes a third more time, and 95.0 % at 100.
DPI = 200
# Processor time that a page may take beside what a file may; Tesseract, another process, has seconds of the clock.
SECONDS = 20
TIMEOUT = 120  # seconds of the clock, most of a page that is full of dots or a map (docs/security.md)
# Points of a picture, as many as two sheets A3 have: a page of five metres is drawn more coarsely.
MOST_POINTS = 16_000_000
LANGUAGES = "rus+eng"
WHITE = 255  # of a point of a grey picture: paper
# What is darker counts as ink, so that thin lines do, which a scan leaves grey. On the same page 100 reads the same;
# with 240 letters run together into lines, and 88.3 % come back.
DARK = 200
# A ruling line is dark for at least this many inches, longer than any letter is wide, with this share of dark points,
# as scans have gaps. On the same page double the length reads the same, 0.2 wipes out letters (96.9 %).
LEAST_INCHES, SHARE = 0.35, 0.85
# Points: the least side of a drawn line; a thinner one would be no box.
THINNEST = 0.5
# Thicker than this (4 points) it is the edge of the scan or a block, not a line; and a long one may lie aslant by a
# hundredth of its length.
THICK_INCHES, ASLANT = 0.06, 0.01
# What begins or ends so near the picture's edge, as a share of its height, is the shadow of the paper's edge.
EDGE = 0.005
# Pieces of a line: how far apart along it and across it; how much longer it is drawn at each end.
GAP_INCHES, APART_INCHES, MORE_INCHES = 0.25, 0.05, 0.06
# Upright dotted lines have gaps of a few points; the space between lines of text is wider. Across, words have such
# gaps too, so there dots are not joined.
DOTS = 7
# Dots across a line that are wiped out: a line of 0.5 to 1.5 points with its grey edges.
WIPED = 5
# Angles tried, in degrees, on a picture of a third of the size: paper lies in a scanner within a degree and a half,
# and a tenth of a degree is a line's height over a page.
REDUCED = 3
# In steps of a fifth of a degree.
ANGLES = tuple(step / 5 for step in range(-8, 9))
# Then the neighbours of the best one, finer.
FINE = (-0.1, -0.05, 0.0, 0.05, 0.1)
# From this confidence of Tesseract's (orientation_conf) a page is turned; one of few letters, of which it is less sure,
# stays as it is.
UPRIGHT_CONFIDENCE = 1.0

_progress: ContextVar[Counting | None] = ContextVar("ocr_progress", default=None)


@contextmanager
def ocr_progress_to(progress: Counting | None) -> Iterator[None]:
    """Within the block, call ``progress`` after each recognised page with the pages done and all pages."""
    token = _progress.set(progress)
    try:
        yield
    finally:
        _progress.reset(token)


def report_recognised(done: int, total: int) -> None:
    """Report to the parent process, or to the callback of `reporting_to`, how many pages are recognised."""
    progress = _progress.get()
    if not report_progress("ocr", "", done, total) and progress:
        progress(done, total)


def ready() -> bool:
    """Whether pytesseract and Tesseract are installed."""
    return find_spec("pytesseract") is not None and shutil.which("tesseract") is not None


def recognised(path: Path, pages: Sequence[int], target: Path) -> None:
    """Write to ``target`` the PDF with the given pages (from 0) recognised and the others unchanged.

    Raises:
        MissingExtraError: pytesseract or Tesseract is not installed.
        LimitError: recognising a page takes more than `TIMEOUT` seconds.
    """
    if not ready():
        raise MissingExtraError(
            _("this is a scan: its pages are pictures without text."),
            file=str(path),
            hint=HINT,
        )
    import pypdfium2

    source = pypdfium2.PdfDocument(path)
    result = pypdfium2.PdfDocument.new()
    try:
        images = (_image(source, index) for index in pages)
        done: dict[int, bytes] = {}
        more(SECONDS * len(pages))
        # Tesseract runs in processes of its own, so threads suffice here; each process is limited to one core.
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            for number, (index, page) in enumerate(zip(pages, pool.map(_page, images), strict=True), 1):
                done[index] = page
                report_recognised(number, len(pages))
        for index in range(len(source)):
            if index in done:
                part = pypdfium2.PdfDocument(done[index])
                result.import_pages(part)
                part.close()
            else:
                result.import_pages(source, pages=[index])
        result.save(target)
    finally:
        result.close()
        source.close()


def _image(source: Any, index: int) -> Any:
    page = source[index]
    image = page.render(scale=drawn_scale(page, DPI, MOST_POINTS), grayscale=True).to_pil()
    page.close()
    return image


def _page(image: Any) -> bytes:
    """The picture of a page → a PDF with its text and its ruling lines.

    Raises:
        LimitError: recognising it takes more than `TIMEOUT` seconds.
    """
    import pypdfium2
    import pytesseract

    image = _straight(_upright(image))
    lines = ruling_lines(np.asarray(image))
    config = f"--dpi {DPI} -c textonly_pdf=1"
    try:
        data = pytesseract.image_to_pdf_or_hocr(
            _without(image, lines), lang=LANGUAGES, extension="pdf", config=config, timeout=TIMEOUT
        )
    except RuntimeError as error:
        if isinstance(error, pytesseract.TesseractError):
            raise
        raise LimitError(_("recognising one page takes more than {n} seconds.", n=TIMEOUT)) from error
    document = pypdfium2.PdfDocument(data)
    try:
        _draw(document[0], lines, image.height)
        out = io.BytesIO()
        document.save(out)
    finally:
        document.close()
    return out.getvalue()


def _straight(image: Any) -> Any:
    """The picture turned by the small angle at which its rows are sharpest (skew detection by projection profile)."""
    small = image.reduce(REDUCED)

    def sharpness(angle: float) -> float:
        rows = WHITE - np.asarray(small.rotate(angle, fillcolor=255), dtype=np.float32)
        return float(np.square(np.diff(rows.sum(axis=1))).sum())

    best = max(ANGLES, key=sharpness)
    fine = max((best + step for step in FINE), key=sharpness)
    # 3 is Pillow's name for bicubic resampling.
    return image.rotate(fine, resample=3, fillcolor=255) if fine else image


def _without(image: Any, lines: Sequence[tuple[float, float, float, float]]) -> Any:
    """The picture with its ruling lines painted white: Tesseract would read them as "|" and "_"."""
    from PIL import ImageDraw

    clean = image.copy()
    pen = ImageDraw.Draw(clean)
    for x0, y0, x1, y1 in lines:
        pen.line((x0, y0, x1, y1), fill=255, width=WIPED)
    return clean


def _upright(image: Any) -> Any:
    import pytesseract

    try:
        orientation = pytesseract.image_to_osd(
            image, config=f"--dpi {DPI}", output_type=pytesseract.Output.DICT, timeout=TIMEOUT
        )
    except RuntimeError:  # TesseractError is a RuntimeError: there is too little text to find the orientation
        return image
    if orientation["rotate"] and float(orientation["orientation_conf"]) >= UPRIGHT_CONFIDENCE:
        return image.rotate(-int(orientation["rotate"]), expand=True, fillcolor=255)
    return image


def ruling_lines(image: NDArray[np.uint8]) -> list[tuple[float, float, float, float]]:
    """The straight horizontal and vertical lines of a picture.

    A line is dark nearly throughout in a window of `LEAST_INCHES` along it.
    Bars thicker than a ruling line and lines at the picture's edge are left out.

    Args:
        image: grey values from 0 (black) to 255, of shape (height, width).

    Returns:
        For each line (x0, y0, x1, y1) in pixels.
    """
    dark = image < DARK
    across = [(x0, y, x1, y) for y, x0, x1 in _joined(_runs(dark, 0))]
    down = [(x, y0, x, y1) for x, y0, y1 in _joined(_runs(dark.T, DOTS))]
    return across + down


def _joined(runs: list[tuple[int, int, int, int]]) -> list[tuple[float, float, float]]:
    """Join the pieces of each line into (position across it, start, end), a little longer, so that lines meet."""
    gap, apart, more = (inches * DPI for inches in (GAP_INCHES, APART_INCHES, MORE_INCHES))
    lines: list[tuple[float, float, float]] = []
    for y0, y1, x0, x1 in sorted(runs, key=lambda run: run[2]):
        y = (y0 + y1) / 2
        for index, (place, start, end) in enumerate(lines):
            if abs(place - y) <= apart and -gap <= x0 - end <= gap:
                total = (end - start) + (x1 - x0)
                lines[index] = ((place * (end - start) + y * (x1 - x0)) / total, start, max(end, x1))
                break
        else:
            lines.append((y, x0, x1))
    return [(y, max(0, start - more), end + more) for y, start, end in lines]


def _runs(dark: NDArray[np.bool_], dots: int) -> list[tuple[int, int, int, int]]:
    """Long dark runs along the rows, as boxes (first row, row after the last, first column, column after the last).

    Args:
        dark: which pixels are dark, of shape (height, width).
        dots: gaps of fewer pixels than this are closed; 0 closes none.
    """
    from scipy import ndimage

    length = int(LEAST_INCHES * DPI)
    # A slightly slanted line crosses several rows, so the neighbouring rows count too.
    thick = ndimage.maximum_filter1d(dark.astype(np.uint8), 3, axis=0)
    if dots:
        thick = ndimage.minimum_filter1d(ndimage.maximum_filter1d(thick, dots, axis=1), dots, axis=1)
    mean = ndimage.uniform_filter1d(thick.astype(np.float32), length, axis=1)
    whole = ndimage.maximum_filter1d((mean >= SHARE).astype(np.uint8), length, axis=1) & thick
    labels, _ = ndimage.label(whole, structure=np.ones((3, 3)))  # points that touch by their corners are one line too
    result = []
    height = dark.shape[0]
    for rows, columns in ndimage.find_objects(labels):
        wide = columns.stop - columns.start
        tall = rows.stop - rows.start
        slack = THICK_INCHES * DPI + ASLANT * wide
        inside = rows.start > EDGE * height and rows.stop < (1 - EDGE) * height
        if wide >= length and tall <= slack and inside:
            result.append((rows.start, rows.stop, columns.start, columns.stop))
    return result


def _draw(page: Any, lines: Sequence[tuple[float, float, float, float]], height: int) -> None:
    """Draw lines (in pixels from the top) as thin rectangles; PDF measures from the bottom, in points of 1/72 inch."""
    import pypdfium2.raw as raw

    scale = POINTS_PER_INCH / DPI
    for x0, y0, x1, y1 in lines:
        left, top = x0 * scale, (height - y0) * scale
        shape = raw.FPDFPageObj_CreateNewRect(
            left,
            top - (y1 - y0) * scale - THINNEST / 2,
            max((x1 - x0) * scale, THINNEST),
            max((y1 - y0) * scale, THINNEST),
        )
        raw.FPDFPageObj_SetFillColor(shape, 0, 0, 0, WHITE)  # black; the last number says that it is opaque
        raw.FPDFPath_SetDrawMode(shape, raw.FPDF_FILLMODE_ALTERNATE, False)
        raw.FPDFPage_InsertObject(page.raw, shape)
    raw.FPDFPage_GenerateContent(page.raw)
