"""An encoder behind the cache: each text is computed once per encoder and version."""

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
Item = TypeVar("Item")


class CachedEncoder:
    """Wraps any encoder; vectors are kept as float32 by (encoder, version, digest of its files, text).

    ``digest`` is empty for an encoder that has no files: its version alone says what it is.
    """

    def __init__(self, inner: Encoder, cache: Cache, progress: Counting | None = None) -> None:
        self.inner, self.cache, self.progress = inner, cache, progress
        self.name, self.version, self.dimension = inner.name, inner.version, inner.dimension
        self.digest = digest_of(getattr(inner, "files", ()), cache)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimension); new ones are stored batch by batch.

        Texts in one canonical form have one vector.
        """
        texts = [canonical(text) for text in texts]
        keys = [content_key(f"vector/{self.name}/{self.version}/{self.digest}", text) for text in texts]
        return through_cache(self.cache, keys, texts, self.inner.encode, self.dimension, BATCH, self.progress)


def through_cache(
    cache: Cache,
    keys: Sequence[bytes],
    items: Sequence[Item],
    compute: Callable[[Sequence[Item]], Vectors],
    width: int,
    batch: int,
    progress: Counting | None = None,
) -> Vectors:
    """Rows of ``items``, shape (len(items), width), float32: kept ones by their keys, others computed and then kept.

    Args:
        cache: where rows are kept.
        keys: of the items; items of one key have one row.
        items: what rows are wanted of.
        compute: gives the rows of some items.
        width: numbers of a row.
        batch: items that are computed before the cache keeps them.
        progress: told the new items done and their number.
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
