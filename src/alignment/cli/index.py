"""``align index``: build, check and search an index of standards."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from alignment.cli import common, options
from alignment.errors import SettingsError
from alignment.i18n import _

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
    fresh: Annotated[
        bool, typer.Option("--fresh", help=_("Build from nothing; do not reuse the index that is there."))
    ] = False,
    info: Annotated[bool, typer.Option("--info", help=_("Only print what the index holds."))] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help=_("Only verify that the index has not changed since it was written."))
    ] = False,
    search: Annotated[
        str | None,
        typer.Option("--search", metavar="TEXT", help=_("Only find the requirements nearest to a text.")),
    ] = None,
    count: Annotated[
        int, typer.Option("--count", "-n", metavar="N", min=1, max=1000, help=_("How many results to show."))
    ] = 10,
    graph: Annotated[
        bool,
        typer.Option(
            "--graph", help=_("Also make an index for approximate search (extra [ann]); always made above a million.")
        ),
    ] = False,
    report: options.FormatName = "",
    output: options.Output = "",
    engine: options.EngineName = "",
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> None:
    """Build or update the index, or print what it holds, or search it."""
    settings = common.settings_for(engine=engine, strict=strict or None, ui_lang=ui_lang)
    common.wants_json(report, output=output)  # a wrong format fails before the work
    common.check_writable(output)
    from alignment import api
    from alignment.catalogue import index as register
    from alignment.reports.index import draw_built, draw_hits, draw_info

    folder = Path(index) if index else settings.index_path()
    if (info or verify or search is not None) and paths:
        raise SettingsError(_("--info, --verify and --search take no standards."), hint=_("Leave them out."))
    if info or verify:
        about = register.verify(folder) if verify else register.info(folder)
        _print(about, draw_info(about, folder, verified=verify), report, output, quiet=quiet)
        return
    if search is not None:
        _check_search(search)
        with common.ProgressBar(quiet=quiet):
            hits = api.search(search, index=folder, count=count, settings=settings)
        _print(hits, draw_hits(hits), report, output, quiet=quiet)
        return
    with common.ProgressBar(quiet=quiet) as progress:
        built = api.build_index(
            *(paths or ()), index=folder, fresh=fresh, graph=graph, settings=settings, progress=progress
        )
    for issue in built.warnings:
        common.note(_("not taken: {issue}").format(issue=issue), quiet=quiet)
    _print(built, draw_built(built, folder), report, output, quiet=quiet)


def _check_search(text: str) -> None:
    """Is there a word to search for?

    Raises:
        SettingsError: no.
    """
    if not any(sign.isalnum() for sign in text):
        raise SettingsError(
            _("there is nothing to search for."),
            file=_("option {option}").format(option="--search"),
            hint=_("Give a few words, for example --search 'тестирование программ'."),
        )


def _print(result: Any, parts: Iterable[RenderableType], report: str, output: str, *, quiet: bool) -> None:
    """Write the result as JSON, or draw it."""
    if common.wants_json(report, output=output):
        common.deliver_json(result, output, quiet=quiet)
    else:
        common.draw(parts, output, quiet=quiet)
