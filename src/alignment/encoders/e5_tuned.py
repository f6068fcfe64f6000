"""Engine ``e5-tuned``: multilingual E5 small, its upper layers trained on links (extra ``[e5]``)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alignment.encoders.e5 import centre_of
from alignment.encoders.e5_patched import PatchedE5
from alignment.encoders.interface import Vectors, unit
from alignment.settings import load_settings

FILE = "e5-tuned.npz"


class TunedE5Encoder:
    """The mean vector that the engine ``e5`` takes out is taken out here too: training had it so."""

    name = "e5-tuned"
    dimension = 384

    def __init__(self, models: Path | None = None) -> None:
        self._models = models or load_settings().data_path("models")
        self._net = PatchedE5(self._models / FILE, "the engine e5-tuned")
        self.version = self._net.version
        self._centre: Vectors | None = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), 384)."""
        if self._centre is None:
            self._centre = centre_of(self._models)
        return unit(self._net.encode(texts) - self._centre)
