"""One finding taken apart, for a terminal: candidates, a waterfall, what would change the verdict."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.console import RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from alignment.i18n import _, decimal, threshold
from alignment.matching.explain import Explanation
from alignment.model import Evidence
from alignment.reports.judge_words import grade, judge_lines, judged
from alignment.reports.words import feature, kind, place, verdict

BAR = 24
SMALL = 0.01


def draw(explanation: Explanation) -> Iterable[RenderableType]:
    """Front, candidates, waterfall of the best one, changes."""
    finding = explanation.finding
    limits = explanation.thresholds
    text = Text.assemble(
        (f"{finding.function} {explanation.function_name}\n", "dim"),
        (f"{finding.requirement.id} ", "dim"),
        f"{kind(finding.requirement.kind)}: ",
        (finding.requirement.text, "bold"),
        "\n",
        _("Verdict: {verdict}, P = {p}; covered from {covered}, partial from {partial}").format(
            verdict=verdict(finding.verdict),
            p=decimal(finding.probability),
            covered=threshold(limits.covered),
            partial=threshold(limits.partial),
        ),
    )
    text.append(
        "\n"
        + _("All candidates together: covered {covers}, at least in part {touches}; P is their mean").format(
            covers=decimal(finding.covers), touches=decimal(finding.touches)
        )
    )
    if finding.together:
        text.append("\n" + _("Two statements together cover what neither covers alone."))
    if finding.title_only:
        text.append("\n" + _("The best evidence is a title; a title alone never covers."))
    if finding.above:
        statement = finding.above.evidence.statement
        text.append(
            "\n"
            + _("The function as a whole ({code}) is met by: {discipline}: {text}").format(
                code=finding.above.code, discipline=statement.discipline, text=statement.text
            )
        )
    for line in (*judge_lines(explanation.judge), judged(finding)):
        if line:
            text.append(f"\n{line}", style="cyan")
    yield Panel(text, box=box.ROUNDED)
    yield _candidates(explanation)
    if explanation.candidates:
        yield _waterfall(explanation, explanation.candidates[0])
    if explanation.missing:
        words = ", ".join(explanation.missing)
        yield Text(_("Words of the requirement without a counterpart in it: {words}").format(words=words))
    yield _changes(explanation)


def _candidates(explanation: Explanation) -> RenderableType:
    finding = explanation.finding
    table = Table(title=_("Candidates"), title_justify="left", box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("№", justify="right")
    table.add_column(_("Discipline"), ratio=2, overflow="fold")
    table.add_column(_("Statement"), ratio=4, overflow="fold")
    table.add_column("P", justify="right")
    table.add_column(_("covers"), justify="right")
    table.add_column(_("touches"), justify="right")
    judge = finding.judged is not None and bool(finding.judged.grades)
    if judge:
        table.add_column(_("Judge's grade"), ratio=2, overflow="fold")
    for number, item in enumerate(explanation.candidates, 1):
        statement = item.statement
        words = _("title only") if statement.title_only else f"{statement.text} [{place(statement)}]"
        chances = (decimal(value) for value in (item.probability, item.covers, item.touches))
        graded = [grade(finding, statement.id)] if judge else []
        table.add_row(str(number), statement.discipline, words, *chances, *graded)
    return table


def _waterfall(explanation: Explanation, best: Evidence) -> RenderableType:
    """From the mean pair's log-odds, feature by feature, to the candidate's."""
    parts = [part for part in best.contributions if abs(part.weight) >= SMALL]
    running = [explanation.constant]
    for part in parts:
        running.append(running[-1] + part.weight)
    low, high = min(*running, 0.0), max(*running, 0.0)
    scale = BAR / max(high - low, 1e-6)
    table = Table(
        title=_("What moves the best candidate (log-odds)"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False
    )
    table.add_column(_("Feature"))
    table.add_column(_("value"), justify="right")
    table.add_column("+/−", justify="right")
    table.add_column("", no_wrap=True)
    table.add_row(_("mean pair"), "", decimal(explanation.constant), "")
    for index, part in enumerate(parts):
        one, two = sorted((running[index], running[index + 1]))
        start, length = round((one - low) * scale), max(1, round((two - one) * scale))
        glyph, style = ("█", "green") if part.weight > 0 else ("▒", "red")
        bar = Text(" " * start + glyph * length, style=style)
        sign = "+" if part.weight > 0 else "−"
        table.add_row(feature(part.feature), decimal(part.value), f"{sign}{decimal(abs(part.weight))}", bar)
    table.add_row(_("sum"), "", decimal(running[-1]), "")
    return table


def _changes(explanation: Explanation) -> RenderableType:
    if not explanation.changes:
        return Text(_("No single change of the best candidate would change the verdict for the better."), style="dim")
    table = Table(
        title=_("What would change the verdict (one thing at a time)"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    table.add_column(_("Feature"))
    table.add_column(_("value"), justify="right")
    table.add_column(_("needed"), justify="right")
    table.add_column("P", justify="right")
    table.add_column(_("Verdict"))
    for change in explanation.changes:
        table.add_row(
            feature(change.feature),
            decimal(change.value),
            decimal(change.needed),
            decimal(change.probability),
            verdict(change.verdict),
        )
    return table
