"""``align show``: what was read from a file, with the place of each text."""

from __future__ import annotations

from typing import Annotated

import typer

from alignment.cli import common, options
from alignment.i18n import _

HELP = _("Print what is read of a standard or a program, with the place of each text.")
EXAMPLES = (
    "align show program/",
    "align show 06.001 --format json --output standard.json",
)


def command(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help=_("A standard (file or code) or the files of a program."))
    ],
    program: options.ProgramName = "",
    report: options.FormatName = "",
    output: options.Output = "",
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> None:
    """Print the tree, or JSON."""
    settings = common.settings_for(strict=strict or None, ui_lang=ui_lang)
    json = common.wants_json(report, output=output)
    common.check_writable(output)
    with common.ProgressBar(quiet=quiet) as progress:
        from alignment import api

        noun = api.load_any(*files, program=program or None, settings=settings, progress=progress)
    if json:
        common.deliver_json(noun, output, quiet=quiet)
        return
    from alignment.reports.tree import draw

    common.draw([draw(noun)], output, quiet=quiet)
