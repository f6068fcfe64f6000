"""What ``align plan`` proposes: terminal, json, csv, xlsx."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

import msgspec
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from alignment.analysis.plan import NEW, Plan, Step
from alignment.i18n import _, decimal, percent
from alignment.reports.csv_table import csv_text
from alignment.reports.sheets import Sheet, workbook
from alignment.reports.words import kind, verdict


def _place(step: Step) -> str:
    return step.discipline if step.discipline != NEW else _("a new discipline")


def _head(found: Plan) -> str:
    said = _("Coverage {before} → {after} (wanted {target}): {count} changes, {hours} hours")
    return said.format(
        before=percent(found.before),
        after=percent(found.after),
        target=percent(found.target),
        count=len(found.steps),
        hours=decimal(found.hours, 0),
    )


def _lack(found: Plan) -> str:
    return "" if found.reached else _("The target is out of reach with the room there is: this is the most that fits.")


def draw(found: Plan) -> RenderableType:
    """Disciplines with what to add to each."""
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column(_("Discipline"), ratio=3, overflow="fold")
    table.add_column(_("Semesters"), no_wrap=True)
    table.add_column(_("What to add"), ratio=6, overflow="fold")
    table.add_column(_("Hours"), justify="right", no_wrap=True)
    table.add_column("+", justify="right", no_wrap=True)
    for _place_name, group in groupby(found.steps, key=_place):
        for number, step in enumerate(group):
            name = Text(_place(step), style="bold") if number == 0 else Text("")
            what = Text.assemble((f"{', '.join(step.functions)} {kind(step.kind)}: ", "italic"), step.requirement)
            semesters = ", ".join(step.semesters) if number == 0 else ""
            table.add_row(name, semesters, what, decimal(step.hours, 0), percent(step.gain, 1))
        table.add_section()
    lines: list[RenderableType] = [Text(f"{found.program} – {found.standard}", style="bold"), Text(_head(found))]
    if not found.reached:
        lines.append(Text(_lack(found), style="yellow"))
    return Group(*lines, table)


def _heads() -> tuple[str, ...]:
    return (
        _("Discipline"),
        _("Semesters"),
        _("Credits"),
        _("Work function"),
        _("Kind"),
        _("What to add"),
        _("Verdict"),
        _("Hours"),
        _("Gain"),
        _("Nearness"),
        _("Decision"),
    )


def _rows(found: Plan) -> list[tuple[str | float | None, ...]]:
    return [
        (
            _place(step),
            ", ".join(step.semesters),
            step.credits,
            ", ".join(step.functions),
            kind(step.kind),
            step.requirement,
            verdict(step.verdict),
            step.hours,
            step.gain,
            step.nearness,
            "",
        )
        for step in found.steps
    ]


def as_xlsx(found: Plan) -> bytes:
    """A table to go on with; the last column is for what people decide."""
    notes = [f"{found.program} – {found.standard}", _head(found), *filter(None, [_lack(found)])]
    sheet = Sheet(
        name=_("Plan"),
        heads=_heads(),
        rows=_rows(found),
        widths=(40, 11, 9, 11, 12, 80, 12, 8, 9, 10, 30),
        percents=(8,),
        notes=notes,
    )
    return workbook([sheet])


def as_csv(found: Plan) -> str:
    """The same table."""
    return csv_text(_heads(), _rows(found))


def as_json(found: Plan) -> str:
    """Everything."""
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"


FORMATS: dict[str, Callable[[Plan], str | bytes]] = {"json": as_json, "csv": as_csv, "xlsx": as_xlsx}
BINARY = ("xlsx",)
