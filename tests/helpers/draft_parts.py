"""Parts of standards, and an encoder, for tests of drafts."""

from __future__ import annotations

import numpy as np

from alignment.model import Requirement, WorkFunction


class Letters:
    """An encoder for tests: it counts pairs of letters, so that similar texts have similar vectors."""

    name, version, dimension = "letters", "1", 1024

    def encode(self, texts: list[str]) -> np.ndarray:
        result = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for one, two in zip(text.lower(), text.lower()[1:], strict=False):
                result[row, (ord(one) * 31 + ord(two)) % self.dimension] += 1
        return result / np.maximum(np.linalg.norm(result, axis=1, keepdims=True), 1e-9)


def function(code: str, name: str, *requirements: Requirement) -> WorkFunction:
    return WorkFunction(code=code, name=name, level=code[-1], requirements=requirements)
