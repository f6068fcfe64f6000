"""Thresholds for verdicts, fitted to labels: those with the best macro-F1, or the lowest that keep a precision."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from alignment.model import Thresholds

# Thresholds that are tried, from 0.02 in steps of 0.01: a report shows whole percents.
GRID = np.round(np.arange(0.02, 1.0, 0.01), 2)

FloatArray = NDArray[np.float64]
LabelArray = NDArray[np.int64]
# How much of a requirement a verdict says is there: none, partial, covered.
LEVELS = range(3)


def precise_threshold(credit: FloatArray, positive: NDArray[np.bool_], wanted: float) -> float:
    """The lowest threshold of `GRID` with the wanted precision; if there is none, the strictest with any recall."""
    precision, recall = precision_recall(credit, positive, GRID)
    good = np.flatnonzero((precision >= wanted) & (recall > 0))
    best = good[0] if len(good) else np.flatnonzero(recall > 0)[-1]
    return float(GRID[best])


def best_thresholds(
    credit: FloatArray, true: LabelArray, most: LabelArray, shipped: Thresholds, prior: float
) -> Thresholds:
    """The two thresholds with the highest macro-F1 of the three verdicts, by which a fit is judged.

    Of equal pairs the one in their middle is taken. It is averaged with the shipped thresholds, which weigh ``prior``
    labels.
    """
    above = credit[None, :] >= GRID[:, None]
    # Labels of each level at and above each threshold, all and those that can be covered, shape (3, thresholds).
    every = np.stack([(above & (true == level)).sum(axis=1) for level in LEVELS])
    able = np.stack([(above & (true == level) & (most == 2)).sum(axis=1) for level in LEVELS])
    totals = np.bincount(true, minlength=len(LEVELS))
    # Rows are thresholds of covered, columns those of partial; an F1 is 2 · hits / (labels + verdicts of the level).
    covered = 2 * able[2] / np.maximum(totals[2] + able.sum(axis=0), 1)
    none = 2 * (totals[0] - every[0]) / np.maximum(totals[0] + len(true) - every.sum(axis=0), 1)
    hits = every[1][None, :] - able[1][:, None]
    verdicts = every.sum(axis=0)[None, :] - able.sum(axis=0)[:, None]
    partial = 2 * hits / np.maximum(totals[1] + verdicts, 1)
    parts = [none[None, :], partial, covered[:, None]]
    scores = sum(part * (totals[level] > 0) for level, part in enumerate(parts))
    scores = np.where(GRID[:, None] >= GRID[None, :], scores, -1.0)
    best = np.argwhere(scores >= scores.max() - 1e-9)
    middle = best[np.argmin(np.abs(best - best.mean(axis=0)).sum(axis=1))]
    share = len(credit) / (len(credit) + prior)
    high, low = (
        round(share * float(GRID[place]) + (1 - share) * old, 2)
        for place, old in zip(middle, (shipped.covered, shipped.partial), strict=True)
    )
    return Thresholds(covered=high, partial=min(high, low))


def precision_recall(
    credit: FloatArray, positive: NDArray[np.bool_], grid: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Precision and recall at each threshold of ``grid``, shape (thresholds,) each."""
    chosen = credit[None, :] >= grid[:, None]
    hits = (chosen & positive).sum(axis=1)
    return hits / np.maximum(chosen.sum(axis=1), 1), hits / max(int(positive.sum()), 1)


def macro_f1(true: LabelArray, predicted: LabelArray) -> float:
    """The mean F1 of the verdicts that have labels."""
    scores = [
        2
        * float(np.sum((true == level) & (predicted == level)))
        / float(np.sum(true == level) + np.sum(predicted == level))
        for level in LEVELS
        if np.any(true == level)
    ]
    return float(np.mean(scores))
