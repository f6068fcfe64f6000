"""``align suggest``: which standards fit a program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alignment.cli import common
from alignment.i18n import _

HELP = _("Rank the standards at hand by how much of them a program answers, with evidence.")


def command(
    files: Annotated[
        list[Path], typer.Argument(metavar="PROGRAM...", help=_("A folder or zip with the program, or its files."))
    ],
    program: Annotated[
        str, typer.Option("--program", "-p", metavar="NAME", help=_("Which program of a workbook that holds several."))
    ] = "",
    among: Annotated[
        list[Path] | None,
        typer.Option("--among", metavar="FILE", help=_("Files of standards to choose from; default: all at hand.")),
    ] = None,
    index: common.Index = "",
    count: Annotated[
        int, typer.Option("--count", "-n", metavar="N", min=1, max=100, help=_("How many are checked in full."))
    ] = 8,
    as_json: Annotated[bool, typer.Option("--json", help=_("As JSON."))] = False,
    engine: common.Engine = "",
    strict: common.Strict = False,
    quiet: common.Quiet = False,
    ui_lang: common.UiLang = "",
) -> None:
    """Print the ranking."""
    settings = common.settings_for(engine=engine, strict=strict or None, ui_lang=ui_lang)
    from alignment import api
    from alignment.reports import suggest as reports

    with common.Progress(quiet=quiet) as progress:
        found = api.load_program(*files, program=program or None, settings=settings, progress=progress)
        ranked = api.suggest(found, among=among, index=index or None, count=count, settings=settings, progress=progress)
    if as_json:
        typer.echo(reports.as_json(ranked))
    else:
        common.console().print(reports.draw(ranked))
