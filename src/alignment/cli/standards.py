"""``align standards``: what is available."""

from __future__ import annotations

from typing import Annotated

import typer

from alignment.cli import common
from alignment.i18n import _

HELP = _("List the standards that are available: shipped ones and those in your folder.")


def command(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help=_("Files to list instead of the folders."))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("As JSON."))] = False,
    ui_lang: common.UiLang = "",
) -> None:
    """Print a table of standards."""
    settings = common.settings_for(ui_lang=ui_lang)
    from pathlib import Path

    import msgspec

    from alignment.standards import Entry, entries, marked, read_file

    if paths:
        found = [
            Entry(code=item.code, title=item.title, order=item.order, date=item.date, path=path, origin="path")
            for path in paths
            for item in read_file(Path(path), settings)
        ]
        found = marked([*found, *entries(settings)], settings)[: len(found)]
    else:
        found = marked(list(entries(settings)), settings)
    if as_json:
        common.say(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
        return
    from rich import box
    from rich.table import Table

    console = common.console()
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(_("Code"), no_wrap=True)
    table.add_column(_("Title"), overflow="fold", ratio=1)
    table.add_column(_("Order"), no_wrap=True)
    table.add_column(_("Where"), overflow="fold")
    origins = {"shipped": _("shipped"), "user": _("your folder")}
    for entry in found:
        order = " ".join(part for part in (entry.order, entry.date) if part)
        if entry.replaced_by:
            new = " ".join(part for part in (entry.replaced_by, entry.replaced_on) if part)
            order += "\n" + _("out of force, now {order}").format(order=new)
        table.add_row(entry.code or "–", entry.title, order, origins.get(entry.origin, entry.path))
    console.print(table)
    older = next((entry for entry in found if entry.replaced_by), None)
    if older and not paths:
        name = f"{older.code} ({older.date[-4:]})"
        console.print(
            _("A code alone takes the edition in force; an older one is named with its year or order: -s '{name}'")
            .format(name=name)
        )  # fmt: skip
    if not paths:
        console.print(_("Your folder: {path}").format(path=settings.standards_path()))
