"""The verdict model: features of a pair → probability that the statement covers the requirement (models/verdict.json).

Training uses scikit-learn (`alignment.evaluation.verdict_models`). Applying the
model needs only numpy, so a check does not load scikit-learn.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from alignment.errors import SettingsError, why
from alignment.i18n import message as _
from alignment.matching.features import PAIR_FEATURES, Averages, Matrix
from alignment.model import Contribution, Thresholds

MODEL_FILE = "verdict.json"
# Standardised features are kept within so many deviations: what is further out is no better known. All coefficients
# in models/verdict.json are fitted under it: with 1.1 or 4.4 and the same coefficients 177 and 78 of 751 verdicts of
# judged programs change.
MAX_DEVIATIONS = 2.2
# What the reranker says, as explanations name it.
RERANKER_FEATURES = ("read_covers", "read_touches")


class Logit(msgspec.Struct, frozen=True, kw_only=True):
    """A logistic regression: for standardised features z the log-odds are ``weights · z + bias``."""

    weights: list[float]
    bias: float

    def recalibrated(self, slope: float, offset: float) -> Logit:
        """The regression whose log-odds are ``slope`` × these + ``offset`` (Platt 1999)."""
        return Logit(weights=[weight * slope for weight in self.weights], bias=self.bias * slope + offset)


class SecondStage(msgspec.Struct, frozen=True, kw_only=True):
    """The two regressions for pairs that were reranked (`alignment.matching.reranking`).

    Their features are `PAIR_FEATURES`, standardised as in the first stage, and then
    `RERANKER_FEATURES`, which are not standardised. ``reranker`` is the version
    of the reranker with which they were fitted.
    """

    reranker: str
    covers: Logit
    at_least_partial: Logit = msgspec.field(name="touches")


def order_chances(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities of "covers" and of "covers at least in part", shape (pairs, 2), in the right order.

    The two regressions are independent, so that the first may be larger than the second. Both then become their mean,
    as in isotonic regression (pool adjacent violators, Ayer et al. 1955), which keeps the expected score.
    """
    mean = chances.mean(axis=1, keepdims=True)
    return np.where(chances[:, :1] > chances[:, 1:], mean, chances)


class VerdictModel(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Two logistic regressions, for "covers" and for "covers at least in part".

    The mean of the two probabilities is the expected score of a pair, where a
    partial match counts half; findings call it ``probability``. ``encoder`` names
    the encoder on whose cosines the model was trained. ``features`` are the names
    of the features, ``centre`` and ``scale`` their means and standard deviations.
    ``common`` has the weights of lemmas that every standard uses, the average
    vectors are those of `alignment.matching.features.Averages`. ``second`` are
    the regressions for reranked pairs. ``precedents`` is the version of the graded pairs
    (`alignment.matching.precedents`).
    """

    version: str
    encoder: str = msgspec.field(name="engine")
    features: tuple[str, ...]
    centre: list[float]
    scale: list[float]
    covers: Logit
    at_least_partial: Logit = msgspec.field(name="touches")
    covered: float
    partial: float
    common: dict[str, float]
    average_statement: list[float]
    average_requirement: list[float]
    second: SecondStage | None = None
    precedents: str = ""

    @property
    def thresholds(self) -> Thresholds:
        """The thresholds of a pair, with the best F1 on held-out folds."""
        return Thresholds(covered=self.covered, partial=self.partial)

    @cached_property
    def averages(self) -> Averages:
        """The average vectors for the computation of features."""
        statement, requirement = (
            np.asarray(vector, dtype=np.float32) for vector in (self.average_statement, self.average_requirement)
        )
        return Averages(statement, requirement)

    @cached_property
    def _first(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return _coefficients((self.covers, self.at_least_partial))

    @cached_property
    def _second(self) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        return None if self.second is None else _coefficients((self.second.covers, self.second.at_least_partial))

    def constant(self, *, reranked: bool) -> float:
        """The mean of the two log-odds of a pair whose features are all at the training set's mean.

        With ``reranked`` it is that of the second stage for reranker log-odds of 0.
        """
        return float((self._second if reranked and self._second else self._first)[1].mean())

    def standardised(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """(features - centre) / scale, clipped to ±`MAX_DEVIATIONS`, in the shape of ``features``."""
        return np.asarray(
            np.clip((features - np.asarray(self.centre)) / np.asarray(self.scale), -MAX_DEVIATIONS, MAX_DEVIATIONS)
        )

    def log_odds(self, features: Matrix, reranker_log_odds: Matrix | None = None) -> NDArray[np.float64]:
        """Log-odds of "covers" and "covers at least in part", shape (pairs, 2).

        Args:
            features: shape (pairs, len(PAIR_FEATURES)).
            reranker_log_odds: the reranker's log-odds, shape (pairs, 2), NaN for pairs that were not reranked; a single
                row applies to all pairs.
        """
        z = self.standardised(features)
        weights, bias = self._first
        first_stage = np.asarray(z @ weights.T + bias)
        if reranker_log_odds is None or self._second is None:
            return first_stage
        weights, bias = self._second
        return np.where(
            np.isnan(reranker_log_odds),
            first_stage,
            np.concatenate([z, np.broadcast_to(reranker_log_odds, (len(z), 2))], axis=1) @ weights.T + bias,
        )

    def chances(self, features: Matrix, reranker_log_odds: Matrix | None = None) -> NDArray[np.float64]:
        """Probabilities of "covers" and of "covers at least in part" (never the smaller), shape (pairs, 2).

        The arguments are those of `log_odds`.
        """
        return order_chances(1 / (1 + np.exp(-self.log_odds(features, reranker_log_odds))))

    def probability(self, features: Matrix, reranker_log_odds: Matrix | None = None) -> NDArray[np.float64]:
        """The expected score of each pair, from 0 to 1, shape (pairs,); the arguments are those of `log_odds`."""
        return np.asarray(self.chances(features, reranker_log_odds).mean(axis=1))

    def explain(
        self, features: NDArray[np.float32], reranker_log_odds: NDArray[np.float32] | None = None
    ) -> tuple[Contribution, ...]:
        """What each feature of one pair adds to the mean of the two log-odds, largest first.

        These are the Shapley values of a linear model relative to the mean pair of
        the training set. Together with `constant` they add up to
        ``log_odds(...).mean()``. The reranker's log-odds are named as in
        `RERANKER_FEATURES`.

        Args:
            features: shape (len(PAIR_FEATURES),).
            reranker_log_odds: shape (2,), or NaN if the pair was not reranked.
        """
        names: tuple[str, ...] = PAIR_FEATURES
        values, z, weights = features, self.standardised(features), self._first[0]
        if reranker_log_odds is not None and self._second is not None and not np.isnan(reranker_log_odds).any():
            values, z = np.concatenate([features, reranker_log_odds]), np.concatenate([z, reranker_log_odds])
            names, weights = (*PAIR_FEATURES, *RERANKER_FEATURES), self._second[0]
        added = (weights * z).mean(axis=0)
        parts = [
            Contribution(feature=name, value=round(float(value), 4), weight=round(float(weight), 4))
            for name, value, weight in zip(names, values, added, strict=True)
        ]
        return tuple(sorted(parts, key=lambda part: -abs(part.weight)))


def _coefficients(both: tuple[Logit, Logit]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The weights, shape (2, features), and biases, shape (2,), of both regressions."""
    return np.asarray([logit.weights for logit in both]), np.asarray([logit.bias for logit in both])


def load_model(folder: Path) -> VerdictModel:
    """The verdict model in a folder of models.

    Raises:
        SettingsError: the file is missing or damaged, or was trained on other features.
    """
    path = folder / MODEL_FILE
    try:
        model = msgspec.json.decode(path.read_bytes(), type=VerdictModel)
    except (OSError, msgspec.MsgspecError) as error:
        raise SettingsError(
            _("the verdict model cannot be read: {error}.", error=why(error)),
            file=str(path),
            hint=_("Install the package again."),
        ) from error
    if model.features != PAIR_FEATURES:
        raise SettingsError(
            _("the verdict model was trained on other features."),
            file=str(path),
            hint=_("Install the package again."),
        )
    return model
