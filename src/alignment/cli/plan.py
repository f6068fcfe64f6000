"""``align plan``: the smallest set of changes that reaches a coverage."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from alignment.cli import common, options
from alignment.i18n import _

HELP = _("Propose the smallest set of changes to a program that brings its coverage of a standard to a target.")
EXAMPLES = (
    "align plan program/ -s 06.001 --target 80",
    "align plan program/ -s 06.001 --target 80 --output plan.xlsx",
)


def command(
    files: options.ProgramFiles,
    standard: options.StandardName,
    target: Annotated[
        float, typer.Option("--target", "-t", metavar="PERCENT", min=0, max=100, help=_("Coverage to reach."))
    ] = 80,
    share: Annotated[
        float,
        typer.Option(
            "--share",
            metavar="PERCENT",
            min=0,
            max=100,
            help=_("Share of a discipline's hours that may be new content."),
        ),
    ] = 10,
    free_credits: Annotated[
        float, typer.Option("--free-credits", metavar="N", min=0, max=240, help=_("Credits free for a new discipline."))
    ] = 0,
    program: options.ProgramName = "",
    report: Annotated[str, typer.Option("--format", "-f", metavar="NAME", help=_("terminal, json, csv or xlsx."))] = "",
    output: options.Output = "",
    engine: options.EngineName = "",
    profile: options.ProfileName = "",
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> int:
    """Check, find the plan, report; returns 1 if no plan reaches the target."""
    settings = common.settings_for(engine=engine, profile=profile, strict=strict or None, ui_lang=ui_lang)
    from alignment import api
    from alignment.reports import PLAN
    from alignment.reports import plan as reports

    report = common.chosen_format(report, PLAN, output=output, stem="plan")
    common.check_writable(output)
    with common.ProgressBar(quiet=quiet) as progress:
        compared = api.load_standard(standard, settings=settings)
        loaded = api.load_program(*files, program=program or None, settings=settings, progress=progress)
        alignment = api.check(loaded, compared, settings=settings, progress=progress)
        improvement_plan = api.plan(
            alignment, target / 100, share=share / 100, free_credits=free_credits, settings=settings, progress=progress
        )
    drawn = partial(reports.draw, improvement_plan)
    common.show(improvement_plan, report, PLAN, drawn, output, quiet=quiet, text="csv")
    return 0 if improvement_plan.reached else 1
