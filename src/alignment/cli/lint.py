"""``align lint``: where the documents of a program disagree with each other."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from alignment.cli import common, options
from alignment.errors import OutputError, SettingsError, choices
from alignment.i18n import _, plural

HELP = _("Find where the documents of a program disagree: plan, matrix, work programmes, description, FGOS.")
EXAMPLES = (
    "align lint program/",
    "align lint program/ --table outcomes.xlsx",
)


def command(
    files: options.ProgramFiles,
    program: options.ProgramName = "",
    report: Annotated[
        str, typer.Option("--format", "-f", metavar="NAME", help=_("terminal, json, csv or markdown."))
    ] = "",
    output: options.Output = "",
    table: Annotated[
        str,
        typer.Option(
            "--table",
            metavar="FILE",
            help=_("Write all learning outcomes of the program to this file (csv or xlsx)."),
        ),
    ] = "",
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on", metavar="NAME", help=_("Exit with 1 from this severity on: error, warning, note; or never.")
        ),
    ] = "error",
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> int:
    """Run the checks; returns 1 if a finding has at least the severity of ``--fail-on``."""
    settings = common.settings_for(strict=strict or None, ui_lang=ui_lang)
    from alignment import api
    from alignment.programs.lint import NEVER, SEVERITIES, reaches
    from alignment.reports import LINT, OUTCOMES
    from alignment.reports import lint as reports

    report = common.chosen_format(report, LINT, output=output)
    limits = (*SEVERITIES, NEVER)
    if fail_on not in limits:
        raise SettingsError(
            _("there is no severity '{fail_on}'.").format(fail_on=fail_on),
            hint=_("Choose one:{choices}").format(choices=choices(f"--fail-on {item}" for item in limits)),
        )
    for name in (output, table):
        common.check_writable(name)
    table_format = OUTCOMES.of_suffix(Path(table).suffix.lower()) if table else ""
    if table and not table_format:
        raise OutputError(
            _("the table is written as csv or xlsx."), file=table, hint=_("Give a name with one of these.")
        )
    with common.ProgressBar(quiet=quiet) as progress:
        result = api.lint(*files, program=program or None, settings=settings, progress=progress)
    if table:
        common.deliver(OUTCOMES.render(result.program, table_format), table, quiet=quiet)
    common.show(result, report, LINT, partial(reports.draw, result), output, quiet=quiet, text="markdown")
    common.note(plural("{n} finding", "{n} findings", len(result.findings)), quiet=quiet)
    return int(reaches(result.findings, fail_on))
