"""A workbook to hand in: summary, gaps, a sheet for each generalized function, declared links, surplus, quality."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any

import xlsxwriter

from alignment.analysis import Coverage, Part, coverage, declared, degree_level, surplus
from alignment.i18n import _
from alignment.model import Alignment, Verdict
from alignment.reports.palette import VERDICTS
from alignment.reports.rows import MARKS, FindingRow, cells, facts, finding_rows, heads, quality, report_date
from alignment.reports.words import (
    below_headline,
    front_lines,
    given_by,
    headline,
    known_line,
    left_out,
    level_note,
    level_of,
    program_name,
    standard_name,
    status,
    verdict,
)

# Of the columns of findings, in characters, by how long their texts are …
WIDTHS = (15, 11, 14, 60, 13, 8, 13, 32, 8, 60, 34, 32)
# … and of the judge's reason, which is a column more.
JUDGE_WIDTH = 60
# Column of the verdict in the tables of findings.
VERDICT = 4
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
# Height of a line of Calibri 10, and its letters to a unit of width: eleven tenths are rather too many lines than too
# few.
LINE_POINTS, LETTERS, UNITS = 13.5, 11, 10
# Letters of a sheet's name that Excel takes; a name that is taken keeps room for " (10)". And of the standard's title
# in it.
LONGEST_NAME, LONGEST_STEM, PREFIX = 31, 27, 8
A4 = 9  # as Excel numbers paper
FIRST_COUNT = 3  # the column of the first verdict's count in the table of functions
BAR = {
    "type": "data_bar",  # from nothing to the whole
    "bar_color": "#4C78A8",
    "bar_only": True,
    "bar_solid": True,
    "min_type": "num",
    "min_value": 0,
    "max_type": "num",
    "max_value": 1,
}
# Of the table of functions, in characters.
SUMMARY_WIDTHS = (12, 70, 9, 10, 10, 10, 12, 11, 12)


class _Book:
    """A workbook with its cell formats; ``prefix`` begins the name of each sheet."""

    def __init__(self, book: Any, prefix: str) -> None:
        self.book, self.prefix = book, prefix
        base = {"text_wrap": True, "valign": "top", "font_name": "Calibri", "font_size": 10}
        self.text = book.add_format(base)
        self.bold = book.add_format({**base, "bold": True})
        self.head = book.add_format({**base, "bold": True, "bottom": 2, "bg_color": "#E7ECF3"})
        self.strong = book.add_format({"bold": True, "font_size": 12})
        self.note = book.add_format({"bold": True, "font_color": VERDICTS[Verdict.PARTIAL].text})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.percent = book.add_format({**base, "num_format": "0%"})
        self.bold_percent = book.add_format({**base, "bold": True, "num_format": "0%"})
        self.number = book.add_format({**base, "num_format": "0.00##"})
        self.verdicts = {
            value: book.add_format({"bg_color": colour.back, "font_color": colour.text})
            for value, colour in VERDICTS.items()
        }

    def sheet(self, name: str) -> Any:
        """Add a sheet; its name is changed to one that Excel allows and no other sheet has."""
        title = FORBIDDEN.sub(" ", f"{self.prefix}{name}").strip()[:LONGEST_NAME]
        taken = {sheet.get_name().lower() for sheet in self.book.worksheets()}
        number = 1
        while title.lower() in taken:
            number += 1
            title = f"{title[:LONGEST_STEM]} ({number})"
        sheet = self.book.add_worksheet(title)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        return sheet

    def table(
        self,
        sheet: Any,
        top: int,
        names: Sequence[str],
        widths: Sequence[int],
        lines: Iterable[Sequence[Any]],
        percents: Sequence[int] = (),
    ) -> int:
        """Write a table with head, filter and frozen panes, from the row ``top``; returns its last row.

        ``percents`` are the numbers of the columns with shares (0 to 1), which are shown in per cent.
        """
        sheet.set_row(top, 2 * LINE_POINTS)
        for column, (name, width) in enumerate(zip(names, widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(top, column, name, self.head)
        last = top
        for last, line in enumerate(lines, top + 1):
            sheet.set_row(last, _height(line, widths))
            for column, value in enumerate(line):
                if isinstance(value, str):
                    sheet.write_string(last, column, value, self.text)
                else:
                    style = self.number if isinstance(value, float) and value <= 1 else self.text
                    style = self.percent if column in percents else style
                    sheet.write_number(last, column, value, style)
        sheet.autofilter(top, 0, max(last, top + 1), len(names) - 1)
        sheet.freeze_panes(top + 1, 0)
        sheet.repeat_rows(top)
        return last

    def coloured(self, sheet: Any, first: int, last: int, column: int) -> None:
        """Colour the verdicts of a column, from row ``first`` to ``last``, by the mark with which each begins."""
        for value, style in self.verdicts.items():
            sheet.conditional_format(
                first,
                column,
                max(first, last),
                column,
                {"type": "text", "criteria": "begins with", "value": MARKS[value], "format": style},
            )


def _height(line: Sequence[Any], widths: Sequence[int]) -> float:
    """The height of a row in points; set here because not every program fits heights when it opens a file."""
    lines = max(
        sum(max(1, math.ceil(len(text) * LETTERS / (UNITS * width))) for text in str(value).split("\n"))
        for value, width in zip(line, widths, strict=True)
    )
    return LINE_POINTS * max(1, lines)


def render(alignments: Sequence[Alignment]) -> bytes:
    """The workbook; each standard has its own sheets."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties(
            {
                "title": program_name(alignments[0].program) if alignments else "",
                "created": datetime.combine(report_date(), time()),
                "comments": "profstandart-align",
            }
        )
        for alignment in alignments:
            prefix = f"{alignment.standard.code or alignment.standard.title[:PREFIX]} " if len(alignments) > 1 else ""
            _sheets(_Book(book, prefix), alignment)
    return out.getvalue()


def _sheets(book: _Book, alignment: Alignment) -> None:
    lines = finding_rows(alignment)
    _summary(book, alignment)
    _findings(book, _("Gaps and partial"), [row for row in lines if row.verdict is not Verdict.COVERED])
    promised = [row for row in lines if row.promise_only]
    if promised:
        _findings(book, _("Promised only"), promised)
    for general in alignment.standard.functions:
        _findings(book, f"{_('ОТФ')} {general.code}", [row for row in lines if row.general == general.code])
    _declared(book, alignment)
    extra = [
        (discipline, statement.text, statement.competence)
        for discipline, statements in surplus(alignment).items()
        for statement in statements
    ]
    sheet = book.sheet(_("Surplus"))
    book.table(sheet, 0, (_("Discipline"), _("What the standard does not ask"), _("Competence")), (40, 90, 14), extra)
    sheet = book.sheet(_("Data quality"))
    book.table(sheet, 0, (_("What was lost or disagrees"),), (140,), [(line,) for line in quality(alignment)])
    sheet = book.sheet(_("Settings"))
    book.table(sheet, 0, (_("Name"), _("Value")), (44, 70), facts(alignment))


def _summary(book: _Book, alignment: Alignment) -> None:
    summary = coverage(alignment)
    sheet = book.sheet(_("Summary"))
    sheet.write_string(0, 0, program_name(alignment.program), book.title)
    sheet.write_string(1, 0, standard_name(alignment.standard), book.title)
    top = 2
    for line in front_lines(alignment):
        sheet.write_string(top, 0, line, book.note)
        top += 1
    sheet.write_string(top, 0, known_line(summary.sight))
    sheet.write_string(top + 1, 0, headline(summary), book.strong)
    top += 2
    for line in below_headline(alignment, summary):
        sheet.write_string(top, 0, line)
        top += 1
    if summary.sight.unread:
        sheet.write_string(top, 0, left_out(summary.sight), book.bold)
        top += 1
    degree = degree_level(alignment.program)
    if note := level_note(summary, degree):
        sheet.write_string(top, 0, note, book.note)
        top += 1
    top += 1
    names = (
        _("Code"),
        _("Work function"),
        _("Level"),
        *(f"{MARKS[value]} {verdict(value)}" for value in Verdict),
        _("Coverage"),
        "",
    )
    for column, (name, width) in enumerate(zip(names, SUMMARY_WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(top, column, name, book.head)
    first = top + 1
    whole = Part(code="", name=_("The whole standard"), level="", tally=summary.total)
    row = top
    for general in (whole, *summary.parts):
        row += 1
        _part(book, sheet, row, general, level_of(general, degree), summary, bold=True)
        for function in general.parts:
            row += 1
            _part(book, sheet, row, function, level_of(function, degree), summary, bold=False)
    sheet.conditional_format(first, 8, row, 8, BAR)
    sheet.freeze_panes(first, 0)


def _part(book: _Book, sheet: Any, line: int, part: Part, level: str, summary: Coverage, *, bold: bool) -> None:
    style, share = (book.bold, book.bold_percent) if bold else (book.text, book.percent)
    sheet.set_row(line, _height((part.name,), SUMMARY_WIDTHS[1:2]))
    sheet.write_string(line, 0, part.code, style)
    sheet.write_string(line, 1, part.name, style)
    sheet.write_string(line, 2, level, style)
    for column, count in enumerate((count for _value, count in part.tally.counts), FIRST_COUNT):
        sheet.write_number(line, column, count, style)
    if part.tally.total > part.tally.unknown and summary.enough:
        sheet.write_number(line, 7, part.tally.coverage, share)
        sheet.write_number(line, 8, part.tally.coverage, share)


def _findings(book: _Book, name: str, lines: Sequence[FindingRow]) -> None:
    sheet = book.sheet(name)
    judge = any(row.judge for row in lines)
    widths = (*WIDTHS, JUDGE_WIDTH) if judge else WIDTHS
    last = book.table(sheet, 0, heads(judge=judge), widths, [cells(row, judge=judge) for row in lines])
    book.coloured(sheet, 1, last, VERDICT)


def _declared(book: _Book, alignment: Alignment) -> None:
    links = declared(alignment)
    if not (links.rows or links.unknown or links.ignored):
        return
    lines: list[tuple[Any, ...]] = [
        (
            status(row.status),
            row.competence,
            row.function,
            row.name,
            given_by(row),
            row.share,
            "–" if row.own_share is None else row.own_share,
        )
        for row in links.rows
    ]
    lines += [
        (
            _("not in the standard"),
            link.competence,
            link.function or link.general_function,
            "",
            str(link.location),
            "",
            "",
        )
        for link in links.unknown
    ]
    lines += [(_("named by the FGOS only"), "", item.code, item.title, "", "", "") for item in links.ignored]
    names = (
        _("Declared"),
        _("Competence"),
        _("Code"),
        _("Work function"),
        _("Disciplines"),
        _("Found"),
        _("Found by its own disciplines"),
    )
    book.table(book.sheet(_("Declared links")), 0, names, (28, 14, 10, 60, 60, 10, 17), lines, percents=(5, 6))
