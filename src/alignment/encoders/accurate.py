"""Engine ``accurate``: the adapted encoder, tuned E5 and letters side by side (extra ``[e5]``), ten times slower."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from alignment.encoders.adapted import AdaptedEncoder
from alignment.encoders.e5_tuned import TunedE5Encoder
from alignment.encoders.interface import Encoder, Vectors, unit
from alignment.encoders.lexical import WIDTH, Lexical
from alignment.encoders.stored import stored_arrays
from alignment.settings import load_settings

# Share of E5 in the cosine before the map: the best on the held-out links lies between 0.4 and 0.6.
SHARE = 0.5
# Share of the letters in the cosine: of 0.05, 0.1, 0.15 and 0.2 the best on the held-out sets taken together.
LETTERS = 0.1
FILE = "fusion.npz"


def joined(adapted: Vectors, e5: Vectors) -> Vectors:
    """Unit vectors of both engines side by side, scaled to their shares, shape (texts, 896)."""
    return np.concatenate([np.sqrt(1 - SHARE) * adapted, np.sqrt(SHARE) * e5], axis=1).astype(np.float32)


def with_letters(meaning: Vectors, letters: Vectors) -> Vectors:
    """Unit vectors of meaning and letters side by side, each with its share of the cosine."""
    return unit(np.concatenate([np.sqrt(1 - LETTERS) * meaning, np.sqrt(LETTERS) * letters], axis=1))


class AccurateEncoder:
    """Both vectors side by side through one linear map trained on links, and hashed letters (models/fusion.npz).

    ``adapted`` may stand in for the default engine, in whose space it must be.
    """

    name = "accurate"

    def __init__(self, models: Path | None = None, adapted: Encoder | None = None) -> None:
        self._adapted, self._e5 = adapted or AdaptedEncoder(models), TunedE5Encoder(models)
        path = (models or load_settings().data_path("models")) / FILE
        with stored_arrays(path, "the map of the engine accurate") as stored:
            self._map = stored["map"].astype(np.float32)
            weights = stored["letters"].astype(np.float32)
            own = str(stored["version"])
        self.version = f"{self._adapted.version}+{self._e5.version}+{own}"
        self._letters = Lexical(weights)
        self.dimension = int(self._map.shape[1]) + WIDTH

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), 1920)."""
        meaning = unit(joined(self._adapted.encode(texts), self._e5.encode(texts)) @ self._map)
        return with_letters(meaning, self._letters.encode(texts))
