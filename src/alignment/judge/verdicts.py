"""Select the findings about which the judge is asked, and apply its answers to them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from alignment.analysis.coverage import CREDIT
from alignment.judge.answer import verdict_of
from alignment.judge.asking import Outcome
from alignment.judge.measured import CERTAIN, Worth
from alignment.judge.question import Candidate, Question
from alignment.model import Basis, Evidence, Finding, Grade, Judgement, Verdict, WorkFunction


def unsureness(verdict: Verdict, covers: float, at_least_partial: float) -> float:
    """The expected squared error of the verdict's score under its own probabilities; a perfect judge would remove it.

    ``covers`` and ``at_least_partial`` are the probabilities of "covered" and of "covered at least in part".
    """
    credit = CREDIT[verdict]
    return (
        covers * (1 - credit) ** 2
        + (at_least_partial - covers) * (0.5 - credit) ** 2
        + (1 - at_least_partial) * credit**2
    )


def least(share: float, count: int) -> int:
    """The number of items in a share (0 to 1) of ``count``, rounded up."""
    return math.ceil(round(share * count, 6))


def least_sure(findings: Sequence[Finding], share: float) -> list[int]:
    """Indices of the least sure findings, a ``share`` (0 to 1, rounded up) of all, the least sure first.

    Findings without a candidate are left out, because there is nothing to judge.
    """
    order = sorted(
        (place for place, finding in enumerate(findings) if finding.best is not None),
        key=lambda place: -_of(findings[place]),
    )
    return order[: least(share, len(findings))]


def _of(finding: Finding) -> float:
    covers = 0.0 if finding.title_only else finding.covers
    return unsureness(finding.verdict, covers, finding.at_least_partial)


def question_of(finding: Finding, function: WorkFunction, candidates: Sequence[Evidence]) -> Question:
    """The question to the judge about a finding, with these candidates."""
    return Question(
        function=function.name,
        kind=finding.requirement.kind,
        requirement=finding.requirement.text,
        candidates=tuple(
            Candidate(
                statement=item.statement.id,
                kind=item.statement.kind,
                discipline=item.statement.discipline,
                text=item.statement.text,
            )
            for item in candidates
        ),
    )


def with_verdict(
    finding: Finding, candidates: Sequence[Evidence], outcome: Outcome, worth: Worth | None, evidence: int
) -> Finding:
    """The finding with the judge's verdict, or with the built-in one and a mark that there is no usable answer.

    Args:
        finding: the finding with the built-in verdict.
        candidates: the candidates in the question, best first.
        outcome: the outcome of the question.
        worth: how reliable the model's verdicts are; without it they are taken as certain.
        evidence: number of statements that a finding keeps.
    """
    mark = Judgement(
        status=outcome.status,
        fault=outcome.fault.value if outcome.fault else "",
        builtin=finding.verdict,
        builtin_probability=finding.probability,
    )
    answer = outcome.answer
    if answer is None:
        return msgspec.structs.replace(finding, judged=mark)
    verdict = verdict_of(answer)
    covers, at_least_partial = worth.chances(verdict) if worth else CERTAIN[verdict]
    graded = list(zip(candidates, answer.grades, strict=True))
    # At equal grades other statements rank before bare titles.
    by_grade = sorted(graded, key=lambda pair: (-pair[1].grade, pair[1].grade > 0 and pair[0].statement.title_only))
    kept = [item for item, grade in by_grade if grade.grade or verdict is Verdict.GAP]
    # Two statements that cover together are both shown.
    kept = kept[: max(evidence, 2) if answer.together else evidence]
    gap = verdict is Verdict.GAP
    basis, promised = _bases(finding, kept[0], graded)
    return msgspec.structs.replace(
        finding,
        verdict=verdict,
        probability=round((covers + at_least_partial) / 2, 4),
        covers=covers,
        at_least_partial=at_least_partial,
        evidence=() if gap else tuple(kept),
        nearest=kept[0] if gap else None,
        runners_up=tuple(kept[1:]) if gap else (),
        title_only=kept[0].statement.title_only,
        basis=basis,
        promised=promised,
        together=answer.together,
        above=finding.above if gap else None,
        judged=msgspec.structs.replace(
            mark, verdict=verdict, reason=answer.reason, together=answer.together, grades=answer.grades
        ),
    )


def _bases(finding: Finding, first: Evidence, graded: Sequence[tuple[Evidence, Grade]]) -> tuple[Basis, bool]:
    """The basis of the verdict by the judge's grades, and whether any competence or indicator answers the requirement.

    A promise that a discipline teaches counts as taught. If no competence or indicator was among the candidates, the
    built-in finding tells whether one answers.
    """
    best_basis = first.statement.basis
    answering = {item.statement.basis for item, grade in graded if grade.grade} | {best_basis}
    shown = any(item.statement.basis is Basis.PROMISED for item, _ in graded)
    basis = Basis.TAUGHT if best_basis is Basis.PROMISED and Basis.TAUGHT in answering else best_basis
    return basis, Basis.PROMISED in answering if shown else finding.promised
