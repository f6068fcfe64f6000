"""The candidates of a requirement: which statements, what is measured of them, what the reranker says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alignment.matching.features import Matrix
from alignment.model import Kind, Statement


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


def distinct_best(
    statements: Sequence[Statement], rows: NDArray[np.int64], value: NDArray[np.float64], count: int
) -> list[int]:
    """Positions in ``rows`` of the ``count`` highest values, best first; a discipline's text is not repeated.

    Args:
        statements: those of the program.
        rows: indices of statements, shape (candidates,).
        value: their values, shape (candidates,).
        count: number of positions.
    """
    # At equal values content ranks before titles, which say little; then the order of the program decides.
    order = sorted(range(len(rows)), key=lambda i: (-value[i], statements[int(rows[i])].kind is Kind.TITLE, rows[i]))
    kept: list[int] = []
    seen: set[tuple[str, str]] = set()
    for i in order:
        statement = statements[int(rows[i])]
        if (statement.text, statement.discipline) not in seen:
            seen.add((statement.text, statement.discipline))
            kept.append(i)
        if len(kept) == count:
            break
    return kept
