"""Tables of `align evaluate --real`: figures of verdicts on real programs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.table import Table

from alignment.i18n import _
from alignment.reports import judge_figures

if TYPE_CHECKING:
    from alignment.evaluation.evaluate_real import Confusion, RealFigures
    from alignment.evaluation.llm_judge import CurvePoint, JudgeFigures


def _share(value: float, digits: int = 2) -> str:
    return "–" if math.isnan(value) else f"{value:.{digits}f}"


def figures_table(figures: RealFigures) -> Table:
    """A row for each set and one for all; with the kappa of each where its standard was judged before, if measured."""
    known = {item.name: item.kappa for item in figures.known_sets}
    table = Table(title=figures.title, title_justify="left")
    table.add_column(_("Set"), no_wrap=True)
    for name in (
        _("Req."),
        _("kappa"),
        _("covered right"),
        _("covered found"),
        _("macro-F1"),
        _("judged"),
        _("said"),
        _("expected"),
        _("interval"),
        _("Brier"),
        _("ECE"),
        *([_("kappa, standard known")] if known else []),
    ):
        table.add_column(name, justify="right")
    for item in figures.sets:
        interval = f"{item.low:.2f}–{item.high:.2f}" + ("" if item.holds else " ✗")
        table.add_row(
            item.name,
            str(item.requirements),
            *map(_share, (item.kappa, item.covered_right, item.covered_found, item.macro_f1)),
            *map(_share, (item.judged, item.said, item.expected)),
            interval,
            _share(item.brier, digits=3),
            _share(item.calibration_error, digits=3),
            *([_share(known[item.name])] if known else []),
            end_section=item is figures.sets[-2],
        )
    return table


def summary_lines(figures: RealFigures) -> list[str]:
    """The means over sets, in sentences."""
    means, known = figures.means, figures.known_means
    result = [
        _("Mean kappa {mean}, least {least}.").format(
            mean=_share(means["kappa_mean"]), least=_share(means["kappa_least"])
        ),
        _("Coverage is off by {off} points; the 90 % interval holds in {holds} % of the sets.").format(
            off=_share(100 * means["coverage_off"], 0), holds=_share(100 * means["interval_holds"], 0)
        ),
    ]
    if known:
        result.append(
            _(
                "Where other programs were judged against the standard before: mean kappa {mean}, least {least}; "
                "coverage is off by {off} points."
            ).format(
                mean=_share(known["kappa_mean"]),
                least=_share(known["kappa_least"]),
                off=_share(100 * known["coverage_off"], 0),
            )
        )
    if other_words := figures.other_words_means:
        result.append(
            _(
                "The same as if no judged program had a statement in the same words (as another university): "
                "mean kappa {mean}; coverage is off by {off} points."
            ).format(mean=_share(other_words["kappa_mean"]), off=_share(100 * other_words["coverage_off"], 0))
        )
    return result


def confusions_table(confusions: Sequence[Confusion]) -> Table:
    """The findings that are farthest from the reader's verdict, with their evidence."""
    table = Table(title=_("The worst findings"), title_justify="left")
    for name in (_("Set"), _("Said"), _("Judged"), _("P"), _("Requirement"), _("Evidence"), _("Reader's reason")):
        table.add_column(name, overflow="fold")
    for item in confusions:
        table.add_row(
            item.set,
            item.said,
            item.judged,
            f"{item.expected:.2f}",
            f"{item.requirement_id} {item.requirement}",
            item.evidence,
            item.reason,
        )
    return table


def parts(
    figures: RealFigures,
    confusions: Sequence[Confusion],
    judge: JudgeFigures | None = None,
    curve: Sequence[CurvePoint] = (),
    url: str = "",
) -> list[RenderableType]:
    """The parts to print: what the judge at ``url`` was sent, figures of built-in and judge's verdicts, the curve."""
    result: list[RenderableType] = [*(judge_figures.first_lines(judge, url) if judge else ())]
    result += [figures_table(figures), *summary_lines(figures)]
    if confusions:
        result.append(confusions_table(confusions))
    if judge and judge.judge:
        result.append(judge_figures.judge_table(judge))
    if curve:
        result.append(judge_figures.curve_table(curve))
    return result


def as_data(
    figures: RealFigures,
    confusions: Sequence[Confusion],
    judge: JudgeFigures | None = None,
    curve: Sequence[CurvePoint] = (),
) -> dict[str, Any]:
    """Everything as JSON values; NaN becomes null."""
    import msgspec

    rows = [{**msgspec.structs.asdict(item), "holds": item.holds} for item in figures.sets]
    clean = [{key: None if isinstance(v, float) and math.isnan(v) else v for key, v in row.items()} for row in rows]
    return {
        "title": figures.title,
        "sets": clean,
        "means": figures.means,
        **({"known_means": figures.known_means} if figures.known_means else {}),
        **({"other_words_means": figures.other_words_means} if figures.other_words_means else {}),
        "confusions": [msgspec.structs.asdict(item) for item in confusions],
        **({"judge": judge, "judge_curve": curve} if judge or curve else {}),
    }
