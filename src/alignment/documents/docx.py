"""docx → Document, through python-docx: headings, paragraphs, lists, tables in order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alignment.documents.blocks import AnyBlock, Cell, Document, Heading, Paragraph, Table
from alignment.documents.limits import active_content, check_zip, read_bytes
from alignment.documents.textfile import BULLET
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.model import Location
from alignment.settings import Settings


def read(path: Path, settings: Settings) -> Document:
    """Blocks in reading order; the paragraph number counts body elements from 1.

    Raises:
        InputError: encrypted, damaged, or not a Word document.
    """
    read_bytes(path, settings)
    check_zip(path, settings)
    import docx

    try:
        source = docx.Document(str(path))
    except Exception as error:  # python-docx raises KeyError, ValueError and its own on odd packages
        raise InputError(_("not a Word document (docx)."), file=str(path), hint=_("Save it again as docx.")) from error
    blocks: list[AnyBlock] = []
    for number, element in enumerate(source.iter_inner_content(), 1):
        place = Location(file=path.name, paragraph=number)
        if hasattr(element, "rows"):
            blocks.append(Table(rows=_rows(element, path.name, number), location=place))
        else:
            block = _paragraph(element, place)
            if block is not None:
                blocks.append(block)
    title = source.core_properties.title or ""
    return Document(file=str(path), format="docx", title=title, blocks=tuple(blocks), warnings=active_content(path))


def _paragraph(element: Any, place: Location) -> Heading | Paragraph | None:
    text = element.text.strip()
    if not text:
        return None
    style = (element.style.name or "").lower() if element.style is not None else ""
    if style.startswith(("heading", "заголовок", "title")):
        digits = [char for char in style if char.isdigit()]
        return Heading(text=text, level=int(digits[0]) if digits else 1, location=place)
    runs = [run for run in element.runs if run.text.strip()]
    bold = bool(runs) and all(run.bold for run in runs)
    numbered = element._p.pPr is not None and element._p.pPr.numPr is not None
    item = numbered or "list" in style or "список" in style or bool(BULLET.match(text))
    return Paragraph(text=BULLET.sub("", text) if item else text, item=item, bold=bold, location=place)


def _rows(table: Any, file: str, number: int) -> tuple[tuple[Cell, ...], ...]:
    """Rows with merged cells given once; python-docx repeats the merged cell's element."""
    seen: set[Any] = set()
    rows: list[tuple[Cell, ...]] = []
    for index, row in enumerate(table.rows, 1):
        cells: list[Cell] = []
        for column, cell in enumerate(row.cells, 1):
            merged = cell._tc in seen
            seen.add(cell._tc)
            place = Location(file=file, paragraph=number, cell=f"R{index}C{column}")
            lines = [part.text.strip() for part in cell.paragraphs if part.text.strip()]
            for inner in cell.tables:
                lines += [sub.text.strip() for line in inner.rows for sub in line.cells if sub.text.strip()]
            cells.append(Cell(text="" if merged else "\n".join(lines), merged=merged, location=place))
        rows.append(tuple(cells))
    return tuple(rows)
