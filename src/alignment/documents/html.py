"""HTML → Document, through lxml.html; scripts, styles and navigation are dropped."""

from __future__ import annotations

from pathlib import Path

import lxml.html
from lxml import etree

from alignment.documents.blocks import AnyBlock, Cell, Document, Heading, Paragraph, Table
from alignment.documents.limits import read_bytes, refuse_cells
from alignment.documents.textfile import decode
from alignment.errors import InputError, why
from alignment.i18n import message as _
from alignment.model import Location
from alignment.settings import Settings

DROPPED = ("script", "style", "nav", "footer", "noscript", "template", "form", "svg")
INLINE = frozenset(["b", "strong", "i", "em", "a", "span", "sup", "sub", "u", "font", "br", "code"])
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
# Rows and columns that a cell may span, half of what HTML allows; `MAX_CELLS` bounds the table as a whole.
MAX_SPAN = 500
INNER = frozenset(["table", "ul", "ol", "p", "div"])
TEXT_BLOCKS = ("p", "li", "dt", "dd", "blockquote", "pre", "caption")


def read(path: Path, settings: Settings) -> Document:
    """Headings, paragraphs, list items and tables (spans expanded) in reading order.

    Raises:
        InputError: the file is not HTML.
        LimitError: its tables have too many cells.
    """
    text = decode(read_bytes(path, settings), str(path))
    if text.lstrip().startswith("<?xml"):
        text = text.split("?>", 1)[-1]
    try:
        root = lxml.html.document_fromstring(text)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise InputError(_("not readable as HTML: {error}.", error=why(error)), file=str(path)) from error
    etree.strip_elements(root, *DROPPED, with_tail=False)
    blocks: list[AnyBlock] = []
    body = root.find("body")
    _walk(body if body is not None else root, path.name, blocks)
    title = root.findtext(".//title") or ""
    return Document(file=str(path), format="html", title=title.strip(), blocks=tuple(blocks))


def _clean(text: str) -> str:
    return " ".join(text.split())


def _walk(node: lxml.html.HtmlElement, file: str, blocks: list[AnyBlock]) -> None:
    loose = [node.text or ""]

    def flush() -> None:
        text = _clean(" ".join(loose))
        loose.clear()
        if text:
            blocks.append(Paragraph(text=text, location=Location(file=file, paragraph=len(blocks) + 1)))

    for child in node:
        if not isinstance(child.tag, str):
            loose.append(child.tail or "")
            continue
        if child.tag in INLINE:
            loose += [child.text_content(), child.tail or ""]
            continue
        flush()
        place = Location(file=file, paragraph=len(blocks) + 1)
        if child.tag in HEADINGS:
            blocks.append(Heading(text=_clean(child.text_content()), level=int(child.tag[1]), location=place))
        elif child.tag == "table":
            rows = _rows(child, file)
            if rows:
                blocks.append(Table(rows=rows, location=place))
        elif child.tag in TEXT_BLOCKS and not any(part.tag in INNER for part in child):
            text = _clean(child.text_content())
            if text:
                blocks.append(Paragraph(text=text, item=child.tag == "li", location=place))
        else:
            _walk(child, file, blocks)
        loose.append(child.tail or "")
    flush()


def _span(cell: lxml.html.HtmlElement, name: str) -> int:
    try:
        return min(max(int(cell.get(name, "1")), 1), MAX_SPAN)
    except ValueError:
        return 1


def _rows(table: lxml.html.HtmlElement, file: str) -> tuple[tuple[Cell, ...], ...]:
    grid: list[dict[int, Cell]] = []
    lines = table.xpath("./tr|./thead/tr|./tbody/tr|./tfoot/tr")
    count = 0
    for number, row in enumerate(lines):
        while len(grid) <= number:
            grid.append({})
        column = 0
        for cell in row.xpath("./td|./th"):
            while column in grid[number]:
                column += 1
            place = Location(file=file, cell=f"R{number + 1}C{column + 1}")
            parts = cell.xpath("./p|./li|./ul/li|./ol/li|./div")
            text = "\n".join(_clean(part.text_content()) for part in parts) or _clean(cell.text_content())
            # HTML Standard, "forming a table": a rowspan ends at the last row of the table.
            tall, wide = min(_span(cell, "rowspan"), len(lines) - number), _span(cell, "colspan")
            count += tall * wide
            refuse_cells(count, file)
            for down in range(tall):
                while len(grid) <= number + down:
                    grid.append({})
                for right in range(wide):
                    first = not down and not right
                    grid[number + down][column + right] = Cell(
                        text=text if first else "", merged=not first, location=place
                    )
            column += wide
    width = max((max(row) + 1 for row in grid if row), default=0)
    refuse_cells(width * len(grid), file)
    return tuple(tuple(row.get(i, Cell()) for i in range(width)) for row in grid if row)
