"""HTML → Document, through lxml.html; scripts and styles are dropped."""

from __future__ import annotations

from pathlib import Path

import lxml.html
from lxml import etree

from alignment.documents.blocks import AnyBlock, Cell, Document, Heading, Paragraph, Table
from alignment.documents.limits import read_bytes
from alignment.documents.textfile import decode
from alignment.errors import InputError, why
from alignment.i18n import message as _
from alignment.model import Location
from alignment.settings import Settings

DROPPED = ("script", "style", "nav", "footer", "noscript", "template", "form", "svg")
TEXT_BLOCKS = ("p", "li", "dt", "dd", "blockquote", "pre", "caption")


def read(path: Path, settings: Settings) -> Document:
    """Headings, paragraphs, list items and tables (spans expanded) in reading order."""
    text = decode(read_bytes(path, settings), str(path))
    if text.lstrip().startswith("<?xml"):
        text = text.split("?>", 1)[-1]
    try:
        root = lxml.html.document_fromstring(text)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise InputError(_("not readable as HTML: {error}.", error=why(error)), file=str(path)) from error
    for bad in list(root.iter(*DROPPED)):
        parent = bad.getparent()
        if parent is not None:
            _drop(parent, bad)
    blocks: list[AnyBlock] = []
    body = root.find("body")
    _walk(body if body is not None else root, path.name, blocks)
    title = root.findtext(".//title") or ""
    return Document(file=str(path), format="html", title=title.strip(), blocks=tuple(blocks))


def _clean(text: str) -> str:
    return " ".join(text.split())


def _drop(parent: etree._Element, bad: etree._Element) -> None:
    """Remove an element but keep the text after it."""
    previous = bad.getprevious()
    if bad.tail and previous is not None:
        previous.tail = (previous.tail or "") + bad.tail
    elif bad.tail:
        parent.text = (parent.text or "") + bad.tail
    parent.remove(bad)


def _walk(node: lxml.html.HtmlElement, file: str, blocks: list[AnyBlock]) -> None:
    loose = _clean(node.text or "")
    for child in node:
        if not isinstance(child.tag, str):
            loose += " " + _clean(child.tail or "")
            continue
        place = Location(file=file, paragraph=len(blocks) + 1)
        inline = child.tag in ("b", "strong", "i", "em", "a", "span", "sup", "sub", "u", "font", "br", "code")
        if inline:
            loose = f"{loose} {_clean(child.text_content())} {_clean(child.tail or '')}".strip()
            continue
        if loose:
            blocks.append(Paragraph(text=loose, location=place))
            loose = ""
        if child.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            blocks.append(Heading(text=_clean(child.text_content()), level=int(child.tag[1]), location=place))
        elif child.tag == "table":
            rows = _rows(child, file)
            if rows:
                blocks.append(Table(rows=rows, location=place))
        elif child.tag in TEXT_BLOCKS and not child.xpath("./table|./ul|./ol|./p|./div"):
            text = _clean(child.text_content())
            if text:
                blocks.append(Paragraph(text=text, item=child.tag == "li", location=place))
        else:
            _walk(child, file, blocks)
        loose = _clean(child.tail or "")
    if loose:
        blocks.append(Paragraph(text=loose, location=Location(file=file, paragraph=len(blocks) + 1)))


def _span(cell: lxml.html.HtmlElement, name: str) -> int:
    try:
        return min(max(int(cell.get(name, "1")), 1), 500)
    except ValueError:
        return 1


def _rows(table: lxml.html.HtmlElement, file: str) -> tuple[tuple[Cell, ...], ...]:
    grid: list[dict[int, Cell]] = []
    for number, row in enumerate(table.xpath("./tr|./thead/tr|./tbody/tr|./tfoot/tr")):
        while len(grid) <= number:
            grid.append({})
        column = 0
        for cell in row.xpath("./td|./th"):
            while column in grid[number]:
                column += 1
            place = Location(file=file, cell=f"R{number + 1}C{column + 1}")
            parts = cell.xpath("./p|./li|./ul/li|./ol/li|./div")
            text = "\n".join(_clean(part.text_content()) for part in parts) or _clean(cell.text_content())
            for down in range(_span(cell, "rowspan")):
                while len(grid) <= number + down:
                    grid.append({})
                for right in range(_span(cell, "colspan")):
                    first = not down and not right
                    grid[number + down][column + right] = Cell(
                        text=text if first else "", merged=not first, location=place
                    )
            column += _span(cell, "colspan")
    width = max((max(row) + 1 for row in grid if row), default=0)
    return tuple(tuple(row.get(i, Cell()) for i in range(width)) for row in grid if row)
