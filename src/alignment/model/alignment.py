"""What a check finds."""

from __future__ import annotations

from typing import Literal

import msgspec

from alignment.model.base import Basis, Issue, Kind, Noun, Verdict
from alignment.model.program import Program, Statement
from alignment.model.standard import Qualification, Requirement, Standard

SCHEMA_VERSION = "1.4"


class Contribution(Noun, frozen=True, kw_only=True):
    """How much one feature moved the log-odds of a match."""

    feature: str
    value: float
    weight: float


class Evidence(Noun, frozen=True, kw_only=True):
    """A statement beside a requirement, with its probability and the reasons.

    ``covers`` and ``at_least_partial`` (in files: ``touches``) are the probabilities that
    the statement covers the requirement, and that it covers at least a part of it; ``probability`` is
    their mean: the expected score, 1 for covered, a half for partial. Reports
    call it the score.
    """

    statement: Statement
    probability: float
    covers: float = 0.0
    at_least_partial: float = msgspec.field(default=0.0, name="touches")
    contributions: tuple[Contribution, ...] = ()


class Above(Noun, frozen=True, kw_only=True):
    """What the program has for the level above a gap: the work function or the generalized one as a whole."""

    level: Literal["function", "general_function"]
    code: str
    name: str
    evidence: Evidence


class Grade(Noun, frozen=True, kw_only=True):
    """The judge's grade of one statement (0 none, 1 partial, 2 covers), with the words of it that it rests on."""

    statement: str
    grade: int
    quote: str = ""


class Judgement(Noun, frozen=True, kw_only=True):
    """What a language model of the user's own said of one requirement, beside the built-in verdict.

    ``status`` is "accepted", "repaired" (its second answer was usable),
    "refused" (neither was) or "unanswered" (none came); under the last two
    ``verdict`` is None, the finding keeps the built-in verdict, and ``fault``
    names what was wrong (`alignment.judge.answer.Fault`).
    """

    status: Literal["accepted", "repaired", "refused", "unanswered"]
    verdict: Verdict | None = None
    reason: str = ""
    together: bool = False
    grades: tuple[Grade, ...] = ()
    fault: str = ""
    builtin: Verdict
    builtin_probability: float


class JudgeRun(Noun, frozen=True, kw_only=True):
    """What was sent to the judge, where, and what came of it.

    Counts are of requirements, but ``calls`` and ``retries`` of requests and
    the tokens as the server counted them (estimated where it does not).
    ``kept`` are answers of earlier runs. ``plain_right`` of ``plain_cases``
    plain cases of the guide were answered right. ``measured_on`` is the number
    of judged requirements behind the chances of its findings (0: its verdicts
    are taken as certain). ``problem`` says why the judge was not used, or not
    to the end.
    """

    url: str
    model: str
    guide: str
    answered_by: str = ""
    share: float = 1.0
    sent: int = 0
    kept: int = 0
    accepted: int = 0
    repaired: int = 0
    refused: int = 0
    unanswered: int = 0
    calls: int = 0
    retries: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    plain_right: int = 0
    plain_cases: int = 0
    measured_on: int = 0
    problem: str = ""


class Finding(Noun, frozen=True, kw_only=True):
    """The verdict on one requirement.

    ``evidence`` supports it, best first; for a gap and what is unknown it is
    empty, ``nearest`` is the nearest miss and ``runners_up`` what comes after
    it: evidence again under lower thresholds. ``title_only``: nothing is nearer
    than the bare title of a discipline without content, so the verdict is
    unknown. ``covers`` and ``at_least_partial`` (in files: ``touches``) are the chances that
    the requirement is covered, and at least in part; ``probability`` is their mean, the expected
    score on which the thresholds act. ``together``: it takes two statements.
    ``basis`` says whether what is nearest is taught or only promised, and
    ``promised`` whether any competence or indicator answers at all. ``above``
    says of a gap that the program has something for its work function as a whole.
    ``judged`` is what the user's language model said; where that was usable it
    is the verdict, whatever the thresholds and the titles.
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
    at_least_partial: float = msgspec.field(default=0.0, name="touches")
    together: bool = False
    basis: Basis = Basis.NONE
    promised: bool = False
    above: Above | None = None
    judged: Judgement | None = None

    @property
    def candidates(self) -> tuple[Evidence, ...]:
        """Everything that was kept, best first, whatever the verdict."""
        return self.evidence + ((self.nearest,) if self.nearest else ()) + self.runners_up

    @property
    def best(self) -> Evidence | None:
        """Strongest evidence, or the nearest miss."""
        return self.evidence[0] if self.evidence else self.nearest

    @property
    def promise_only(self) -> bool:
        """Whether a competence or an indicator answers it and no discipline teaches it."""
        return self.verdict.answered and self.basis is Basis.PROMISED

    @property
    def taught_only(self) -> bool:
        """Whether a discipline teaches it and no competence promises it."""
        return self.verdict.answered and self.basis is Basis.TAUGHT and not self.promised


class Thresholds(Noun, frozen=True, kw_only=True):
    """Least expected score for each verdict."""

    covered: float
    partial: float

    def verdict(self, probability: float) -> Verdict:
        """Verdict for an expected score that rests on more than titles."""
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
    deviation of coverage over programs, which the interval needs. ``judge``
    says what was sent to a language model of the user's own; None: nothing.
    """

    schema_version: str = SCHEMA_VERSION
    judge: JudgeRun | None = None
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
    """The finding with the verdict that its expected score earns.

    A judge's verdict stays. Without one it is unknown where nothing is nearer
    than a bare title, whatever the score. A gap and what is unknown keep the
    best statement as the nearest miss, and the others behind it.
    """
    said = finding.judged.verdict if finding.judged else None
    earned = Verdict.UNKNOWN if finding.title_only else thresholds.verdict(finding.probability)
    verdict = said or earned
    pool = finding.candidates
    if verdict in (Verdict.GAP, Verdict.UNKNOWN):
        nearest = pool[0] if pool else None
        return msgspec.structs.replace(finding, verdict=verdict, evidence=(), nearest=nearest, runners_up=pool[1:])
    return msgspec.structs.replace(finding, verdict=verdict, evidence=pool, nearest=None, runners_up=())
