"""The report of a check for a terminal, with Rich: two screens, or everything.

It stays readable at 60 columns, without colour, and in a pipe.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from alignment.analysis import Coverage, Part, Tally, above_degree, coverage, degree_level
from alignment.i18n import _, plural, threshold
from alignment.model import Alignment, Issue, Verdict
from alignment.reports import declared_table, terminal_findings
from alignment.reports.judge_words import judge_lines
from alignment.reports.words import (
    definition,
    front_lines,
    headline,
    how_to_give,
    issues,
    known_line,
    left_out,
    program_name,
    promise_lines,
    share_of,
    standard_name,
    unread_lines,
    verdict,
)

STYLES = terminal_findings.STYLES
MARKS = {Verdict.COVERED: "█", Verdict.PARTIAL: "▒", Verdict.GAP: "·", Verdict.UNKNOWN: "?"}
PLAIN_MARKS = {Verdict.COVERED: "#", Verdict.PARTIAL: "+", Verdict.GAP: ".", Verdict.UNKNOWN: "?"}
# Columns below which a table leaves out what would squeeze the names: the level and the numbers of verdicts; and the
# words over these numbers, which take 45 columns in Russian, so that a name still has as many. The bar's marks stand
# there then.
NARROW, ROOMY = 90, 140
# Warnings that --details lists; the rest is a number, and files have all.
MAX_ISSUES = 12
# Rows of the table of functions on the first screen; a standard with more shows its generalized functions alone.
MAX_FUNCTIONS = 12
# Warnings of the first screen, which must end in it.
SHORT_ISSUES = 2
# Characters of the bar of the whole at most (its frame takes 6), and of those of functions on a wide and a narrow
# terminal.
WHOLE_BAR, FRAME, BAR, NARROW_BAR = 60, 6, 20, 10


def draw(
    alignments: Sequence[Alignment], console: Console, *, details: bool = False, command: Sequence[str] = ()
) -> None:
    """Print the report of each alignment.

    Args:
        alignments: one for each standard.
        console: where to print.
        details: print everything instead of two screens.
        command: the program and options of this command; the report ends with next commands that repeat them.
    """
    for alignment in alignments:
        console.print(Group(*(_whole(alignment, console) if details else _short(alignment, console))))
        if command and not details:
            # Not wrapped, so that a command can be copied whole.
            console.print(_following(alignment, command), soft_wrap=True)


def _short(alignment: Alignment, console: Console) -> Iterable[RenderableType]:
    """The short report: what was compared, functions, the most important gaps, the weakest verdicts, totals."""
    summary = coverage(alignment)
    yield from _sent(alignment)
    yield _front(alignment, summary, console, short=True)
    degree = degree_level(alignment.program)
    yield _functions(summary, console, degree, short=True)
    yield from _above(summary, degree, end="")
    yield from terminal_findings.gaps(alignment, _box(console, box.SIMPLE_HEAD))
    yield from terminal_findings.weakest(alignment, _box(console, box.SIMPLE_HEAD))
    yield Text("")
    yield from _totals(alignment, summary, console)


def _sent(alignment: Alignment) -> Iterable[RenderableType]:
    """The line on what was sent to a judge; it comes before everything else."""
    yield from (Text(line) for line in judge_lines(alignment.judge)[:1])


def _whole(alignment: Alignment, console: Console) -> Iterable[RenderableType]:
    summary = coverage(alignment)
    yield from _sent(alignment)
    degree = degree_level(alignment.program)
    yield _front(alignment, summary, console, short=False)
    yield _functions(summary, console, degree, short=False)
    yield from _above(summary, degree, end="\n")
    wide = console.width >= NARROW
    yield from declared_table.draw(alignment, _box(console, box.SIMPLE_HEAD), wide=wide)
    yield from terminal_findings.promised(alignment, _box(console, box.SIMPLE_HEAD))
    for value in (Verdict.GAP, Verdict.UNKNOWN, Verdict.PARTIAL, Verdict.COVERED):
        yield from terminal_findings.findings_table(alignment, value, _box(console, box.SIMPLE_HEAD), wide=wide)
    found_issues = issues(alignment)
    if found_issues:
        yield _issues(found_issues)
    yield from _totals(alignment, summary, console)


def _above(summary: Coverage, degree: int | None, *, end: str) -> Iterable[RenderableType]:
    """What the arrow at a generalized function says, if one has it."""
    if any(above_degree(part.level, degree) for part in summary.parts):
        yield Text(_("↑ above qualification level {n}, which this degree gives").format(n=degree) + end, style="dim")


def _front(alignment: Alignment, summary: Coverage, console: Console, *, short: bool) -> RenderableType:
    total, sight = summary.total, summary.sight
    names = Table.grid(padding=(0, 2))
    names.add_row(Text(_("Program"), style="dim"), program_name(alignment.program))
    names.add_row(Text(_("Standard"), style="dim"), standard_name(alignment.standard))
    lines: list[RenderableType] = [
        names,
        *(Text(line, style="yellow") for line in front_lines(alignment)[bool(alignment.judge) :]),
        Text(known_line(sight)),
        Text(headline(summary), style="bold"),
    ]
    if summary.enough:
        lines.append(_bar(total, min(WHOLE_BAR, console.width - FRAME), console))
    else:
        lines += [Text(line) for line in how_to_give(summary)]
    if sight.unread:
        lines.append(Text(left_out(sight), style="bold red"))
        lines += [
            Text(f"  {line}", style="red")
            for line in unread_lines(alignment.program)[: SHORT_ISSUES if short else MAX_ISSUES]
        ]
    return Panel(Group(*lines), box=_box(console, box.ROUNDED), padding=(0, 1))


def _totals(alignment: Alignment, summary: Coverage, console: Console) -> Iterable[RenderableType]:
    """Counts and coverage once more at the end of the report, because that is what is on the screen afterwards."""
    lines = [Text(line) for line in promise_lines(alignment)]
    if summary.enough:
        lines += [Text(line) for line in how_to_give(summary)]
    lines += [_legend(summary.total, console), Text(headline(summary), style="bold")]
    basis = _("Engine {engine}; score from 0 to 1: covered from {covered}, partial from {partial}").format(
        engine=alignment.engine,
        covered=threshold(alignment.thresholds.covered),
        partial=threshold(alignment.thresholds.partial),
    )
    if summary.enough:
        lines.append(Text(definition(summary.total), style="dim"))
    yield Group(*lines, Text(basis, style="dim"))


def _following(alignment: Alignment, command: Sequence[str]) -> Text:
    """The next commands, to be copied."""
    first = terminal_findings.worst(alignment)
    arguments = " ".join(command)
    text = Text.assemble((_("Everything:"), "dim"), f" align check {arguments} --details")
    if first is not None:
        text.append("\n")
        text.append(_("One requirement:"), style="dim")
        text.append(f" align explain {arguments} -r {first.requirement.id}")
    return text


def _box(console: Console, preferred: box.Box) -> box.Box:
    return preferred if _unicode(console) else box.ASCII2


def _unicode(console: Console) -> bool:
    return console.encoding.lower().startswith("utf")


def _marks(console: Console) -> dict[Verdict, str]:
    return MARKS if _unicode(console) else PLAIN_MARKS


def _legend(tally: Tally, console: Console) -> Text:
    marks = _marks(console)
    text = Text()
    for value, count in tally.counts:
        text.append(f"{marks[value]} {verdict(value)} {count}   ", style=STYLES[value])
    text.append(_("of {n}").format(n=tally.total))
    return text


def _bar(tally: Tally, width: int, console: Console) -> Text:
    """A bar whose parts differ by glyph and colour; every non-empty part is visible."""
    marks, text = _marks(console), Text()
    for value, cells in zip(Verdict, _cells(tally, width), strict=True):
        text.append(marks[value] * cells, style=STYLES[value])
    return text


def _cells(tally: Tally, width: int) -> list[int]:
    """The length of each verdict's part of a bar: in proportion, at least 1 if it is not empty, together ``width``."""
    counts = [count for _value, count in tally.counts]
    if not tally.total:
        return [0] * len(counts)
    cells = [max(1, round(width * count / tally.total)) if count else 0 for count in counts]
    while sum(cells) != width:
        # The longest part takes up what rounding left over.
        longest = cells.index(max(cells))
        cells[longest] += 1 if sum(cells) < width else -1
    return cells


def _functions(summary: Coverage, console: Console, degree: int | None, *, short: bool) -> RenderableType:
    wide, roomy = console.width >= NARROW, console.width >= ROOMY
    table = Table(
        title=None if short else _("Coverage by work function"),
        box=_box(console, box.SIMPLE_HEAD),
        title_justify="left",
        title_style="bold",
        expand=True,
        pad_edge=False,
        show_edge=not short,
    )
    rows = sum(1 + len(general.parts) for general in summary.parts)
    table.add_column(_("Code"), no_wrap=True, min_width=6)
    table.add_column(_("Work function"), ratio=1, overflow="ellipsis" if short else "fold", no_wrap=short)
    if wide:
        table.add_column(_("Level"), justify="right")
    bar = BAR if roomy else NARROW_BAR
    table.add_column("", no_wrap=True, min_width=bar)
    table.add_column("%", justify="right", no_wrap=True)
    if wide:
        heads = [verdict(value) if roomy else _marks(console)[value] for value in Verdict]
        for head in heads:
            table.add_column(head, justify="right", no_wrap=True)
    for number, general in enumerate(summary.parts):
        if number and not short:
            table.add_section()
        table.add_row(*_part(general, summary, bar, console, degree), style="bold")
        for function in general.parts if not short or rows <= MAX_FUNCTIONS else ():
            table.add_row(*_part(function, summary, bar, console, None))
    return table


def _part(part: Part, summary: Coverage, bar: int, console: Console, degree: int | None) -> list[RenderableType]:
    above_it = above_degree(part.level, degree)
    cells: list[RenderableType] = [part.code, part.name]
    if console.width >= NARROW:
        cells.append(f"↑ {part.level}" if above_it else part.level)
    elif above_it:
        cells[1] = f"{part.name} ↑"
    if part.tally.total:
        cells += [_bar(part.tally, bar, console), share_of(part.tally, summary)]
    else:
        cells += [Text(_("no requirements"), style="dim"), "–"]
    if console.width >= NARROW:
        cells += [str(count) for _value, count in part.tally.counts]
    return cells


def _issues(result: Sequence[Issue]) -> RenderableType:
    text = Text(_("Data quality: what was lost or disagrees") + "\n", style="bold")
    for issue in result[:MAX_ISSUES]:
        text.append(f"- {issue}\n", style="not bold")
    if len(result) > MAX_ISSUES:
        more = plural(
            "… and {n} more, see --format json", "… and {n} more, see --format json", len(result) - MAX_ISSUES
        )
        text.append(more, style="not bold dim")
    return text
