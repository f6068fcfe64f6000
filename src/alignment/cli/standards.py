"""``align standards``: list the standards at hand."""

from __future__ import annotations

from typing import Annotated

import typer

from alignment.cli import common, options
from alignment.i18n import _

HELP = _("List the standards that are available: shipped ones and those in your folder.")
EXAMPLES = (
    "align standards",
    "align standards my_standards/*.xml --format json",
)


def command(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help=_("Files to list instead of the folders."))
    ] = None,
    report: options.FormatName = "",
    output: options.Output = "",
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> None:
    """Print a table of standards."""
    settings = common.settings_for(ui_lang=ui_lang)
    json = common.wants_json(report, output=output)
    common.check_writable(output)
    from alignment import api

    listed, errors = api.list_standards(paths or (), settings=settings)
    for error in errors:
        common.note(_("not taken: {issue}").format(issue=error), quiet=quiet)
    if json:
        common.deliver_json(listed, output, quiet=quiet)
        return
    from alignment.reports.standards import draw

    common.draw(draw(listed, None if paths else settings.standards_path()), output, quiet=quiet)
