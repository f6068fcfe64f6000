"""Pages of a PDF, each on its own: what of a document can be read in several processes, by ranges of pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import msgspec

from alignment.documents import pdf_tables
from alignment.documents.pdf_clean import cleaned
from alignment.documents.pdf_raw import RawPage, raw_page
from alignment.documents.pdf_tables import PlacedTable
from alignment.documents.pdf_words import Line
from alignment.errors import InputError, LimitError
from alignment.i18n import message as _
from alignment.isolated import report_progress
from alignment.progress import Progress
from alignment.settings import Settings

# A page with a picture and fewer letters than this is a scan: a page number or a stamp has so many, a line of text
# has 60. Half and double find the same pages in three real PDFs.
SCAN_CHARS_PER_PAGE = 20
# Pages that one process reads at a time; a document of twice as many is read by several.
RANGE = 16


class Page(msgspec.Struct):
    """Lines outside tables and the tables of a page; whether it is a picture without text, or could not be read."""

    lines: list[Line] = []
    tables: list[PlacedTable] = []
    picture: bool = False
    failed: bool = False


Range = tuple[int, int]
_DECODER = msgspec.msgpack.Decoder(list[Page])
_progress: ContextVar[Progress | None] = ContextVar("pdf_progress", default=None)
_given: dict[str, list[Page]] = {}


@contextmanager
def reporting_to(progress: Progress | None) -> Iterator[None]:
    """Tell ``progress`` of pages read inside: the file's name, how many are read, of how many."""
    token = _progress.set(progress)
    try:
        yield
    finally:
        _progress.reset(token)


def report(name: str, done: int, total: int) -> None:
    """Tell whoever listens that so many pages are read, the last ones of the file ``name``."""
    progress = _progress.get()
    if not report_progress("pages", name, done, total) and progress:
        progress(name, done, total)


@contextmanager
def opened(path: Path, settings: Settings) -> Iterator[Any]:
    """The document of pypdfium2.

    Raises:
        InputError: encrypted or damaged.
        LimitError: more than ``max_pages`` pages.
    """
    import pypdfium2

    try:
        source = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise InputError(
            _("the PDF is protected by a password.") if locked else _("not a readable PDF (damaged or truncated)."),
            file=str(path),
            hint=_("Save a copy without a password.") if locked else _("Download or export it again."),
        ) from error
    try:
        count = len(source)
        if count > settings.max_pages:
            raise LimitError(
                _("the PDF has {count} pages; the limit is {max_pages}.", count=count, max_pages=settings.max_pages),
                file=str(path),
                hint=_("Split it, or raise max_pages (ALIGN_MAX_PAGES)."),
            )
        yield source
    finally:
        source.close()


def given(path: Path, parts: Sequence[bytes]) -> None:
    """Keep what `read_range` read of a file elsewhere, for the `read` of it that comes next."""
    _given.clear()
    _given[str(path)] = [page for part in parts for page in _DECODER.decode(part)]


def ranges(path: Path, settings: Settings) -> list[Range]:
    """Ranges of pages (from, to; from 0) that may be read apart; none where the file cannot be opened."""
    try:
        with opened(path, settings) as source:
            return _ranges(len(source))
    except (InputError, OSError):
        return []  # whoever reads the file will say what is wrong


def _ranges(count: int) -> list[Range]:
    return [(first, min(first + RANGE, count)) for first in range(0, count, RANGE)]


def read(path: Path, settings: Settings, name: str = "") -> list[Page]:
    """Every page of a file; ``name`` is how it is called in the progress.

    Raises:
        InputError: encrypted or damaged.
        LimitError: more than ``max_pages`` pages.
    """
    if str(path) in _given:
        return _given.pop(str(path))
    pages: list[Page] = []
    with opened(path, settings) as source:
        count = len(source)
        for index in range(count):
            pages.append(_page(source, index))
            report(name or path.name, index + 1, count)
    return pages


def read_range(path: Path, settings: Settings, part: Range) -> bytes:
    """Some pages of a file, packed for the way between processes.

    Raises: as `read`.
    """
    with opened(path, settings) as source:
        return msgspec.msgpack.encode([_page(source, index) for index in range(*part)])


def raw_pages(path: Path, settings: Settings) -> Iterator[RawPage]:
    """Pages as drawn, less those that cannot be read.

    Raises: as `read`.
    """
    with opened(path, settings) as source:
        for index in range(len(source)):
            raw = _raw(source, index)
            if raw:
                yield raw


def _raw(source: Any, index: int) -> RawPage | None:
    import pypdfium2

    try:
        page = source[index]
        try:
            return raw_page(page)
        finally:
            page.close()
    except pypdfium2.PdfiumError:
        return None


def _page(source: Any, index: int) -> Page:
    raw = _raw(source, index)
    if raw is None:
        return Page(failed=True)
    lines, tables = pdf_tables.extract(cleaned(raw))
    return Page(lines=lines, tables=tables, picture=raw.picture and len(raw.letters) < SCAN_CHARS_PER_PAGE)
