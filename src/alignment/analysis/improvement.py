"""The smallest set of changes to a program that brings its coverage of a standard to a target.

The plan is the solution of a small mixed integer program (solved by HiGHS
through scipy; Huangfu & Hall 2018). It chooses which findings to close in which
disciplines. Hours of teaching and each changed work programme are the cost; a
discipline can give only a share of its hours to new content; the gains must add
up to the target.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from alignment.analysis.coverage import PARTIAL_CREDIT, Coverage, coverage, shares_of
from alignment.analysis.general import is_promises
from alignment.analysis.suggest import disciplines_of
from alignment.encoders import Encoder
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.language.codes import fold_code
from alignment.model import Alignment, Discipline, Finding, Kind, Noun, Program, Standard, Verdict

# Hours of a student's work that one more requirement takes: an assumption that the plan states with its result
# (docs/many.md). Half or double leaves the order of changes as it is and says how many fit a discipline.
HOURS = {Kind.ACTION: 6.0, Kind.SKILL: 4.0, Kind.KNOWLEDGE: 2.0}
# A finding that is covered in part is deepened, not taught anew: half the hours, as it counts half (the same place).
DEEPEN_SHARE = 0.5
# What opening one more work programme counts, in hours: a little more than one change, so that two go into one
# document. What half and double do is measured on the plan of 11.03.03-2018 for 30 % of 06.005: 35 changes, 63 hours, 5
# work programmes. Of this: 6 and 3 programmes, the hours stay.
NEW_TOPIC_HOURS = 8.0
# How much dearer an hour is in another discipline than the nearest, by the difference of their cosines: twice as dear
# at 0.05, so that work programmes are opened rather than hygiene taught where another change is made already. On the
# same plan half of it opens 3, double 6 programmes.
DISTANCE_COST = 20.0
# Academic hours of a credit, as the FGOS and every study plan count it.
HOURS_PER_CREDIT = 36.0
# Of a discipline whose hours and credits no document says: the middle of the disciplines of 11.03.03-2018.
UNKNOWN_CREDITS = 3.0
# Disciplines, nearest first, in which a requirement may be taught: more make the optimization slower, and far ones
# are too dear to be chosen (`DISTANCE_COST`): on the same plan 3 cost three hours more, 12 save none.
CANDIDATES = 6
# Seconds of one search, after which the best plan so far is taken; the same plan takes four. A second search, for the
# largest gain, follows if the first found none.
SECONDS = 30.0
# What `scipy.optimize.milp` says when its time ended.
OUT_OF_TIME = 1
# Gap to the best plan at which the optimization ends: half a percent of the hours, less than they are known to. On
# the same plan a tenth and four times of it give the same.
OPTIMALITY_GAP = 0.005
NEW_DISCIPLINE = ""
OPEN = (Verdict.PARTIAL, Verdict.GAP)


class Improvement(Noun, frozen=True, kw_only=True):
    """One change: teach a requirement in a discipline (an empty ``discipline`` means a new one).

    ``ids`` are the requirements that it covers: the same text may stand in
    several work functions. ``verdict`` is the verdict so far. ``nearness`` is the
    cosine between text and discipline. ``gain`` is what the change adds to the
    coverage (0 to 1), ``after`` the coverage once this step and all before it are
    done. ``hours`` are hours of a student's work (`HOURS`, times `DEEPEN_SHARE`
    if the requirement is covered in part).
    """

    requirement: str
    ids: tuple[str, ...]
    kind: Kind
    functions: tuple[str, ...]
    verdict: Verdict
    discipline: str
    semesters: tuple[str, ...]
    credits: float | None
    hours: float
    gain: float
    nearness: float
    after: float = 0.0


class ImprovementPlan(Noun, frozen=True, kw_only=True):
    """Changes that bring the coverage from ``before`` to ``after``; ``reached`` says whether that is the target.

    ``steps`` are in order of their gain, so somebody who cannot do all of them
    starts with the first. ``share`` is the share of a discipline's hours that may
    be new content. ``unknown`` counts the requirements for which only titles
    speak: whether they are taught is not known, so the plan has no step for them.
    ``undecided``: the optimization ran out of time before it had the cheapest
    changes that reach the target, or knew that there are none. ``program_hours``
    are those of all disciplines, ``room`` the share of them for new content,
    ``free_hours`` those of a new discipline; ``assumed`` counts the disciplines
    whose hours and credits no document says (`UNKNOWN_CREDITS`). ``left`` counts
    the changes that would raise the coverage too and that the plan lacks.
    """

    program: str
    standard: str
    target: float
    before: float
    after: float
    reached: bool
    hours: float
    steps: tuple[Improvement, ...]
    share: float = 0.0
    unknown: int = 0
    undecided: bool = False
    room: float = 0.0
    program_hours: float = 0.0
    free_hours: float = 0.0
    assumed: int = 0
    left: int = 0


def improvement_plan(
    alignment: Alignment, encoder: Encoder, target: float, *, share: float = 0.1, free_credits: float = 0.0
) -> ImprovementPlan:
    """The cheapest changes that reach the target, or, if it is out of reach, those with the largest gain.

    Args:
        alignment: the check of the program against a standard.
        encoder: measures the nearness of requirements and disciplines.
        target: the coverage to reach, 0 to 1.
        share: the share (0 to 1) of a discipline's hours that may become new content.
        free_credits: credits that are free for a new discipline.

    Raises:
        InputError: the program has no disciplines to change, or the content of too few disciplines is known.
    """
    program = _changeable(alignment.program)
    _refuse_unknown(coverage(alignment))
    weights = np.asarray([weight * part for weight, part in shares_of(alignment)])
    total = sum(weight for weight, _ in shares_of(alignment)) or 1.0
    # As `coverage`, but not rounded: a target of 100 % must be within reach.
    before = float(sum(weight * (1 - _lack(item)) for weight, item in zip(weights, alignment.findings, strict=True)))
    before /= total
    to_close = [number for number, item in enumerate(alignment.findings) if item.verdict in OPEN]
    disciplines = program.disciplines
    missing = (target - before) * total
    nothing = _unchanged(alignment, target, before, reached=missing <= 1e-9, share=share)
    if nothing.reached or not to_close:
        return nothing
    groups = _taught_once(alignment, to_close)
    findings = [max((alignment.findings[n] for n in group), key=_hours) for group in groups]
    near = _nearness(alignment.standard, program, findings, encoder)
    gains = np.asarray([sum(weights[n] * _lack(alignment.findings[n]) for n in group) for group in groups])
    teaching = np.asarray([_teaching_hours(item) or HOURS_PER_CREDIT * UNKNOWN_CREDITS for item in disciplines])
    capacity = share * teaching
    if free_credits > 0:
        near = np.concatenate([near, np.full((len(findings), 1), near.mean())], axis=1)
        capacity = np.append(capacity, HOURS_PER_CREDIT * free_credits)
    hours = np.asarray([_hours(item) for item in findings])
    pairs = _pairs(near, free_credits > 0)
    chosen, proven = solve(pairs, near, hours, gains, capacity, missing)
    undecided = chosen is None and not proven
    if chosen is None:
        chosen, proven = solve(pairs, near, hours, gains, capacity, None)
        undecided |= not proven
        chosen = _enough(chosen or [], gains, missing)
    places = [*disciplines, Discipline(title=NEW_DISCIPLINE, credits=free_credits)]
    steps = []
    for row, column in chosen:
        closed = [alignment.findings[number] for number in groups[row]]
        gain, nearness = float(gains[row]) / total, float(near[row, column])
        steps.append(
            _step(findings[row], closed, places[column], hours=float(hours[row]), gain=gain, nearness=nearness)
        )
    after = before + sum(float(gains[row]) for row, _ in chosen) / total
    reached = after >= target - 1e-6
    ordered = _in_order(steps, before)
    return msgspec.structs.replace(
        nothing,
        after=round(after, 4),
        reached=reached,
        undecided=undecided,
        hours=float(sum(step.hours for step in ordered)),
        steps=ordered,
        room=share * float(teaching.sum()),
        free_hours=HOURS_PER_CREDIT * free_credits,
        program_hours=float(teaching.sum()),
        assumed=sum(not _teaching_hours(item) for item in disciplines),
        left=len(groups) - len(chosen),
    )


def _teaching_hours(discipline: Discipline) -> float:
    """The hours of a discipline, as its documents give them or by its credits; 0 if they give neither."""
    return discipline.hours or HOURS_PER_CREDIT * (discipline.credits or 0.0)


def _enough(chosen: list[tuple[int, int]], gains: NDArray[np.float64], missing: float) -> list[tuple[int, int]]:
    """The chosen (finding, discipline) of largest gain that together have ``missing``, or all."""
    ordered = sorted(chosen, key=lambda pair: -gains[pair[0]])
    sums = np.cumsum([gains[row] for row, _ in ordered])
    return ordered[: int(np.searchsorted(sums, missing - 1e-9)) + 1]


def _unchanged(alignment: Alignment, target: float, before: float, *, reached: bool, share: float) -> ImprovementPlan:
    """The plan with no steps; ``before`` is the present coverage; ``target`` and ``share`` as in `improvement_plan`."""
    return ImprovementPlan(
        program=alignment.program.title,
        standard=f"{alignment.standard.code} {alignment.standard.title}".strip(),
        target=target,
        before=round(before, 4),
        after=round(before, 4),
        reached=reached,
        hours=0.0,
        steps=(),
        share=share,
        unknown=sum(item.verdict is Verdict.UNKNOWN for item in alignment.findings),
    )


def _in_order(steps: list[Improvement], before: float) -> tuple[Improvement, ...]:
    """The steps with the largest gain first, each with the coverage after it; ``before`` is the present coverage."""
    ordered = sorted(steps, key=lambda step: (-step.gain, step.hours, -step.nearness, step.discipline, step.ids))
    sums = itertools.accumulate((step.gain for step in ordered), initial=before)
    return tuple(
        msgspec.structs.replace(step, after=round(value, 4)) for step, value in zip(ordered, [*sums][1:], strict=True)
    )


def _refuse_unknown(summary: Coverage) -> None:
    """Raise `InputError` if the content of too few disciplines is known (`Coverage.enough`)."""
    if not summary.enough:
        raise InputError(
            _(
                "the content of only {known} of {total} disciplines is known: too little to plan changes by.",
                known=summary.sight.known,
                total=summary.sight.disciplines,
            ),
            hint=_("Give the work programmes beside the study plan: docx, pdf, or a folder with them."),
        )


def _changeable(program: Program) -> Program:
    """The program with only the disciplines that can be changed: those with a title that are no list of promises.

    Raises:
        InputError: no such discipline is left.
    """
    result = tuple(item for item in program.disciplines if item.title.strip() and not is_promises(item.title))
    if not result:
        raise InputError(
            _("the program has no disciplines to change."), hint=_("Give its study plan or work programmes.")
        )
    return msgspec.structs.replace(program, disciplines=result)


def _taught_once(alignment: Alignment, to_close: Sequence[int]) -> list[list[int]]:
    """The findings grouped by the text of their requirement: the same text in several functions is taught once."""
    by_text: dict[str, list[int]] = {}
    for number in to_close:
        by_text.setdefault(fold_code(alignment.findings[number].requirement.text), []).append(number)
    return list(by_text.values())


def _step(
    finding: Finding, closed: Sequence[Finding], discipline: Discipline, *, hours: float, gain: float, nearness: float
) -> Improvement:
    return Improvement(
        requirement=finding.requirement.text,
        ids=tuple(item.requirement.id for item in closed),
        kind=finding.requirement.kind,
        functions=tuple(dict.fromkeys(item.function for item in closed)),
        verdict=finding.verdict,
        discipline=discipline.title,
        semesters=discipline.semesters,
        credits=discipline.credits,
        hours=hours,
        gain=round(gain, 5),
        nearness=round(nearness, 3),
    )


def _lack(finding: Finding) -> float:
    """The credit (0 to 1) that a finding lacks to be covered."""
    return {Verdict.COVERED: 0.0, Verdict.PARTIAL: 1 - PARTIAL_CREDIT, Verdict.GAP: 1.0, Verdict.UNKNOWN: 1.0}[
        finding.verdict
    ]


def _hours(finding: Finding) -> float:
    """Hours of a student's work that it takes to cover the requirement of a finding."""
    hours = HOURS.get(finding.requirement.kind, HOURS[Kind.SKILL])
    return hours * DEEPEN_SHARE if finding.verdict is Verdict.PARTIAL else hours


def _nearness(
    standard: Standard, program: Program, findings: Sequence[Finding], encoder: Encoder
) -> NDArray[np.float64]:
    """Cosines between requirements (with their functions) and disciplines, shape (findings, disciplines).

    A discipline that already has evidence for a partial finding gets 1: the change belongs there.
    """
    names = {item.code: item.name for general in standard.functions for item in general.functions}
    texts = [f"{item.requirement.text}. {names.get(item.function, '')}" for item in findings]
    near = np.clip(encoder.encode(texts) @ disciplines_of(program, encoder).T, 0, 1).astype(np.float64)
    place = {item.title: column for column, item in enumerate(program.disciplines)}
    for row, item in enumerate(findings):
        if item.verdict is Verdict.PARTIAL and item.best and item.best.statement.discipline in place:
            near[row, place[item.best.statement.discipline]] = 1.0
    return np.asarray(near, dtype=np.float64)


def _pairs(near: NDArray[np.float64], new: bool) -> list[tuple[int, int]]:
    """The pairs (finding, discipline) that may be chosen: the `CANDIDATES` nearest disciplines, and the ``new`` one."""
    most = min(CANDIDATES, near.shape[1])
    result = []
    for row in range(len(near)):
        columns = set(np.argsort(-near[row], kind="stable")[:most].tolist())
        result += [(row, column) for column in sorted(columns | ({near.shape[1] - 1} if new else set()))]
    return result


class Solution(NamedTuple):
    """The chosen (finding, discipline), None if there are none; ``proven`` is false if the time ended first."""

    chosen: list[tuple[int, int]] | None
    proven: bool


def solve(
    pairs: Sequence[tuple[int, int]],
    near: NDArray[np.float64],
    hours: NDArray[np.float64],
    gains: NDArray[np.float64],
    capacity: NDArray[np.float64],
    missing: float | None,
) -> Solution:
    """Solve the mixed integer program.

    Args:
        pairs: the (finding, discipline) that may be chosen.
        near: cosines, shape (findings, disciplines).
        hours: hours that each finding takes, shape (findings,).
        gains: weighted credit that each finding adds, shape (findings,).
        capacity: hours that each discipline can give, shape (disciplines,).
        missing: weighted credit that is needed to reach the target; None: as much as the capacity allows.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    count, places = len(pairs), len(capacity)
    rows, columns = np.asarray([row for row, _ in pairs]), np.asarray([column for _, column in pairs])
    each = np.arange(count)
    cost = hours[rows] * (1 + DISTANCE_COST * (near.max(axis=1)[rows] - near[rows, columns]))
    once = coo_array((np.ones(count), (rows, each)), shape=(len(near), count + places))
    # The hours of a discipline fit its capacity, and are 0 unless its work programme is changed (the last variables).
    room = coo_array(
        (
            np.concatenate([hours[rows], -capacity]),
            (np.concatenate([columns, np.arange(places)]), np.concatenate([each, count + np.arange(places)])),
        ),
        shape=(places, count + places),
    )
    limits = [LinearConstraint(once.tocsr(), ub=1), LinearConstraint(room.tocsr(), ub=0)]
    if missing is None:
        goal = np.concatenate([-gains[rows] + 1e-6 * cost, np.full(places, 1e-6 * NEW_TOPIC_HOURS)])
    else:
        goal = np.concatenate([cost, np.full(places, NEW_TOPIC_HOURS)])
        limits.append(LinearConstraint(np.concatenate([gains[rows], np.zeros(places)])[None], lb=missing - 1e-9))
    solution = milp(
        goal,
        constraints=limits,
        bounds=Bounds(0, 1),
        integrality=np.ones(count + places),
        options={"time_limit": SECONDS, "mip_rel_gap": OPTIMALITY_GAP},
    )
    proven = solution.status != OUT_OF_TIME
    if solution.x is None:
        return Solution(None, proven)
    return Solution([pairs[number] for number in range(count) if solution.x[number] > 0.5], proven)
