"""What a program says its students know, can and master, as one table: csv or xlsx."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from alignment.errors import OutputError
from alignment.i18n import _
from alignment.model import Kind, Program
from alignment.reports.csv_table import csv_text
from alignment.reports.words import kind, place

KINDS = (Kind.KNOWLEDGE, Kind.SKILL, Kind.EXPERIENCE)
# A fixed date in the file's properties: the same program makes the same bytes.
EPOCH = datetime(2000, 1, 1)
WIDTHS = (12, 40, 10, 14, 14, 80, 40)


def _head() -> tuple[str, ...]:
    return (
        _("Code"),
        _("Discipline"),
        _("Credits"),
        _("Competence"),
        _("Kind"),
        _("Statement"),
        _("Place"),
    )


def _rows(program: Program) -> Iterator[tuple[str | float, ...]]:
    for discipline in program.disciplines:
        for item in discipline.statements:
            if item.kind in KINDS:
                yield (
                    discipline.code,
                    discipline.title,
                    discipline.credits if discipline.credits is not None else "",
                    item.competence,
                    kind(item.kind),
                    item.text,
                    place(item),
                )


def as_csv(program: Program) -> str:
    """The table as text (`alignment.reports.csv_table`)."""
    return csv_text(_head(), _rows(program))


def as_xlsx(program: Program) -> bytes:
    """One sheet with a frozen head and filters."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": EPOCH, "title": program.title})
        sheet = book.add_worksheet(_("Outcomes"))
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        for column, (title, width) in enumerate(zip(_head(), WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, bold)
        last = 0
        for last, row in enumerate(_rows(program), 1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(last, column, cell, wrap)
                else:
                    sheet.write_number(last, column, cell, wrap)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, last, len(WIDTHS) - 1)
    return out.getvalue()


def writer(file: str) -> Callable[[Program], str | bytes]:
    """The writer for a file's suffix.

    Raises:
        OutputError: neither csv nor xlsx.
    """
    suffix = Path(file).suffix.lower()
    if suffix not in (".csv", ".xlsx"):
        raise OutputError(
            _("the table is written as csv or xlsx."), file=file, hint=_("Give a name with one of these.")
        )
    return as_csv if suffix == ".csv" else as_xlsx
