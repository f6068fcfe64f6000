"""The candidates of a requirement: which statements, what is measured of them, what the reranker says."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alignment.matching.features import Matrix


class Candidates(NamedTuple):
    """Statements that a requirement is compared with.

    ``statement_rows`` are their places in the program, ``features`` those of the pairs,
    ``reranker_log_odds`` the reranker's log-odds, shape (candidates, 2), NaN for pairs that
    it has not read.
    """

    statement_rows: NDArray[np.int64]
    features: Matrix
    reranker_log_odds: Matrix


def not_reranked(count: int) -> Matrix:
    """Log-odds of pairs that no reranker has read, shape (count, 2)."""
    return np.full((count, 2), np.nan, dtype=np.float32)


def top_rows(scores: NDArray[np.floating], count: int) -> NDArray[np.int64]:
    """The places of the highest ``count`` scores, or of all, in no order."""
    count = min(count, len(scores))
    return np.argpartition(-scores, count - 1)[:count].astype(np.int64)
