"""``align explain``: why one requirement got its verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alignment.cli import common, options
from alignment.cli.judge import JudgeAnyway, JudgeModel, JudgeUrl, judge_settings, require_judge
from alignment.i18n import _

HELP = _("Show for one requirement the candidates, what each feature adds, and what would change the verdict.")
EXAMPLES = ("align explain program/ -s 06.001 -r A/01.3-k1",)


def command(
    program_files: Annotated[
        list[Path], typer.Argument(metavar="PROGRAM...", help=_("Files of the program, or a folder with them."))
    ],
    standard: options.StandardName,
    requirement: Annotated[
        str,
        typer.Option("--requirement", "-r", metavar="ID", help=_("Id of the requirement, or a part of its text.")),
    ],
    candidates: Annotated[
        int, typer.Option("--candidates", metavar="N", min=1, max=100, help=_("How many candidates to list."))
    ] = 8,
    program: options.ProgramName = "",
    engine: options.EngineName = "",
    profile: options.ProfileName = "",
    judge: JudgeUrl = "",
    judge_model: JudgeModel = "",
    judge_anyway: JudgeAnyway = False,
    report: options.FormatName = "",
    output: options.Output = "",
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> None:
    """Print the explanation, or JSON."""
    settings = common.settings_for(
        engine=engine, profile=profile, ui_lang=ui_lang, **judge_settings(judge, judge_model, None, judge_anyway)
    )
    json = common.wants_json(report, output=output)
    common.check_writable(output)
    require_judge(settings)
    from alignment import api

    with common.ProgressBar(quiet=quiet) as progress:
        compared = api.load_standard(standard, settings=settings)
        loaded = api.load_program(*program_files, program=program or None, settings=settings, progress=progress)
        result = api.explain(loaded, compared, requirement, candidates=candidates, settings=settings, progress=progress)
        if settings.judge:
            from alignment.api.judging import explain_judged

            result = explain_judged(result, loaded, compared, settings, progress)
    if json:
        common.deliver_json(result, output, quiet=quiet)
        return
    from alignment.reports.explanation import draw

    common.draw(draw(result), output, quiet=quiet)
