"""Findings of ``align lint``: a table in the terminal, JSON, CSV, Markdown."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from alignment.i18n import _
from alignment.model import Program
from alignment.programs.lint import SEVERITIES, LintFinding
from alignment.reports.csv_table import csv_text
from alignment.reports.markdown import escape
from alignment.reports.words import program_name

STYLES = {"error": "red", "warning": "yellow", "note": "dim"}
MARKS = {"error": "✗", "warning": "!", "note": "·"}
COLUMNS = ("severity", "check", "discipline", "message", "file", "place")


def severity(value: str) -> str:
    """Error, warning or note."""
    return {"error": _("error"), "warning": _("warning"), "note": _("note")}[value]


def compared(program: Program) -> bool:
    """Was there more than one document that could disagree?"""
    return sum(not item.error for item in program.files) > 1


def nothing_found(program: Program) -> str:
    """What no finding means: documents that agree, or one document alone, which had nothing to be compared with."""
    if compared(program):
        return _("The documents agree with each other.")
    return _(
        "There was nothing to compare: one document alone. Give the plan, the matrix and the work programmes together."
    )


def draw(program: Program, findings: Sequence[LintFinding]) -> RenderableType:
    """One section per severity."""
    title = Text(program_name(program), style="bold")
    if not findings:
        return Group(title, Text(nothing_found(program), style="green" if compared(program) else "yellow"))
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for value in SEVERITIES:
        chosen = [item for item in findings if item.severity == value]
        for item in chosen:
            text = Text.assemble((f"{item.discipline}: ", "italic") if item.discipline else "", item.message)
            text.append(f"\n{item.location}", style="dim")
            table.add_row(Text(f"{MARKS[value]} {severity(value)}", style=STYLES[value]), text)
    return Group(title, table)


def render(program: Program, findings: Sequence[LintFinding], name: str) -> str:
    """The findings as a whole file: json, csv or markdown."""
    return {"json": _json, "csv": _csv, "markdown": _markdown}[name](program, findings)


def _json(program: Program, findings: Sequence[LintFinding]) -> str:
    counts = {value: sum(item.severity == value for item in findings) for value in SEVERITIES}
    data = {"program": program_name(program), "files": program.files, "counts": counts, "findings": list(findings)}
    return msgspec.json.format(msgspec.json.encode(data), indent=2).decode() + "\n"


def _csv(program: Program, findings: Sequence[LintFinding]) -> str:
    bare = (msgspec.structs.replace(item.location, file="") for item in findings)
    rows = (
        (item.severity, item.check, item.discipline, item.message, item.location.file, str(place))
        for item, place in zip(findings, bare, strict=True)
    )
    return csv_text(COLUMNS, rows)


def _markdown(program: Program, findings: Sequence[LintFinding]) -> str:
    lines = [f"# {escape(program_name(program))}", ""]
    if not findings:
        return "\n".join([*lines, nothing_found(program), ""])
    heads = (_("Severity"), _("Check"), _("Discipline"), _("Finding"), _("Place"))
    lines += [f"| {' | '.join(heads)} |", "| --- | --- | --- | --- | --- |"]
    for item in findings:
        cells = (severity(item.severity), item.check, escape(item.discipline), escape(item.message))
        lines.append(f"| {' | '.join(cells)} | {escape(str(item.location))} |")
    return "\n".join([*lines, ""])
