"""An encoder that counts letters."""

import numpy as np

from alignment.encoders.interface import unit


class Letters:
    """Counts letters: a small true encoder, with a record of what it was asked."""

    name, version, dimension = "letters", "1", 3

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: list[str]) -> np.ndarray:
        self.asked += texts
        return unit(np.array([[text.count(char) for char in "abc"] for text in texts], dtype=np.float32))
