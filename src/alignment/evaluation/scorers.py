"""Scorers for retrieval sets: an encoder, and lexical baselines that need no training.

A scorer takes queries and a corpus and returns a function: from ``start`` and ``end`` to the scores of these queries,
shape (queries, corpus).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from alignment.encoders import Encoder
from alignment.evaluation.retrieval import Scorer

ScoreBlock = Callable[[int, int], NDArray[np.float32]]
BATCH = 1024  # texts that are encoded at a time: memory alone
BASELINES = ("char TF-IDF", "token_set_ratio")


def engine_scorer(encoder: Encoder, progress: Callable[[int, int], None] | None = None) -> Scorer:
    """A scorer by the cosine of the encoder's vectors; each distinct text is encoded once."""

    def scorer(queries: Sequence[str], corpus: Sequence[str]) -> ScoreBlock:
        distinct = list(dict.fromkeys([*queries, *corpus]))
        place = {text: index for index, text in enumerate(distinct)}
        parts = []
        for start in range(0, len(distinct), BATCH):
            parts.append(encoder.encode(distinct[start : start + BATCH]))
            if progress:
                progress(min(start + BATCH, len(distinct)), len(distinct))
        vectors = np.concatenate(parts)
        left = vectors[[place[text] for text in queries]]
        right = vectors[[place[text] for text in corpus]]
        return lambda start, end: np.asarray(left[start:end] @ right.T, dtype=np.float32)

    return scorer


def tfidf(queries: Sequence[str], corpus: Sequence[str]) -> ScoreBlock:
    """A scorer by the cosine of TF-IDF over character 2- to 4-grams within words."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    model = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32)
    right = model.fit_transform(corpus)
    left = model.transform(queries)
    return lambda start, end: (left[start:end] @ right.T).toarray()


def token_set_ratio(queries: Sequence[str], corpus: Sequence[str]) -> ScoreBlock:
    """A scorer by rapidfuzz's token_set_ratio (0 to 100) on lower-case texts."""
    from rapidfuzz import fuzz, process, utils

    left = [utils.default_process(text) for text in queries]
    right = [utils.default_process(text) for text in corpus]
    return lambda start, end: process.cdist(
        left[start:end], right, scorer=fuzz.token_set_ratio, workers=-1, dtype=np.float32
    )
