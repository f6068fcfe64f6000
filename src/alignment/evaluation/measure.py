"""Measure scores on labelled pairs (separation, retrieval), and compute the features of pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from alignment.cache import Cache
from alignment.encoders import Encoder
from alignment.evaluation.gold import JudgedPair
from alignment.matching.contextual_text import TextInContext, analyses
from alignment.matching.features import PAIR_FEATURES, Matrix, VectorSpace, compute_features
from alignment.matching.precedents import Precedents
from alignment.matching.requirement_model import Scores
from alignment.matching.reranking import Reranker, rerank
from alignment.matching.verdict_model import VerdictModel
from alignment.matching.word_vectors import WordVectors


def separation(
    pairs: Sequence[JudgedPair], scores: Scores, present: Sequence[str] = ("covered", "partial", "none")
) -> dict[str, float]:
    """ROC AUC of covered/none, covered/partial and partial/none, for the labels in ``present``.

    ``scores`` has shape (pairs,).
    """
    labels = np.asarray([pair.label for pair in pairs])
    result = {}
    for high, low in (("covered", "none"), ("covered", "partial"), ("partial", "none")):
        if high not in present or low not in present:
            continue
        chosen = np.isin(labels, (high, low))
        result[f"{high}/{low}"] = float(roc_auc_score(labels[chosen] == high, scores[chosen]))
    return result


def retrieval(pairs: Sequence[JudgedPair], scores: NDArray[np.float64]) -> dict[str, float]:
    """Recall@1 and mean reciprocal rank of the first covered statement.

    ``scores`` has shape (requirements, pairs): every distinct requirement, in the
    order of first appearance, with the statement of every pair.
    """
    ids = list(dict.fromkeys(pair.requirement_id for pair in pairs))
    ranks = []
    for row, requirement in enumerate(ids):
        right = [
            column
            for column, pair in enumerate(pairs)
            if pair.requirement_id == requirement and pair.label == "covered"
        ]
        if not right:
            continue
        best = max(scores[row, column] for column in right)
        wrong = [column for column in range(len(pairs)) if column not in right]
        ranks.append(1 + sum(scores[row, column] >= best for column in wrong))
    inverse = 1 / np.asarray(ranks, dtype=float)
    return {"recall@1": float(np.mean(inverse == 1)), "MRR": float(np.mean(inverse))}


def all_features(
    pairs: Sequence[JudgedPair], encoder: Encoder, cache: Cache, model: VerdictModel, precedents: Precedents
) -> dict[str, NDArray[np.float32]]:
    """Features of each distinct requirement with every pair's statement.

    Returns:
        By requirement id, a matrix of shape (pairs, features).
    """
    first = {pair.requirement_id: pair.requirement for pair in reversed(pairs)}
    ids = list(dict.fromkeys(pair.requirement_id for pair in pairs))
    left = [first[name] for name in ids]
    right = [pair.statement for pair in pairs]
    known = analyses((side.text for side in (*left, *right)), cache)
    words = WordVectors(encoder, known.values())
    space = VectorSpace(encoder, left, right, model.averages, precedents)
    return {
        name: compute_features(
            left[index],
            right,
            space.cosines(index),
            precedents.features(space.requirements[index], space.statements),
            known,
            words,
            model.common,
        )
        for index, name in enumerate(ids)
    }


def pair_features(pairs: Sequence[JudgedPair], table: dict[str, NDArray[np.float32]]) -> Matrix:
    """Features of the judged pairs themselves, shape (pairs, features), from ``table`` (`all_features`)."""
    return np.stack([table[pair.requirement_id][index] for index, pair in enumerate(pairs)])


def features_of(
    pairs: Sequence[tuple[TextInContext, TextInContext]],
    encoder: Encoder,
    cache: Cache,
    model: VerdictModel,
    precedents: Precedents,
) -> Matrix:
    """Features of pairs (requirement, statement), shape (pairs, features)."""
    by_requirement: dict[TextInContext, dict[int, TextInContext]] = defaultdict(dict)
    for place, (requirement, statement) in enumerate(pairs):
        by_requirement[requirement][place] = statement
    left, right = list(by_requirement), list(dict.fromkeys(statement for _, statement in pairs))
    column = {statement: index for index, statement in enumerate(right)}
    known = analyses((side.text for side in (*left, *right)), cache)
    words = WordVectors(encoder, known.values())
    space = VectorSpace(encoder, left, right, model.averages, precedents)
    result = np.zeros((len(pairs), len(PAIR_FEATURES)), dtype=np.float32)
    for index, requirement in enumerate(left):
        places, statements = list(by_requirement[requirement]), list(by_requirement[requirement].values())
        columns = [column[statement] for statement in statements]
        cosines = space.cosines(index)[:, columns]
        precedent = precedents.features(space.requirements[index], space.statements[columns])
        result[places] = compute_features(requirement, statements, cosines, precedent, known, words, model.common)
    return result


def judged_log_odds(
    pairs: Sequence[JudgedPair],
    encoder: Encoder,
    cache: Cache,
    model: VerdictModel,
    precedents: Precedents,
    reranker: Reranker | None = None,
) -> Scores:
    """Calibrated log-odds of the judged pairs, shape (pairs, 2): covers, and covers at least in part.

    With a reranker they include its answers. The same requirement text may stand in
    several work functions: each pair is computed in its own context.
    """
    sides = [pair.sides for pair in pairs]
    return model.log_odds(features_of(sides, encoder, cache, model, precedents), rerank_pairs(sides, reranker))


def rerank_pairs(sides: Sequence[tuple[TextInContext, TextInContext]], reranker: Reranker | None) -> Matrix | None:
    """The reranker's log-odds of pairs, shape (pairs, 2); None without a reranker."""
    return (
        None if reranker is None else rerank(reranker, [(left.normalized, right.normalized) for left, right in sides])
    )
