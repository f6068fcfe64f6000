"""Read the pages of a PDF one by one, so that several processes can share a long document by ranges of pages."""

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
from alignment.documents.pdf_words import TextLine
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
    """The tables of a page and the lines outside them; ``picture``: it has no text, ``failed``: it cannot be read."""

    lines: list[TextLine] = []
    tables: list[PlacedTable] = []
    picture: bool = False
    failed: bool = False


Range = tuple[int, int]
_DECODER = msgspec.msgpack.Decoder(list[Page])
_progress: ContextVar[Progress | None] = ContextVar("pdf_progress", default=None)
_given: dict[str, list[Page]] = {}


@contextmanager
def page_progress_to(progress: Progress | None) -> Iterator[None]:
    """Within the block, call ``progress`` with the file's name, the number of pages read and of all pages."""
    token = _progress.set(progress)
    try:
        yield
    finally:
        _progress.reset(token)


def report_pages(name: str, done: int, total: int) -> None:
    """Report that ``done`` of ``total`` pages are read, the last of them from the file ``name``.

    The report goes to the parent process, or to the callback of `reporting_to`.
    """
    progress = _progress.get()
    if not report_progress("pages", name, done, total) and progress:
        progress(name, done, total)


@contextmanager
def open_pdf(path: Path, settings: Settings) -> Iterator[Any]:
    """The PDF as a document of pypdfium2, closed at the end of the block.

    Raises:
        InputError: the PDF is encrypted or damaged.
        LimitError: it has more than ``max_pages`` pages.
    """
    import pypdfium2

    try:
        source = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise InputError(
            _("the PDF is protected by a password.")
            if locked
            else _("the PDF cannot be read: it is damaged or truncated."),
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
    """Keep the pages of a file that other processes read with `read_range`, for the next `read` of that file."""
    _given.clear()
    _given[str(path)] = [page for part in parts for page in _DECODER.decode(part)]


def ranges(path: Path, settings: Settings) -> list[Range]:
    """Ranges of pages that may be read separately, as (first, page after the last), from 0.

    Empty if the file cannot be opened.
    """
    try:
        with open_pdf(path, settings) as source:
            return _ranges(len(source))
    except (InputError, OSError):
        return []  # the reader of the whole file will raise the error


def _ranges(count: int) -> list[Range]:
    return [(first, min(first + RANGE, count)) for first in range(0, count, RANGE)]


def read(path: Path, settings: Settings, name: str = "") -> list[Page]:
    """All pages of a file; ``name`` is its name in the progress.

    Raises:
        InputError: the PDF is encrypted or damaged.
        LimitError: it has more than ``max_pages`` pages.
    """
    if str(path) in _given:
        return _given.pop(str(path))
    pages: list[Page] = []
    with open_pdf(path, settings) as source:
        count = len(source)
        for index in range(count):
            pages.append(_page(source, index))
            report_pages(name or path.name, index + 1, count)
    return pages


def read_range(path: Path, settings: Settings, part: Range) -> bytes:
    """The pages of a range as MessagePack, to send between processes.

    Raises: as `read`.
    """
    with open_pdf(path, settings) as source:
        return msgspec.msgpack.encode([_page(source, index) for index in range(*part)])


def raw_pages(path: Path, settings: Settings) -> Iterator[RawPage]:
    """The letters, lines and boxes of each page; pages that cannot be read are left out.

    Raises: as `read`.
    """
    with open_pdf(path, settings) as source:
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
