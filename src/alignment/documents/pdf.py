"""PDF with a text layer → Document: pdfium tells what a page holds, pdfplumber its tables.

Lines that recur at the edges of most pages (running titles, page numbers,
marks of a legal database) are dropped; tables that go on over a page break
stay separate blocks, joining them needs to know what they mean.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from alignment.dictionary import is_word
from alignment.documents import ocr, pdf_tables
from alignment.documents.blocks import AnyBlock, Cell, Document, Heading, Paragraph, Table
from alignment.documents.limits import read_bytes
from alignment.documents.pdf_clean import body_size, cleaned
from alignment.documents.textfile import BULLET, HEADING
from alignment.errors import InputError, LimitError
from alignment.model import Issue, Location
from alignment.settings import Settings

MARGIN_SHARE = 0.5
SCAN_CHARS_PER_PAGE = 20
HYPHEN = re.compile(r"(?<=[а-яёa-z])[-\u00ad\u2010]$")
ENDINGS = frozenset(
    [
        "ого",
        "его",
        "ому",
        "ему",
        "ых",
        "их",
        "ые",
        "ие",
        "ая",
        "яя",
        "ой",
        "ей",
        "ую",
        "юю",
        "ым",
        "им",
        "ом",
        "ем",
        "ам",
        "ах",
        "ов",
        "ев",
        "ть",
        "ся",
        "ми",
        "ями",
        "ия",
        "ий",
    ]
)
END = re.compile(r"[.;:!?]$")


def read(path: Path, settings: Settings) -> Document:
    """Paragraphs, list items and tables with their page.

    Raises:
        InputError: encrypted, damaged, or without a text layer (a scan).
        LimitError: more than ``max_pages`` pages.
    """
    read_bytes(path, settings)
    pictures = _check(path, settings)
    if not pictures:
        return _read(path, path)
    if settings.ocr == "off" or not ocr.ready():
        return _without_pages(path, pictures)
    with TemporaryDirectory(prefix="align-") as folder:
        target = Path(folder) / "recognised.pdf"
        ocr.recognised(path, pictures, target)
        found = _read(target, path)
    pages = tuple(index + 1 for index in pictures)
    message = f"{_listed(pages)} read from pictures (OCR): check doubtful words against the original"
    issue = Issue(message=message, location=Location(file=path.name))
    return msgspec.structs.replace(found, ocr_pages=pages, warnings=(*found.warnings, issue))


def _without_pages(path: Path, pictures: Sequence[int]) -> Document:
    """The document less its pages without text.

    Raises:
        InputError: no page has text.
    """
    found = _read(path, path)
    if not found.blocks:
        raise InputError(
            f"the PDF has no text layer ({len(pictures)} pages without text): it looks like a scan.",
            file=str(path),
            hint=ocr.HINT,
        )
    pages = tuple(index + 1 for index in pictures)
    message = f"{_listed(pages)} not read: pictures without text. {ocr.HINT}"
    issue = Issue(message=message, location=Location(file=path.name, page=pages[0]))
    return msgspec.structs.replace(found, warnings=(*found.warnings, issue))


def _listed(pages: Sequence[int]) -> str:
    shown = ", ".join(str(page) for page in pages[:10]) + (" …" if len(pages) > 10 else "")
    return f"{len(pages)} page(s) ({shown})"


def _read(path: Path, original: Path) -> Document:
    """Blocks of a PDF with text, under the name of the original."""
    import pdfplumber

    pages: list[tuple[list[Any], list[Any]]] = []
    try:
        with pdfplumber.open(path) as source:
            for page in source.pages:
                pages.append(_page(page))
                page.close()
    except InputError:
        raise
    except Exception as error:  # pdfminer raises many kinds on damaged files
        raise InputError(f"the PDF is damaged: {error}.", file=str(original)) from error
    running = _running([lines for lines, _ in pages])
    blocks: list[AnyBlock] = []
    for number, (lines, tables) in enumerate(pages, 1):
        kept = [line for line in lines if not _is_running(line, running)]
        blocks += _blocks(kept, tables, original.name, number)
    return Document(file=str(original), format="pdf", blocks=tuple(blocks))


def _check(path: Path, settings: Settings) -> list[int]:
    """Pages (from 0) that are pictures without text, or all of them where ``settings.ocr`` is "always"."""
    import pypdfium2

    try:
        source = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise InputError(
            "the PDF is protected by a password." if locked else "not a readable PDF (damaged or truncated).",
            file=str(path),
            hint="Save a copy without a password." if locked else "Download or export it again.",
        ) from error
    try:
        count = len(source)
        if count > settings.max_pages:
            raise LimitError(
                f"the PDF has {count} pages; the limit is {settings.max_pages}.",
                file=str(path),
                hint="Split it, or raise max_pages (ALIGN_MAX_PAGES).",
            )
        if settings.ocr == "always":
            return list(range(count))
        return [index for index in range(count) if _is_picture(source[index])]
    finally:
        source.close()


def _is_picture(page: Any) -> bool:
    """Whether a page has hardly any text and an image."""
    import pypdfium2.raw as raw

    if page.get_textpage().count_chars() >= SCAN_CHARS_PER_PAGE:
        return False
    return any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2))


def _page(page: Any) -> tuple[list[Any], list[Any]]:
    """Lines outside tables and the tables (bbox, rows) of a page."""
    page = cleaned(page)
    tables, boxes = pdf_tables.extract(page)

    def outside(thing: dict[str, Any]) -> bool:
        middle_x, middle_y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
        return not any(x0 <= middle_x <= x1 and top <= middle_y <= bottom for x0, top, x1, bottom in boxes)

    rest = page.filter(lambda thing: thing["object_type"] != "char" or outside(thing)) if boxes else page
    lines = rest.extract_text_lines(return_chars=True, strip=True)
    lines = [
        {
            "text": line["text"],
            "x0": line["x0"],
            "x1": line["x1"],
            "top": line["top"],
            "bottom": line["bottom"],
            "bold": all("bold" in char["fontname"].lower() for char in line["chars"] if char["text"].strip()),
            "small": body_size(line["chars"]),
            "width": page.width,
            "height": page.height,
        }
        for line in lines
    ]
    return lines, tables


NUMBERED = re.compile(r"^\d{1,2}(?:\.\d{1,2}){1,3}\.?\s+\D")
PAGE_NUMBER = re.compile(r"^(?:[-–]\s*)?\d{1,4}(?:\s*[-–])?$|^\d+\s*/\s*\d+$")
BAND = 12.0


def _shape(line: Any) -> tuple[str, int]:
    """The line's text without its digits, and its distance from the nearer edge in steps of `BAND` points.

    Distances from the foot are negative: pages of one document may be upright and across.
    """
    top, below = line["top"], line["height"] - line["bottom"]
    return re.sub(r"\d+", "0", line["text"]), round(top / BAND) if top <= below else -round(below / BAND) - 1


def _running(pages: list[list[Any]]) -> set[tuple[str, int]]:
    """Shapes of lines that recur at the same height at the edge of at least half of the pages.

    Numbered headings are never running titles, though "3.1.2. Трудовая функция"
    may begin many pages; bare page numbers always are.
    """
    counts: Counter[tuple[str, int]] = Counter()
    numbers: set[tuple[str, int]] = set()
    for lines in pages:
        edge = lines[:2] + lines[-2:]
        counts.update({_shape(line) for line in edge if not NUMBERED.match(line["text"])})
        numbers.update(_shape(line) for line in edge if PAGE_NUMBER.match(line["text"]))
    least = max(2.0, len(pages) * MARGIN_SHARE)
    return {shape for shape, count in counts.items() if count >= least} | (numbers if len(pages) > 1 else set())


def _is_running(line: Any, running: set[tuple[str, int]]) -> bool:
    text, band = _shape(line)
    return any((text, band + step) in running for step in (-1, 0, 1))


def _blocks(lines: list[Any], tables: list[Any], file: str, page: int) -> list[AnyBlock]:
    """Blocks of a page from top to bottom, lines joined into paragraphs."""
    things: list[tuple[float, AnyBlock]] = []
    run: list[Any] = []

    def flush() -> None:
        if run:
            things.append((run[0]["top"], _paragraph(run, file, page)))
            run.clear()

    bounds = [bbox[1] for bbox, _ in tables]
    for line in lines:
        if run and (_starts(run[-1], line) or any(run[-1]["top"] < top < line["top"] for top in bounds)):
            flush()
        run.append(line)
    flush()
    for bbox, rows in tables:
        things.append((bbox[1], _table(rows, file, page, len(things))))
    return [block for _, block in sorted(things, key=lambda thing: thing[0])]


def _starts(last: Any, line: Any) -> bool:
    """Whether ``line`` starts a new paragraph after ``last``."""
    text, gap, height = line["text"], line["top"] - last["bottom"], line["bottom"] - line["top"]
    if BULLET.match(text) or re.match(r"(?:\d{1,2}\.)+\d*\s+\S", text) or gap > 0.9 * height:
        return True
    if last["bold"] != line["bold"] or abs(last["small"] - line["small"]) > 1:
        return True
    if END.search(last["text"]) and (text[:1].isupper() or last["text"].endswith((";", ":"))):
        return True
    # A line that ends far from the right margin ends its paragraph, unless the sentence clearly goes on.
    short = last["x1"] < 0.72 * last["width"]
    return short and not text[:1].islower()


def join_lines(lines: list[str]) -> str:
    """Lines of one paragraph as running text; a hyphen at a line's end joins the word."""
    text = ""
    for line in lines:
        part = line.strip()
        if text and HYPHEN.search(text) and part[:1].islower():
            text = text[:-1] + part if text[-1] != "-" or not _compound(text, part) else text + part
        elif (text.endswith("-") and text[-2:-1].isalpha() and part[:1].isalpha()) or _cut(text, part):
            text += part
        else:
            text = f"{text} {part}" if text else part
    return " ".join(text.split())


def _cut(text: str, part: str) -> bool:
    """Whether a narrow column cut a word without a hyphen: neither half is a word, both together are."""
    left, right = re.search(r"(?<!\S)[А-Яа-яё]{2,}$", text), re.match(r"[а-яё]+", part)
    if not left or not right:
        return False
    one, two = left[0].lower(), right[0]
    if len(two) == 1:
        return two in "йьхюе" and (is_word(one + two) or not is_word(one))
    if is_word(one):
        return is_word(one + two) and not is_word(two) and len(one) <= 3
    return not is_word(two) or is_word(one + two) or two in ENDINGS


def _compound(text: str, part: str) -> bool:
    """Whether the hyphen belongs to the word (научно-технический) rather than to the line break.

    It belongs to the break only when the joined word is in the dictionary and the halves are not two words.
    """
    left = text.rsplit(" ", 1)[-1].rstrip("-").lower()
    right = re.match(r"[а-яёa-z]+", part.lower())
    if not right or not left.isalpha():
        return True
    # "организационно-" is an adverb before a word of its own; "произво-" is not.
    pair = left.endswith("о") and is_word(left) and is_word(right[0])
    return pair or not is_word(left + right[0])


def _paragraph(run: list[Any], file: str, page: int) -> Heading | Paragraph:
    text = join_lines([line["text"] for line in run])
    place = Location(file=file, page=page)
    bold = all(line["bold"] for line in run)
    if BULLET.match(text):
        return Paragraph(text=BULLET.sub("", text), item=True, bold=bold, location=place)
    if len(text) < 160 and (bold or (HEADING.match(text) and not text.endswith((";", ".")))):
        return Heading(text=text, level=2, location=place)
    return Paragraph(text=text, bold=bold, location=place)


def _table(rows: list[list[str | None]], file: str, page: int, number: int) -> Table:
    cells = tuple(
        tuple(
            Cell(
                text=cell or "",
                merged=cell is None,
                location=Location(file=file, page=page, cell=f"T{number + 1}R{row_number}"),
            )
            for cell in row
        )
        for row_number, row in enumerate(rows, 1)
    )
    return Table(rows=cells, location=Location(file=file, page=page))
