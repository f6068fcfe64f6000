"""Read a table of labels as people save it: csv from any spreadsheet, or a workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import python_calamine as calamine

from alignment.documents.limits import refuse_odd
from alignment.documents.textfile import decode
from alignment.errors import InputError, reason, why
from alignment.i18n import message as _

# Lines of one cell; more are a quotation mark that is not closed: the longest statement at hand has a few.
LONGEST_CELL = 100
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
LabelRow = dict[str, str]


def read_label_table(path: Path) -> tuple[list[str], list[tuple[int, LabelRow]]]:
    """The names of the columns, and the rows that are not empty with their line numbers.

    Cells of a csv are separated by tabs, semicolons or commas; its encoding is
    UTF-8, UTF-16 or Windows-1251. Of a workbook the first sheet is read; its
    numbers become texts with a decimal point, its truth values "true" and "false".

    Raises:
        InputError: the path is no regular file, cannot be read, or has no table.
    """
    refuse_odd(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(_("it cannot be read ({reason}).", reason=reason(error)), file=str(path)) from error
    lines = _sheet(data, path) if path.suffix.lower() in WORKBOOKS else _text(decode(data, str(path)), path)
    names = [name.strip() for name in next(lines, (1, []))[1]]
    if not any(names):
        raise InputError(_("the file has no table."), file=str(path), hint=_("The first line names the columns."))
    padding = [""] * len(names)
    return names, [(line, dict(zip(names, [*cells, *padding], strict=False))) for line, cells in lines if any(cells)]


def _text(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    delimiter = max("\t;,", key=text.partition("\n")[0].count)
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))  # a cell of any length is read, as everywhere here
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            if any(cell.count("\n") > LONGEST_CELL for cell in cells):
                raise InputError(
                    _("a cell has more than {n} lines.", n=LONGEST_CELL),
                    file=str(path),
                    place=_("line {n}", n=line),
                    hint=_("Perhaps a quotation mark is not closed."),
                )
            yield reader.line_num, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            _("the table cannot be read."),
            file=str(path),
            place=_("line {n}", n=line),
            hint=_("Save it again as csv or xlsx."),
        ) from error


def _sheet(data: bytes, path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        book = calamine.load_workbook(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
        values = sheet.to_python(skip_empty_area=False)
    except (calamine.CalamineError, calamine.ZipError, calamine.XmlError, OSError, ValueError) as error:
        raise InputError(_("not a readable workbook: {error}.", error=why(error)), file=str(path)) from error
    if len(book.sheet_names) > 1 and not any(str(cell).strip() == "requirement" for cell in (values or [[]])[0]):
        raise InputError(
            _("the workbook has no labels on its first sheet; perhaps it is a report of align check --format xlsx."),
            file=str(path),
            hint=_(
                "That report lacks the probabilities from which verdicts came. "
                "Correct the report of align check --format csv, which you may save as xlsx."
            ),
        )
    for number, row in enumerate(values, 1):
        cells = [_shown(value) for value in row]
        if number == 1 or any(cells):
            yield number, cells


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).strip()
