"""Markdown: for a pull request, a wiki or a letter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from alignment.analysis import Coverage, Tally, coverage, declared, degree_level
from alignment.i18n import _, percent, threshold
from alignment.model import Alignment, Finding, Thresholds, Verdict
from alignment.reports.words import (
    above,
    basis_of,
    definition,
    front_lines,
    given_by,
    headline,
    how_to_give,
    issues,
    judge_note,
    kind,
    known_line,
    left_out,
    level_note,
    level_of,
    place,
    program_name,
    promise_lines,
    score,
    share_of,
    shortfall,
    standard_name,
    status,
    unread_lines,
    verdict,
)


def render(alignments: Sequence[Alignment]) -> str:
    """For each alignment: totals, coverage by work function, declared links, and the findings by verdict."""
    return "\n".join(line for alignment in alignments for line in _lines(alignment)) + "\n"


def _lines(alignment: Alignment) -> Iterable[str]:
    summary = coverage(alignment)
    yield f"# {escape(program_name(alignment.program))} — {escape(standard_name(alignment.standard))}"
    yield ""
    yield from _totals(alignment, summary)
    yield ""
    yield "## " + _("Coverage by work function")
    yield ""
    heads = (
        _("Code"),
        _("Work function"),
        _("Level"),
        _("covered"),
        _("partial"),
        _("gap"),
        _("unknown"),
        _("Coverage"),
    )
    yield from _head(heads, right=3)
    degree = degree_level(alignment.program)
    for general in summary.parts:
        name, level = escape(general.name), level_of(general, degree)
        yield _row((f"**{general.code}**", f"**{name}**", level, *_tally(general.tally, summary)))
        for function in general.parts:
            level = level_of(function, degree)
            yield _row((function.code, escape(function.name), level, *_tally(function.tally, summary)))
    if note := level_note(summary, degree):
        yield ""
        yield note
    yield from _declared(alignment)
    for value, title in (
        (Verdict.GAP, _("Gaps")),
        (Verdict.PARTIAL, _("Covered in part")),
        (Verdict.UNKNOWN, _("Unknown: only titles speak")),
    ):
        chosen = [finding for finding in alignment.findings if finding.verdict is value]
        if not chosen:
            continue
        yield ""
        yield f"## {title} ({len(chosen)})"
        yield ""
        near = _("Evidence") if value.answered else _("Nearest miss")
        names = (_("Id"), _("Kind"), _("Requirement"), near, _("Basis"), _("Place"), _("Score"))
        yield from _head(names, right=6)
        for finding in chosen:
            yield _finding(finding, alignment.thresholds)
    promised = [finding for finding in alignment.findings if finding.promise_only]
    if promised:
        yield ""
        yield "## " + _("Promised, taught nowhere") + f" ({len(promised)})"
        yield ""
        yield from (f"- {item.requirement.id} {escape(item.requirement.text)}" for item in promised)
    found_issues = issues(alignment)
    if found_issues:
        yield ""
        yield "## " + _("Data quality")
        yield ""
        yield from (f"- {escape(str(issue))}" for issue in found_issues)
    yield ""


def _declared(alignment: Alignment) -> Iterable[str]:
    """The section on declared links: supported or not, and functions that are taught without being declared."""
    links = declared(alignment)
    if links.rows or links.unknown:
        yield ""
        yield "## " + _("Declared links")
        yield ""
        heads = (
            _("Declared"),
            _("Competence"),
            _("Code"),
            _("Work function"),
            _("Disciplines"),
            _("Found"),
            _("by its own"),
        )
        yield from _head(heads, right=5)
        for row in links.rows:
            disciplines = escape(given_by(row, ", "))
            cells = (status(row.status), row.competence, row.function, escape(row.name), disciplines)
            own_share = percent(row.own_share) if row.own_share is not None else ""
            yield _row((*cells, percent(row.share), own_share))
        for link in links.unknown:
            what = link.function or link.general_function
            yield _row((_("not in the standard"), link.competence, what, "", escape(str(link.location)), "", ""))
    if links.ignored:
        yield ""
        yield _("Standards of the FGOS that the program does not name:")
        yield ""
        yield from (f"- {item.code} {escape(item.title)}" for item in links.ignored)


def _totals(alignment: Alignment, summary: Coverage) -> Iterable[str]:
    total, sight = summary.total, summary.sight
    yield from (f"- {escape(line)}" for line in front_lines(alignment))
    yield f"- {known_line(sight)}"
    yield f"- **{headline(summary)}**"
    for value, count in total.counts:
        yield f"- {verdict(value)}: {count} / {total.total}"
    yield f"- {definition(summary.total)}"
    yield from (f"- {line}" for line in (*how_to_give(summary), *promise_lines(alignment)))
    if sight.unread:
        yield f"- **{left_out(sight)}**"
        yield from (f"  - {escape(line)}" for line in unread_lines(alignment.program))
    yield "- " + _("Engine {engine}; score from 0 to 1: covered from {covered}, partial from {partial}").format(
        engine=alignment.engine,
        covered=threshold(alignment.thresholds.covered),
        partial=threshold(alignment.thresholds.partial),
    )


def _tally(tally: Tally, summary: Coverage) -> tuple[str, ...]:
    return *(str(count) for _value, count in tally.counts), share_of(tally, summary)


def _finding(finding: Finding, limits: Thresholds) -> str:
    best = finding.best
    near = f"{best.statement.discipline}: {best.statement.text}" if best else shortfall(finding)
    if best and best.statement.title_only:
        near = f"{best.statement.discipline} (" + _("title only") + ")"
    if finding.together:
        other = finding.evidence[1].statement
        near += f" + {other.discipline}: {other.text}"
    if finding.above:
        near += f" {above(finding)}"
    if judge_line := judge_note(finding):
        near += f" — {judge_line}"
    return _row(
        (
            finding.requirement.id,
            kind(finding.requirement.kind),
            escape(finding.requirement.text),
            escape(near),
            basis_of(finding),
            escape(place(best.statement)) if best else "",
            score(finding, limits),
        )
    )


def _head(names: Sequence[str], right: int) -> Iterable[str]:
    yield _row(names)
    yield _row(["---:" if index >= right else "---" for index in range(len(names))])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def escape(text: str) -> str:
    """Text that cannot break out of a table cell or become markup."""
    for char in "\\`*_<>|[]":
        text = text.replace(char, f"\\{char}")
    return " ".join(text.split())
