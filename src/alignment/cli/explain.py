"""``align explain``: why one requirement got its verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alignment.cli import common
from alignment.i18n import _

HELP = _("Show for one requirement the candidates, what each feature adds, and what would change the verdict.")


def command(
    program_files: Annotated[
        list[Path], typer.Argument(metavar="PROGRAM...", help=_("Files of the program, or a folder with them."))
    ],
    standard: Annotated[
        str,
        typer.Option("--standard", "-s", metavar="NAME", help=_("Code, path or part of the title of a standard.")),
    ],
    requirement: Annotated[
        str,
        typer.Option("--requirement", "-r", metavar="ID", help=_("Id of the requirement, or a part of its text.")),
    ],
    candidates: Annotated[
        int, typer.Option("--candidates", metavar="N", min=1, max=100, help=_("How many candidates to list."))
    ] = 8,
    program: Annotated[
        str, typer.Option("--program", "-p", metavar="NAME", help=_("Which program of a workbook that holds several."))
    ] = "",
    engine: common.Engine = "",
    profile: Annotated[
        str, typer.Option("--profile", metavar="NAME", help=_("Calibration and thresholds that align tune saved."))
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help=_("As JSON."))] = False,
    quiet: common.Quiet = False,
    ui_lang: common.UiLang = "",
) -> None:
    """Print the explanation, or JSON."""
    settings = common.settings_for(engine=engine, profile=profile, ui_lang=ui_lang)
    from alignment import api, model

    with common.Progress(quiet=quiet) as progress:
        wanted = api.load_standard(standard, settings=settings)
        found = api.load_program(*program_files, program=program or None, settings=settings, progress=progress)
        result = api.explain(found, wanted, requirement, candidates=candidates, settings=settings, progress=progress)
    if as_json:
        common.say(model.to_json(result).decode())
        return
    from alignment.reports.explanation import draw

    console = common.console()
    for part in draw(result):
        console.print(part)
