"""``align show``: what was read from a file, with the place of each text."""

from __future__ import annotations

from pathlib import Path
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
    program: options.Program = "",
    report: options.Format = "",
    output: options.Output = "",
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> None:
    """Print the tree, or JSON."""
    settings = common.settings_for(strict=strict or None, ui_lang=ui_lang)
    json = common.as_json(report, output=output)
    common.check_writable(output)
    with common.Progress(quiet=quiet) as progress:
        from alignment import api, model, standards

        noun: model.Program | model.Standard | model.Qualification
        card = standards.card_of(files[0], settings) if len(files) == 1 else None
        if card is not None:
            noun = card
        elif len(files) == 1 and standards.is_standard(files[0], settings):
            noun = api.load_standard(files[0], settings=settings)
        else:
            paths = [Path(name) for name in files]
            noun = api.load_program(*paths, program=program or None, settings=settings, progress=progress)
    if json:
        common.deliver_json(noun, output, quiet=quiet)
        return
    from alignment.reports.tree import program_tree, qualification_tree, standard_tree

    if isinstance(noun, model.Qualification):
        tree = qualification_tree(noun)
    else:
        tree = standard_tree(noun) if isinstance(noun, model.Standard) else program_tree(noun)
    common.draw([tree], output, quiet=quiet)
