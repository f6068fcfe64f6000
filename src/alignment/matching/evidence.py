"""The best candidates of a requirement, as the evidence of its verdict or as its nearest misses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alignment.matching.candidates import Candidates, distinct_best
from alignment.matching.requirement_model import Scores
from alignment.matching.verdict_model import VerdictModel
from alignment.model import Basis, Evidence, Statement

# Taken off a value so that it stands behind every other: chances lie between 0 and 1.
RANK_PENALTY = 1.0


def top_evidence(
    statements: Sequence[Statement],
    candidates: Candidates,
    chances: Scores,
    count: int,
    model: VerdictModel,
    *,
    by_score: bool = False,
) -> list[tuple[int, Evidence]]:
    """The best ``count`` candidates of a requirement as (index, evidence).

    Different texts come first, best first; one that stands in other disciplines too is repeated only to fill up. The
    best has the highest expected score or, if all are below the model's
    threshold of a partial match, the highest probability of covering.

    Args:
        statements: those of the program.
        candidates: those of the requirement.
        chances: their probabilities, shape (candidates, 2).
        count: number of candidates.
        model: the model of pairs that gave the probabilities.
        by_score: the expected score decides even if all are below the threshold.
    """
    rows, features, reranker_log_odds = candidates
    if not len(rows):
        return []
    probabilities = chances.mean(axis=1)
    bases = np.asarray([statements[i].basis for i in rows])
    # If no statement covers even a part, the nearest miss is the one with the highest probability of covering,
    # because bare titles cover a little of everything. The model's own threshold is used here, so that users can
    # change theirs without matching again.
    value = probabilities if by_score or probabilities.max() >= model.partial else chances[:, 0]
    near = probabilities >= model.partial
    if (near & (bases != Basis.TITLE)).any():
        # If a statement with content is near, titles rank after it.
        value = np.where(bases == Basis.TITLE, value - RANK_PENALTY, value)
    kept = _different_first(statements, rows, distinct_best(statements, rows, value, len(rows)))[:count]
    taught = np.flatnonzero(near & (bases == Basis.TAUGHT))
    if len(taught) and count > 1 and not np.isin(kept, taught).any():
        # The best statement that teaches a promise is kept, however many disciplines repeat the promise.
        kept[-1] = int(taught[value[taught].argmax()])
    return [
        (
            int(rows[i]),
            Evidence(
                statement=statements[int(rows[i])],
                probability=round(float(probabilities[i]), 4),
                covers=round(float(chances[i, 0]), 4),
                at_least_partial=round(float(chances[i, 1]), 4),
                contributions=model.explain(features[i], reranker_log_odds[i]),
            ),
        )
        for i in kept
    ]


def _different_first(statements: Sequence[Statement], rows: NDArray[np.int64], places: Sequence[int]) -> list[int]:
    """``places`` with those first whose text none before has: twenty disciplines may promise the same competence."""
    texts: set[str] = set()
    first: list[int] = []
    again: list[int] = []
    for place in places:
        text = statements[int(rows[place])].text
        (again if text in texts else first).append(place)
        texts.add(text)
    return first + again
