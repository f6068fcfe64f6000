"""Rich tables for a terminal: readable at 60 columns, without colour, and in a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from alignment.analysis import Coverage, Part, Tally, above_degree, coverage, degree_level
from alignment.i18n import _, decimal, percent, plural, threshold
from alignment.model import Alignment, Evidence, Finding, Issue, Verdict
from alignment.reports import declared_table
from alignment.reports.judge_words import judge_lines, judged
from alignment.reports.words import (
    above,
    front_lines,
    interval,
    issues,
    kind,
    left_out,
    place,
    program_name,
    reason,
    standard_name,
    unread_lines,
    verdict,
)

STYLES = {Verdict.COVERED: "green", Verdict.PARTIAL: "yellow", Verdict.GAP: "red"}
MARKS = {Verdict.COVERED: "█", Verdict.PARTIAL: "▒", Verdict.GAP: "·"}
PLAIN_MARKS = {Verdict.COVERED: "#", Verdict.PARTIAL: "+", Verdict.GAP: "."}
NARROW = 90
MAX_ISSUES = 12


def draw(alignments: Sequence[Alignment], console: Console, *, details: bool = False) -> None:
    """Print the report of each alignment; ``details`` lists what is covered too."""
    for alignment in alignments:
        console.print(Group(*_report(alignment, console, details=details)))


def _report(alignment: Alignment, console: Console, *, details: bool) -> Iterable[RenderableType]:
    found = coverage(alignment)
    yield from (Text(line) for line in judge_lines(alignment.judge)[:1])
    yield _front(alignment, found, console)
    degree = degree_level(alignment.program)
    yield _functions(found, console, degree)
    if any(above_degree(part.level, degree) for part in found.parts):
        yield Text(_("↑ above qualification level {n}, which this degree gives").format(n=degree) + "\n", style="dim")
    yield from declared_table.draw(alignment, _box(console, box.SIMPLE_HEAD), wide=console.width >= NARROW)
    shown = [Verdict.GAP, Verdict.PARTIAL, Verdict.COVERED] if details else [Verdict.GAP, Verdict.PARTIAL]
    for value in shown:
        findings = [finding for finding in alignment.findings if finding.verdict is value]
        if findings:
            yield _findings(alignment, findings, value, console)
    found_issues = issues(alignment)
    if found_issues:
        yield _issues(found_issues)


def _front(alignment: Alignment, found: Coverage, console: Console) -> RenderableType:
    total, sight = found.total, found.sight
    names = Table.grid(padding=(0, 2))
    names.add_row(Text(_("Program"), style="dim"), program_name(alignment.program))
    names.add_row(Text(_("Standard"), style="dim"), standard_name(alignment.standard))
    lines: list[RenderableType] = [
        names,
        *(Text(line) for line in front_lines(alignment)[bool(alignment.judge) :]),
        Text(""),
        Text.assemble((_("Coverage"), "bold"), " ", (percent(total.coverage), "bold"), "  ", _bar(total, 30, console)),
        _legend(total, console),
        Text(
            interval(total),
            style="dim",
        ),
        Text(
            plural("{n} discipline read", "{n} disciplines read", sight.disciplines)
            + "; "
            + (
                plural("{n} known by its title only", "{n} known by their titles only", sight.title_only)
                if sight.title_only
                else _("each with content")
            )
            + "; "
            + plural("{n} statement", "{n} statements", sight.statements)
        ),
        Text(
            _("Engine {engine}; covered from {covered}, partial from {partial}").format(
                engine=alignment.engine,
                covered=threshold(alignment.thresholds.covered),
                partial=threshold(alignment.thresholds.partial),
            ),
            style="dim",
        ),
    ]
    if sight.unread:
        lines.append(Text(left_out(sight), style="bold red"))
        lines += [Text(f"  {line}", style="red") for line in unread_lines(alignment.program)[:MAX_ISSUES]]
    return Panel(Group(*lines), box=_box(console, box.ROUNDED), padding=(0, 1))


def _box(console: Console, wanted: box.Box) -> box.Box:
    return wanted if _unicode(console) else box.ASCII2


def _unicode(console: Console) -> bool:
    return console.encoding.lower().startswith("utf")


def _marks(console: Console) -> dict[Verdict, str]:
    return MARKS if _unicode(console) else PLAIN_MARKS


def _legend(tally: Tally, console: Console) -> Text:
    marks = _marks(console)
    text = Text()
    for value, count in _counts(tally):
        text.append(f"{marks[value]} {verdict(value)} {count}   ", style=STYLES[value])
    text.append(_("of {n}").format(n=tally.total))
    return text


def _counts(tally: Tally) -> tuple[tuple[Verdict, int], ...]:
    return (Verdict.COVERED, tally.covered), (Verdict.PARTIAL, tally.partial), (Verdict.GAP, tally.gap)


def _bar(tally: Tally, width: int, console: Console) -> Text:
    """A bar whose three parts differ by glyph and colour; every non-empty part is seen."""
    marks, text, left = _marks(console), Text(), width
    for value, count in _counts(tally)[:2]:
        cells = min(left, max(1, round(width * count / tally.total))) if count and tally.total else 0
        if tally.gap and left - cells < 1:
            cells = max(0, left - 1)
        text.append(marks[value] * cells, style=STYLES[value])
        left -= cells
    text.append(marks[Verdict.GAP] * left, style=STYLES[Verdict.GAP])
    return text


def _functions(found: Coverage, console: Console, degree: int | None) -> RenderableType:
    wide = console.width >= NARROW
    table = Table(
        title=_("Coverage by work function"),
        box=_box(console, box.SIMPLE_HEAD),
        title_justify="left",
        title_style="bold",
        expand=wide,
        pad_edge=False,
    )
    table.add_column(_("Code"), no_wrap=True)
    table.add_column(_("Work function"), ratio=1, overflow="fold")
    if wide:
        table.add_column(_("Level"), justify="right")
    table.add_column("", no_wrap=True)
    table.add_column("%", justify="right", no_wrap=True)
    if wide:
        for value in (Verdict.COVERED, Verdict.PARTIAL, Verdict.GAP):
            table.add_column(verdict(value), justify="right", no_wrap=True)
    bar = 20 if wide else 10
    for number, general in enumerate(found.parts):
        if number:
            table.add_section()
        table.add_row(*_part(general, bar, console, degree, wide=wide), style="bold")
        for function in general.parts:
            table.add_row(*_part(function, bar, console, None, wide=wide))
    return table


def _part(part: Part, bar: int, console: Console, degree: int | None, *, wide: bool) -> list[RenderableType]:
    above_it = above_degree(part.level, degree)
    cells: list[RenderableType] = [part.code, part.name]
    if wide:
        cells.append(f"↑ {part.level}" if above_it else part.level)
    elif above_it:
        cells[1] = f"{part.name} ↑"
    if part.tally.total:
        cells += [_bar(part.tally, bar, console), percent(part.tally.coverage)]
    else:
        cells += [Text(_("no requirements"), style="dim"), "–"]
    if wide:
        cells += [str(count) for _value, count in _counts(part.tally)]
    return cells


def _findings(alignment: Alignment, findings: Sequence[Finding], value: Verdict, console: Console) -> RenderableType:
    """Findings of one verdict, under their work functions."""
    titles = {
        Verdict.GAP: _("Gaps ({n}): what no discipline gives, and the nearest miss"),
        Verdict.PARTIAL: _("Covered in part ({n})"),
        Verdict.COVERED: _("Covered ({n})"),
    }
    names = {function.code: function.name for general in alignment.standard.functions for function in general.functions}
    wide = console.width >= NARROW
    table = Table(box=_box(console, box.SIMPLE_HEAD), expand=True, pad_edge=False)
    table.add_column(_("Requirement"), ratio=5, overflow="fold")
    table.add_column(_("Nearest miss") if value is Verdict.GAP else _("Evidence"), ratio=6, overflow="fold")
    table.add_column("P", justify="right", no_wrap=True)
    current = ""
    for finding in findings:
        if finding.function != current:
            if current:
                table.add_section()
            current = finding.function
            # Said once for the function: it is the same for all of its gaps.
            table.add_row(
                Text(f"{current} {names.get(current, '')}", style="bold"), Text(above(finding), style="dim"), ""
            )
        table.add_row(
            Text.assemble((f"{kind(finding.requirement.kind)}: ", "dim"), finding.requirement.text),
            _best(finding, wide=wide) + _judged(finding),
            decimal(finding.probability),
        )
    title = Text(titles[value].format(n=len(findings)), style=f"bold {STYLES[value]}")
    return Group(title, Padding(table, (0, 0, 0, 0)))


def _best(finding: Finding, *, wide: bool) -> Text:
    best: Evidence | None = finding.best
    if best is None:
        return Text(reason(finding), style="dim")
    statement = best.statement
    if statement.title_only:
        return Text.assemble((statement.discipline, "italic"), (" (" + _("title only") + ")", "dim"))
    text = Text.assemble((statement.discipline, "italic"), ": ", statement.text)
    if wide:
        text.append(f" [{place(statement)}]", style="dim")
    if finding.together and len(finding.evidence) > 1:
        other = finding.evidence[1].statement
        text.append("\n+ ")
        text.append(other.discipline, style="italic")
        text.append(f": {other.text}")
    return text


def _judged(finding: Finding) -> Text:
    """What the judge says of it, on a line of its own."""
    said = judged(finding)
    return Text(f"\n{said}", style="cyan") if said else Text("")


def _issues(found: Sequence[Issue]) -> RenderableType:
    text = Text(_("Data quality: what was lost or disagrees") + "\n", style="bold")
    for issue in found[:MAX_ISSUES]:
        text.append(f"- {issue}\n", style="not bold")
    if len(found) > MAX_ISSUES:
        more = plural("… and {n} more, see --format json", "… and {n} more, see --format json", len(found) - MAX_ISSUES)
        text.append(more, style="not bold dim")
    return text
