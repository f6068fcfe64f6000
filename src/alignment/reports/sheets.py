"""Workbooks of plain tables: heads with filters and frozen panes, percentages, colour scales."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime, time

import msgspec
import xlsxwriter

from alignment.reports.rows import report_date
from alignment.shown import mapped

# Letters of a cell (Excel takes 32,767), of a sheet's name (31) before a number is added, and of that number.
LONGEST_TEXT, LONGEST_STEM, NUMBER = 32_000, 28, 3
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
CellValue = str | float | int | None


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One sheet with one table.

    ``widths`` of columns are in characters. ``percents`` are the numbers of the
    columns with shares (0 to 1), which are shown in per cent. ``heat`` is the
    first and the last column of a colour scale. ``notes`` are lines above the
    table. The first ``frozen`` columns stay visible when the sheet is scrolled.
    """

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[CellValue]]
    widths: Sequence[float] = ()
    percents: Sequence[int] = ()
    heat: tuple[int, int] | None = None
    notes: Sequence[str] = ()
    frozen: int = 1


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The workbook; the same sheets give the same bytes on the same day."""
    out = io.BytesIO()
    sheets = mapped(list(sheets))
    # A text from somebody's document that looks like a formula or an address must stay a text.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": datetime.combine(report_date(), time()), "author": "profstandart-align"})
        base = {"text_wrap": True, "valign": "top", "font_name": "Calibri", "font_size": 10}
        text, share = book.add_format(base), book.add_format({**base, "num_format": "0%"})
        head = book.add_format({**base, "bold": True, "bottom": 2, "bg_color": "#E7ECF3"})
        used: set[str] = set()
        for sheet in sheets:
            page = book.add_worksheet(_name(sheet.name, used))
            page.hide_gridlines(2)
            page.set_landscape()
            page.fit_to_pages(1, 0)
            for number, note in enumerate(sheet.notes):
                page.write_string(number, 0, note)
            top = len(sheet.notes) + bool(sheet.notes)
            for column, name in enumerate(sheet.heads):
                page.write_string(top, column, name, head)
                page.set_column(column, column, sheet.widths[column] if column < len(sheet.widths) else 14)
            for number, row in enumerate(sheet.rows, top + 1):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        page.write_string(number, column, value[:LONGEST_TEXT], text)
                    elif value is not None:
                        page.write_number(number, column, value, share if column in sheet.percents else text)
            last = top + len(sheet.rows)
            if sheet.rows:
                page.autofilter(top, 0, last, len(sheet.heads) - 1)
            page.freeze_panes(top + 1, sheet.frozen)
            page.repeat_rows(top)
            if sheet.heat and sheet.rows:
                scale = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#86AFDC"}
                page.conditional_format(top + 1, sheet.heat[0], last, sheet.heat[1], scale)
    return out.getvalue()


def _name(title: str, used: set[str]) -> str:
    """The title as a name that Excel allows and no other sheet has; it is added to ``used``."""
    stem = FORBIDDEN.sub(" ", title).strip()[:LONGEST_STEM] or "-"
    name, number = stem, 2
    while name.lower() in used:
        name, number = f"{stem[: LONGEST_STEM - NUMBER]} {number}", number + 1
    used.add(name.lower())
    return name
