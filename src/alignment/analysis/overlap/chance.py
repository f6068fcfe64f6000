"""From the nearness of two texts to the probability that they ask for the same work (models/overlap.json)."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from alignment.errors import SettingsError, why
from alignment.i18n import message as _

CHANCE_FILE = "overlap.json"
# Neighbours over which the density around a text is taken, as CSLS does (Conneau et al. 2018). The coefficients of
# models/overlap.json are fitted under it.
NEIGHBOURS = 10


class Chance(msgspec.Struct, frozen=True, kw_only=True):
    """A logistic model of two features of a pair of texts.

    The first feature is the cosine. The second is the cosine less the mean of
    both texts' cosines with their nearest neighbours (cross-domain similarity
    local scaling, Conneau et al. 2018): it is high when the two are nearer to
    each other than to everything else. ``cosine`` and ``beyond`` are their
    coefficients. ``figures`` were measured on pairs that training did not see.
    """

    engine: str
    cosine: float
    beyond: float
    constant: float
    figures: dict[str, float] = {}

    def __call__(self, cosines: NDArray[np.float32], density: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probabilities of pairs; ``density`` is the mean of both texts' cosines with their nearest neighbours."""
        score = self.cosine * cosines + self.beyond * (cosines - density) + self.constant
        return np.asarray(1 / (1 + np.exp(-score.astype(np.float64))), dtype=np.float64)


def load_chance(models: Path, encoder: str) -> Chance:
    """The model for the vectors of the encoder of that name.

    Raises:
        SettingsError: the file is missing or damaged, or has no model for this encoder.
    """
    path = models / CHANCE_FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Chance])[encoder]
    except (OSError, KeyError, msgspec.MsgspecError) as error:
        raise SettingsError(
            _("the model of links cannot be read: {error}.", error=why(error)),
            file=str(path),
            hint=_("Install the package again."),
        ) from error
