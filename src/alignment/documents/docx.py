"""docx → Document, through python-docx: headings, paragraphs, lists, tables in order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alignment.documents.blocks import AnyBlock, Cell, Document, Heading, Paragraph, Table
from alignment.documents.limits import active_content, check_zip, read_bytes, refuse_cells
from alignment.documents.textfile import BULLET
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.model import Location
from alignment.settings import Settings

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DEFAULT = f"{W}default"
CONTINUE = "continue"
PARAGRAPH = 1  # of docx.enum.style.WD_STYLE_TYPE
# Columns that a cell may span; Word's tables have 63 at most, so that a larger number is damage or an attack.
MAX_SPAN = 100


def read(path: Path, settings: Settings) -> Document:
    """The document's blocks in reading order; the paragraph number of a location counts body elements from 1.

    Raises:
        InputError: the file is encrypted, damaged, or not a Word document.
        LimitError: it is too large, or its tables have too many cells.
    """
    read_bytes(path, settings)
    check_zip(path, settings)
    import docx

    try:
        source = docx.Document(str(path))
    except Exception as error:  # on malformed files python-docx raises KeyError, ValueError and errors of its own
        raise InputError(_("not a Word document (docx)."), file=str(path), hint=_("Save it again as docx.")) from error
    try:
        blocks = _blocks(source, path)
        title = source.core_properties.title or ""
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # parts that Word always writes are missing
        raise InputError(
            _("the Word document is damaged: a part of it is missing or wrong."),
            file=str(path),
            hint=_("Open it in Word and save it again as docx."),
        ) from error
    return Document(file=str(path), format="docx", title=title, blocks=blocks, warnings=active_content(path))


def _blocks(source: Any, path: Path) -> tuple[AnyBlock, ...]:
    """Blocks in reading order.

    Raises:
        LimitError: the tables have more cells than `refuse_cells` allows.
    """
    blocks: list[AnyBlock] = []
    styles = _Styles(source)
    cells = 0
    for number, element in enumerate(source.iter_inner_content(), 1):
        place = Location(file=path.name, paragraph=number)
        if hasattr(element, "rows"):
            rows = _rows(element, path, number, cells)
            cells += sum(map(len, rows))
            blocks.append(Table(rows=rows, location=place))
        else:
            block = _paragraph(element, place, styles)
            if block is not None:
                blocks.append(block)
    return tuple(blocks)


class _Styles:
    """Names of styles in lower case, by id; python-docx itself would search all styles for each paragraph."""

    def __init__(self, source: Any) -> None:
        self._names: dict[str, str] = {}
        self._default = ""
        try:
            known = list(source.styles)
        except (AttributeError, KeyError):  # the part with the styles is missing
            return
        for style in known:
            if style.type == PARAGRAPH:
                self._names.setdefault(style.style_id, (style.name or "").lower())
                if style.element.get(DEFAULT) in ("1", "true", "on"):
                    self._default = (style.name or "").lower()

    def of(self, element: Any) -> str:
        """Name of a paragraph's style."""
        return self._names.get(element._p.style or "", self._default)


def _paragraph(element: Any, place: Location, styles: _Styles) -> Heading | Paragraph | None:
    text = element.text.strip()
    if not text:
        return None
    style = styles.of(element)
    if style.startswith(("heading", "заголовок", "title")):
        digits = [char for char in style if char.isdigit()]
        return Heading(text=text, level=int(digits[0]) if digits else 1, location=place)
    bold = False
    for run in element.runs:
        if run.text.strip():
            bold = bool(run.bold)
            if not bold:
                break
    numbered = element._p.pPr is not None and element._p.pPr.numPr is not None
    item = numbered or "list" in style or "список" in style or bool(BULLET.match(text))
    return Paragraph(text=BULLET.sub("", text) if item else text, item=item, bold=bold, location=place)


def _rows(table: Any, path: Path, number: int, before: int) -> tuple[tuple[Cell, ...], ...]:
    """Rows with the text of a merged cell given once; ``before`` counts the cells of the tables above.

    The rows of python-docx are not used: from a merged cell they climb to the first of its column with one recursive
    call for each row, and they create as many cells as the file claims that a cell spans.

    Raises:
        LimitError: the document has too many cells.
    """
    from docx.table import _Cell

    rows: list[tuple[Cell, ...]] = []
    spans = sum(min(part.grid_span, MAX_SPAN) for row in table._tbl.tr_lst for part in row.tc_lst)
    refuse_cells(before + spans, str(path))
    for index, row in enumerate(table._tbl.tr_lst, 1):
        cells: list[Cell] = []
        for part in row.tc_lst:
            continued = part.vMerge == CONTINUE and index > 1
            text = "" if continued else _text(_Cell(part, table))
            for offset in range(min(part.grid_span, MAX_SPAN)):
                place = Location(file=path.name, paragraph=number, cell=f"R{index}C{len(cells) + 1}")
                merged = continued or offset > 0
                cells.append(Cell(text="" if merged else text, merged=merged, location=place))
        rows.append(tuple(cells))
    return tuple(rows)


def _text(cell: Any) -> str:
    """The lines of a cell: its own paragraphs, then those of the tables inside it."""
    lines = [part.text.strip() for part in cell.paragraphs if part.text.strip()]
    for inner in cell.tables:
        for part in inner._tbl.iterchildren(f"{W}tr"):
            for cell_part in part.iterchildren(f"{W}tc"):
                if cell_part.vMerge != CONTINUE:
                    text = "\n".join(item.text for item in cell_part.p_lst).strip()
                    lines += [text] if text else []
    return "\n".join(lines)
