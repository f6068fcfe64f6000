"""``align index``: all standards that are given, ready to be searched."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alignment.cli import common, options
from alignment.errors import SettingsError
from alignment.i18n import _, decimal
from alignment.settings import Settings

HELP = _("Build or update an index of standards, so that suggest and overlap look at thousands of them at once.")
EXAMPLES = (
    "align index standards/",
    "align index --search 'тестирование программ'",
)


def command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[STANDARDS]...", help=_("Files, folders and zips of standards; without any: all at hand.")
        ),
    ] = None,
    index: Annotated[
        str, typer.Option("--index", metavar="FOLDER", help=_("Where the index is; default: the user's data folder."))
    ] = "",
    fresh: Annotated[bool, typer.Option("--fresh", help=_("Take nothing from the index that is there."))] = False,
    info: Annotated[bool, typer.Option("--info", help=_("Only say what the index has."))] = False,
    verify: Annotated[bool, typer.Option("--verify", help=_("Only compare every byte with what was written."))] = False,
    search: Annotated[
        str | None,
        typer.Option("--search", metavar="TEXT", help=_("Only find the requirements nearest to a text.")),
    ] = None,
    count: Annotated[
        int, typer.Option("--count", "-n", metavar="N", min=1, max=1000, help=_("How many it shows."))
    ] = 10,
    graph: Annotated[
        bool, typer.Option("--graph", help=_("Make the approximate index too (extra [ann]); over a million: always."))
    ] = False,
    report: options.Format = "",
    output: options.Output = "",
    engine: options.Engine = "",
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> None:
    """Build, or say what is there."""
    settings = common.settings_for(engine=engine, strict=strict or None, ui_lang=ui_lang)
    json = common.as_json(report, output=output)
    common.check_writable(output)
    from alignment import api

    folder = Path(index) if index else settings.index_path()
    if (info or verify or search is not None) and paths:
        raise SettingsError(_("with --info, --verify and --search no standards are given."), hint=_("Leave them out."))
    if info or verify:
        _inform(folder, output, verified=verify, json=json, quiet=quiet)
        return
    if search is not None:
        _find(search, folder, count, settings, output, json=json, quiet=quiet)
        return
    with common.Progress(quiet=quiet) as progress:
        made = api.build_index(
            *(paths or ()), index=folder, fresh=fresh, graph=graph, settings=settings, progress=progress
        )
    for issue in made.warnings:
        common.note(_("not taken: {issue}").format(issue=issue), quiet=quiet)
    said = _(
        "{standards} standards ({kept} unchanged), {requirements} requirements, {encoded} of them new; "
        "{size} MB, {seconds} s: {folder}"
    ).format(
        standards=made.standards,
        kept=made.kept,
        requirements=made.requirements,
        encoded=made.encoded,
        size=decimal(made.size / 1e6, 1),
        seconds=decimal(made.seconds, 1),
        folder=folder,
    )
    if json:
        common.deliver_json(made, output, quiet=quiet)
    else:
        common.deliver(f"{said}\n", output, quiet=quiet)


def _inform(folder: Path, output: str, *, verified: bool, json: bool, quiet: bool) -> None:
    """What is in the index, after every byte was compared where that is asked."""
    from alignment.catalogue import index as register
    from alignment.reports import index as reports

    about = register.verify(folder) if verified else register.info(folder)
    if json:
        common.deliver_json(about, output, quiet=quiet)
    else:
        common.draw(reports.draw_info(about, folder, verified=verified), output, quiet=quiet)


def _find(text: str, folder: Path, count: int, settings: Settings, output: str, *, json: bool, quiet: bool) -> None:
    """The requirements nearest to a text."""
    from alignment import api
    from alignment.reports import index as reports

    if not any(sign.isalnum() for sign in text):
        raise SettingsError(
            _("there is nothing to search for."),
            file=_("option {option}").format(option="--search"),
            hint=_("Give a few words, for example --search 'тестирование программ'."),
        )
    with common.Progress(quiet=quiet):
        hits = api.search(text, index=folder, count=count, settings=settings)
    if json:
        common.deliver_json(hits, output, quiet=quiet)
    else:
        common.draw(reports.draw_hits(hits), output, quiet=quiet)
