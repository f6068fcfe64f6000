"""An encoder behind the cache: each text is computed once per encoder and version."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from alignment.canonical import canonical
from alignment.encoders.cache import Cache, content_key
from alignment.encoders.interface import Encoder, Vectors

BATCH = 256
Progress = Callable[[int, int], None]


class CachedEncoder:
    """Wraps any encoder; vectors are kept as float32 by (encoder, version, text)."""

    def __init__(self, inner: Encoder, cache: Cache, progress: Progress | None = None) -> None:
        self.inner, self.cache, self.progress = inner, cache, progress
        self.name, self.version, self.dimension = inner.name, inner.version, inner.dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimension); new ones are stored batch by batch.

        Texts in one canonical form have one vector.
        """
        texts = [canonical(text) for text in texts]
        space = f"vector/{self.name}/{self.version}"
        keys = [content_key(space, text) for text in texts]
        known = self.cache.get(list(dict.fromkeys(keys)))
        size = self.dimension * 4
        known = {key: value for key, value in known.items() if len(value) == size}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        todo = list(missing.items())
        for start in range(0, len(todo), BATCH):
            part = todo[start : start + BATCH]
            vectors = self.inner.encode([text for _, text in part])
            fresh = [(key, vector.tobytes()) for (key, _), vector in zip(part, vectors, strict=True)]
            self.cache.put(fresh)
            known.update(fresh)
            if self.progress:
                self.progress(min(start + BATCH, len(todo)), len(todo))
        if not keys:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.frombuffer(b"".join(known[key] for key in keys), dtype=np.float32).reshape(len(keys), -1)
