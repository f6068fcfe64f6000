"""``align suggest``: which standards fit a program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alignment.cli import common, options
from alignment.i18n import _

HELP = _("Rank the standards at hand by how much of each a program covers, with evidence.")
EXAMPLES = (
    "align suggest program/",
    "align suggest program/ --count 15",
)


def command(
    files: options.ProgramFiles,
    program: options.ProgramName = "",
    among: Annotated[
        list[Path] | None,
        typer.Option("--among", metavar="FILE", help=_("Files of standards to choose from; default: all at hand.")),
    ] = None,
    index: options.IndexFolder = "",
    count: Annotated[
        int, typer.Option("--count", "-n", metavar="N", min=1, max=100, help=_("How many standards to check in full."))
    ] = 8,
    report: options.FormatName = "",
    output: options.Output = "",
    engine: options.EngineName = "",
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> None:
    """Print the ranking."""
    settings = common.settings_for(engine=engine, strict=strict or None, ui_lang=ui_lang)
    json = common.wants_json(report, output=output)
    common.check_writable(output)
    from alignment import api
    from alignment.reports import suggest as reports

    settings = settings if engine else api.ranking_settings(settings)

    with common.ProgressBar(quiet=quiet) as progress:
        loaded = api.load_program(*files, program=program or None, settings=settings, progress=progress)
        ranked = api.suggest(
            loaded, among=among, index=index or None, count=count, settings=settings, progress=progress
        )
    if json:
        common.deliver_json(ranked, output, quiet=quiet)
        return
    common.draw([reports.draw(ranked)], output, quiet=quiet)
