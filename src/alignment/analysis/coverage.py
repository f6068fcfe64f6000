"""Coverage of a standard: counts per work function, generalized function and in all."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from alignment.analysis.general import real_disciplines
from alignment.model import Alignment, Finding, Noun, Verdict, Weighting

# By the definition of a verdict (docs/guide.md) a partial match is half of the requirement.
PARTIAL_CREDIT = 0.5
# What each verdict adds to coverage, by the same definition; what is unknown is not counted as covered
# (docs/method.md).
CREDIT = {Verdict.COVERED: 1.0, Verdict.PARTIAL: PARTIAL_CREDIT, Verdict.GAP: 0.0, Verdict.UNKNOWN: 0.0}
# Least share of disciplines with content for a percentage. With half of its content hidden, a judged program's coverage
# is 7.6 points too low on average, as much as a percentage is off by itself (docs/method.md).
KNOWN_ENOUGH = 0.5
# Quantile of the normal distribution for a two-sided 90 % interval.
Z90 = 1.645


class Tally(Noun, frozen=True, kw_only=True):
    """Counts of verdicts, and the coverage computed from them; all shares are 0 to 1.

    ``coverage`` is (covered + partial / 2) / total, under the weighting of the
    alignment. An unknown requirement counts as not covered. ``expected`` is the
    mean of the calibrated expected scores. ``low`` and ``high`` are a 90 %
    interval for the coverage that a careful reader would find (normal
    approximation; findings that rest on the same statement are taken as right or
    wrong together). Unknown requirements count as gaps in ``low`` and as covered
    in ``high`` (bounds of Manski 1989). ``coverage`` is always inside.
    """

    covered: int
    partial: int
    gap: int
    coverage: float
    expected: float = 0.0
    low: float = 0.0
    high: float = 0.0
    unknown: int = 0

    @property
    def total(self) -> int:
        """Number of requirements."""
        return self.covered + self.partial + self.gap + self.unknown

    @property
    def counts(self) -> tuple[tuple[Verdict, int], ...]:
        """How many requirements have each verdict, in the order of `Verdict`."""
        return tuple(zip(Verdict, (self.covered, self.partial, self.gap, self.unknown), strict=True))


class Part(Noun, frozen=True, kw_only=True):
    """The coverage of one generalized function, with its work functions as ``parts``, or of one work function."""

    code: str
    name: str
    level: str
    tally: Tally
    parts: tuple[Part, ...] = ()


class Sight(Noun, frozen=True, kw_only=True):
    """How much of the program is known.

    Of the ``disciplines``, ``title_only`` have nothing but a title and
    ``promise_only`` nothing but their competences (as a competence matrix gives
    them). ``statements`` counts the statements that are more than a title,
    ``files`` the files of the program, ``unread`` the files that could not be
    used.
    """

    disciplines: int
    title_only: int
    statements: int
    skipped: int
    files: int = 0
    unread: int = 0
    promise_only: int = 0

    @property
    def known(self) -> int:
        """Number of disciplines with outcomes or topics. A promised competence is no evidence that it is taught."""
        return self.disciplines - self.title_only - self.promise_only


class Coverage(Noun, frozen=True, kw_only=True):
    """Coverage of the whole standard and of its parts, and how much of the program is known.

    ``enough`` says whether at least the share `KNOWN_ENOUGH` of the disciplines
    has outcomes or topics. If not, no report shows a percentage.
    """

    total: Tally
    parts: tuple[Part, ...]
    sight: Sight
    enough: bool = True


def tally(findings: Iterable[Finding], weighting: Weighting, load: Mapping[str, float], spread: float = 0.0) -> Tally:
    """The tally of some findings.

    Args:
        findings: all findings of a standard or of a part of it.
        weighting: weights of kinds, and whether evidence in disciplines of few credits counts less.
        load: credits of the disciplines, by title.
        spread: standard deviation of coverage from program to program (`Alignment.spread`), 0 to 1.
    """
    listed = list(findings)
    verdicts = [finding.verdict for finding in listed]
    covered, partial, gap, unknown = (verdicts.count(value) for value in Verdict)
    weights = [weighting.kinds.get(finding.requirement.kind, 1.0) for finding in listed]
    shares = [_share(finding, weighting, load) for finding in listed]
    total = sum(weights)
    if not total:
        return Tally(covered=covered, partial=partial, gap=gap, unknown=unknown, coverage=0.0)
    parts = [weight * share for weight, share in zip(weights, shares, strict=True)]
    coverage = sum(part * CREDIT[item.verdict] for part, item in zip(parts, listed, strict=True)) / total
    expected = sum(part * expected_of(item) for part, item in zip(parts, listed, strict=True)) / total
    # Findings on the same statement are right or wrong together, so their deviations are added, not their variances.
    deviations: dict[str, float] = {}
    known = unknown_part = 0.0
    for number, (part, finding) in enumerate(zip(parts, listed, strict=True)):
        if finding.verdict is Verdict.UNKNOWN:
            unknown_part += part / total
            continue
        known += part * expected_of(finding) / total
        key = finding.best.statement.id if finding.best else f"none {number}"
        deviations[key] = deviations.get(key, 0.0) + part * deviation_of(finding)
    error = Z90 * math.sqrt(sum(value**2 for value in deviations.values()) / total**2 + spread**2)
    return Tally(
        covered=covered,
        partial=partial,
        gap=gap,
        unknown=unknown,
        coverage=round(coverage, 4),
        expected=round(expected, 4),
        low=round(max(0.0, min(coverage, known - error)), 4),
        high=round(min(1.0, max(coverage, known + unknown_part + error)), 4),
    )


def _chances(finding: Finding) -> tuple[float, float]:
    """Probabilities that a requirement is covered, and at least partial. A title alone never covers."""
    return (0.0 if finding.title_only else finding.covers), finding.at_least_partial


def expected_of(finding: Finding) -> float:
    """Expected credit of a finding, 0 to 1; a partial match has half of the credit."""
    covers, at_least_partial = _chances(finding)
    return covers + PARTIAL_CREDIT * (at_least_partial - covers)


def deviation_of(finding: Finding) -> float:
    """Standard deviation of a finding's credit."""
    covers, at_least_partial = _chances(finding)
    square = covers + PARTIAL_CREDIT**2 * (at_least_partial - covers)
    return math.sqrt(max(0.0, square - expected_of(finding) ** 2))


def _share(finding: Finding, weighting: Weighting, load: Mapping[str, float]) -> float:
    """The share (0 to 1) of its credit that a finding keeps when evidence in small disciplines counts less."""
    if not weighting.credits or finding.best is None:
        return 1.0
    credits = load.get(finding.best.statement.discipline)
    return 1.0 if credits is None else min(1.0, credits / weighting.full_credits)


def shares_of(alignment: Alignment) -> list[tuple[float, float]]:
    """For each finding: the weight of its kind, and the share of its credit that it keeps (`_share`)."""
    load, weighting = _load(alignment), alignment.weighting
    return [
        (weighting.kinds.get(item.requirement.kind, 1.0), _share(item, weighting, load)) for item in alignment.findings
    ]


def _load(alignment: Alignment) -> dict[str, float]:
    """Credits of the disciplines, by title, where they are known."""
    return {item.title: item.credits for item in alignment.program.disciplines if item.credits is not None}


def coverage(alignment: Alignment) -> Coverage:
    """Coverage of an alignment under its weighting; parts are in the order of the standard."""
    load = _load(alignment)

    def count(findings: Iterable[Finding]) -> Tally:
        return tally(findings, alignment.weighting, load, alignment.spread)

    by_function: dict[str, list[Finding]] = {}
    for finding in alignment.findings:
        by_function.setdefault(finding.function, []).append(finding)
    parts = tuple(
        Part(
            code=general.code,
            name=general.name,
            level=general.level,
            tally=count(item for function in general.functions for item in by_function.get(function.code, ())),
            parts=tuple(
                Part(
                    code=function.code,
                    name=function.name,
                    level=function.level,
                    tally=count(by_function.get(function.code, ())),
                )
                for function in general.functions
            ),
        )
        for general in alignment.standard.functions
    )
    program = alignment.program
    real = real_disciplines(program)
    sight = Sight(
        disciplines=len(real),
        title_only=sum(discipline.title_only for discipline in real),
        statements=sum(not statement.title_only for statement in program.statements()),
        skipped=len(program.skipped),
        files=len(program.files),
        unread=len(program.unread),
        promise_only=sum(discipline.promise_only for discipline in real),
    )
    enough = sight.known >= KNOWN_ENOUGH * sight.disciplines
    return Coverage(total=count(alignment.findings), parts=parts, sight=sight, enough=enough)
