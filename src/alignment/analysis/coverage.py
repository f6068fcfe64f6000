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
    """Counts of verdicts; ``coverage`` is covered plus half of partial over all, 0 to 1.

    What is unknown counts as not covered: coverage is of what is known.
    ``expected`` is the mean of the calibrated expected scores. ``low`` and
    ``high`` bound coverage as a careful reader would judge it, with 90 %
    confidence (normal approximation; findings that rest on one statement are
    taken as right or wrong together). What is unknown may turn out either way:
    it counts nothing in ``low`` and whole in ``high`` (Manski 1989). They
    always hold ``coverage``.
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
    """A generalized function with its work functions, or a work function (no parts)."""

    code: str
    name: str
    level: str
    tally: Tally
    parts: tuple[Part, ...] = ()


class Sight(Noun, frozen=True, kw_only=True):
    """How much of the program could be seen.

    ``title_only`` disciplines are known by their title alone, ``promise_only``
    ones by their competences alone, as a matrix gives them; ``statements``
    are those with content; ``unread`` counts the files that were given and
    could not be used.
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
        """Disciplines of which outcomes or topics are known: what is promised is not known to be taught."""
        return self.disciplines - self.title_only - self.promise_only


class Coverage(Noun, frozen=True, kw_only=True):
    """Coverage of the whole standard, its parts, and how much of the program was seen.

    ``enough``: of at least `KNOWN_ENOUGH` of the disciplines outcomes or topics
    are known. Where it is false no report shows a percentage.
    """

    total: Tally
    parts: tuple[Part, ...]
    sight: Sight
    enough: bool = True


def tally(findings: Iterable[Finding], weighting: Weighting, load: Mapping[str, float], spread: float = 0.0) -> Tally:
    """Counts of the verdicts of some findings; ``load`` has the credits of disciplines by title.

    ``spread`` is the standard deviation of coverage from program to program (`Alignment.spread`).
    """
    listed = list(findings)
    verdicts = [finding.verdict for finding in listed]
    covered, partial, gap, unknown = (verdicts.count(value) for value in Verdict)
    weights = [weighting.kinds.get(finding.requirement.kind, 1.0) for finding in listed]
    shares = [_share(finding, weighting, load) for finding in listed]
    total = sum(weights)
    if not total:
        return Tally(covered=covered, partial=partial, gap=gap, unknown=unknown, coverage=0.0)
    coverage = sum(w * s * CREDIT[f.verdict] for w, s, f in zip(weights, shares, listed, strict=True)) / total
    expected = sum(w * s * expected_of(f) for w, s, f in zip(weights, shares, listed, strict=True)) / total
    # One statement behind many findings is one chance to be wrong, not many: deviations add up within it.
    together: dict[str, float] = {}
    known = open_to = 0.0
    for number, (weight, share, finding) in enumerate(zip(weights, shares, listed, strict=True)):
        if finding.verdict is Verdict.UNKNOWN:
            open_to += weight * share / total
            continue
        known += weight * share * expected_of(finding) / total
        key = finding.best.statement.id if finding.best else f"none {number}"
        together[key] = together.get(key, 0.0) + weight * share * deviation_of(finding)
    error = Z90 * math.sqrt(sum(value**2 for value in together.values()) / total**2 + spread**2)
    return Tally(
        covered=covered,
        partial=partial,
        gap=gap,
        unknown=unknown,
        coverage=round(coverage, 4),
        expected=round(expected, 4),
        low=round(max(0.0, min(coverage, known - error)), 4),
        high=round(min(1.0, max(coverage, known + open_to + error)), 4),
    )


def _chances(finding: Finding) -> tuple[float, float]:
    """Probabilities of covered and of at least partial; a title alone never covers."""
    return (0.0 if finding.title_only else finding.covers), finding.touches


def expected_of(finding: Finding) -> float:
    """Expected credit of a finding, a partial match counting half."""
    covers, touches = _chances(finding)
    return covers + PARTIAL_CREDIT * (touches - covers)


def deviation_of(finding: Finding) -> float:
    """Standard deviation of a finding's credit."""
    covers, touches = _chances(finding)
    square = covers + PARTIAL_CREDIT**2 * (touches - covers)
    return math.sqrt(max(0.0, square - expected_of(finding) ** 2))


def _share(finding: Finding, weighting: Weighting, load: Mapping[str, float]) -> float:
    if not weighting.credits or finding.best is None:
        return 1.0
    credits = load.get(finding.best.statement.discipline)
    return 1.0 if credits is None else min(1.0, credits / weighting.full_credits)


def shares_of(alignment: Alignment) -> list[tuple[float, float]]:
    """Of each finding: the weight of its kind, and the share of its credit that the discipline's credits leave."""
    load, weighting = _load(alignment), alignment.weighting
    return [
        (weighting.kinds.get(item.requirement.kind, 1.0), _share(item, weighting, load)) for item in alignment.findings
    ]


def _load(alignment: Alignment) -> dict[str, float]:
    return {item.title: item.credits for item in alignment.program.disciplines if item.credits is not None}


def coverage(alignment: Alignment) -> Coverage:
    """Coverage of an alignment under its weighting, in the standard's order."""
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
