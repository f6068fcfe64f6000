"""Explain a finding: why a requirement got its verdict, and which changes would improve it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process, utils

from alignment.errors import AmbiguousError, NotFoundError, choices
from alignment.i18n import message as _
from alignment.language.codes import LOOKALIKES
from alignment.matching.aligner import Aligner
from alignment.matching.comparison import Comparison
from alignment.matching.features import PAIR_FEATURES
from alignment.matching.precedents import PRECEDENT_FEATURES, Precedent
from alignment.matching.requirement_model import Scores
from alignment.matching.twins import twins_of
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

# What the standard alone decides, what says how general the statement is, and what readers said of other pairs: no
# advice to a program.
NOT_ACTIONABLE = {
    "requirement_function",
    "requirement_average",
    "function_mean",
    "statement_average",
    *PRECEDENT_FEATURES,
}
# Features that a change of the program could move, and the way that helps.
TARGETS = {name: 1.0 for name in PAIR_FEATURES if name not in NOT_ACTIONABLE} | dict.fromkeys(
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
# Precedents that are shown, and the likeness from which one is: a statement in other words in the same requirement.
PRECEDENTS, MIN_LIKENESS = 3, 0.02
# "Did you mean": the similarity in percent from which an id is one mistyped (one of ten letters wrong gives 90, two
# give 80) and a text is (a word of it with a mistake). Only a hint.
LIKE_ID, LIKE_TEXT = 80, 60
# Requirements that an ambiguous name lists: what fits a terminal.
MAX_LISTED = 10


class FeatureChange(Noun, frozen=True, kw_only=True):
    """The smallest change of a single feature that gives another verdict.

    ``value`` is the feature's value now and ``needed`` the value that it needs; ``probability`` and ``verdict`` are
    those of the requirement after the change.
    """

    feature: str
    value: float
    needed: float
    probability: float
    verdict: Verdict


class Explanation(Noun, frozen=True, kw_only=True):
    """The explanation of one finding.

    ``losses`` has for each candidate how much the requirement's expected score
    would fall without it, and ``decided`` the index of the one that counts most.
    ``changes`` and ``missing`` are about that candidate: ``missing`` are the
    requirement's lemmas without a counterpart in it. ``constant`` is the mean
    log-odds of a pair whose features all have the mean of the training set; with
    the contributions of a candidate it adds up to the candidate's log-odds.
    ``where`` is the discipline that should teach more, "" if nothing is missing.
    ``precedents`` are the graded pairs most like the requirement with the
    candidate that decided. ``judge`` says what was sent to the user's language model, if anything was.
    """

    finding: Finding
    function_name: str
    candidates: tuple[Evidence, ...]
    thresholds: Thresholds
    constant: float
    changes: tuple[FeatureChange, ...]
    missing: tuple[str, ...] = ()
    losses: tuple[float, ...] = ()
    precedents: tuple[Precedent, ...] = ()
    decided: int = 0
    where: str = ""
    judge: JudgeRun | None = None

    @property
    def decides(self) -> bool:
        """Whether the verdict hangs on the candidate ``decided`` more than on none."""
        return bool(self.losses) and self.losses[self.decided] >= MIN_LOSS

    @property
    def decider(self) -> Evidence | None:
        """The candidate that counts most; None if there are no candidates."""
        return self.candidates[self.decided] if self.candidates else None


def find_requirement(standard: Standard, wanted: str) -> Requirement:
    """The requirement whose id is ``wanted``, in any alphabet and case, or whose text contains it.

    Raises:
        NotFoundError: no requirement matches; the error suggests the most similar one.
        AmbiguousError: several match.
    """
    requirements = [item for _, _, item in standard.requirements()]
    named = [item for item in requirements if item.id == wanted] or [
        item for item in requirements if wanted.strip() and _folded(item.id) == _folded(wanted)
    ]
    if named:
        return named[0]
    folded = utils.default_process(wanted)
    matches = [item for item in requirements if folded and folded in utils.default_process(item.text)]
    if len(matches) == 1:
        return matches[0]
    if matches:
        listing = choices(f"-r {item.id}  {item.text}" for item in matches[:MAX_LISTED])
        raise AmbiguousError(
            _("“{wanted}” matches {n} requirements.", wanted=wanted, n=len(matches)),
            hint=_("Choose one by its id:{choices}", choices=listing),
        )
    near = _nearest(requirements, wanted)
    raise NotFoundError(
        _("the standard has no requirement “{wanted}”.", wanted=wanted),
        hint=_("Did you mean:{choices}", choices=choices([f"-r {near.id}  {near.text}"]))
        if near
        else _("`align show` lists its requirements."),
    )


def _folded(name: str) -> str:
    """An id for comparison: small letters, no spaces, Latin for look-alike letters."""
    return "".join(name.split()).translate(LOOKALIKES).lower()


def _nearest(requirements: Sequence[Requirement], wanted: str) -> Requirement | None:
    """The requirement with the most similar id, else with the most similar text; None if none is similar."""
    ids = [_folded(item.id) for item in requirements]
    near = process.extractOne(_folded(wanted), ids, scorer=fuzz.ratio, score_cutoff=LIKE_ID) or process.extractOne(
        wanted,
        [item.text for item in requirements],
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        score_cutoff=LIKE_TEXT,
    )
    return requirements[near[2]] if near else None


def explanation(
    aligner: Aligner,
    program: Program,
    standard: Standard,
    wanted: str,
    candidates: int,
    where: Callable[[Finding, Sequence[Finding]], str] = lambda finding, findings: "",
) -> Explanation:
    """The explanation of the finding on one requirement.

    Args:
        aligner: the aligner that gives the verdicts.
        program: the program.
        standard: the standard.
        wanted: id or part of the text of the requirement.
        candidates: number of candidates in the explanation.
        where: (finding, all findings) → the discipline that should teach what is missing.

    Raises:
        NotFoundError: no requirement matches ``wanted``.
        AmbiguousError: several match.
    """
    requirement = find_requirement(standard, wanted)
    comparison = aligner.prepare(program, standard)
    index = next(i for i, (_, _, item) in enumerate(comparison.requirements) if item.id == requirement.id)
    function_name = comparison.requirements[index][1].name
    findings = aligner.findings(comparison)
    finding = findings[index]
    index = _deciding_twin(aligner, comparison, index)
    ranked = aligner.rank_candidates(
        comparison, comparison.requirement_texts[index], comparison.vectors.cosines(index), candidates
    )
    evidence = tuple(item for _, item in ranked)
    score_with = _counterfactual_score(aligner, comparison, index)
    losses = [round(max(0.0, finding.probability - score_with(place, NO_CHANCES)), 4) for place, _ in ranked]
    decided = 0 if finding.together or max(losses, default=0.0) < MIN_LOSS else losses.index(max(losses))
    changes: tuple[FeatureChange, ...] = ()
    if ranked:
        changes = _changes(aligner, finding, evidence[decided], lambda chances: score_with(ranked[decided][0], chances))
    return Explanation(
        finding=finding,
        function_name=function_name,
        candidates=evidence,
        thresholds=aligner.thresholds,
        constant=round(aligner.model.constant(reranked=_was_reranked(evidence[decided])), 4) if evidence else 0.0,
        changes=changes,
        missing=_missing(comparison, index, ranked[decided][0]) if ranked else (),
        losses=tuple(losses),
        precedents=_precedents(comparison, index, ranked[decided][0]) if ranked else (),
        decided=decided,
        where=where(finding, findings),
    )


def _was_reranked(evidence: Evidence) -> bool:
    """Whether the reranker has scored this candidate."""
    return any(part.feature in RERANKER_FEATURES for part in evidence.contributions)


def _precedents(comparison: Comparison, index: int, best: int) -> tuple[Precedent, ...]:
    space = comparison.vectors
    nearest = space.precedents.nearest(space.requirements[index], space.statements[best], PRECEDENTS)
    return tuple(item for item in nearest if item.likeness >= MIN_LIKENESS)


def _missing(comparison: Comparison, index: int, best: int) -> tuple[str, ...]:
    requirement, statement = (
        comparison.analyses[side.text]
        for side in (comparison.requirement_texts[index], comparison.statement_texts[best])
    )
    return comparison.word_vectors.missing(requirement, statement)


def _deciding_twin(aligner: Aligner, comparison: Comparison, index: int) -> int:
    """The place of the twin whose verdict the requirement has (`alignment.matching.twins`); mostly its own."""
    group = next((group for group in twins_of(comparison.requirement_texts) if index in group), [index])
    if len(group) == 1:
        return index
    # No statement has the place -1, so this is the expected score as it is.
    return max(group, key=lambda place: _counterfactual_score(aligner, comparison, place)(-1, NO_CHANCES))


def _counterfactual_score(aligner: Aligner, comparison: Comparison, index: int) -> Callable[[int, Scores], float]:
    """A function that gives the requirement's expected score if one candidate had other probabilities.

    Its arguments are the index of the candidate's statement and the new probabilities, shape (2,).
    """
    side = comparison.requirement_texts[index]
    candidates = aligner.rerank_candidates(comparison, side, comparison.vectors.cosines(index))
    pair_chances = aligner.model.chances(candidates.features, candidates.reranker_log_odds)
    model = aligner.requirement_model

    def score(place: int, chances: Scores) -> float:
        changed = np.where((candidates.statement_rows == place)[:, None], chances, pair_chances)
        if model is None:
            return float(changed.mean(axis=1).max())
        return float(model.chances(aligner.features_of(comparison, side, candidates, changed)).mean())

    return score


def _changes(
    aligner: Aligner, finding: Finding, best: Evidence, score: Callable[[Scores], float]
) -> tuple[FeatureChange, ...]:
    """The smallest changes of single features of the best candidate that give the requirement a better verdict.

    ``score`` gives the requirement's expected score if the candidate had other probabilities, shape (2,).
    """
    value = {part.feature: part.value for part in best.contributions}
    row = np.asarray([value[name] for name in PAIR_FEATURES], dtype=np.float32)
    reranker_values = [value[name] for name in RERANKER_FEATURES if name in value]
    reranker_log_odds = np.asarray([reranker_values], dtype=np.float32) if reranker_values else None
    now = aligner.thresholds.verdict(finding.probability)
    changes: list[tuple[float, FeatureChange]] = []
    for place, name in enumerate(PAIR_FEATURES):
        target = TARGETS.get(name, float(row[place]))
        if abs(target - row[place]) < REACHED:
            continue
        path = np.repeat(row[None], STEPS, axis=0)
        path[:, place] = np.linspace(row[place], target, STEPS + 1)[1:]
        if name == "title_only":
            path = path[-1:]
        scores = [score(chances) for chances in aligner.model.chances(path, reranker_log_odds)]
        title = best.statement.title_only and name != "title_only"
        for step, new_score in enumerate(scores):
            probe = decide(_probe(finding, float(new_score), title_only=title), aligner.thresholds)
            if _rank(probe.verdict) > _rank(now if not best.statement.title_only else finding.verdict):
                moved = float(path[step, place])
                change = FeatureChange(
                    feature=name,
                    value=round(float(row[place]), 3),
                    needed=round(moved, 3),
                    probability=round(float(new_score), 4),
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
