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


def figures_table(found: RealFigures) -> Table:
    """A row for each set and one for all."""
    table = Table(title=found.title, title_justify="left")
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
    for item in found.sets:
        interval = f"{item.low:.2f}–{item.high:.2f}" + ("" if item.holds else " ✗")
        table.add_row(
            item.name,
            str(item.requirements),
            *map(_share, (item.kappa, item.covered_right, item.covered_found, item.macro_f1)),
            *map(_share, (item.judged, item.said, item.expected)),
            interval,
            _share(item.brier, 3),
            _share(item.calibration_error, 3),
            end_section=item is found.sets[-2],
        )
    return table


def summary_lines(found: RealFigures) -> list[str]:
    """Means over sets, in words."""
    means = found.means
    return [
        _("Mean kappa {mean}, least {least}.").format(
            mean=_share(means["kappa_mean"]), least=_share(means["kappa_least"])
        ),
        _("Coverage is off by {off} points; the 90 % interval holds in {holds} % of the sets.").format(
            off=_share(100 * means["coverage_off"], 0), holds=_share(100 * means["interval_holds"], 0)
        ),
    ]


def confusions_table(found: Sequence[Confusion]) -> Table:
    """The findings that are furthest from the reader's verdict, with what they rest on."""
    table = Table(title=_("The worst findings"), title_justify="left")
    for name in (_("Set"), _("Said"), _("Judged"), _("P"), _("Requirement"), _("Evidence"), _("Reader's reason")):
        table.add_column(name, overflow="fold")
    for item in found:
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


def as_data(found: RealFigures, confusions: Sequence[Confusion]) -> dict[str, Any]:
    """Everything as JSON values; NaN becomes null."""
    import msgspec

    rows = [{**msgspec.structs.asdict(item), "holds": item.holds} for item in found.sets]
    clean = [{key: None if isinstance(v, float) and math.isnan(v) else v for key, v in row.items()} for row in rows]
    return {
        "title": found.title,
        "sets": clean,
        "means": found.means,
        "confusions": [msgspec.structs.asdict(item) for item in confusions],
    }
