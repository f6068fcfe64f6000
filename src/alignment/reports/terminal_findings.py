"""Findings in the terminal: the most important ones on the first screen, all of them with ``--details``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from alignment.analysis import above_degree, declared, degree_level
from alignment.i18n import _
from alignment.model import Alignment, Basis, Evidence, Finding, Kind, Verdict
from alignment.reports.words import above, basis_of, judge_note, kind, place, score, shortfall

STYLES = {Verdict.COVERED: "green", Verdict.PARTIAL: "yellow", Verdict.GAP: "red", Verdict.UNKNOWN: "bright_black"}
# How many the first screen lists.
MOST = 10
# What graduates are asked to do weighs more than what they are to know.
ORDER = (Kind.ACTION, Kind.EXPERIENCE, Kind.SKILL)


def important(alignment: Alignment) -> list[tuple[Finding, list[str]]]:
    """Requirements that are not answered, the most important first: (finding, ids of all findings with this text).

    The order is: gaps before unknown ones; functions that the program declares;
    functions that are not above the level of the degree; texts that stand in most
    work functions; actions before skills before knowledge; the lowest score.
    """
    claimed = {row.function for row in declared(alignment).rows if row.status != "undeclared"}
    degree = degree_level(alignment.program)
    high = {item.code for item in alignment.standard.functions if above_degree(item.level, degree)}
    groups: dict[str, list[Finding]] = {}
    for item in alignment.findings:
        if not item.verdict.answered:
            groups.setdefault(item.requirement.text.casefold(), []).append(item)

    def rank(group: list[Finding]) -> tuple[bool, bool, bool, int, int, float]:
        first = group[0]
        kind_rank = ORDER.index(first.requirement.kind) if first.requirement.kind in ORDER else len(ORDER)
        return (
            all(item.verdict is Verdict.UNKNOWN for item in group),
            not any(item.function in claimed for item in group),
            all(item.general_function in high for item in group),
            -len(group),
            kind_rank,
            first.probability,
        )

    return [(group[0], [item.requirement.id for item in group]) for group in sorted(groups.values(), key=rank)]


def worst(alignment: Alignment) -> Finding | None:
    """The most important requirement that is not answered, if there is one."""
    groups = important(alignment)
    return groups[0][0] if groups else None


def doubtful(alignment: Alignment) -> list[list[Finding]]:
    """Answered requirements, nearest to a lower verdict first. Findings with the same evidence are one entry."""
    limits = alignment.thresholds
    least = {Verdict.COVERED: limits.covered, Verdict.PARTIAL: limits.partial}
    by_doubt = sorted(
        (item for item in alignment.findings if item.verdict.answered),
        key=lambda item: item.probability - least[item.verdict],
    )
    groups: dict[tuple[str, Verdict], list[Finding]] = {}
    for item in by_doubt:
        groups.setdefault((item.best.statement.id if item.best else item.requirement.id, item.verdict), []).append(item)
    return list(groups.values())


def _list(title: str, edges: box.Box, heads: Sequence[tuple[str, int | None]]) -> Table:
    """A table whose rows have one line each; a column without a ratio is as wide as its text."""
    table = Table(
        title=f"\n{title}",
        title_justify="left",
        title_style="bold",
        box=edges,
        expand=True,
        pad_edge=False,
        show_edge=False,
    )
    for name, ratio in heads:
        table.add_column(name, ratio=ratio, no_wrap=True, overflow="ellipsis")
    return table


def gaps_title(*, known: bool) -> str:
    """What `counted` fills in for gaps, or for what is unknown."""
    if known:
        return _("The most important gaps: {shown} of {all} (+n: n more with the same text)")
    return _("Unknown, only titles speak: {shown} of {all} (+n: n more with the same text)")


def weakest_title() -> str:
    """What `counted` fills in for the weakest verdicts."""
    return _("The weakest verdicts, check them first: {shown} of {all} (+n: n more on the same evidence)")


def counted(title: str, groups: Sequence[Sequence[object]]) -> str:
    """A title with how many requirements its rows stand for, of how many: the numbers that the totals have."""
    return title.format(shown=sum(map(len, groups[:MOST])), all=sum(map(len, groups)))


def _ids(ids: Sequence[str]) -> str:
    return ids[0] + (f" +{len(ids) - 1}" if len(ids) > 1 else "")


def gaps(alignment: Alignment, edges: box.Box) -> Iterable[RenderableType]:
    """The most important gaps, one line each."""
    groups = important(alignment)
    if not groups:
        return
    known = groups[0][0].verdict is Verdict.GAP
    # Unknown requirements are listed only if there is no gap.
    groups = [(item, ids) for item, ids in groups if (item.verdict is Verdict.GAP) == known]
    title = gaps_title(known=known)
    # Beside each head its share of the width.
    heads = ((_("Id"), None), (_("Requirement"), 1), (_("Nearest miss") if known else _("Discipline"), 1))
    table = _list(counted(title, [ids for _item, ids in groups]), edges, heads)
    for item, ids in groups[:MOST]:
        near = _short(item)
        near.stylize("dim")
        table.add_row(_ids(ids), item.requirement.text, near)
    yield table


def weakest(alignment: Alignment, edges: box.Box) -> Iterable[RenderableType]:
    """The verdicts to look at first, one line each."""
    by_doubt = doubtful(alignment)
    if not by_doubt:
        return
    # Beside each head its share of the width.
    heads = ((_("Id"), None), (_("Requirement"), 1), (_("Evidence"), 1), (_("Score"), None))
    table = _list(counted(weakest_title(), by_doubt), edges, heads)
    for finding in by_doubt[:MOST]:
        item = finding[0]
        table.add_row(
            Text(_ids([each.requirement.id for each in finding]), style=STYLES[item.verdict]),
            item.requirement.text,
            _short(item),
            score(item, alignment.thresholds),
        )
    yield table


def _short(finding: Finding) -> Text:
    """The best evidence on one line; the statement comes first, so that the end that is cut is its discipline."""
    best = finding.best
    if best is None:
        return Text(shortfall(finding), style="dim")
    statement = best.statement
    if statement.title_only:
        return Text(statement.discipline, style="italic")
    # The heading of a competence is the whole program, which says nothing here; its code says more.
    heading = statement.competence if statement.basis is Basis.PROMISED else statement.discipline
    return Text.assemble(statement.text, (f" ({heading})", "italic") if heading else "")


def promised(alignment: Alignment, edges: box.Box) -> Iterable[RenderableType]:
    """Requirements that competences promise and no discipline teaches."""
    findings = [item for item in alignment.findings if item.promise_only]
    if not findings:
        return
    table = Table(box=edges, expand=True, pad_edge=False)
    table.add_column(_("Id"), no_wrap=True)
    table.add_column(_("Requirement"), ratio=5, overflow="fold")
    table.add_column(_("Competence"), ratio=6, overflow="fold")
    for item in findings:
        best = item.best
        code = f"{best.statement.competence} " if best and best.statement.competence else ""
        table.add_row(item.requirement.id, item.requirement.text, f"{code}{best.statement.text if best else ''}")
    title = _("Promised, taught nowhere ({n}): a competence answers, no outcome or topic of a discipline does")
    yield Group(Text(title.format(n=len(findings)), style="bold"), table)


def findings_table(alignment: Alignment, value: Verdict, edges: box.Box, *, wide: bool) -> Iterable[RenderableType]:
    """All findings of one verdict under their work functions; evidence that repeats is printed once."""
    findings = [item for item in alignment.findings if item.verdict is value]
    if not findings:
        return
    titles = {
        Verdict.GAP: _("Gaps ({n}): what no discipline teaches, and the nearest miss"),
        Verdict.PARTIAL: _("Covered in part ({n})"),
        Verdict.COVERED: _("Covered ({n})"),
        Verdict.UNKNOWN: _("Unknown ({n}): only titles of disciplines speak"),
    }
    names = {function.code: function.name for general in alignment.standard.functions for function in general.functions}
    result = Table(box=edges, expand=True, pad_edge=False)
    result.add_column(_("Id"), no_wrap=True)
    result.add_column(_("Requirement"), ratio=5, overflow="fold")
    result.add_column(_("Evidence") if value.answered else _("Nearest miss"), ratio=6, overflow="fold")
    if value.answered:
        result.add_column(_("Basis"), no_wrap=True)
    if value is not Verdict.UNKNOWN:
        result.add_column(_("Score"), justify="right", no_wrap=True)
    current = ""
    for item, repeated in grouped(findings):
        if item.function != current:
            if current:
                result.add_section()
            current = item.function
            # The parent match is the same for all gaps of a function, so it is printed once.
            result.add_row(
                "", Text(f"{current} {names.get(current, '')}", style="bold"), Text(above(item), style="dim")
            )
        cells: list[RenderableType] = [
            item.requirement.id,
            Text.assemble((f"{kind(item.requirement.kind)}: ", "dim"), item.requirement.text),
            (Text("″", style="dim") if repeated else _best(item, wide=wide)) + _judged(item),
        ]
        if value.answered:
            cells.append(basis_of(item))
        if value is not Verdict.UNKNOWN:
            cells.append(score(item, alignment.thresholds))
        result.add_row(*cells)
    yield Group(Text(titles[value].format(n=len(findings)), style=f"bold {STYLES[value]}"), result)


def grouped(findings: Sequence[Finding]) -> Iterable[tuple[Finding, bool]]:
    """Findings by work function, those with the same evidence together; the flag is true for all but the first."""
    functions: dict[str, dict[tuple[str, ...], list[Finding]]] = {}
    for item in findings:
        functions.setdefault(item.function, {}).setdefault(_evidence_of(item), []).append(item)
    for groups in functions.values():
        for group in groups.values():
            yield from ((item, bool(number)) for number, item in enumerate(group))


def _evidence_of(finding: Finding) -> tuple[str, ...]:
    if finding.best is None:
        return ()
    shown = finding.evidence[:2] if finding.together else (finding.best,)
    return tuple(item.statement.id for item in shown)


def _best(finding: Finding, *, wide: bool) -> Text:
    best: Evidence | None = finding.best
    if best is None:
        return Text(shortfall(finding), style="dim")
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
    """What the judge says of a finding, on a line of its own."""
    text = judge_note(finding)
    return Text(f"\n{text}", style="cyan") if text else Text("")
