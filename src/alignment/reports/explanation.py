"""The report of ``align explain`` for a terminal: advice, candidates, and a waterfall chart of the features."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.console import RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from alignment.i18n import _, decimal, percent
from alignment.matching.explain import Explanation
from alignment.model import Evidence, Kind, Verdict
from alignment.reports.judge_words import grade, judge_lines
from alignment.reports.words import basis, feature, judge_note, kind, place, reader_grade, score, score_line, verdict

BAR = 24  # characters of the longest bar of the waterfall: what 80 columns leave
SMALL = 0.01  # log-odds: what a feature adds below this has no bar of its own, and no verdict hangs on it
ASKS_PRACTICE = (Kind.ACTION, Kind.SKILL, Kind.EXPERIENCE)


def draw(explanation: Explanation) -> Iterable[RenderableType]:
    """The verdict, what to add where, the candidates, the waterfall of the deciding one, the changes in numbers."""
    yield Panel(_front(explanation), box=box.ROUNDED)
    yield Text.assemble((_("What to do"), "bold"), "\n", "\n".join(advice(explanation)))
    yield _candidates(explanation)
    if explanation.decider:
        if explanation.precedents:
            yield _precedents(explanation)
        yield _waterfall(explanation, explanation.decider)
    yield _changes(explanation)


def _front(explanation: Explanation) -> Text:
    finding, limits = explanation.finding, explanation.thresholds
    text = Text.assemble(
        (f"{finding.function} {explanation.function_name}\n", "dim"),
        (f"{finding.requirement.id} ", "dim"),
        f"{kind(finding.requirement.kind)}: ",
        (finding.requirement.text, "bold"),
        "\n",
        _("Verdict: {verdict}; score {score} ({meaning})").format(
            verdict=verdict(finding.verdict), score=score(finding, limits), meaning=score_line(limits)
        ),
        "\n",
        _("Chance that it is covered: {covers}; at least in part: {touches}").format(
            covers=percent(finding.covers), touches=percent(finding.at_least_partial)
        ),
    )
    decider = explanation.decider
    if decider:
        statement = decider.statement
        text.append("\n")
        alone = _("Decided by №{n} ({basis}): {discipline}: {text}")
        none_alone = _("No statement decides alone; the nearest is №{n} ({basis}): {discipline}: {text}")
        text.append(
            (alone if explanation.decides else none_alone).format(
                n=explanation.decided + 1,
                basis=basis(statement.basis),
                discipline=statement.discipline,
                text=statement.text,
            )
        )
    if finding.together:
        text.append("\n" + _("Two statements together cover what neither covers alone."))
    if finding.above:
        statement = finding.above.evidence.statement
        text.append(
            "\n"
            + _("The function as a whole ({code}) is met by: {discipline}: {text}").format(
                code=finding.above.code, discipline=statement.discipline, text=statement.text
            )
        )
    for line in (*judge_lines(explanation.judge), judge_note(finding)):
        if line:
            text.append(f"\n{line}", style="cyan")
    return text


def advice(explanation: Explanation) -> list[str]:
    """What to add, and where, in sentences."""
    finding, decider, where = explanation.finding, explanation.decider, explanation.where
    if finding.verdict is Verdict.COVERED and not finding.promise_only:
        return [_("Nothing: the requirement is covered.")]
    if finding.verdict is Verdict.UNKNOWN:
        sentence = _("Give the work programme of “{discipline}”: only its title is known.")
        return [sentence.format(discipline=where)]
    lines = []
    if finding.promise_only and decider:
        sentence = _(
            "The program promises it ({code}), but no discipline teaches it: name it among the topics or outcomes."
        )
        lines.append(sentence.format(code=decider.statement.competence or _("competence")))
    elif finding.verdict is Verdict.GAP:
        nowhere = _(
            "No discipline is near: choose the one to add it to, or add a discipline; align plan proposes some."
        )
        sentence = _("Add it to the work programme of “{discipline}”.") if where else nowhere
        lines.append(sentence.format(discipline=where))
    else:
        sentence = _("If №{n} means the same thing, say it more fully in the work programme of “{discipline}”.")
        lines.append(sentence.format(n=explanation.decided + 1, discipline=where))
    asked = finding.requirement.kind
    if decider and asked in ASKS_PRACTICE and decider.statement.kind in (Kind.KNOWLEDGE, Kind.TOPIC):
        sentence = _(
            "The standard asks for: {asked}; found: {found}. Add an outcome that says what the student can do."
        )
        lines.append(sentence.format(asked=kind(asked), found=kind(decider.statement.kind)))
    if explanation.missing:
        words = ", ".join(explanation.missing)
        lines.append(_("Not said so far: {words}.").format(words=words))
    lines.append(_("Wording of the standard: “{text}”").format(text=finding.requirement.text))
    return lines


def _candidates(explanation: Explanation) -> RenderableType:
    finding = explanation.finding
    table = Table(
        title=_("Candidates"),
        title_justify="left",
        caption=_("adds: how much the score would fall without this statement. All of them give the score together."),
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        expand=True,
        pad_edge=False,
    )
    table.add_column("№", justify="right", no_wrap=True)
    # One column for the texts: three would be a syllable wide each on a terminal of 80 columns.
    table.add_column(_("Discipline and statement"), ratio=4, overflow="fold")
    table.add_column(_("covers"), justify="right", no_wrap=True)
    table.add_column(_("in part"), justify="right", no_wrap=True)
    table.add_column(_("adds"), justify="right", no_wrap=True)
    finding = explanation.finding
    judge = finding.judged is not None and bool(finding.judged.grades)
    if judge:
        table.add_column(_("Judge's grade"), ratio=2, overflow="fold")
    for number, item in enumerate(explanation.candidates, 1):
        statement = item.statement
        words = Text.assemble((statement.discipline, "italic"), "" if statement.title_only else f": {statement.text}")
        words.append("\n" + "; ".join(filter(None, (basis(statement.basis), place(statement)))), style="dim")
        chances = (percent(value) for value in (item.covers, item.at_least_partial))
        mark = "►" if number - 1 == explanation.decided else ""
        adds = decimal(explanation.losses[number - 1])
        graded = [grade(finding, statement.id)] if judge else []
        table.add_row(f"{mark}{number}", words, *chances, adds, *graded)
    return table


def _precedents(explanation: Explanation) -> RenderableType:
    """What a careful reader said of pairs like the one that decided."""
    table = Table(
        title=_("Precedents: what a reader said of pairs like №{n}").format(n=explanation.decided + 1),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        expand=True,
        pad_edge=False,
    )
    table.add_column(_("Requirement"), ratio=1, overflow="fold")
    table.add_column(_("Discipline and statement"), ratio=1, overflow="fold")
    table.add_column(_("Reader"), no_wrap=True)
    for item in explanation.precedents:
        words = Text.assemble((item.discipline, "italic"), f": {item.statement}")
        table.add_row(item.requirement, words, reader_grade(item.grade))
    return table


def _waterfall(explanation: Explanation, best: Evidence) -> RenderableType:
    """The steps, feature by feature, from the log-odds of the mean pair to the log-odds of the candidate."""
    parts = [part for part in best.contributions if abs(part.weight) >= SMALL]
    running = [explanation.constant]
    for part in parts:
        running.append(running[-1] + part.weight)
    rest = sum(part.weight for part in best.contributions if abs(part.weight) < SMALL)
    low, high = min(*running, 0.0), max(*running, 0.0)
    scale = BAR / max(high - low, 1e-6)
    table = Table(
        title=_("What speaks for and against №{n} (log-odds)").format(n=explanation.decided + 1),
        title_justify="left",
        caption=_("The sum is the mean of the log-odds of “covers” and of “in part”."),
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    table.add_column(_("Feature"))
    table.add_column(_("value"), justify="right")
    table.add_column("+/−", justify="right")
    table.add_column("", no_wrap=True)
    table.add_row(_("mean pair"), "", _signed(explanation.constant), "")
    for index, part in enumerate(parts):
        one, two = sorted((running[index], running[index + 1]))
        start, length = round((one - low) * scale), max(1, round((two - one) * scale))
        glyph, style = ("█", "green") if part.weight > 0 else ("▒", "red")
        bar = Text(" " * start + glyph * length, style=style)
        table.add_row(feature(part.feature), decimal(part.value), _signed(part.weight), bar)
    if abs(rest) >= SMALL:
        table.add_row(_("all others"), "", _signed(rest), "")
    table.add_row(_("sum"), "", _signed(running[-1] + rest), "")
    return table


def _signed(value: float) -> str:
    """Log-odds with their sign, a true minus among them."""
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{decimal(abs(value))}"


def _changes(explanation: Explanation) -> RenderableType:
    if not explanation.changes:
        return Text(_("No single change of this candidate would change the verdict for the better."), style="dim")
    table = Table(
        title=_("In numbers: what would change the verdict (one thing at a time)"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    table.add_column(_("Feature"))
    table.add_column(_("value"), justify="right")
    table.add_column(_("needed"), justify="right")
    table.add_column(_("Score"), justify="right")
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
