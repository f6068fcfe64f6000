"""xlsx, xls and csv → Document of tables, one per sheet (python-calamine, csv)."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time, timedelta
from pathlib import Path

import python_calamine as calamine

from alignment.documents.blocks import Cell, Document, Table
from alignment.documents.limits import OLE_MAGIC, active_content, check_zip, read_bytes, refuse_cells
from alignment.documents.sheet_bounds import column_name, refuse_far, refuse_loops
from alignment.documents.textfile import decode
from alignment.errors import InputError, why
from alignment.i18n import message as _
from alignment.model import Location
from alignment.settings import Settings

EMPTY = Cell()
CellValue = int | float | str | bool | time | date | datetime | timedelta
# Name of a sheet, its first cell (row and column from 0), its rows.
_Values = tuple[str, tuple[int, int], list[list[CellValue]]]


def _show(value: CellValue) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.strftime("%d.%m.%Y")
    return str(value).strip()


def read(path: Path, settings: Settings) -> Document:
    """One table per sheet that has values; the location of a cell has its sheet and A1 address.

    Raises:
        InputError: the workbook is encrypted or damaged, has no values, or only formulas that were never computed.
        LimitError: it has too many cells.
    """
    data = read_bytes(path, settings)
    if path.suffix.lower() == ".xls" and data.startswith(OLE_MAGIC):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise InputError(
                _("the workbook is protected by a password."), file=str(path), hint=_("Save it without one.")
            )
        refuse_loops(data, str(path))
    else:
        check_zip(path, settings)
        refuse_far(path)
    tables = []
    for name, (top, left), rows in _open_values(data, path):
        # to_python() leaves out the empty rows and columns before the first cell: add them back to the addresses.
        cells = tuple(
            tuple(
                Cell(
                    text=_show(value),
                    location=Location(
                        file=path.name, sheet=name, cell=f"{column_name(left + column)}{top + number + 1}"
                    ),
                )
                if value != ""
                else EMPTY
                for column, value in enumerate(row)
            )
            for number, row in enumerate(rows)
        )
        if any(cell.text for row in cells for cell in row):
            tables.append(Table(rows=cells, sheet=name, location=Location(file=path.name, sheet=name)))
    if not tables:
        formulas = data[:2] == b"PK" and _has_formulas(path)
        raise InputError(
            _("the workbook holds formulas without computed values.")
            if formulas
            else _("the workbook has no filled cells."),
            file=str(path),
            hint=_("Open it in a spreadsheet program and save it, so that the values are stored.")
            if formulas
            else _("Check that this is the right file."),
        )
    warnings = active_content(path) if data[:2] == b"PK" else ()
    return Document(file=str(path), format="workbook", blocks=tuple(tables), warnings=warnings)


def _open_values(data: bytes, path: Path) -> list[_Values]:
    """What `_values` gives of a workbook's bytes.

    Raises:
        InputError: it is encrypted or damaged.
    """
    try:
        return _values(calamine.load_workbook(io.BytesIO(data)), path)
    except calamine.PasswordError as error:
        raise InputError(
            _("the workbook is protected by a password."), file=str(path), hint=_("Save it without one.")
        ) from error
    except (calamine.CalamineError, calamine.ZipError, calamine.XmlError, OSError, ValueError) as error:
        raise InputError(_("not a readable workbook: {error}.", error=why(error)), file=str(path)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what calamine raises on some damage, no Exception
            raise
        raise InputError(
            _("the workbook is damaged."),
            file=str(path),
            hint=_("Open it in a spreadsheet program and save it as xlsx."),
        ) from error


def _values(book: calamine.CalamineWorkbook, path: Path) -> list[_Values]:
    """Name, first cell (row and column from 0) and rows of each sheet.

    Raises:
        LimitError: there are more cells than `refuse_cells` allows.
    """
    result: list[_Values] = []
    cells = 0
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        top, left = sheet.start or (0, 0)
        cells += sheet.height * sheet.width
        refuse_cells(cells, str(path), name)
        result.append((name, (top, left), sheet.to_python()))
    return result


def _has_formulas(path: Path) -> bool:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return any(
            b"<f>" in archive.read(name) or b"<f " in archive.read(name)
            for name in archive.namelist()
            if name.startswith("xl/worksheets/")
        )


def read_csv(path: Path, settings: Settings) -> Document:
    """A csv or tsv file as one table; in a csv the delimiter is the most frequent of ``; , | tab`` in the first line.

    Raises:
        InputError: the file is empty or not csv.
        LimitError: it has too many cells.
    """
    text = decode(read_bytes(path, settings), str(path))
    if not text.strip():
        raise InputError(_("the file is empty."), file=str(path), hint=_("Save it again with its content."))
    if path.suffix.lower() == ".tsv":
        delimiter = "\t"
    else:
        first = text[: 1 << 13].lstrip().splitlines()[0]
        delimiter = max(";,\t|", key=first.count)
    csv.field_size_limit(1 << 24)
    refuse_cells(text.count(delimiter) + text.count("\n") + text.count("\r"), str(path))
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise InputError(_("not readable as csv: {error}.", error=why(error)), file=str(path)) from error
    cells = tuple(
        tuple(
            Cell(text=value.strip(), location=Location(file=path.name, cell=f"{column_name(column)}{number}"))
            if value
            else EMPTY
            for column, value in enumerate(row)
        )
        for number, row in enumerate(rows, 1)
    )
    return Document(file=str(path), format="csv", blocks=(Table(rows=cells, location=Location(file=path.name)),))
