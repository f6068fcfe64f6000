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
    lines = _sheet(data, path) if path.suffix.lower() in WORKBOOKS else _text(decode(data, str(path)))
    names = [name.strip() for name in next(lines, (1, []))[1]]
    if not any(names):
        raise InputError(_("the file has no table."), file=str(path), hint=_("The first line names the columns."))
    padding = [""] * len(names)
    return names, [(line, dict(zip(names, [*cells, *padding], strict=False))) for line, cells in lines if any(cells)]


def _text(text: str) -> Iterator[tuple[int, list[str]]]:
    delimiter = max("\t;,", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for cells in reader:
        yield reader.line_num, cells


def _sheet(data: bytes, path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        sheet = calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0)
        values = sheet.to_python(skip_empty_area=False)
    except (calamine.CalamineError, calamine.ZipError, calamine.XmlError, OSError, ValueError) as error:
        raise InputError(_("not a readable workbook: {error}.", error=why(error)), file=str(path)) from error
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
