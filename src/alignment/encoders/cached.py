"""An encoder with the cache: each text is encoded once per encoder and version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from alignment.cache import Cache, content_key
from alignment.canonical import canonical
from alignment.encoders.digest import digest_of
from alignment.encoders.interface import Encoder, Vectors
from alignment.progress import Counting

# Texts that are computed before the cache keeps them: what a run loses at most when it is stopped.
BATCH = 256
FLOAT_BYTES = 4  # of each number of a row, as the cache keeps it
ItemT = TypeVar("ItemT")


class CachedEncoder:
    """Any encoder with the cache; the key of a vector is (encoder, version, digest of its files, text).

    ``digest`` is empty for an encoder without files, which its version alone identifies.
    """

    def __init__(self, inner: Encoder, cache: Cache, progress: Counting | None = None) -> None:
        self.inner, self.cache, self.progress = inner, cache, progress
        self.name, self.version, self.dimension = inner.name, inner.version, inner.dimension
        self.digest = digest_of(getattr(inner, "files", ()), cache)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, shape (len(texts), dimension); new ones are stored batch by batch.

        Texts with the same canonical form have the same vector.
        """
        texts = [canonical(text) for text in texts]
        keys = [content_key(f"vector/{self.name}/{self.version}/{self.digest}", text) for text in texts]
        return through_cache(self.cache, keys, texts, self.inner.encode, self.dimension, BATCH, self.progress)


def through_cache(
    cache: Cache,
    keys: Sequence[bytes],
    items: Sequence[ItemT],
    compute: Callable[[Sequence[ItemT]], Vectors],
    width: int,
    batch: int,
    progress: Counting | None = None,
) -> Vectors:
    """The rows of ``items``, float32, shape (len(items), width): from the cache, or computed and then stored.

    Args:
        cache: the cache.
        keys: the key of each item; items with the same key have the same row.
        items: the items.
        compute: computes the rows of some items.
        width: length of a row.
        batch: number of items that are computed before they are stored.
        progress: called with the number of new items done and of all new items.
    """
    size = width * FLOAT_BYTES
    known = {key: value for key, value in cache.get(list(dict.fromkeys(keys))).items() if len(value) == size}
    todo = list({key: item for key, item in zip(keys, items, strict=True) if key not in known}.items())
    for start in range(0, len(todo), batch):
        part = todo[start : start + batch]
        rows = compute([item for _, item in part])
        fresh = [(key, row.tobytes()) for (key, _), row in zip(part, rows, strict=True)]
        cache.put(fresh)
        known.update(fresh)
        if progress:
            progress(min(start + batch, len(todo)), len(todo))
    return np.frombuffer(b"".join(known[key] for key in keys), dtype=np.float32).reshape(len(keys), width)
