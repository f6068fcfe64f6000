"""``align diff``: two versions of a standard or of a program, by meaning."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from alignment.cli import common, options
from alignment.errors import SettingsError
from alignment.i18n import _

HELP = _("Compare two versions of a standard or of a program: kept, reworded, moved, split, merged, added, dropped.")
EXAMPLES = (
    "align diff '06.001 (2013)' 06.001",
    "align diff program-2023/ program-2024/ --details",
)


def command(
    old: Annotated[str, typer.Argument(metavar="OLD", help=_("The older standard (code, path) or program (path)."))],
    new: Annotated[str, typer.Argument(metavar="NEW", help=_("The newer one."))],
    report: Annotated[str, typer.Option("--format", "-f", metavar="NAME", help=_("terminal, json or csv."))] = "",
    programs: Annotated[
        list[Path] | None,
        typer.Option(
            "--programs",
            metavar="PATH",
            help=_("A program or a folder of programs, to show which lose or gain coverage; may be repeated."),
        ),
    ] = None,
    details: Annotated[
        bool, typer.Option("--details", "-d", help=_("All changes, and the texts that were kept."))
    ] = False,
    output: options.Output = "",
    engine: options.EngineName = "",
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> None:
    """Print the changes."""
    settings = common.settings_for(engine=engine, ui_lang=ui_lang)
    with common.ProgressBar(quiet=quiet):
        from alignment import api, standards
        from alignment.analysis.program_change import program_change
        from alignment.reports import DIFF
        from alignment.reports import diff as reports

        report = common.chosen_format(report, DIFF, output=output)
        common.check_writable(output)
        kinds = [standards.is_standard(name, settings) for name in (old, new)]
    if kinds[0] != kinds[1]:
        raise SettingsError(
            _("one of the two is a standard and the other a program."), hint=_("Give two standards or two programs.")
        )
    if programs and not kinds[0]:
        raise SettingsError(_("--programs is for two versions of a standard."), hint=_("Leave it out."))
    shifts = []
    documents = None
    with common.ProgressBar(quiet=quiet) as progress:
        if kinds[0]:
            sides = [api.load_standard(name, settings=settings) for name in (old, new)]
            changes = api.diff(sides[0], sides[1], settings=settings)
            shifts = api.shifts(programs or (), sides[0], sides[1], settings=settings, progress=progress)
        else:
            both = [api.load_program(Path(name), settings=settings, progress=progress) for name in (old, new)]
            changes = api.diff(both[0], both[1], settings=settings)
            documents = program_change(both[0], both[1])
    for item in shifts:
        if item.error:
            common.note(f"{item.path}: {item.error}", quiet=quiet)
    result = reports.VersionChanges(changes, shifts, documents)
    drawn = partial(reports.draw, result, details=details)
    common.show(result, report, DIFF, drawn, output, quiet=quiet, text="csv")
