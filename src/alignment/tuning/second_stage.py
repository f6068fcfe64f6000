"""The second stage of a verdict model: how far the reader is believed beside the features."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from alignment.matching.features import Matrix
from alignment.matching.verdict import Second
from alignment.tuning import readings
from alignment.tuning.fitting import FOLDS
from alignment.tuning.gold import Pair
from alignment.tuning.judge import CREDIT, answers
from alignment.tuning.measure import Scores

FEATURES_ALONE = np.asarray([1.0, 0.0, 0.0])


class Mined(msgspec.Struct, frozen=True, kw_only=True):
    """Log-odds of pairs of the standards by their features and by the reader, each shape (pairs, 2), and their weight.

    The reader has not seen any of them.
    """

    first: Scores
    told: Matrix
    right: bool
    share: float


def second_stage(
    gold: Sequence[Pair],
    held: Scores,
    path: Path,
    mined: tuple[Sequence[Mined], Sequence[Mined]],
    belief: tuple[float, float],
) -> tuple[Second, Scores]:
    """The second stage, and its probabilities of the judged pairs on folds that it had not seen.

    ``held`` are those of the features alone, shape (pairs, 2), held out too; the readings (`alignment.tuning.readings`)
    are by readers that had not seen the pair's field. ``mined`` has pairs of the standards for "covers" and for
    "touches": they say how far what stands out among hundreds is to be believed; the calibration is of judged pairs.
    ``belief`` is how far to go from the features alone (0) to that fit (1), for each of the two.
    """
    version, told = readings.load(path, gold)
    first = np.log(held / (1 - held))
    groups = np.asarray([pair.group for pair in gold])
    credits = np.asarray([CREDIT[pair.label] for pair in gold])
    result = np.zeros_like(held)
    numbers = []
    for column, labels in enumerate(answers(credits)):
        both = np.stack([first[:, column], told[:, column]], axis=1)
        for seen, unseen in GroupKFold(FOLDS).split(both, labels, groups):
            fold = _mixed(both[seen], labels[seen], column, mined[column], belief[column])
            result[unseen, column] = 1 / (1 + np.exp(-(both[unseen] @ fold[:2] + fold[2])))
        numbers.append(_mixed(both, labels, column, mined[column], belief[column]))
    one, two, three = ((round(float(a), 5), round(float(b), 5)) for a, b in zip(*numbers, strict=True))
    return Second(reader=version, first=one, read=two, offset=three), result


def _mixed(both: Scores, labels: NDArray[np.bool_], column: int, mined: Sequence[Mined], belief: float) -> Scores:
    """Weights of features and reader, and the offset, shape (3,)."""
    rows, wanted, weights = [both], [labels], [np.ones(len(labels))]
    for found in mined:
        rows.append(np.stack([found.first[:, column], found.told[:, column]], axis=1))
        wanted.append(np.full(len(found.first), found.right))
        weights.append(np.full(len(found.first), found.share * len(labels) / len(found.first)))
    fitted = LogisticRegression().fit(
        np.concatenate(rows), np.concatenate(wanted), sample_weight=np.concatenate(weights)
    )
    mix = fitted.coef_[0]
    platt = LogisticRegression(C=1e6).fit((both @ mix)[:, None], labels)
    slope = platt.coef_[0, 0]
    fit = np.asarray([*(mix * slope), platt.intercept_[0]])
    return belief * fit + (1 - belief) * FEATURES_ALONE
