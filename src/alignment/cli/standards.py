"""``align standards``: what is available."""

from __future__ import annotations

from typing import Annotated, Any

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
        program = []
        for path in paths:
            try:
                given = read_file(Path(path), settings)
            except InputError as error:
                # As in a folder: what is no standard is named, the rest goes on.
                if len(paths) == 1 or not Path(path).exists():
                    raise
                common.note(_("not taken: {issue}").format(issue=error), quiet=quiet)
                continue
            program += [
                Entry(code=item.code, title=item.title, order=item.order, date=item.date, path=path, origin="path")
                for item in given
            ]
        program = marked([*program, *entries(settings)], settings)[: len(program)]
    else:
        program = marked(list(entries(settings)), settings)
    if json:
        common.deliver_json(program, output, quiet=quiet)
        return
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown: list[Any] = []
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column(_("Code"), no_wrap=True)
    table.add_column(_("Title"), overflow="fold", ratio=1)
    table.add_column(_("Order"), no_wrap=True)
    table.add_column(_("Where"), overflow="fold")
    origins = {"shipped": _("shipped"), "user": _("your folder")}
    for entry in program:
        order = " ".join(part for part in (entry.order, entry.date) if part)
        title = Text(entry.title)
        if entry.replaced_by:
            new = " ".join(part for part in (f"{entry.code}@{entry.replaced_by}", entry.replaced_on) if part)
            title.append("\n" + _("out of force, now {order}").format(order=new), style="yellow")
        table.add_row(entry.code or "–", title, order, origins.get(entry.origin, entry.path))
    shown.append(table)
    older = next((entry for entry in program if entry.replaced_by), None)
    if older and not paths:
        name = f"{older.code} ({older.date[-4:]})"
        shown.append(
            _("A code alone takes the edition in force; an older one is named with its year or order: -s '{name}'")
            .format(name=name)
        )  # fmt: skip
    if not paths:
        shown.append(_("Your folder: {path}").format(path=settings.standards_path()))
    common.draw(shown, output, quiet=quiet)
