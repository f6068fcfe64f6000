"""The report of ``align lint``: a table in the terminal, JSON, CSV, Markdown."""

from __future__ import annotations

import msgspec
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from alignment.api.results import LintResult
from alignment.i18n import _
from alignment.model import Program
from alignment.programs.lint import SEVERITIES
from alignment.reports import json_text
from alignment.reports.csv_table import csv_text
from alignment.reports.markdown import escape
from alignment.reports.words import program_name

STYLES = {"error": "red", "warning": "yellow", "note": "dim"}
MARKS = {"error": "✗", "warning": "!", "note": "·"}
COLUMNS = ("severity", "check", "discipline", "message", "file", "place")


def severity(value: str) -> str:
    """The name of a severity in the interface language."""
    return {"error": _("error"), "warning": _("warning"), "note": _("note")}[value]


def compared(program: Program) -> bool:
    """Whether more than one document could be read: one alone cannot disagree with others."""
    return sum(not item.error for item in program.files) > 1


def nothing_found(program: Program) -> str:
    """What it means that there are no findings: the documents agree, or there was only one."""
    if compared(program):
        return _("The documents agree with each other.")
    return _(
        "There was nothing to compare: one document alone. Give the plan, the matrix and the work programmes together."
    )


def draw(result: LintResult) -> RenderableType:
    """A table of the findings, errors first."""
    program, findings = result
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


def as_json(result: LintResult) -> str:
    """Program, its files, counts by severity, findings."""
    counts = {value: sum(item.severity == value for item in result.findings) for value in SEVERITIES}
    return json_text.render(
        {
            "program": program_name(result.program),
            "files": result.program.files,
            "counts": counts,
            "findings": result.findings,
        }
    )


def as_csv(result: LintResult) -> str:
    """A row for each finding."""
    bare = (msgspec.structs.replace(item.location, file="") for item in result.findings)
    rows = (
        (item.severity, item.check, item.discipline, item.message, item.location.file, str(place))
        for item, place in zip(result.findings, bare, strict=True)
    )
    return csv_text(COLUMNS, rows)


def as_markdown(result: LintResult) -> str:
    """A table of findings."""
    lines = [f"# {escape(program_name(result.program))}", ""]
    if not result.findings:
        return "\n".join([*lines, nothing_found(result.program), ""])
    heads = (_("Severity"), _("Check"), _("Discipline"), _("Finding"), _("Place"))
    lines += [f"| {' | '.join(heads)} |", "| --- | --- | --- | --- | --- |"]
    for item in result.findings:
        cells = (severity(item.severity), item.check, escape(item.discipline), escape(item.message))
        lines.append(f"| {' | '.join(cells)} | {escape(str(item.location))} |")
    return "\n".join([*lines, ""])
