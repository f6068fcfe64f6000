"""What the xlsx, docx and html reports share: findings as rows of text, and facts about the check."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime

import msgspec

from alignment.analysis import Coverage, coverage, discipline_to_extend, main_disciplines
from alignment.i18n import _, threshold
from alignment.model import Alignment, Finding, Thresholds, Verdict
from alignment.reports.words import (
    basis_of,
    how_to_give,
    issues,
    judge_note,
    kind,
    place,
    score,
    shown_score,
    unread_lines,
    verdict,
)

MARKS = {Verdict.COVERED: "✓", Verdict.PARTIAL: "◐", Verdict.GAP: "✗", Verdict.UNKNOWN: "?"}


class ShownEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """A statement as reports show it. For a bare title, ``text`` says "title only"."""

    discipline: str
    text: str
    place: str

    @property
    def line(self) -> str:
        """Discipline and text in one line."""
        return f"{self.discipline}: {self.text}" if self.discipline else self.text


class FindingRow(msgspec.Struct, frozen=True, kw_only=True):
    """One finding as text.

    ``score`` is ``probability`` rounded so that it stays on its side of the
    thresholds, as text; ``number`` is the same as a number (None for an unknown
    requirement). ``shown`` is the nearest statement, or the two that cover
    together; ``statement`` and ``place`` join their texts and places. ``word`` is
    the verdict with its mark, ``advice`` the discipline to extend.
    """

    id: str
    function: str
    function_name: str
    general: str
    kind: str
    requirement: str
    verdict: Verdict
    word: str
    probability: float
    score: str
    number: float | None
    basis: str
    shown: tuple[ShownEvidence, ...]
    promise_only: bool
    discipline: str
    credits: float | None
    statement: str
    place: str
    advice: str
    judge: str = ""


def finding_rows(alignment: Alignment) -> list[FindingRow]:
    """All findings as rows, in the standard's order."""
    names = {function.code: function.name for general in alignment.standard.functions for function in general.functions}
    credits = {item.title: item.credits for item in alignment.program.disciplines}
    by_function = main_disciplines(alignment)
    return [_row(finding, names, credits, by_function, alignment.thresholds) for finding in alignment.findings]


def _row(
    finding: Finding,
    names: dict[str, str],
    credits: dict[str, float | None],
    by_function: dict[str, str],
    limits: Thresholds,
) -> FindingRow:
    shown = _shown(finding)
    discipline = shown[0].discipline if shown else ""
    texts = [item.line if number else item.text for number, item in enumerate(shown)]
    return FindingRow(
        id=finding.requirement.id,
        function=finding.function,
        function_name=names.get(finding.function, ""),
        general=finding.general_function,
        kind=kind(finding.requirement.kind),
        requirement=finding.requirement.text,
        verdict=finding.verdict,
        word=f"{MARKS[finding.verdict]} {verdict(finding.verdict)}",
        probability=finding.probability,
        score=score(finding, limits),
        number=shown_score(finding, limits),
        basis=basis_of(finding),
        shown=shown,
        promise_only=finding.promise_only,
        discipline=discipline,
        credits=credits.get(discipline),
        statement="\n+ ".join(texts) if texts else _("nothing near"),
        place="\n+ ".join(item.place for item in shown),
        advice=discipline_to_extend(finding, by_function),
        judge=judge_note(finding),
    )


def _shown(finding: Finding) -> tuple[ShownEvidence, ...]:
    """The nearest statement, or the two that cover together."""
    if finding.best is None:
        return ()
    shown_evidence = finding.evidence[:2] if finding.together else (finding.best,)
    return tuple(
        ShownEvidence(
            discipline=item.statement.discipline,
            text=_("title only") if item.statement.title_only else item.statement.text,
            place=place(item.statement),
        )
        for item in shown_evidence
    )


def heads(*, judge: bool = False) -> tuple[str, ...]:
    """Names of the columns of `cells`; ``judge`` adds a column for what the judge says."""
    return (
        _("Id"),
        _("Work function"),
        _("Kind"),
        _("Requirement"),
        _("Verdict"),
        _("Score"),
        _("Basis"),
        _("Discipline"),
        _("Credits"),
        _("Evidence or nearest miss"),
        _("Place"),
        _("Where to add"),
        *([_("Judge")] if judge else []),
    )


def cells(row: FindingRow, *, judge: bool = False) -> tuple[str | float, ...]:
    """The cells of a row, in the order of `heads`."""
    return (
        row.id,
        row.function,
        row.kind,
        row.requirement,
        row.word,
        row.score if row.number is None else row.number,
        row.basis,
        row.discipline,
        "" if row.credits is None else row.credits,
        row.statement,
        row.place,
        row.advice,
        *([row.judge] if judge else []),
    )


def report_date() -> date:
    """Today, or the day that the variable SOURCE_DATE_EPOCH fixes (reproducible-builds.org)."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(fixed), UTC).date() if fixed.isdigit() else date.today()


def facts(alignment: Alignment, summary: Coverage | None = None) -> Iterator[tuple[str, str]]:
    """Names and values of the settings and versions with which the result was made."""
    sight = (summary or coverage(alignment)).sight
    yield _("Date"), report_date().strftime("%d.%m.%Y")
    order = " ".join(part for part in (alignment.standard.order, alignment.standard.date) if part)
    yield _("Order"), order
    yield _("Engine"), alignment.engine
    limits = alignment.thresholds
    covered, partial = threshold(limits.covered), threshold(limits.partial)
    yield _("Thresholds"), f"{verdict(Verdict.COVERED)} ≥ {covered}, {verdict(Verdict.PARTIAL)} ≥ {partial}"
    if alignment.weighting.kinds:
        weights = ", ".join(f"{kind(name)} {weight:g}" for name, weight in alignment.weighting.kinds.items())
        yield _("Weights"), weights
    yield _("Statements"), str(sight.statements)
    yield _("Disciplines"), str(sight.disciplines)
    yield _("Disciplines known by their titles only"), str(sight.title_only)
    if sight.promise_only:
        yield _("Disciplines known by their competences only"), str(sight.promise_only)
    yield _("Files"), str(sight.files)
    yield _("Files left out"), str(sight.unread)
    yield from alignment.versions.items()


def quality(alignment: Alignment) -> list[str]:
    """Lines on what was lost or disagrees, files left out first."""
    return (
        unread_lines(alignment.program) + how_to_give(coverage(alignment)) + [str(issue) for issue in issues(alignment)]
    )
