"""Measure a judge on judged programs, and what a judge as good as the reader would gain for each share of findings."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from hashlib import blake2b

import msgspec

from alignment.evaluation.crossvalidation import HeldOutPrediction
from alignment.evaluation.real_figures import SetFigures, by_set, figures_of
from alignment.judge import Judge, Outcome
from alignment.judge.answer import verdict_of
from alignment.judge.asking import Spent
from alignment.judge.guide import PLAIN_CASES
from alignment.judge.measured import CERTAIN, Worth, counted
from alignment.judge.question import Candidate, Question
from alignment.judge.verdicts import least, unsureness
from alignment.model import Verdict
from alignment.settings import Settings

# Points of the curve of docs/judge.md: what a judge of some, of half and of all findings wins.
SHARES = (0.0, 0.1, 0.2, 0.3, 0.5, 1.0)


class CurvePoint(msgspec.Struct, frozen=True, kw_only=True):
    """Figures if the least sure ``share`` of each set got the reader's verdicts (``perfect``).

    ``seen`` are the figures of a judge that gives the reader's grades, but only
    sees the candidates that a check would show it, and so misses other evidence.
    """

    share: float
    asked: int
    perfect: dict[str, float]
    seen: dict[str, float]


class JudgeFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of a judge beside the built-in verdicts.

    ``built_in`` and ``judge`` are measured on the requirements that the judge answered, ``with_judge`` on all
    requirements with its answers put in. ``seconds`` is the time of all answers.
    """

    model: str
    plain_right: int
    problem: str
    asked: int
    status: dict[str, int]
    seconds: float
    spent: Spent
    built_in: SetFigures | None = None
    judge: SetFigures | None = None
    with_judge: SetFigures | None = None
    worth: Worth | None = None

    @property
    def plain_cases(self) -> int:
        """The number of plain cases of the guide."""
        return len(PLAIN_CASES)


def judge_curve(
    held: Sequence[HeldOutPrediction], candidates: int, shares: Sequence[float] = SHARES
) -> list[CurvePoint]:
    """Figures that a judge as good as the reader would give, for each share; it is shown ``candidates`` candidates."""
    order = _least_sure_of_sets(held)
    points = []
    for share in shares:
        places = [place for group in order for place in group[: least(share, len(group))]]
        perfect, seen = list(held), list(held)
        for place in places:
            perfect[place] = _decided(held[place], held[place].item.verdict)
            seen[place] = _decided(held[place], _seen_verdict(held[place], candidates))
        points.append(CurvePoint(share=share, asked=len(places), perfect=figures_of(perfect), seen=figures_of(seen)))
    return points


def _least_sure_of_sets(held: Sequence[HeldOutPrediction]) -> list[list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for place, item in enumerate(held):
        groups[item.item.where.name].append(place)
    return [
        sorted(
            group, key=lambda place: -unsureness(held[place].verdict, held[place].covers, held[place].at_least_partial)
        )
        for group in groups.values()
    ]


def _decided(held: HeldOutPrediction, verdict: Verdict) -> HeldOutPrediction:
    covers, at_least_partial = CERTAIN[verdict]
    return msgspec.structs.replace(held, verdict=verdict, covers=covers, at_least_partial=at_least_partial)


def _shown(held: HeldOutPrediction, count: int) -> list[int]:
    """The places of the candidates that a check would show to the judge, best first."""
    return held.item.best(held.pairs.mean(axis=1))[:count] if len(held.pairs) else []


def _seen_verdict(held: HeldOutPrediction, count: int) -> Verdict:
    """The verdict that the guide gives from the reader's grades of the shown candidates; ungraded ones count as 0."""
    grades = held.item.grades
    shown = grades[_shown(held, count)]
    jointly = held.item.verdict is Verdict.COVERED and not (grades == 2).any()
    if (shown == 2).any() or (jointly and (shown == 1).sum() > 1):
        return Verdict.COVERED
    return Verdict.PARTIAL if (shown == 1).any() else Verdict.GAP


def question_of_judged(held: HeldOutPrediction, count: int) -> Question:
    """The question to the judge about a judged requirement, with ``count`` candidates."""
    judged = held.item.where.requirements[held.item.index]
    statements = list(held.item.where.program.statements())
    shown = [statements[int(held.item.candidates[place])] for place in _shown(held, count)]
    return Question(
        function=judged.function.name,
        kind=judged.requirement.kind,
        requirement=judged.requirement.text,
        candidates=tuple(
            Candidate(statement=item.id, kind=item.kind, discipline=item.discipline, text=item.text) for item in shown
        ),
    )


def measure_judge(
    held: Sequence[HeldOutPrediction], spread: float, judge: Judge, settings: Settings, say: Callable[[str], None]
) -> JudgeFigures:
    """Ask the judge about judged requirements, and compare its verdicts with the reader's.

    It is asked about the least sure share ``judge_share`` of each set, or about a
    fixed sample of that if ``judge_calls`` does not allow all.

    Args:
        held: the built-in predictions.
        spread: as in `Alignment.spread`.
        judge: the judge.
        settings: with the share and the limits.
        say: called with one line on how the model did on the plain cases, before other questions are asked.
    """
    places = _sample(held, settings)
    began = time.monotonic()
    outcomes: dict[int, Outcome] = {}
    fit = judge.fit()
    say(judge.plain_line)
    if fit:
        questions = [question_of_judged(held[place], settings.judge_candidates) for place in places]
        outcomes = {places[number]: outcome for number, outcome in judge.answers(questions)}
    seconds = time.monotonic() - began
    verdicts = {place: verdict_of(item.answer) for place, item in outcomes.items() if item.answer is not None}
    status: dict[str, int] = defaultdict(int)
    for outcome in outcomes.values():
        status[outcome.status] += 1
    figures = JudgeFigures(
        model=settings.judge_model,
        plain_right=judge.plain_right,
        problem=judge.problem,
        asked=len(outcomes),
        status=dict(status),
        seconds=round(seconds, 1),
        spent=judge.spent,
    )
    if not verdicts:
        return figures
    answered = [held[place] for place in verdicts]
    pairs = [(verdict, held[place].item.verdict) for place, verdict in verdicts.items()]
    worth = counted(settings.judge_model, judge.guide.version, pairs)

    def with_worth(place: int, verdict: Verdict) -> HeldOutPrediction:
        covers, at_least_partial = worth.chances(verdict)
        return msgspec.structs.replace(held[place], verdict=verdict, covers=covers, at_least_partial=at_least_partial)

    judged = {place: with_worth(place, verdict) for place, verdict in verdicts.items()}
    return msgspec.structs.replace(
        figures,
        built_in=by_set(answered, spread)[-1],
        judge=by_set(list(judged.values()), spread)[-1],
        with_judge=by_set([judged.get(place, item) for place, item in enumerate(held)], spread)[-1],
        worth=worth,
    )


def _sample(held: Sequence[HeldOutPrediction], settings: Settings) -> list[int]:
    places = [
        place
        for group in _least_sure_of_sets(held)
        for place in group[: least(settings.judge_share, len(group))]
        if len(held[place].pairs)
    ]
    room = max(0, settings.judge_calls - len(PLAIN_CASES))
    if len(places) <= room:
        return places
    return sorted(places, key=lambda place: _drawn(held[place]))[:room]


def _drawn(held: HeldOutPrediction) -> bytes:
    """A key for sorting at random, the same in every run."""
    where = held.item.where
    return blake2b(f"{where.name}\0{where.requirements[held.item.index].requirement.id}".encode()).digest()
