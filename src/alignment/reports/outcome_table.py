"""The learning outcomes of a program (знать, уметь, владеть) as one table: csv or xlsx."""

from __future__ import annotations

from collections.abc import Iterator

from alignment.i18n import _
from alignment.model import Kind, Program
from alignment.reports.csv_table import csv_text
from alignment.reports.sheets import Sheet, workbook
from alignment.reports.words import kind, place

KINDS = (Kind.KNOWLEDGE, Kind.SKILL, Kind.EXPERIENCE)
# Of the columns, in characters, by how long their texts are.
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
    """The table as csv (`alignment.reports.csv_table`)."""
    return csv_text(_head(), _rows(program))


def as_xlsx(program: Program) -> bytes:
    """The table as a workbook of one sheet, with a frozen head and filters."""
    return workbook([Sheet(name=_("Outcomes"), heads=_head(), rows=list(_rows(program)), widths=WIDTHS, frozen=2)])
