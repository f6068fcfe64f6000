"""Features → probability that the requirement is covered: logistic models from models/verdict.json.

Training and calibration use scikit-learn (`alignment.tuning.train_real`);
applying the result needs only numpy, so a check does not load scikit-learn.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from alignment.errors import SettingsError, why
from alignment.i18n import message as _
from alignment.matching.features import FEATURES, Matrix
from alignment.model import Contribution, Thresholds

FILE = "verdict.json"
REACH = 2.2
# What the reranker says, as explanations name it.
READ_FEATURES = ("read_covers", "read_touches")


class Logit(msgspec.Struct, frozen=True, kw_only=True):
    """A logistic regression on standardised features and their products, then Platt's sigmoid.

    With z the standardised features the raw score is ``bias + weights · z +
    zᵀ products z``; ``products`` is a symmetric matrix. ``slope`` and ``offset``
    are the calibration (Platt 1999), fitted on folds that the regression had
    not seen.
    """

    weights: list[float]
    products: list[list[float]]
    bias: float
    slope: float
    offset: float


class Second(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a pair's log-odds once the reranker has read both texts (`alignment.matching.reranking`).

    New log-odds are ``first`` @ those of the features + ``read`` @ those of the
    reranker + ``offset``: rows and columns are "covers" and "covers at least in
    part". ``reranker`` is the version of the weights that it was fitted with.
    """

    reranker: str
    first: tuple[tuple[float, float], tuple[float, float]]
    read: tuple[tuple[float, float], tuple[float, float]]
    offset: tuple[float, float]


def ordered(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities of "covers" and of "covers at least in part", where the first is larger both their mean.

    The two regressions know nothing of each other; pooling what violates the order is what isotonic regression does
    (Ayer et al. 1955), and keeps the expected credit.
    """
    mean = chances.mean(axis=1, keepdims=True)
    return np.where(chances[:, :1] > chances[:, 1:], mean, chances)


class VerdictModel(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Two logistic models, "covers" and "covers at least in part", and their mean.

    The mean of the two probabilities is the expected credit of a pair, a
    partial match counting half; it is what findings call ``probability``.
    ``engine`` names the encoder whose cosines the model was trained on,
    ``common`` gives the weights of lemmas that every standard uses, ``figures``
    what was measured on folds held out by field. With a ``second`` stage the
    best candidates are read by the reranker of that version.
    """

    version: str
    engine: str
    features: tuple[str, ...]
    centre: list[float]
    scale: list[float]
    covers: Logit
    touches: Logit
    covered: float
    partial: float
    common: dict[str, float]
    figures: dict[str, float] = {}
    second: Second | None = None

    @property
    def thresholds(self) -> Thresholds:
        """The thresholds chosen on the gold set's folds."""
        return Thresholds(covered=self.covered, partial=self.partial)

    @cached_property
    def _arrays(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Calibrated weights (2, features), products (2, features, features) and constants (2,)."""
        both = (self.covers, self.touches)
        return (
            np.asarray([np.asarray(logit.weights) * logit.slope for logit in both]),
            np.asarray([np.asarray(logit.products) * logit.slope for logit in both]),
            np.asarray([logit.slope * logit.bias + logit.offset for logit in both]),
        )

    @property
    def constant(self) -> float:
        """Mean log-odds of a pair whose features are all at the training set's mean, and the reranker's log-odds 0."""
        constants = self._arrays[2]
        if self.second is not None:
            constants = np.asarray(self.second.first) @ constants + np.asarray(self.second.offset)
        return float(constants.mean())

    def standardised(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """(x - mean) / deviation, kept within `REACH` so that products do not run away."""
        return np.asarray(np.clip((features - np.asarray(self.centre)) / np.asarray(self.scale), -REACH, REACH))

    def log_odds(self, features: Matrix, read: Matrix | None = None) -> NDArray[np.float64]:
        """Calibrated log-odds of "covers" and "covers at least in part", shape (pairs, 2).

        ``read`` has the reranker's log-odds of the same pairs, shape (pairs, 2), NaN where it has not read a pair.
        """
        weights, products, constants = self._arrays
        z = self.standardised(features)
        found = np.asarray(z @ weights.T + np.einsum("ni,kij,nj->nk", z, products, z) + constants)
        if read is None or self.second is None:
            return found
        first, told, offset = (np.asarray(part) for part in (self.second.first, self.second.read, self.second.offset))
        return np.where(np.isnan(read), found, found @ first.T + read @ told.T + offset)

    def chances(self, features: Matrix, read: Matrix | None = None) -> NDArray[np.float64]:
        """Probabilities of "covers" and of "covers at least in part" (never the smaller), shape (pairs, 2)."""
        return ordered(1 / (1 + np.exp(-self.log_odds(features, read))))

    def probability(self, features: Matrix, read: Matrix | None = None) -> NDArray[np.float64]:
        """Expected credit of each pair, 0 to 1, shape (pairs,)."""
        return np.asarray(self.chances(features, read).mean(axis=1))

    def explain(
        self, features: NDArray[np.float32], read: NDArray[np.float32] | None = None
    ) -> tuple[Contribution, ...]:
        """What each feature of one pair adds to the mean of the two log-odds, largest first.

        Exact Shapley values against the training set's mean pair: a product of
        two features is shared by both in halves. All of them and ``constant``
        add up to ``log_odds(...).mean()``. What the reranker says adds in
        proportion to its own log-odds, under the names of `READ_FEATURES`.
        """
        weights, products, _ = self._arrays
        z = self.standardised(features)
        added = weights * z + z * (products @ z)
        told: list[tuple[str, float, float]] = []
        if read is not None and self.second is not None and not np.isnan(read).any():
            added = np.asarray(self.second.first) @ added
            shares = np.asarray(self.second.read).mean(axis=0)
            told = [
                (name, float(value), float(value) * float(share))
                for name, value, share in zip(READ_FEATURES, read, shares, strict=True)
            ]
        told += zip(FEATURES, map(float, features), map(float, added.mean(axis=0)), strict=True)
        parts = [
            Contribution(feature=name, value=round(value, 4), weight=round(weight, 4)) for name, value, weight in told
        ]
        return tuple(sorted(parts, key=lambda part: -abs(part.weight)))


def load_model(folder: Path) -> VerdictModel:
    """The model of pairs in a folder of models.

    Raises:
        SettingsError: the file is missing or does not fit this version.
    """
    path = folder / FILE
    try:
        model = msgspec.json.decode(path.read_bytes(), type=VerdictModel)
    except (OSError, msgspec.MsgspecError) as error:
        raise SettingsError(
            _("the verdict model cannot be read: {error}.", error=why(error)),
            file=str(path),
            hint=_("Install the package again or train it: python -m alignment.tuning.train real."),
        ) from error
    if model.features != FEATURES:
        raise SettingsError(
            _("the verdict model was trained on other features."),
            file=str(path),
            hint=_("Train it again: python -m alignment.tuning.train real."),
        )
    return model
