"""Train the verdict models on judged requirements of real programs.

First the model of pairs is trained on graded statements, then the requirement
model on probabilities of pairs from models that had not seen the program.
`alignment.evaluation.crossvalidation` measures both; models/recipe makes the
shipped ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from alignment.analysis.coverage import CREDIT
from alignment.evaluation.real_figures import weighted_kappa
from alignment.evaluation.training_rows import TrainingRow
from alignment.matching.features import PAIR_FEATURES, Averages, Matrix
from alignment.matching.requirement_model import MAX_DEVIATIONS, REQUIREMENT_FEATURES, RequirementModel, Scores
from alignment.matching.verdict_model import Logit, SecondStage, VerdictModel

# Inverse strength of regularization, scikit-learn's C, of the regressions of pairs (0.001 does no better on folds that
# leave out standards and programs) and of requirements.
PAIR_C, REQUIREMENT_C = 0.02, 0.05
# Folds by program: for chances of pairs that the model of requirements learns from, and for the thresholds of pairs.
# More take longer; the figures of docs/figures.md come from folds of their own.
UNSEEN_FOLDS, THRESHOLD_FOLDS = 4, 3
# Step of the grid on which thresholds are looked for: a score is not known better than to a fortieth.
STEP = 0.025
# Thresholds of requirements that are tried for "partial", and the end of those for "covered": a reader's verdicts would
# have to be nearly all of one kind for others.
PARTIAL_FROM, PARTIAL_BELOW, COVERED_BELOW = 0.1, 0.55, 0.95
# Rounds of Newton's method; it ends after some ten.
MOST_ROUNDS = 200
# Kappa that a stricter threshold of "covered" may cost: one in the second decimal, the last that reports show.
SLACK = 0.01


def untrained_model(encoder: str, common: Mapping[str, float], averages: Averages, precedents: str) -> VerdictModel:
    """A model without weights, with what the features of pairs need: the ``base`` of `fit_pairs`.

    Args:
        encoder: name of the encoder.
        common: weights of lemmas that most work functions use.
        averages: mean vectors of statements and requirements.
        precedents: the version of the graded pairs.
    """
    blank = Logit(weights=[], bias=0.0)
    return VerdictModel(
        version="",
        encoder=encoder,
        features=PAIR_FEATURES,
        centre=[],
        scale=[],
        covers=blank,
        at_least_partial=blank,
        covered=1.0,
        partial=0.0,
        common=dict(common),
        average_statement=_rounded(averages.statement),
        average_requirement=_rounded(averages.requirement),
        precedents=precedents,
    )


def _rounded(vector: Matrix) -> list[float]:
    return [round(float(value), 5) for value in vector]


def fit_pairs(items: Sequence[TrainingRow], base: VerdictModel, reranker: str = "") -> VerdictModel:
    """Train the model of pairs on graded candidates, without thresholds: use its probabilities alone, or give it
    thresholds by `with_thresholds`.

    Args:
        items: judged requirements.
        base: gives the weights of common lemmas and the mean vectors.
        reranker: its version; the second stage is trained if the reranker has answered any graded pair.
    """
    features = np.concatenate([item.features[item.grades >= 0] for item in items])
    grades = np.concatenate([item.grades[item.grades >= 0] for item in items])
    reranker_log_odds = np.concatenate([item.reranker_log_odds[item.grades >= 0] for item in items])
    centre, scale = features.mean(axis=0).astype(np.float64), np.maximum(features.std(axis=0), 1e-6).astype(np.float64)
    blank = Logit(weights=[], bias=0.0)
    model = VerdictModel(
        version=_version(features, grades),
        encoder=base.encoder,
        features=PAIR_FEATURES,
        centre=[round(float(value), 6) for value in centre],
        scale=[round(float(value), 6) for value in scale],
        covers=blank,
        at_least_partial=blank,
        covered=1.0,
        partial=0.0,
        common=base.common,
        average_statement=base.average_statement,
        average_requirement=base.average_requirement,
        precedents=base.precedents,
    )
    inputs = model.standardised(features)
    return msgspec.structs.replace(
        model,
        covers=_fit(inputs, grades == 2)[0],
        at_least_partial=_fit(inputs, grades >= 1)[0],
        second=_fit_second(inputs, reranker_log_odds, grades, reranker),
    )


def with_thresholds(model: VerdictModel, items: Sequence[TrainingRow]) -> VerdictModel:
    """The model of pairs with thresholds on the credit of a pair, as profiles, evidence and its basis use them.

    They are chosen with regressions that had not seen the pair's program. ``items`` are the judged requirements from
    which the model learned.
    """
    inputs = model.standardised(np.concatenate([item.features[item.grades >= 0] for item in items]))
    grades = np.concatenate([item.grades[item.grades >= 0] for item in items])
    groups = np.concatenate([np.full(int((item.grades >= 0).sum()), item.where.program.title) for item in items])
    credits = np.zeros(len(grades))
    for seen, unseen in GroupKFold(THRESHOLD_FOLDS).split(inputs, grades, groups):
        chances = [_fit(inputs[seen], grades[seen] >= grade)[1](inputs[unseen]) for grade in (2, 1)]
        credits[unseen] = np.mean(chances, axis=0)
    covered, partial = _best_f1_threshold(credits, grades == 2), _best_f1_threshold(credits, grades >= 1)
    return msgspec.structs.replace(model, covered=max(covered, partial), partial=partial)


def _fit(inputs: Scores, labels: NDArray[np.bool_]) -> tuple[Logit, Callable[[Scores], Scores]]:
    """One logistic regression of pairs, and a function that gives its probabilities for other pairs."""
    fitted = LogisticRegression(C=PAIR_C, solver="newton-cholesky", max_iter=MOST_ROUNDS).fit(inputs, labels)
    weights = [round(float(value), 5) for value in fitted.coef_[0]]
    return Logit(weights=weights, bias=round(float(fitted.intercept_[0]), 5)), lambda other: fitted.predict_proba(
        other
    )[:, 1]


def _fit_second(
    standardised: Scores, reranker_log_odds: Matrix, grades: NDArray[np.int64], reranker: str
) -> SecondStage | None:
    """The second stage, trained on pairs that the reranker has answered; None if there are none."""
    known = ~np.isnan(reranker_log_odds).any(axis=1)
    if not reranker or not known.any():
        return None
    inputs = np.concatenate([standardised[known], reranker_log_odds[known]], axis=1)
    covers, at_least_partial = (_fit(inputs, grades[known] >= grade)[0] for grade in (2, 1))
    return SecondStage(reranker=reranker, covers=covers, at_least_partial=at_least_partial)


def _best_f1_threshold(credits: Scores, labels: NDArray[np.bool_]) -> float:
    """The threshold on the expected credit of a pair with the best F1, on a grid of `STEP`."""
    steps = np.arange(STEP, 1, STEP)
    result = [2 * (labels & (credits >= step)).sum() / max(1, labels.sum() + (credits >= step).sum()) for step in steps]
    return round(float(steps[int(np.argmax(result))]), 3)


def _version(*arrays: NDArray[np.generic]) -> str:
    """A version that depends on the training data."""
    digest = hashlib.blake2b(digest_size=4)
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return f"real-1-{digest.hexdigest()}"


def unseen_chances(items: Sequence[TrainingRow], base: VerdictModel, reranker: str = "") -> list[Scores]:
    """For each requirement the probabilities of its candidates, shape (candidates, 2), by models that had not seen its
    program.
    """
    programs = sorted({item.where.program.title for item in items})
    fold = {name: number % UNSEEN_FOLDS for number, name in enumerate(programs)}
    chances: list[Scores] = [np.zeros((0, 2))] * len(items)
    for number in range(UNSEEN_FOLDS):
        model = fit_pairs([item for item in items if fold[item.where.program.title] != number], base, reranker)
        for place, item in enumerate(items):
            if fold[item.where.program.title] == number:
                chances[place] = model.chances(item.features, item.reranked(model))
    return chances


def fit_requirements(items: Sequence[TrainingRow], chances: Sequence[Scores], model: VerdictModel) -> RequirementModel:
    """Train the requirement model, with `best_thresholds`.

    Args:
        items: judged requirements.
        chances: probabilities of their candidates, from `unseen_chances`.
        model: the model of pairs that a check will use.
    """
    features = np.stack([item.summary(chance) for item, chance in zip(items, chances, strict=True)])
    centre, scale = features.mean(axis=0).astype(np.float64), np.maximum(features.std(axis=0), 1e-6).astype(np.float64)
    inputs = np.clip((features - centre) / scale, -MAX_DEVIATIONS, MAX_DEVIATIONS)
    credits = np.asarray([CREDIT[item.verdict] for item in items])
    sides = []
    for labels in (credits == 1, credits > 0):
        fitted = LogisticRegression(C=REQUIREMENT_C, solver="newton-cholesky", max_iter=MOST_ROUNDS).fit(inputs, labels)
        sides.append(
            Logit(
                weights=[round(float(value), 5) for value in fitted.coef_[0]],
                bias=round(float(fitted.intercept_[0]), 5),
            )
        )
    requirement_model = RequirementModel(
        version=_version(features, credits),
        engine=model.encoder,
        verdict_model=model.version,
        features=REQUIREMENT_FEATURES,
        centre=[round(float(value), 6) for value in centre],
        scale=[round(float(value), 6) for value in scale],
        covers=sides[0],
        at_least_partial=sides[1],
        covered=1.0,
        partial=0.0,
        spread=0.0,
        known_spread=0.0,
        other_words_spread=0.0,
    )
    partial, covered = best_thresholds(credits, requirement_model.chances(features).mean(axis=1))
    return msgspec.structs.replace(requirement_model, covered=covered, partial=partial)


def best_thresholds(credits: Scores, expected: Scores) -> tuple[float, float]:
    """The thresholds (partial, covered) on the expected credit, with the strictest "covered" within `SLACK` of the best
    kappa.

    Kappa differs little between a strict and a loose threshold, and a wrong "covered" does more harm than a wrong
    "partial". ``credits`` are the reader's, shape (requirements,).
    """
    scored = []
    for partial in np.arange(PARTIAL_FROM, PARTIAL_BELOW, STEP):
        for covered in np.arange(partial + STEP, COVERED_BELOW, STEP):
            predicted = np.where(expected >= covered, 1.0, np.where(expected >= partial, 0.5, 0.0))
            scored.append((weighted_kappa(credits, predicted), round(float(partial), 3), round(float(covered), 3)))
    best = max(kappa for kappa, _, _ in scored)
    _, partial, covered = max((item for item in scored if item[0] >= best - SLACK), key=lambda item: (item[2], item[0]))
    return partial, covered
