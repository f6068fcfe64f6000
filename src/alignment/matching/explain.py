"""Why a requirement got its verdict, and what would change it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process, utils

from alignment.errors import AmbiguousError, NotFoundError, choices
from alignment.i18n import message as _
from alignment.matching.aligner import Aligner
from alignment.matching.comparison import Comparison
from alignment.matching.features import FEATURES
from alignment.matching.requirement_model import Scores
from alignment.matching.verdict_model import RERANKER_FEATURES
from alignment.model import (
    Evidence,
    Finding,
    JudgeRun,
    Noun,
    Program,
    Requirement,
    Standard,
    Thresholds,
    Verdict,
    decide,
)

# What the standard alone decides, or what says how general the statement is: no advice to a program.
NOT_ACTIONABLE = {"requirement_function", "requirement_average", "function_mean", "statement_average"}
# Features that a change of the program could move, and the way that helps.
TARGETS = {name: 1.0 for name in FEATURES if name not in NOT_ACTIONABLE} | dict.fromkeys(
    ("knows_only", "does_more", "short", "cross_language", "title_only"), 0.0
)
# A feature so near its target is there: reports show three decimals.
REACHED = 1e-3
# Steps from a feature's value to its target; the needed value is exact to a fortieth of the way, which nobody could
# plan more exactly.
STEPS = 40
# Changes that are proposed: more is no advice.
SUGGESTIONS = 3
# Chances of a candidate that says nothing.
NO_CHANCES = np.zeros(2)
# Loss of score from which a candidate counts as evidence: half a percent, what a report rounds away.
MIN_LOSS = 0.005
# Requirements that an ambiguous name lists: what fits a terminal.
MAX_LISTED = 10


class Change(Noun, frozen=True, kw_only=True):
    """One feature moved alone, as little as reaches another verdict."""

    feature: str
    value: float
    needed: float
    probability: float
    verdict: Verdict


class Explanation(Noun, frozen=True, kw_only=True):
    """One finding taken apart.

    ``losses`` say of each candidate how much the score would fall if it said
    nothing, ``decided`` which of them counts most; ``changes`` and ``missing``
    are about that one. ``where`` is the discipline to which what is missing
    belongs, empty where nothing is missing.
    ``constant`` is the log-odds of a pair whose features are all at the
    training set's mean; with the contributions of the candidate that decided
    it adds up to that candidate's log-odds. ``missing`` are the requirement's
    words, as lemmas, that have no counterpart in the candidate that decided.
    ``judge`` says what was sent to a language model of the user's own, if
    anything was.
    """

    finding: Finding
    function_name: str
    candidates: tuple[Evidence, ...]
    thresholds: Thresholds
    constant: float
    changes: tuple[Change, ...]
    missing: tuple[str, ...] = ()
    losses: tuple[float, ...] = ()
    decided: int = 0
    where: str = ""
    judge: JudgeRun | None = None

    @property
    def decider(self) -> Evidence | None:
        """The candidate that decided, if there is any."""
        return self.candidates[self.decided] if self.candidates else None


def find_requirement(standard: Standard, wanted: str) -> Requirement:
    """The requirement with that id or that part of its text.

    Raises:
        NotFoundError: none fits; the nearest is suggested.
        AmbiguousError: several fit.
    """
    every = [item for _, _, item in standard.requirements()]
    for item in every:
        if item.id == wanted:
            return item
    folded = utils.default_process(wanted)
    fitting = [item for item in every if folded and folded in utils.default_process(item.text)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        listing = choices(f"-r {item.id}  {item.text}" for item in fitting[:MAX_LISTED])
        raise AmbiguousError(
            _("“{wanted}” fits {n} requirements.", wanted=wanted, n=len(fitting)),
            hint=_("Choose one by its id:{choices}", choices=listing),
        )
    names = {item.id: f"{item.id} {item.text}" for item in every}
    near = process.extractOne(wanted, names, scorer=fuzz.WRatio, processor=utils.default_process)
    raise NotFoundError(
        _("the standard has no requirement “{wanted}”.", wanted=wanted),
        hint=_("Did you mean:{choices}", choices=choices([f"-r {near[2]}  {near[0].partition(' ')[2]}"]))
        if near
        else _("See align show for its requirements."),
    )


def explanation(
    aligner: Aligner,
    program: Program,
    standard: Standard,
    wanted: str,
    candidates: int,
    where: Callable[[Finding, Sequence[Finding]], str] = lambda finding, findings: "",
) -> Explanation:
    """Take one finding of this program and standard apart; ``where`` names the discipline that should give more."""
    requirement = find_requirement(standard, wanted)
    comparison = aligner.prepare(program, standard)
    index = next(i for i, (_, _, item) in enumerate(comparison.requirements) if item.id == requirement.id)
    findings = aligner.findings(comparison)
    finding = findings[index]
    ranked = aligner.rank_candidates(
        comparison, comparison.requirement_texts[index], comparison.vectors.cosines(index), candidates
    )
    evidence = tuple(item for _, item in ranked)
    whole = _counterfactual_score(aligner, comparison, index)
    losses = [round(max(0.0, finding.probability - whole(place, NO_CHANCES)), 4) for place, _ in ranked]
    decided = 0 if finding.together or max(losses, default=0.0) < MIN_LOSS else losses.index(max(losses))
    changes: tuple[Change, ...] = ()
    if ranked:
        changes = _changes(aligner, finding, evidence[decided], lambda chances: whole(ranked[decided][0], chances))
    return Explanation(
        finding=finding,
        function_name=comparison.requirements[index][1].name,
        candidates=evidence,
        thresholds=aligner.thresholds,
        constant=round(aligner.model.constant(reranked=_was_reranked(evidence[decided])), 4) if evidence else 0.0,
        changes=changes,
        missing=_missing(comparison, index, ranked[decided][0]) if ranked else (),
        losses=tuple(losses),
        decided=decided,
        where=where(finding, findings),
    )


def _was_reranked(evidence: Evidence) -> bool:
    """Whether the reranker has read this candidate."""
    return any(part.feature in RERANKER_FEATURES for part in evidence.contributions)


def _missing(comparison: Comparison, index: int, best: int) -> tuple[str, ...]:
    requirement, statement = (
        comparison.analyses[side.text]
        for side in (comparison.requirement_texts[index], comparison.statement_texts[best])
    )
    return comparison.word_vectors.missing(requirement, statement)


def _counterfactual_score(aligner: Aligner, comparison: Comparison, index: int) -> Callable[[int, Scores], float]:
    """What the requirement's score becomes if one candidate, by its place in the program, had other chances (2,)."""
    side = comparison.requirement_texts[index]
    candidates = aligner.rerank_candidates(comparison, side, comparison.vectors.cosines(index))
    pair_chances = aligner.model.chances(candidates.features, candidates.reranker_log_odds)
    model = aligner.requirement_model

    def credit(place: int, chances: Scores) -> float:
        changed = np.where((candidates.statement_rows == place)[:, None], chances, pair_chances)
        if model is None:
            return float(changed.mean(axis=1).max())
        return float(model.chances(aligner.features_of(comparison, side, candidates, changed)).mean())

    return credit


def _changes(
    aligner: Aligner, finding: Finding, best: Evidence, credit: Callable[[Scores], float]
) -> tuple[Change, ...]:
    """The smallest single moves of the best candidate that lift the requirement to a better verdict."""
    value = {part.feature: part.value for part in best.contributions}
    row = np.asarray([value[name] for name in FEATURES], dtype=np.float32)
    reranker_values = [value[name] for name in RERANKER_FEATURES if name in value]
    reranker_log_odds = np.asarray([reranker_values], dtype=np.float32) if reranker_values else None
    now = aligner.thresholds.verdict(finding.probability)
    changes: list[tuple[float, Change]] = []
    for place, name in enumerate(FEATURES):
        target = TARGETS.get(name, float(row[place]))
        if abs(target - row[place]) < REACHED:
            continue
        path = np.repeat(row[None], STEPS, axis=0)
        path[:, place] = np.linspace(row[place], target, STEPS + 1)[1:]
        if name == "title_only":
            path = path[-1:]
        chances = [credit(each) for each in aligner.model.chances(path, reranker_log_odds)]
        title = best.statement.title_only and name != "title_only"
        for step, chance in enumerate(chances):
            probe = decide(_probe(finding, float(chance), title_only=title), aligner.thresholds)
            if _rank(probe.verdict) > _rank(now if not best.statement.title_only else finding.verdict):
                moved = float(path[step, place])
                change = Change(
                    feature=name,
                    value=round(float(row[place]), 3),
                    needed=round(moved, 3),
                    probability=round(float(chance), 4),
                    verdict=probe.verdict,
                )
                changes.append((abs(moved - float(row[place])), change))
                break
    return tuple(change for _, change in sorted(changes, key=lambda item: item[0])[:SUGGESTIONS])


def _probe(finding: Finding, probability: float, *, title_only: bool) -> Finding:
    fields: dict[str, Any] = {
        "requirement": finding.requirement,
        "function": finding.function,
        "general_function": finding.general_function,
        "verdict": finding.verdict,
    }
    return Finding(**fields, probability=probability, title_only=title_only)


def _rank(verdict: Verdict) -> int:
    return (Verdict.UNKNOWN, Verdict.GAP, Verdict.PARTIAL, Verdict.COVERED).index(verdict)
