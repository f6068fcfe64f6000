"""An engine as it is towards texts that its training has not seen.

The encoder learned from its teacher on the texts of the judged pairs, too
(never on their labels). It tells such texts apart better than a user's, and a
verdict model fitted on their cosines would ask too much of everybody else's.
So two of the networks whose mean is the encoder saw half of the fields each,
and models/unseen.npz keeps the vector of each text by the one that had not
seen it: cross-fitting (Chernozhukov et al. 2018) for an encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from alignment.encoders import Cache, CachedEncoder, Encoder, Vectors, load_encoder, unit
from alignment.encoders.accurate import AccurateEncoder
from alignment.encoders.adapted import AdaptedEncoder
from alignment.encoders.stored import stored_arrays
from alignment.errors import SettingsError
from alignment.settings import load_settings

FILE = "unseen.npz"
KEY_BYTES = 8


def key(text: str) -> bytes:
    """What a text is known by in the file."""
    return blake2b(text.encode(), digest_size=KEY_BYTES).digest()


def keys_of(texts: Sequence[str]) -> NDArray[np.uint8]:
    """The keys of texts as they are kept, shape (texts, KEY_BYTES)."""
    return np.frombuffer(b"".join(map(key, texts)), dtype=np.uint8).reshape(len(texts), KEY_BYTES)


def by_key(keys: NDArray[np.uint8], rows: Vectors) -> dict[bytes, Vectors]:
    """The rows of a file by the keys beside them."""
    return dict(zip((item.tobytes() for item in keys), rows, strict=True))


def write(path: Path, version: str, texts: Sequence[str], vectors: Vectors) -> None:
    """Keep unit vectors in 8 bits, with a step per row, for the encoder of that version."""
    step = np.maximum(np.abs(vectors).max(axis=1), 1e-9) / 127
    np.savez_compressed(
        path,
        version=np.asarray(version),
        keys=keys_of(texts),
        step=step.astype(np.float32),
        codes=np.round(vectors / step[:, None]).astype(np.int8),
    )


class UnseenEncoder:
    """The default engine, with the kept vectors for the texts that it has seen.

    Raises:
        SettingsError: the file cannot be read, or was made with another encoder.
    """

    def __init__(self, inner: Encoder, models: Path | None = None) -> None:
        self.inner = inner
        self.name, self.version, self.dimension = inner.name, f"{inner.version}+unseen", inner.dimension
        path = (models or load_settings().data_path("models")) / FILE
        hint = "Make the encoder again: python -m alignment.tuning.train encoder."
        with stored_arrays(path, "vectors of the judged texts", hint) as stored:
            version = str(stored["version"])
            keys = [row.tobytes() for row in stored["keys"]]
            self._vectors = unit(stored["codes"] * stored["step"][:, None])
        if version != inner.version:
            raise SettingsError(
                f"these vectors belong to the encoder {version}, not to {inner.version}.", file=str(path), hint=hint
            )
        self._row = {item: index for index, item in enumerate(keys)}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimension)."""
        vectors = np.array(self.inner.encode(texts), dtype=np.float32)
        rows = [(index, self._row[found]) for index, text in enumerate(texts) if (found := key(text)) in self._row]
        if rows:
            here, there = zip(*rows, strict=True)
            vectors[list(here)] = self._vectors[list(there)]
        return vectors


def load_unseen(engine: str, cache: Cache) -> Encoder:
    """The engine of that name; where our own encoder is in it, as if that had not seen the judged texts."""
    if engine == AdaptedEncoder.name:
        return UnseenEncoder(CachedEncoder(load_encoder(engine), cache))
    if engine == AccurateEncoder.name:
        return CachedEncoder(AccurateEncoder(adapted=UnseenEncoder(AdaptedEncoder())), cache)
    return CachedEncoder(load_encoder(engine), cache)
