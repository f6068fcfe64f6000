"""The result of a check: findings, evidence, and the `Alignment` that holds them."""

from __future__ import annotations

from typing import Literal

import msgspec

from alignment.errors import SettingsError
from alignment.i18n import message as _
from alignment.model.base import Basis, Issue, Kind, Noun, Verdict
from alignment.model.program import Program, Statement
from alignment.model.standard import Qualification, Requirement, Standard

SCHEMA_VERSION = "1.4"


class Contribution(Noun, frozen=True, kw_only=True):
    """How much one feature moved the log-odds of a match: its value, and the weight that the value added."""

    feature: str
    value: float
    weight: float


class Evidence(Noun, frozen=True, kw_only=True):
    """A statement that was compared with a requirement, with its probabilities and the reasons for them.

    ``covers`` is the probability that the statement covers the requirement,
    ``at_least_partial`` (in files: ``touches``) that it covers at least a part of it. ``probability`` is their
    mean, the expected score where covered counts 1 and partial 0.5. Reports call
    it the score.
    """

    statement: Statement
    probability: float
    covers: float = 0.0
    at_least_partial: float = msgspec.field(default=0.0, name="touches")
    contributions: tuple[Contribution, ...] = ()


class Above(Noun, frozen=True, kw_only=True):
    """The best evidence for the level above a gap: for the work function, or the generalized one, as a whole."""

    level: Literal["function", "general_function"]
    code: str
    name: str
    evidence: Evidence


class Grade(Noun, frozen=True, kw_only=True):
    """The judge's grade of one statement: 0 none, 1 partial, 2 covers.

    ``statement`` is its id; ``quote`` are the words of the statement on which the grade rests.
    """

    statement: str
    grade: int
    quote: str = ""


class Judgement(Noun, frozen=True, kw_only=True):
    """The answer of the user's language model about one requirement, and the built-in verdict.

    ``status`` is "accepted", "repaired" (the second answer was usable),
    "refused" (neither answer was usable) or "unanswered" (no answer came). In
    the last two cases ``verdict`` is None, the finding keeps the built-in
    verdict, and ``fault`` names the error (`alignment.judge.answer.Fault`).
    ``together`` is True if it takes two statements to cover the requirement.
    ``builtin_probability`` is the built-in expected score.
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
    """What was sent to the judge in one check, and with what result.

    ``url`` and ``model`` name the judge, ``guide`` is the version of its
    instructions, ``answered_by`` the model that the server names in its answers.
    ``share`` is the share of the least sure requirements about which it is asked, from 0 to 1.
    ``sent``, ``kept`` (answers of earlier runs), ``accepted``, ``repaired``,
    ``refused`` and ``unanswered`` count requirements; ``calls`` and ``retries``
    count requests. Tokens are counted by the server, or estimated if it does not
    count them. ``plain_right`` of ``plain_cases`` plain cases of the guide were
    answered right. ``measured_on`` is the number of judged requirements from
    which the probabilities of its findings were estimated; with 0 its verdicts
    are taken as certain. ``problem`` says why the judge was not used, or was
    stopped early.
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

    ``evidence`` supports the verdict, best first. For the verdicts gap and
    unknown it is empty: ``nearest`` is then the nearest miss and ``runners_up``
    are the statements after it, which become evidence under lower thresholds.
    ``title_only`` is True if the nearest text is the bare title of a discipline
    without content; the verdict is then unknown. ``covers`` and ``at_least_partial`` (in files: ``touches``) are
    the probabilities that
    the requirement is covered, and covered at least in
    part; ``probability`` is their mean, the expected score to which the
    thresholds apply. ``together`` is True if two statements cover it only
    together. ``basis`` says whether the best statement is taught or only
    promised; ``promised`` says whether any competence or indicator answers the
    requirement. ``above`` is what the program has for the work function of a gap
    as a whole. ``judged`` is the answer of the user's language model; a usable
    answer is the verdict, whatever the thresholds and the titles.
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
        """All statements that were kept for the requirement, best first, whatever the verdict."""
        return self.evidence + ((self.nearest,) if self.nearest else ()) + self.runners_up

    @property
    def best(self) -> Evidence | None:
        """The strongest evidence, or the nearest miss; None if no statement was kept."""
        return self.evidence[0] if self.evidence else self.nearest

    @property
    def promise_only(self) -> bool:
        """Whether a competence or an indicator answers the requirement and no discipline teaches it."""
        return self.verdict.answered and self.basis is Basis.PROMISED

    @property
    def taught_only(self) -> bool:
        """Whether a discipline teaches the requirement and no competence promises it."""
        return self.verdict.answered and self.basis is Basis.TAUGHT and not self.promised


class Thresholds(Noun, frozen=True, kw_only=True):
    """The least expected score, from 0 to 1, for the verdicts covered and partial."""

    covered: float
    partial: float

    def verdict(self, probability: float) -> Verdict:
        """The verdict for an expected score: covered, partial or gap."""
        if probability >= self.covered:
            return Verdict.COVERED
        return Verdict.PARTIAL if probability >= self.partial else Verdict.GAP


class Weighting(Noun, frozen=True, kw_only=True):
    """How much each finding counts in coverage: by kind of requirement, and by credits of the evidence's discipline.

    A kind that ``kinds`` does not name counts 1. With ``credits`` a finding's
    score is multiplied by min(1, credits of its discipline / ``full_credits``).
    A discipline whose credits are unknown is not scaled.
    """

    kinds: dict[Kind, float] = msgspec.field(default_factory=dict)
    credits: bool = False
    full_credits: float = 3.0


class Alignment(Noun, frozen=True, kw_only=True):
    """The result of checking one program against one standard; every report reads it.

    ``reach`` maps the id of each statement to the best probability with which
    it answers any requirement of the standard. ``spread`` is the standard
    deviation of coverage over programs, which the interval needs. ``judge``
    says what was sent to the user's language model; None if nothing was.
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
        """The same alignment with the verdicts that other thresholds give; nothing is compared again.

        Raises:
            SettingsError: a threshold is not from 0 to 1, or "partial" is above "covered".
        """
        if not 0 <= thresholds.partial <= thresholds.covered <= 1:
            raise SettingsError(
                _(
                    "the thresholds {partial} (partial) and {covered} (covered) are not in order from 0 to 1.",
                    partial=thresholds.partial,
                    covered=thresholds.covered,
                )
            )
        return msgspec.structs.replace(
            self,
            thresholds=thresholds,
            findings=tuple(decide(finding, thresholds) for finding in self.findings),
        )


def decide(finding: Finding, thresholds: Thresholds) -> Finding:
    """The finding with the verdict that its expected score has under the thresholds.

    A judge's verdict stays. Without one, a finding whose nearest text is a bare
    title is unknown, whatever its score. Under gap and unknown the best
    statement becomes the nearest miss and the others the runners-up.
    """
    by_judge = finding.judged.verdict if finding.judged else None
    by_score = Verdict.UNKNOWN if finding.title_only else thresholds.verdict(finding.probability)
    verdict = by_judge or by_score
    pool = finding.candidates
    if verdict in (Verdict.GAP, Verdict.UNKNOWN):
        nearest = pool[0] if pool else None
        return msgspec.structs.replace(finding, verdict=verdict, evidence=(), nearest=nearest, runners_up=pool[1:])
    return msgspec.structs.replace(finding, verdict=verdict, evidence=pool, nearest=None, runners_up=())
