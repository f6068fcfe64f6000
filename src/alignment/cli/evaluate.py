"""``align evaluate``: figures of an engine and baselines on labelled sets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alignment.cli import common
from alignment.errors import InputError, NotFoundError
from alignment.i18n import _

if TYPE_CHECKING:
    from rich.console import Console

    from alignment.settings import Settings

HELP = _("Measure an engine and lexical baselines on labelled pairs and retrieval sets.")
SHARED = Path("../shared/data")
WIDE = 132


def command(
    graded: Annotated[
        list[Path] | None,
        typer.Option("--graded", metavar="FILE", help=_("Judged pairs (TSV, see docs/tuning.md); may be repeated.")),
    ] = None,
    retrieval: Annotated[
        list[Path] | None,
        typer.Option("--retrieval", metavar="FOLDER", help=_("A retrieval set in MELO's layout; may be repeated.")),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="FOLDER", help=_("Folder of the benchmark sets (default: ../shared/data).")),
    ] = None,
    engine: Annotated[
        str, typer.Option("--engine", metavar="default|fast", help=_("Engine to measure, without baselines."))
    ] = "",
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help=_("At most N queries of each retrieval set."))
    ] = None,
    reading: Annotated[
        bool, typer.Option("--reading", help=_("How well program documents are read, against the hand-made lists."))
    ] = False,
    documents: Annotated[
        Path | None,
        typer.Option(
            "--documents",
            metavar="FOLDER",
            help=_("Folder of the documents of --reading (default: ../shared/data/programs_pdf)."),
        ),
    ] = None,
    real: Annotated[
        bool, typer.Option("--real", help=_("Verdicts on real programs against a careful reader's (some minutes)."))
    ] = False,
    judged: Annotated[
        Path | None,
        typer.Option(
            "--judged", metavar="FOLDER", help=_("Sets of your own for --real, laid out like corpora/gold/real.")
        ),
    ] = None,
    confusions: Annotated[
        int, typer.Option("--confusions", metavar="N", min=0, help=_("Print the N worst findings of --real."))
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help=_("As JSON."))] = False,
    layout: Annotated[str, typer.Option("--format", metavar="terminal|json", help=_("How to print."))] = "terminal",
    quiet: common.Quiet = False,
    ui_lang: common.UiLang = "",
) -> None:
    """Run every set given, or the benchmark sets that are present."""
    settings = common.settings_for(engine=engine, ui_lang=ui_lang)
    if layout not in ("terminal", "json"):
        raise InputError(f"there is no format '{layout}' here.", hint="terminal or json.")
    as_json = as_json or layout == "json"
    if real or judged:
        _real(judged, confusions, settings, as_json=as_json, quiet=quiet)
        return
    if reading or documents:
        _reading(documents or SHARED / "programs_pdf", settings, as_json=as_json, quiet=quiet)
        return
    import msgspec

    from alignment.api import open_cache
    from alignment.engine import check_name, load_engine
    from alignment.tuning.evaluate import evaluate, sets

    check_name(settings.engine)
    folder = None if (graded or retrieval) and data is None else data or SHARED
    chosen = sets(graded or [], retrieval or [], folder, settings)
    if not chosen:
        raise NotFoundError(
            "there is nothing to measure on.",
            hint="Give --graded FILE, --retrieval FOLDER, or --data FOLDER with the benchmark sets.",
        )
    with common.Progress(quiet=quiet) as progress, open_cache(settings) as cache:
        measured = load_engine(msgspec.structs.replace(settings, profile=""), cache, progress)
        results = evaluate(chosen, measured, limit=limit, baselines=not engine, progress=progress)
    if as_json:
        flat = [result.flat() for result in results]
        common.say(msgspec.json.format(msgspec.json.encode(flat[0] if len(flat) == 1 else flat), indent=2).decode())
        return
    from alignment.reports.evaluation import tables

    console = common.console()
    for table in tables(results):
        console.print(table)


def _wide() -> Console:
    """A console wide enough for tables of figures: a narrow one would cut the columns to nothing."""
    console = common.console()
    console.width = max(console.width, WIDE)
    return console


def _real(folder: Path | None, count: int, settings: Settings, *, as_json: bool, quiet: bool) -> None:
    """Print how far verdicts on real programs agree with a careful reader."""
    from alignment.api.common import aligner_of
    from alignment.reports.real import as_data, confusions_table, figures_table, summary_lines
    from alignment.tuning.evaluate_real import confusions, evaluate_real

    with common.Progress(quiet=quiet) as progress, aligner_of(settings, progress) as aligner:
        found, held = evaluate_real(aligner, settings, folder, progress)
    worst = confusions(held, count)
    if as_json:
        import msgspec

        common.say(msgspec.json.format(msgspec.json.encode(as_data(found, worst)), indent=2).decode())
        return
    console = _wide()
    console.print(figures_table(found))
    for line in summary_lines(found):
        console.print(line)
    if worst:
        console.print(confusions_table(worst))


def _reading(documents: Path, settings: Settings, *, as_json: bool, quiet: bool) -> None:
    """Print how well the documents of the hand-made lists are read."""
    from alignment.reports.reading import as_data, table
    from alignment.tuning.reading_figures import evaluate
    from alignment.tuning.reading_gold import load

    corpora = settings.data_path("corpora")
    with common.Progress(quiet=quiet) as progress:
        results = evaluate(load(corpora / "gold" / "reading", corpora, documents), settings, progress)
    for item in results:
        if item.error:
            common.note(f"{item.document}: {item.error}", quiet=quiet)
    if as_json:
        import msgspec

        common.say(msgspec.json.format(msgspec.json.encode(as_data(results)), indent=2).decode())
        return
    _wide().print(table(results))
