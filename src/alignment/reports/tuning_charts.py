"""Curves of ``align tune``: in the terminal, as a picture and as one self-contained HTML page (extra ``[charts]``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from alignment.errors import MissingExtraError, OutputError, why
from alignment.i18n import _, decimal, threshold
from alignment.model import Verdict
from alignment.reports.words import verdict as verdict_word

if TYPE_CHECKING:
    from alignment.evaluation.tune import Curve, Tuned

WIDTH = 14  # characters of the longest bar beside a threshold
PAGES = (".html", ".htm")
EVERY = 8  # thresholds of the curve of which the terminal shows one: a dozen lines
SMALLEST = 0.001  # p-values below it are not told apart


def lines(tuned: Tuned) -> Iterator[RenderableType]:
    """All that the terminal shows: labels, figures before and after, curves, thresholds, and whether tuning helps."""
    verdicts = _verdicts(tuned)
    counts = ", ".join(f"{verdicts[key]} {value}" for key, value in tuned.counts.items())
    yield _("Labels: {counts}; requirements: {n}").format(counts=counts, n=tuned.requirements)
    if tuned.changed is not None:
        yield _("Verdicts that you changed: {n} of {total}").format(n=tuned.changed, total=sum(tuned.counts.values()))
    yield comparison(tuned)
    if tuned.changed == 0:
        yield _(
            "No verdict was changed: the labels repeat the verdicts of the check, and nothing can be learnt from them."
        )
        yield _("Nothing is saved. Correct the column “verdict” of the report, then tune again.")
        return
    yield curves(tuned)
    yield _("Right only after tuning: {better}, right only before: {worse}; McNemar's test p {p}").format(
        better=tuned.better, worse=tuned.worse, p=_p_value(tuned.p_value)
    )
    old, new = tuned.present, tuned.fit.thresholds
    if tuned.improves:
        yield _("Thresholds: covered {covered} → {new_covered}, partial {partial} → {new_partial}").format(
            covered=threshold(old.covered),
            new_covered=threshold(new.covered),
            partial=threshold(old.partial),
            new_partial=threshold(new.partial),
        )
        return
    yield _(
        "On held-out requirements the fit is no better: the thresholds stay (covered {covered}, partial {partial})."
    ).format(covered=threshold(old.covered), partial=threshold(old.partial))
    if new != old:
        yield _("The fit would set covered {covered}, partial {partial}; --anyway saves it all the same.").format(
            covered=threshold(new.covered), partial=threshold(new.partial)
        )
    yield _("More labels help, above all of verdicts that are wrong.")


def _verdicts(tuned: Tuned) -> dict[str, str]:
    """The labels in words; of requirements those of reports, where "none" is a gap."""
    none = _("none") if tuned.changed is None else verdict_word(Verdict.GAP)
    return {"covered": _("covered"), "partial": _("partial"), "none": none}


def _p_value(value: float) -> str:
    """The p-value as papers write it: "= 0.012", and below a thousandth "< 0.001"."""
    return f"= {decimal(value, 3)}" if value >= SMALLEST else f"< {decimal(SMALLEST, 3)}"


def comparison(tuned: Tuned) -> RenderableType:
    """Held-out figures before and after, with 95 % intervals."""
    table = Table(title=_("Held out by requirement"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(_("Figure"))
    table.add_column(_("before"), justify="right")
    table.add_column(_("after"), justify="right")
    for name, before in tuned.before.items():
        if tuned.counts.get(name.partition(" ")[2]) == 0:
            continue  # no label has this verdict, so it has no precision or recall
        after = tuned.after[name]
        cells = [f"{decimal(item.value)} [{decimal(item.low)}–{decimal(item.high)}]" for item in (before, after)]
        table.add_row(_figure(name, _verdicts(tuned)), *cells)
    return table


def _figure(name: str, verdicts: dict[str, str]) -> str:
    kind, _space, verdict = name.partition(" ")
    names = {
        "agreement": _("agreement"),
        "macro-F1": "macro-F1",
        "precision": _("precision"),
        "recall": _("recall"),
    }
    return f"{names.get(kind, kind)} {verdicts.get(verdict, verdict)}".strip()


def curves(tuned: Tuned) -> RenderableType:
    """Precision and recall by threshold as bars."""
    curve = tuned.curve
    table = Table(
        title=_("Precision and recall by threshold, held out"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    table.add_column("P ≥", justify="right")
    for title in (
        _("covered: precision"),
        _("covered: recall"),
        _("at least partial: precision"),
        _("at least partial: recall"),
    ):
        table.add_column(title, no_wrap=False)
    columns = _columns(curve)
    for index in range(EVERY // 2, len(curve.thresholds), EVERY):
        table.add_row(decimal(curve.thresholds[index]), *(_bar(column[index]) for column in columns))
    return table


def _columns(curve: Curve) -> Sequence[Sequence[float]]:
    return (curve.covered_precision, curve.covered_recall, curve.partial_precision, curve.partial_recall)


def _bar(share: float) -> Text:
    return Text(f"{'█' * round(share * WIDTH):<{WIDTH}} {decimal(share)}")


def check_charts(paths: Sequence[Path]) -> None:
    """Fail before the work begins if charts cannot be drawn into these files.

    Raises:
        OutputError: the suffix of a path is not that of a chart format.
        MissingExtraError: altair or vl-convert is not installed.
    """
    if find_spec("altair") is None or find_spec("vl_convert") is None:
        raise MissingExtraError(
            _("charts need an extra."), hint=_("Install it: pip install 'profstandart-align[charts]'.")
        )
    for path in paths:
        if path.suffix.lower() not in (*PAGES, ".png", ".svg"):
            raise OutputError(_("a chart is .html, .png or .svg."), file=str(path), hint=_("Change the suffix."))


def save(tuned: Tuned, path: Path) -> None:
    """Save the curves as .html (self-contained, with scripts), .png or .svg, by the suffix of ``path``.

    Raises:
        OutputError: the file cannot be written.
    """
    options: dict[str, Any] = {"scale_factor": 2}
    if path.suffix.lower() in PAGES:
        options = {"format": "html", "inline": True}
    try:
        _chart(tuned).save(str(path), **options)
    except OSError as error:
        raise OutputError(_("it cannot be written ({reason}).").format(reason=why(error)), file=str(path)) from error


def _chart(tuned: Tuned) -> Any:
    import altair as alt

    curve = tuned.curve
    verdicts = (_("covered"), _("covered"), _("at least partial"), _("at least partial"))
    measures = (_("precision"), _("recall")) * 2
    rows = [
        {"threshold": threshold, "value": value, "verdict": verdict, "measure": measure}
        for verdict, measure, column in zip(verdicts, measures, _columns(curve), strict=True)
        for threshold, value in zip(curve.thresholds, column, strict=True)
    ]
    lines = (
        alt.Chart(alt.Data(values=rows))
        .mark_line()
        .encode(
            x=alt.X("threshold:Q", title=_("threshold"), scale=alt.Scale(domain=[0, 1])),
            y=alt.Y("value:Q", title="", scale=alt.Scale(domain=[0, 1])),
            color=alt.Color("verdict:N", title=""),
            strokeDash=alt.StrokeDash("measure:N", title=""),
            tooltip=["verdict:N", "measure:N", "threshold:Q", "value:Q"],
        )
    )
    chosen = [
        {"threshold": tuned.fit.thresholds.covered, "verdict": _("covered")},
        {"threshold": tuned.fit.thresholds.partial, "verdict": _("at least partial")},
    ]
    rules = (
        alt.Chart(alt.Data(values=chosen))
        .mark_rule(strokeWidth=2, opacity=0.5)
        .encode(x="threshold:Q", color="verdict:N")
    )
    return (lines + rules).properties(
        width=560, height=340, title=_("Precision and recall by threshold, held out by requirement")
    )
