"""Figures of verdicts on real programs as tables: `align evaluate --real`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Table

from alignment.i18n import _

if TYPE_CHECKING:
    from alignment.evaluation.evaluate_real import Confusion, RealFigures


def _share(value: float, digits: int = 2) -> str:
    return "–" if math.isnan(value) else f"{value:.{digits}f}"


def figures_table(figures: RealFigures) -> Table:
    """A row for each set and one for all."""
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
            end_section=item is figures.sets[-2],
        )
    return table


def summary_lines(figures: RealFigures) -> list[str]:
    """Means over sets, in words."""
    means = figures.means
    return [
        _("Mean kappa {mean}, least {least}.").format(
            mean=_share(means["kappa_mean"]), least=_share(means["kappa_least"])
        ),
        _("Coverage is off by {off} points; the 90 % interval holds in {holds} % of the sets.").format(
            off=_share(100 * means["coverage_off"], 0), holds=_share(100 * means["interval_holds"], 0)
        ),
    ]


def confusions_table(confusions: Sequence[Confusion]) -> Table:
    """The findings that are furthest from the reader's verdict, with what they rest on."""
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


def as_data(figures: RealFigures, confusions: Sequence[Confusion]) -> dict[str, Any]:
    """Everything as JSON values; NaN becomes null."""
    import msgspec

    rows = [{**msgspec.structs.asdict(item), "holds": item.holds} for item in figures.sets]
    clean = [{key: None if isinstance(v, float) and math.isnan(v) else v for key, v in row.items()} for row in rows]
    return {
        "title": figures.title,
        "sets": clean,
        "means": figures.means,
        "confusions": [msgspec.structs.asdict(item) for item in confusions],
    }
