"""``align lint``: do the documents of a program agree with each other?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alignment.cli import common
from alignment.errors import SettingsError, choices
from alignment.i18n import _, plural

HELP = _("Find where the documents of a program disagree: plan, matrix, work programmes, description, FGOS.")
EXAMPLES = (
    "align lint program/",
    "align lint program/ --table outcomes.xlsx",
)
FORMATS = ("terminal", "json", "csv", "markdown")


def command(
    files: Annotated[
        list[Path], typer.Argument(metavar="PROGRAM...", help=_("A folder or zip with the program, or its files."))
    ],
    program: Annotated[
        str, typer.Option("--program", "-p", metavar="NAME", help=_("Which program of a workbook that holds several."))
    ] = "",
    report: Annotated[
        str, typer.Option("--format", "-f", metavar="NAME", help=_("terminal, json, csv or markdown."))
    ] = "",
    output: common.Output = "",
    table: Annotated[
        str,
        typer.Option(
            "--table",
            metavar="FILE",
            help=_("Write what the program says students know, can and master to this file (csv or xlsx)."),
        ),
    ] = "",
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on", metavar="NAME", help=_("Exit with 1 from this severity: error, warning, note, never.")
        ),
    ] = "error",
    strict: common.Strict = False,
    quiet: common.Quiet = False,
    ui_lang: common.UiLang = "",
) -> int:
    """Run the checks; returns the exit code."""
    settings = common.settings_for(strict=strict or None, ui_lang=ui_lang)
    from alignment import api
    from alignment.programs.lint import SEVERITIES
    from alignment.reports import lint as reports
    from alignment.reports import outcome_table

    report = common.chosen_format(report, FORMATS, output=output)
    limits = (*SEVERITIES, "never")
    if fail_on not in limits:
        raise SettingsError(
            _("there is no severity '{fail_on}'.").format(fail_on=fail_on),
            hint=_("Choose one:{choices}").format(choices=choices(f"--fail-on {item}" for item in limits)),
        )
    for name in (output, table):
        common.check_writable(name)
    write_table = outcome_table.writer(table) if table else None
    with common.Progress(quiet=quiet) as progress:
        loaded, findings = api.lint(*files, program=program or None, settings=settings, progress=progress)
    if write_table:
        common.deliver(write_table(loaded), table, quiet=quiet)
    if report == "terminal" and not output:
        common.console().print(reports.draw(loaded, findings))
    else:
        text = reports.render(loaded, findings, report if report != "terminal" else "markdown")
        common.deliver(text, output, quiet=quiet)
    common.note(plural("{n} finding", "{n} findings", len(findings)), quiet=quiet)
    grave = SEVERITIES[: limits.index(fail_on) + 1] if fail_on != "never" else ()
    return int(any(item.severity in grave for item in findings))
