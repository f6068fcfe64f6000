"""``align standards``: list the standards at hand."""

from __future__ import annotations

from typing import Annotated

import typer

from alignment.cli import common, options
from alignment.errors import InputError
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
    report: options.Format = "",
    output: options.Output = "",
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> None:
    """Print a table of standards."""
    settings = common.settings_for(ui_lang=ui_lang)
    json = common.as_json(report, output=output)
    common.check_writable(output)
    from pathlib import Path

    from alignment.catalogue import Entry, entries, marked
    from alignment.standards import read_file

    if paths:
        listed = []
        for path in paths:
            try:
                loaded = read_file(Path(path), settings)
            except InputError as error:
                # As in a folder: a file that is no standard is named, and the others are still listed.
                if len(paths) == 1 or not Path(path).exists():
                    raise
                common.note(_("not taken: {issue}").format(issue=error), quiet=quiet)
                continue
            listed += [
                Entry(code=item.code, title=item.title, order=item.order, date=item.date, path=path, origin="path")
                for item in loaded
            ]
        listed = marked([*listed, *entries(settings)], settings)[: len(listed)]
    else:
        listed = marked(list(entries(settings)), settings)
    if json:
        common.deliver_json(listed, output, quiet=quiet)
        return
    from alignment.reports.standards import draw

    common.draw(draw(listed, None if paths else settings.standards_path()), output, quiet=quiet)
