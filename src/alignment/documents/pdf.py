"""PDF with a text layer → Document.

Lines that recur at the edges of most pages (running titles, page numbers,
marks of a legal database) are dropped. The parts of a table on several pages
stay separate blocks: only a reader that knows their meaning can join them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from alignment.documents import ocr, pdf_furniture, pdf_pages
from alignment.documents.blocks import AnyBlock, Cell, Document, Heading, Paragraph, Table
from alignment.documents.limits import read_bytes
from alignment.documents.pdf_join import join_lines
from alignment.documents.pdf_mend import mended
from alignment.documents.pdf_pages import Page
from alignment.documents.pdf_tables import PlacedTable
from alignment.documents.pdf_words import TextLine
from alignment.documents.textfile import BULLET, HEADING
from alignment.errors import InputError, shown_as
from alignment.i18n import Message
from alignment.i18n import message as _
from alignment.i18n import plural_message as plural
from alignment.model import Issue, Location
from alignment.settings import Settings

__all__ = ["join_lines", "read"]

END = re.compile(r"[.;:!?]$")
# What half and double do is measured on three real PDFs, two work programmes and an order, of 1,712 blocks.
LISTED = 10  # pages that a warning names: what fits a line
# Of a line's height: a gap above it that begins a paragraph. Lines of one and a half spacing stand nearer.
# Half of it changes 9 blocks into 23, double 19 into 9.
PARAGRAPH_GAP = 0.9
# Of the page's width: a line that ends before it is the last of its paragraph; right margins are narrower.
# With 0.5 76 blocks run together into 29; with 0.85 6 become 12.
SHORT_LINE = 0.72
# Letters of a heading in bold or with a number: two lines. What is longer is a paragraph set in bold.
# Half of it makes 18 headings paragraphs, double makes none.
LONGEST_HEADING = 160


def read(path: Path, settings: Settings) -> Document:
    """Headings, paragraphs, list items and tables, each with its page.

    Raises:
        InputError: the PDF is encrypted, damaged, or a scan without a text layer that cannot be recognised.
        LimitError: it has more than ``max_pages`` pages.
    """
    read_bytes(path, settings)
    if settings.ocr == "always" and ocr.ready():
        with pdf_pages.open_pdf(path, settings) as source:
            return _recognised(path, settings, list(range(len(source))))
    pages = pdf_pages.read(path, settings)
    pictures = [index for index, page in enumerate(pages) if page.picture]
    if pictures and settings.ocr != "off" and ocr.ready():
        return _recognised(path, settings, pictures)
    document = _document(pages, path)
    if not pictures:
        return document
    if not document.blocks:
        raise InputError(
            _("the PDF has no text layer ({n} pages without text): it looks like a scan.", n=len(pictures)),
            file=str(path),
            hint=ocr.HINT,
        )
    message = _(
        "{pictures} not read: they are pictures without text. {hint}", pictures=_listed(pictures), hint=ocr.HINT
    )
    issue = Issue(message=message, location=Location(file=path.name, page=pictures[0] + 1))
    return msgspec.structs.replace(document, warnings=(*document.warnings, issue))


def _recognised(path: Path, settings: Settings, pictures: Sequence[int]) -> Document:
    """The document with the given pages (from 0) read from their pictures."""
    with TemporaryDirectory(prefix="align-") as folder:
        target = Path(folder) / "recognised.pdf"
        ocr.recognised(path, pictures, target)
        with shown_as(target, str(path)):
            document = _document(pdf_pages.read(target, settings, path.name), path)
    message = _(
        "{pictures} read from pictures (OCR): check doubtful words against the original", pictures=_listed(pictures)
    )
    issue = Issue(message=message, location=Location(file=path.name))
    pages = tuple(index + 1 for index in pictures)
    return msgspec.structs.replace(document, ocr_pages=pages, warnings=(*document.warnings, issue))


def _listed(pages: Sequence[int]) -> Message:
    shown = ", ".join(str(page + 1) for page in pages[:LISTED]) + (" …" if len(pages) > LISTED else "")
    return plural("{n} page ({shown})", "{n} pages ({shown})", len(pages), shown=shown)


def _document(pages: Sequence[Page], path: Path) -> Document:
    """The blocks of all pages, and a warning for each page that could not be read.

    Raises:
        InputError: no page could be read.
    """
    failed = [number for number, page in enumerate(pages, 1) if page.failed]
    if len(failed) == len(pages):
        raise InputError(_("the PDF is damaged: none of its pages can be read."), file=str(path))
    titles = pdf_furniture.running([page.lines for page in pages])
    blocks: list[AnyBlock] = []
    for number, page in enumerate(pages, 1):
        kept = [line for line in page.lines if not pdf_furniture.is_furniture(line, titles)]
        blocks += _blocks(kept, page.tables, path.name, number)
    warnings = tuple(
        Issue(
            message=_("page {number} could not be read", number=number), location=Location(file=path.name, page=number)
        )
        for number in failed
    )
    return Document(file=str(path), format="pdf", blocks=tuple(blocks), warnings=warnings)


def _blocks(lines: list[TextLine], tables: list[PlacedTable], file: str, page: int) -> list[AnyBlock]:
    """Blocks of a page from top to bottom, with lines joined into paragraphs."""
    things: list[tuple[float, AnyBlock]] = []  # the upper end of each block, and the block
    run: list[TextLine] = []

    def flush() -> None:
        if run:
            things.append((run[0].top, _paragraph(run, file, page)))
            run.clear()

    bounds = [bbox[1] for bbox, _ in tables]
    for line in lines:
        if run and (_starts(run[-1], line) or any(run[-1].top < top < line.top for top in bounds)):
            flush()
        run.append(line)
    flush()
    for bbox, rows in tables:
        things.append((bbox[1], _table(rows, file, page, len(things))))
    return [block for _, block in sorted(things, key=lambda thing: thing[0])]


def _starts(last: TextLine, line: TextLine) -> bool:
    """Whether ``line`` starts a new paragraph after ``last``."""
    text, gap, height = line.text, line.top - last.bottom, line.bottom - line.top
    if BULLET.match(text) or re.match(r"(?:\d{1,2}\.)+\d*\s+\S", text) or gap > PARAGRAPH_GAP * height:
        return True
    if last.bold != line.bold or abs(last.small - line.small) > 1:
        return True
    if END.search(last.text) and (text[:1].isupper() or last.text.endswith((";", ":"))):
        return True
    # A line that ends far from the right margin ends its paragraph, unless the next line begins with a small letter.
    short = last.x1 < SHORT_LINE * last.width
    return short and not text[:1].islower()


def _paragraph(run: list[TextLine], file: str, page: int) -> Heading | Paragraph:
    text = mended(join_lines([line.text for line in run]))
    place = Location(file=file, page=page)
    bold = all(line.bold for line in run)
    if BULLET.match(text):
        return Paragraph(text=BULLET.sub("", text), item=True, bold=bold, location=place)
    if len(text) < LONGEST_HEADING and (bold or (HEADING.match(text) and not text.endswith((";", ".")))):
        return Heading(text=text, level=2, location=place)
    return Paragraph(text=text, bold=bold, location=place)


def _table(rows: list[list[str | None]], file: str, page: int, number: int) -> Table:
    cells = tuple(
        tuple(
            Cell(
                text=mended(cell or ""),
                merged=cell is None,
                location=Location(file=file, page=page, cell=f"T{number + 1}R{row_number}"),
            )
            for cell in row
        )
        for row_number, row in enumerate(rows, 1)
    )
    return Table(rows=cells, location=Location(file=file, page=page))
