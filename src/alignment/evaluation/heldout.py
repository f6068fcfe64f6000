"""What the reranker says of judged pairs in folds that had not seen their program and standard.

models/reranker-heldout.npz; the verdict models learn from it, and `align
evaluate --real` measures with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from alignment.encoders.stored import stored_arrays

HELD_OUT_FILE = "reranker-heldout.npz"
KEY_BYTES = 8  # of a pair's key in the file: two of 70,000 pairs share one once in billions of such files
Answers = Mapping[bytes, NDArray[np.float32]]


def heldout_key(name: str, pair: tuple[str, str]) -> bytes:
    """What the answer to a pair of a set is kept under."""
    return blake2b("\0".join((name, *pair)).encode(), digest_size=KEY_BYTES).digest()


def write_heldout(path: Path, version: str, answers: Answers) -> None:
    """Keep log-odds by `heldout_key`; ``version`` is that of the reranker which learned from all sets."""
    keys = np.frombuffer(b"".join(answers), dtype=np.uint8).reshape(-1, KEY_BYTES)
    scores = np.stack(list(answers.values())).astype(np.float16)
    np.savez_compressed(path, version=np.asarray(version), keys=keys, scores=scores)


def read_heldout(path: Path) -> tuple[str, Answers]:
    """The version of the reranker, and log-odds by `heldout_key`, shape (2,) each.

    Raises:
        SettingsError: the file is missing or damaged.
    """
    with stored_arrays(path, "the reranker's answers", "Train it again: python -m models.recipe reranker.") as stored:
        keys = [row.tobytes() for row in stored["keys"]]
        return str(stored["version"]), dict(zip(keys, stored["scores"].astype(np.float32), strict=True))
