"""Features → probability that the requirement is covered: logistic models from models/verdict-ENGINE.json.

Training and calibration use scikit-learn (`alignment.tuning.train_verdict`);
applying the result needs only numpy, so a check does not load scikit-learn.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from alignment.errors import SettingsError
from alignment.matching.features import FEATURES, Matrix
from alignment.model import Contribution, Thresholds


class Logit(msgspec.Struct, frozen=True, kw_only=True):
    """A logistic regression on centred features, then Platt's sigmoid.

    ``weights`` are per feature, in log-odds per unit of the feature;
    ``slope`` and ``offset`` are the calibration (Platt 1999), fitted on folds
    that the regression had not seen.
    """

    weights: dict[str, float]
    bias: float
    slope: float
    offset: float


class VerdictModel(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Two logistic models, "covers" and "covers at least in part", and their mean.

    The mean of the two probabilities is the expected credit of a pair, a
    partial match counting half; it is what findings call ``probability``.
    ``engine`` names the encoder whose cosines the model was trained on,
    ``common`` gives the weights of lemmas that every standard uses.
    """

    version: str
    engine: str
    centre: dict[str, float]
    covers: Logit
    touches: Logit
    covered: float
    partial: float
    common: dict[str, float]

    @property
    def thresholds(self) -> Thresholds:
        """The thresholds chosen on the gold set's folds."""
        return Thresholds(covered=self.covered, partial=self.partial)

    @cached_property
    def _weights(self) -> NDArray[np.float64]:
        """Calibrated weights, shape (2, features)."""
        return np.asarray(
            [[logit.slope * logit.weights[name] for name in FEATURES] for logit in (self.covers, self.touches)]
        )

    @cached_property
    def _centre(self) -> NDArray[np.float64]:
        return np.asarray([self.centre[name] for name in FEATURES])

    def log_odds(self, features: Matrix) -> NDArray[np.float64]:
        """Calibrated log-odds of "covers" and "covers at least in part", shape (pairs, 2)."""
        constants = [logit.slope * logit.bias + logit.offset for logit in (self.covers, self.touches)]
        return np.asarray((features - self._centre) @ self._weights.T + constants)

    def probability(self, features: Matrix) -> NDArray[np.float64]:
        """Expected credit of each pair, 0 to 1, shape (pairs,)."""
        return np.asarray((1 / (1 + np.exp(-self.log_odds(features)))).mean(axis=1))

    def explain(self, features: NDArray[np.float32]) -> tuple[Contribution, ...]:
        """What each feature of one pair adds to the mean of the two log-odds, largest first.

        A contribution is relative to the training set's mean pair; all of
        them and the model's constant add up to ``log_odds(...).mean()``.
        """
        weights = self._weights.mean(axis=0)
        parts = [
            Contribution(feature=name, value=round(float(value), 4), weight=round(float(weight * (value - centre)), 4))
            for name, value, weight, centre in zip(FEATURES, features, weights, self._centre, strict=True)
        ]
        return tuple(sorted(parts, key=lambda part: -abs(part.weight)))


def load_model(folder: Path, engine: str) -> VerdictModel:
    """The model for an engine; one without its own uses that of the default engine.

    Raises:
        SettingsError: the file is missing or does not fit this version.
    """
    own = folder / f"verdict-{engine}.json"
    path = own if own.is_file() else folder / "verdict-use.json"
    try:
        model = msgspec.json.decode(path.read_bytes(), type=VerdictModel)
    except (OSError, msgspec.MsgspecError) as error:
        raise SettingsError(
            f"the verdict model cannot be read: {error}.",
            file=str(path),
            hint="Install the package again or train it: python -m alignment.tuning.train_verdict.",
        ) from error
    if not set(model.centre) == set(model.covers.weights) == set(model.touches.weights) == set(FEATURES):
        raise SettingsError(
            "the verdict model was trained on other features.",
            file=str(path),
            hint="Train it again: python -m alignment.tuning.train_verdict.",
        )
    return model
