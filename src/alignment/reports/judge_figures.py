"""Tables of `align evaluate --real --judge`: how well a judge agrees with the reader on judged programs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from alignment.i18n import _, plural

if TYPE_CHECKING:
    from alignment.evaluation.llm_judge import CurvePoint, JudgeFigures
    from alignment.evaluation.real_figures import SetFigures


def _two(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}"


def first_lines(figures: JudgeFigures, url: str) -> list[str]:
    """Lines on what was sent to which server, how the answers came out, and how long it took."""
    spent = figures.spent
    lines = [
        _("Judge {model} at {url}: {calls}; {n} tokens sent, {back} received").format(
            model=figures.model,
            url=url,
            calls=plural("{n} call", "{n} calls", spent.calls),
            n=spent.tokens_in,
            back=spent.tokens_out,
        ),
        _plain(figures),
    ]
    if figures.asked:
        shares = {name: figures.status.get(name, 0) / figures.asked for name in ("accepted", "repaired", "refused")}
        lines.append(
            _(
                "{n} requirements asked about, {seconds} s and {tokens} tokens each; answers accepted {accepted}, "
                "repaired {repaired}, refused {refused}"
            ).format(
                n=figures.asked,
                seconds=f"{figures.seconds / figures.asked:.1f}",
                tokens=round((spent.tokens_in + spent.tokens_out) / figures.asked),
                **{name: f"{share:.0%}" for name, share in shares.items()},
            )
        )
    return lines


def _plain(figures: JudgeFigures) -> str:
    if figures.problem and not figures.plain_right:
        return _("{model} was not used: {problem}.").format(model=figures.model, problem=figures.problem)
    done = _("{right} of {all} plain cases of the guide right").format(
        right=figures.plain_right, all=figures.plain_cases
    )
    return done + ("; " + _("not used: {problem}").format(problem=figures.problem) if figures.problem else "") + "."


def judge_table(measured: JudgeFigures) -> Table:
    """Figures of the built-in verdicts and of the judge where the judge answered, and of both together on all."""
    table = Table(title=_("The judge beside the built-in verdicts"), title_justify="left")
    table.add_column("")
    names = (_("Req."), _("kappa"), _("covered right"), _("covered found"), _("macro-F1"), _("judged"), _("said"))
    for name in names:
        table.add_column(name, justify="right")
    rows: list[tuple[str, SetFigures | None]] = [
        (_("built in, where the judge answered"), measured.built_in),
        (_("the judge"), measured.judge),
        (_("all, with the judge's answers"), measured.with_judge),
    ]
    for name, item in rows:
        if item is not None:
            figures = (item.kappa, item.covered_right, item.covered_found, item.macro_f1, item.judged, item.said)
            table.add_row(name, str(item.requirements), *map(_two, figures))
    return table


def curve_table(points: Sequence[CurvePoint]) -> Table:
    """For each share of findings asked: figures if the judge gave the reader's own verdicts, and if it gave the
    reader's grades of the candidates that it would be shown.
    """
    table = Table(title=_("What a judge as good as the reader would gain"), title_justify="left")
    for name in (
        _("Share"),
        _("Asked"),
        _("mean kappa"),
        _("kappa of all"),
        _("covered right"),
        _("covered found"),
        _("coverage off"),
        _("mean kappa, shown candidates only"),
        _("kappa of all, shown only"),
    ):
        table.add_column(name, justify="right")
    for point in points:
        best, seen = point.perfect, point.seen
        table.add_row(
            f"{point.share:.0%}",
            str(point.asked),
            *(_two(best[name]) for name in ("kappa_mean", "kappa_all", "covered_right", "covered_found")),
            _two(best["coverage_off"]),
            _two(seen["kappa_mean"]),
            _two(seen["kappa_all"]),
        )
    return table
