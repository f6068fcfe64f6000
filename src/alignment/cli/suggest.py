"""``align suggest``: which standards fit a program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from alignment.cli import common
from alignment.i18n import _, percent

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

    with common.Progress(quiet=quiet) as progress:
        found = api.load_program(*files, program=program or None, settings=settings, progress=progress)
        ranked = api.suggest(found, among=among, index=index or None, count=count, settings=settings, progress=progress)
    if as_json:
        common.say(msgspec.json.format(msgspec.json.encode(ranked), indent=2).decode())
        return
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("", justify="right", no_wrap=True)
    table.add_column(_("Standard"), ratio=4, overflow="fold")
    table.add_column(_("Level"), no_wrap=True)
    table.add_column(_("Expected"), no_wrap=True)
    table.add_column(_("What speaks for it"), ratio=6, overflow="fold")
    for number, item in enumerate(ranked, 1):
        notes = [_("declared")] if item.declared else []
        notes += [_("named by the FGOS")] if item.fgos else []
        notes += [_("names the direction {direction}").format(direction=item.direction)] if item.named else []
        name = Text.assemble((f"{item.code} ", "bold"), item.title, (f"\n{', '.join(notes)}" if notes else "", "green"))
        reasons = Text("\n").join(
            Text.assemble(
                (f"{reason.function} ", "bold"),
                f"{reason.name}: {percent(reason.coverage)}",
                (f" – {reason.discipline}" if reason.discipline else "", "italic"),
                f": {reason.statement}" if reason.statement else "",
            )
            for reason in item.reasons
        )
        share = f"{percent(item.expected)} ({percent(item.low)}–{percent(item.high)})"
        table.add_row(str(number), name, ", ".join(item.levels), share, reasons)
    common.console().print(table)
