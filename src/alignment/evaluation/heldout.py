"""Held-out answers of the reranker on judged pairs (models/reranker-heldout.npz).

Each answer comes from a fold that had seen neither the program nor the standard
of the pair. The verdict models learn from these answers, and `align evaluate
--real` measures with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from alignment.encoders.stored import stored_arrays

HELD_OUT_FILE = "reranker-heldout.npz"
KEY_BYTES = 8  # of a pair's key in the file: two of 300,000 pairs share one once in 400 million such files
Answers = Mapping[bytes, NDArray[np.float32]]


def heldout_key(name: str, pair: tuple[str, str]) -> bytes:
    """The key of the answer to a pair in the set of that name."""
    return blake2b("\0".join((name, *pair)).encode(), digest_size=KEY_BYTES).digest()


def write_heldout(path: Path, version: str, answers: Answers) -> None:
    """Write log-odds by `heldout_key`, shape (2,) each; ``version`` is that of the reranker trained on all sets."""
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
