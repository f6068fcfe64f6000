"""Requirement and statement read together as one text: a cross-encoder (models/reader.npz; extra ``[e5]``).

Vectors of two texts are made without either knowing of the other. Here one
network reads both (Nogueira and Cho 2019) and says what it thinks of the two:
slower, since each pair is a text of its own, and better at what covers a part
only. It is multilingual E5 small with upper layers of our own, and a linear
head on its vector.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from alignment.encoders.e5_patched import PatchedE5
from alignment.encoders.interface import Vectors
from alignment.settings import load_settings

FILE = "reader.npz"
# Characters of each of the four texts that are read; the longest requirement of the shipped standards has some 400.
LONGEST = 400
BESIDE, ABOVE = " = ", " ; "


def one_text(requirement: str, function: str, statement: str, discipline: str) -> str:
    """A pair, each side with its context or both without, as the network was trained to read it."""
    parts = (" ".join(text[:LONGEST].split()) for text in (requirement, function, statement, discipline))
    left, above_left, right, above_right = parts
    if not above_left and not above_right:
        return f"{left}{BESIDE}{right}"
    return f"{left}{ABOVE}{above_left}{BESIDE}{right}{ABOVE}{above_right}"


class PairReader:
    """Log-odds of "covers" and of "covers at least in part" for texts of `one_text`.

    It has the shape of an engine, so that the cache of vectors keeps what it
    says; its rows are log-odds, though, not unit vectors.
    """

    name = "pair-reader"
    dimension = 2

    def __init__(self, models: Path | None = None) -> None:
        self._net = PatchedE5((models or load_settings().data_path("models")) / FILE, "reading pairs together")
        self.version = self._net.version
        self._head, self._bias = (self._net.others[name].astype(np.float32) for name in ("head", "bias"))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Log-odds, shape (len(texts), 2)."""
        return np.asarray(self._net.encode(texts) @ self._head.T + self._bias, dtype=np.float32)
