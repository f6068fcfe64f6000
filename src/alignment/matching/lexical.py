"""Weighted overlap of lemmas: words that every standard uses ("метод", "основа") have a low weight."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

# Weight of a lemma that stands in every requirement of a standard: it still counts a little, so that a text of such
# lemmas alone has words too. With half or double none of 344 judged verdicts changes.
MIN_WEIGHT = 0.03


def weighted_overlap(first: Sequence[str], second: Iterable[str], weights: Mapping[str, float]) -> float:
    """The share of the weight of ``first``'s lemmas that are also in ``second``, from 0 to 1.

    A lemma that is not in ``weights`` is rare and has the weight 1.
    """
    lemmas = set(first)
    total = sum(weights.get(lemma, 1.0) for lemma in lemmas)
    if not total:
        return 0.0
    return sum(weights.get(lemma, 1.0) for lemma in lemmas & set(second)) / total


def lemma_weights(requirements: Sequence[Sequence[str]], common: Mapping[str, float]) -> dict[str, float]:
    """Lemma → weight: its inverse document frequency (idf) in the standard's requirements, at most that in ``common``.

    "радиоэлектронный" is in most requirements of 06.005 and does not distinguish
    them; "консервация" does. The idf is scaled to (0, 1].

    Args:
        requirements: the lemmas of each requirement.
        common: lemma → weight among many standards (`VerdictModel.common`).
    """
    counts = Counter(lemma for lemmas in requirements for lemma in set(lemmas))
    total = max(len(requirements), 2)
    idf = {
        lemma: max(MIN_WEIGHT, math.log(total / count) / math.log(total))
        for lemma, count in counts.items()
        if count > 1
    }
    return {**common, **{lemma: min(weight, common.get(lemma, 1.0)) for lemma, weight in idf.items()}}


class InvertedIndex:
    """Inverted index of statements by lemma, for lexical retrieval; ``documents`` are the lemmas of each statement."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self.size = len(documents)
        postings: dict[str, list[int]] = {}
        for index, lemmas in enumerate(documents):
            for lemma in set(lemmas):
                postings.setdefault(lemma, []).append(index)
        self.postings = {lemma: np.asarray(rows, dtype=np.int64) for lemma, rows in postings.items()}
        self.lengths = np.asarray([max(1, len(set(lemmas))) for lemmas in documents], dtype=np.float32)

    def scores(self, query: Iterable[str]) -> NDArray[np.float32]:
        """The score of each statement for the lemmas of a query, shape (statements,).

        It is the summed idf of the shared lemmas, divided by the root of the product of both lengths.
        """
        scores = np.zeros(self.size, dtype=np.float32)
        lemmas = set(query)
        for lemma in lemmas:
            rows = self.postings.get(lemma)
            if rows is not None:
                scores[rows] += np.float32(np.log(1 + self.size / len(rows)))
        return np.asarray(scores / np.sqrt(self.lengths * max(1, len(lemmas))), dtype=np.float32)
