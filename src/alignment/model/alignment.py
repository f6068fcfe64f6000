"""What a check finds."""

from __future__ import annotations

from typing import Literal

import msgspec

from alignment.model.base import Issue, Kind, Noun, Verdict
from alignment.model.program import Program, Statement
from alignment.model.standard import Qualification, Requirement, Standard

SCHEMA_VERSION = "1.3"


class Contribution(Noun, frozen=True, kw_only=True):
    """How much one feature moved the log-odds of a match."""

    feature: str
    value: float
    weight: float


class Evidence(Noun, frozen=True, kw_only=True):
    """A statement beside a requirement, with its probability and the reasons.

    ``probability`` is the mean of the probabilities that the statement covers
    the requirement and that it covers at least a part of it (``covers``,
    ``touches``): the expected credit, a partial match counting half.
    """

    statement: Statement
    probability: float
    covers: float = 0.0
    touches: float = 0.0
    contributions: tuple[Contribution, ...] = ()


class Above(Noun, frozen=True, kw_only=True):
    """What the program has for the level above a gap: the work function or the generalized one as a whole."""

    level: Literal["function", "general_function"]
    code: str
    name: str
    evidence: Evidence


class Finding(Noun, frozen=True, kw_only=True):
    """The verdict on one requirement.

    ``evidence`` supports it, best first; for a gap it is empty,
    ``nearest`` is the nearest miss and ``runners_up`` what comes after it:
    evidence again under lower thresholds. ``probability``, ``covers`` and
    ``touches`` are those of its best statement, or, where ``together`` is
    true, of its first two statements read as one. ``above`` says of a gap
    that the program has something for its work function as a whole.
    """

    requirement: Requirement
    function: str
    general_function: str
    verdict: Verdict
    probability: float
    evidence: tuple[Evidence, ...] = ()
    nearest: Evidence | None = None
    runners_up: tuple[Evidence, ...] = ()
    title_only: bool = False
    covers: float = 0.0
    touches: float = 0.0
    together: bool = False
    above: Above | None = None

    @property
    def candidates(self) -> tuple[Evidence, ...]:
        """Everything that was kept, best first, whatever the verdict."""
        return self.evidence + ((self.nearest,) if self.nearest else ()) + self.runners_up

    @property
    def best(self) -> Evidence | None:
        """Strongest evidence, or the nearest miss."""
        return self.evidence[0] if self.evidence else self.nearest


class Thresholds(Noun, frozen=True, kw_only=True):
    """Least probability for each verdict."""

    covered: float
    partial: float

    def verdict(self, probability: float) -> Verdict:
        """Verdict for a probability that rests on more than titles."""
        if probability >= self.covered:
            return Verdict.COVERED
        return Verdict.PARTIAL if probability >= self.partial else Verdict.GAP


class Weighting(Noun, frozen=True, kw_only=True):
    """How much findings count: by kind of requirement, and by credits of the evidence's discipline.

    A kind that is not named counts 1. With ``credits`` a finding's credit is
    scaled by min(1, credits of its discipline / ``full_credits``): what is
    taught in a discipline of half that many credits counts half. Disciplines
    whose credits are unknown count whole.
    """

    kinds: dict[Kind, float] = msgspec.field(default_factory=dict)
    credits: bool = False
    full_credits: float = 3.0


class Alignment(Noun, frozen=True, kw_only=True):
    """The meeting of one program and one standard: what every report reads.

    ``reach`` has, by statement id, the best probability with which a statement
    answers any requirement of the standard. ``spread`` is the standard
    deviation of coverage over programs, which the interval needs.
    """

    schema_version: str = SCHEMA_VERSION
    program: Program
    standard: Standard
    findings: tuple[Finding, ...]
    thresholds: Thresholds
    engine: str
    versions: dict[str, str] = msgspec.field(default_factory=dict)
    warnings: tuple[Issue, ...] = ()
    qualification: Qualification | None = None
    reach: dict[str, float] = msgspec.field(default_factory=dict)
    weighting: Weighting = Weighting()
    spread: float = 0.0

    def rethreshold(self, thresholds: Thresholds) -> Alignment:
        """The same alignment under other thresholds, without new computation."""
        return msgspec.structs.replace(
            self,
            thresholds=thresholds,
            findings=tuple(decide(finding, thresholds) for finding in self.findings),
        )


def decide(finding: Finding, thresholds: Thresholds) -> Finding:
    """The finding with the verdict that its probability earns.

    Evidence that is only a discipline's title never earns "covered"; a gap
    keeps its best statement as the nearest miss, and the others behind it.
    """
    verdict = thresholds.verdict(finding.probability)
    if verdict is Verdict.COVERED and finding.title_only:
        verdict = Verdict.PARTIAL
    pool = finding.candidates
    if verdict is Verdict.GAP:
        nearest = pool[0] if pool else None
        return msgspec.structs.replace(finding, verdict=verdict, evidence=(), nearest=nearest, runners_up=pool[1:])
    return msgspec.structs.replace(finding, verdict=verdict, evidence=pool, nearest=None, runners_up=())
