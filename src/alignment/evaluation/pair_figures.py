"""Figures of a verdict model on judged pairs: separation, classes, calibration."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, precision_recall_fscore_support

from alignment.analysis.coverage import PARTIAL_CREDIT
from alignment.cache import Cache
from alignment.encoders import Encoder
from alignment.evaluation.gold import LABELS, JudgedPair, without_context
from alignment.evaluation.measure import (
    all_features,
    features_of,
    pair_features,
    rerank_pairs,
    retrieval,
    separation,
)
from alignment.matching.features import CANDIDATE_COSINES, PAIR_FEATURES, Matrix, retrieval_scores
from alignment.matching.precedents import Precedents
from alignment.matching.requirement_model import Scores
from alignment.matching.reranking import Reranker
from alignment.matching.verdict_model import VerdictModel

BINS = 10  # of the calibration error, as in Naeini et al. 2015
CREDIT = {"covered": 1.0, "partial": PARTIAL_CREDIT, "none": 0.0}  # as coverage counts verdicts
CLASSES = range(len(LABELS))


def classes(chances: Scores) -> Scores:
    """Probabilities of covered, partial, none, shape (pairs, 3), from `VerdictModel.chances`."""
    covers, at_least_partial = chances.T
    return np.stack([covers, at_least_partial - covers, 1 - at_least_partial], axis=1)


def calibration_error(probabilities: Scores, right: NDArray[np.int64]) -> float:
    """Expected calibration error (Guo et al. 2017) of the likeliest class, over ten bins of equal width."""
    confidence, hit = probabilities.max(axis=1), probabilities.argmax(axis=1) == right
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return float(
        sum(
            abs(confidence[bins == number].mean() - hit[bins == number].mean()) * np.mean(bins == number)
            for number in np.unique(bins)
        )
    )


def figures(labels: Sequence[str], probabilities: Scores) -> dict[str, float]:
    """Macro-F1, precision and recall for each class, Brier score of the credit, and ECE (`calibration_error`).

    ``probabilities`` has shape (pairs, 3), as `classes` gives it.
    """
    right = np.asarray([LABELS.index(label) for label in labels])
    guess = probabilities.argmax(axis=1)
    precision, recall, _, _ = precision_recall_fscore_support(right, guess, labels=CLASSES, zero_division=0)
    credit = probabilities @ np.asarray([CREDIT[label] for label in LABELS])
    labelled = np.asarray([CREDIT[label] for label in labels])
    result = {
        "macro_f1": float(f1_score(right, guess, labels=CLASSES, average="macro", zero_division=0)),
        "ece": calibration_error(probabilities, right),
        "brier": float(np.mean((credit - labelled) ** 2)),
    }
    for index, label in enumerate(LABELS):
        result[f"precision_{label}"] = float(precision[index])
        result[f"recall_{label}"] = float(recall[index])
    return result


def auc_keys(pairs: Sequence[JudgedPair], scores: Scores) -> dict[str, float]:
    """The areas under the ROC curve (`separation`) of those pairs of labels that both occur."""
    present = {pair.label for pair in pairs}
    separations = separation(pairs, scores, [label for label in LABELS if label in present])
    return {f"auc_{name.replace('/', '_')}": value for name, value in separations.items()}


def pair_figures(
    pairs: Sequence[JudgedPair],
    encoder: Encoder,
    cache: Cache,
    model: VerdictModel,
    precedents: Precedents,
    reranker: Reranker | None = None,
) -> dict[str, dict[str, float]]:
    """Figures on one set: of the model, of the model without context, of the untrained cosine without and with it."""
    table = all_features(pairs, encoder, cache, model, precedents)
    features = pair_features(pairs, table)
    labels = [pair.label for pair in pairs]
    bare = [without_context(pair) for pair in pairs]
    alone = features_of([pair.sides for pair in bare], encoder, cache, model, precedents)
    result: dict[str, dict[str, float]] = {}
    for name, shown, matrix in (("model", pairs, features), ("without context", bare, alone)):
        chances = model.chances(matrix, rerank_pairs([pair.sides for pair in shown], reranker))
        result[name] = auc_keys(pairs, chances.mean(axis=1)) | figures(labels, classes(chances))
    result["model"] |= ranks(pairs, np.stack([model.probability(rows) for rows in table.values()]))
    for name, score in (("cosine", _cosine), ("cosine with context", _with_context)):
        every = np.stack([score(rows) for rows in table.values()])
        result[name] = auc_keys(pairs, score(features)) | ranks(pairs, every)
    return result


def ranks(pairs: Sequence[JudgedPair], scores: Scores) -> dict[str, float]:
    """MRR and recall@1 of the covered statement among the statements of all pairs; empty if no pair is covered."""
    if not any(pair.label == "covered" for pair in pairs):
        return {}
    figures = retrieval(pairs, scores)
    return {"mrr": figures["MRR"], "recall_at_1": figures["recall@1"]}


def _cosine(features: Matrix) -> Scores:
    return features[:, PAIR_FEATURES.index("meaning")].astype(np.float64)


def _with_context(features: Matrix) -> Scores:
    columns = [PAIR_FEATURES.index(name) for name in CANDIDATE_COSINES]
    return retrieval_scores(features[:, columns].T).astype(np.float64)
