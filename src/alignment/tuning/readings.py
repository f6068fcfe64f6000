"""What the pair reader says of judged pairs that it has not seen.

The reader learns from the judged pairs, so of those it knows too much. In
training one reader for each fold of fields learns from the others, and
models/readings.npz keeps what it says of its own: cross-fitting (Chernozhukov
et al. 2018). The verdict model's second stage is fitted to that.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from alignment.encoders import Vectors
from alignment.encoders.pair_reader import one_text
from alignment.encoders.stored import stored_arrays
from alignment.errors import SettingsError
from alignment.matching.reading import consistent
from alignment.tuning.gold import Pair
from alignment.tuning.unseen import by_key, key, keys_of

FILE = "readings.npz"


def text_of(pair: Pair) -> str:
    """A judged pair as the reader reads it."""
    return one_text(pair.requirement.text, pair.requirement.context, pair.statement.text, pair.statement.context)


def write(path: Path, version: str, pairs: Sequence[Pair], readings: Vectors) -> None:
    """Keep log-odds of "covers" and "covers at least in part", shape (pairs, 2), for the reader of that version."""
    np.savez_compressed(
        path,
        version=np.asarray(version),
        keys=keys_of([text_of(pair) for pair in pairs]),
        readings=readings.astype(np.float32),
    )


def load(path: Path, pairs: Sequence[Pair]) -> tuple[str, Vectors]:
    """The reader's version, and its log-odds of these pairs as a check would take them, shape (pairs, 2).

    Raises:
        SettingsError: the file cannot be read, or a pair is not in it.
    """
    hint = "Train the reader again: python -m alignment.tuning.train reader."
    with stored_arrays(path, "readings of judged pairs", hint) as stored:
        version = str(stored["version"])
        known = by_key(stored["keys"], stored["readings"])
    found = [known.get(key(text_of(pair))) for pair in pairs]
    if missing := sum(item is None for item in found):
        raise SettingsError(f"{missing} judged pairs have no reading.", file=str(path), hint=hint)
    return version, consistent(np.asarray(found, dtype=np.float32))
