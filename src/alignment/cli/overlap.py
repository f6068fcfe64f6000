"""``align overlap``: the work functions that several standards share."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from alignment.cli import common, options
from alignment.errors import SettingsError
from alignment.i18n import _

HELP = _(
    "Find work functions that different standards share, their common core and differences, and how areas can exchange."
)
EXAMPLES = (
    "align overlap 06/*.xml",
    "align overlap --index index/ --output overlap.html",
)


def command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[STANDARDS]...", help=_("Files, folders and zips of standards; without any: all at hand.")
        ),
    ] = None,
    index: options.IndexFolder = "",
    report: Annotated[
        str, typer.Option("--format", "-f", metavar="NAME", help=_("terminal, json, xlsx, html or graphml."))
    ] = "",
    output: options.Output = "",
    least: Annotated[
        float, typer.Option("--least", metavar="P", min=0, max=1, help=_("Least probability of a link."))
    ] = 0.3,
    engine: options.EngineName = "",
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> None:
    """Compare every standard with every other, and report."""
    settings = common.settings_for(engine=engine, strict=strict or None, ui_lang=ui_lang)
    from alignment import api
    from alignment.reports import OVERLAP
    from alignment.reports import overlap as reports

    report = common.chosen_format(report, OVERLAP, output=output, stem="overlap")
    if paths and index:
        raise SettingsError(_("standards and an index were given."), hint=_("Give one of them."))
    common.check_writable(output)
    with common.ProgressBar(quiet=quiet) as progress:
        result = api.overlap(*(paths or ()), index=index or None, least=least, settings=settings, progress=progress)
    common.show(result, report, OVERLAP, partial(reports.draw, result), output, quiet=quiet, text="json")
