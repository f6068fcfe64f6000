"""``align evaluate``: figures of an engine and baselines on labelled sets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from alignment.cli import common, options
from alignment.cli.judge import JudgeAnyway, JudgeModel, JudgeShare, JudgeUrl, judge_settings, require_judge
from alignment.errors import InputError, NotFoundError
from alignment.i18n import _

if TYPE_CHECKING:
    from alignment.cache import Cache
    from alignment.evaluation.crossvalidation import HeldOutPrediction
    from alignment.evaluation.evaluate_real import RealFigures
    from alignment.evaluation.llm_judge import CurvePoint, JudgeFigures
    from alignment.settings import Settings

HELP = _("Measure an engine and lexical baselines on labelled pairs and retrieval sets.")
EXAMPLES = (
    "align evaluate --real --engine fast",
    "align evaluate --graded pairs.tsv --format json",
)
SHARED = Path("../shared/data")
SHIPPED = Path("gold") / "pairs.tsv"
# Tables of figures: a narrower console would cut the columns to nothing (they need so many characters).
WIDE = 132


class Out(NamedTuple):
    """Where figures go: as JSON or tables, into which file, with or without notes."""

    json: bool
    file: str
    quiet: bool


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
        typer.Option("--data", metavar="FOLDER", help=_("Folder with benchmark sets: gold, onet, esco, itmo, melo.")),
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
        bool,
        typer.Option("--real", help=_("Verdicts on real programs against a careful reader's (a quarter of an hour).")),
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
    judge: JudgeUrl = "",
    judge_model: JudgeModel = "",
    judge_share: JudgeShare = None,
    judge_anyway: JudgeAnyway = False,
    judge_curve: Annotated[
        bool,
        typer.Option(
            "--judge-curve", help=_("With --real: what a judge as good as the reader would gain, by share of findings.")
        ),
    ] = False,
    report: options.FormatName = "",
    output: options.Output = "",
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> None:
    """Measure on every set that is named, or on the judged pairs that are shipped."""
    judge_options = judge_settings(judge, judge_model, judge_share, judge_anyway)
    settings = common.settings_for(engine=engine, ui_lang=ui_lang, **judge_options)
    out = Out(json=common.wants_json(report, output=output), file=output, quiet=quiet)
    common.check_writable(output)
    require_judge(settings)
    if real or judged:
        _real(judged, confusions, settings, out, curve=judge_curve)
        return
    if judge or judge_curve:
        raise InputError(_("a judge is measured on judged programs only."), file="--judge", hint=_("Add --real."))
    if reading or documents:
        _reading(documents or SHARED / "programs_pdf", settings, out)
        return
    with common.ProgressBar(quiet=quiet):
        import msgspec

        from alignment.api import open_cache
        from alignment.engine import check_name, load_engine
        from alignment.evaluation.evaluate import evaluate_sets, sets
        from alignment.reports.evaluation import as_data, figures_tables

    check_name(settings.engine)
    only_shipped = not graded and not retrieval and data is None
    pairs = [settings.data_path("corpora") / SHIPPED] if only_shipped else graded or []
    chosen = sets(pairs, retrieval or [], data, settings)
    if not chosen:
        raise NotFoundError(
            _("there is no set to measure on."),
            hint=_(
                "Give --data a folder with gold, onet, esco, itmo or melo, or nothing to measure on what is shipped."
            ),
        )
    with common.ProgressBar(quiet=quiet) as progress, open_cache(settings) as cache:
        measured = load_engine(msgspec.structs.replace(settings, profile=""), cache, progress)
        results = evaluate_sets(chosen, measured, limit=limit, baselines=not engine, progress=progress)
    if out.json:
        common.deliver_json(as_data(results), output, quiet=quiet)
        return
    common.draw(figures_tables(results), output, quiet=quiet)
    if only_shipped:
        common.note(_("These are pairs of texts. Verdicts on real programs: align evaluate --real"), quiet=quiet)


def _real(folder: Path | None, count: int, settings: Settings, out: Out, *, curve: bool) -> None:
    """Print how well verdicts on real programs agree with a careful reader: the built-in ones, and a judge's if set."""
    with common.ProgressBar(quiet=out.quiet):  # the imports alone take seconds
        from alignment.api.common import aligner_of
        from alignment.evaluation.evaluate_real import confusions, evaluate_real
        from alignment.reports.real import as_data, parts

    with common.ProgressBar(quiet=out.quiet) as progress, aligner_of(settings, progress) as aligner:
        real_figures, held = evaluate_real(aligner, settings, folder, progress)
        figures = _judge(held, real_figures, settings, aligner.cache, progress, out) if settings.judge else None
        points = _curve(held, settings) if curve else []
    worst = confusions(held, count)
    if out.json:
        common.deliver_json(as_data(real_figures, worst, figures, points), out.file, quiet=out.quiet)
        return
    common.draw(parts(real_figures, worst, figures, points, settings.judge), out.file, quiet=out.quiet, width=WIDE)


def _judge(
    held: list[HeldOutPrediction],
    real_figures: RealFigures,
    settings: Settings,
    cache: Cache,
    progress: common.ProgressBar,
    out: Out,
) -> JudgeFigures:
    """Measure the judge, and save how often each of its verdicts is right: later checks use that."""
    from alignment.evaluation.llm_judge import measure_judge
    from alignment.i18n import language
    from alignment.judge import Judge
    from alignment.judge.measured import save_worth

    asking = Judge(settings, cache, language=language(), progress=progress)
    figures = measure_judge(
        held, real_figures.spread, asking, settings, lambda text: common.note(text, quiet=out.quiet)
    )
    if figures.worth:
        path = save_worth(figures.worth, settings.profiles_path())
        common.note(_("written: {file}").format(file=path), quiet=out.quiet)
    return figures


def _curve(held: list[HeldOutPrediction], settings: Settings) -> list[CurvePoint]:
    from alignment.evaluation.llm_judge import judge_curve

    return judge_curve(held, settings.judge_candidates)


def _reading(documents: Path, settings: Settings, out: Out) -> None:
    """Print how well documents are read for which a hand-made list says what they hold."""
    with common.ProgressBar(quiet=out.quiet):
        from alignment.evaluation.reading_figures import evaluate_reading
        from alignment.evaluation.reading_gold import load_reading_gold
        from alignment.reports.reading import as_data, reading_table

    corpora = settings.data_path("corpora")
    with common.ProgressBar(quiet=out.quiet) as progress:
        results = evaluate_reading(
            load_reading_gold(corpora / "gold" / "reading", corpora, documents), settings, progress
        )
    for item in results:
        if item.error:
            common.note(f"{item.document}: {item.error}", quiet=out.quiet)
    if out.json:
        common.deliver_json(as_data(results), out.file, quiet=out.quiet)
        return
    common.draw([reading_table(results)], out.file, quiet=out.quiet, width=WIDE)
