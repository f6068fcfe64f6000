"""Texts → vectors on all cores; without the cache, since an index stores its vectors itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

import numpy as np

from alignment.encoders import Encoder, Vectors
from alignment.workers import can_fork

# From this many texts on a second process is worth its start of a few seconds: they take a core twice as long.
MANY = 3_000
# Texts that a process is given at a time: enough to be worth sending, few enough that both end together.
PIECE = 1_000
Encode = Callable[[Sequence[str]], Vectors]
# The encoder of a forked process; never set in the parent.
_inherited: Encoder | None = None


def _begin(encoder: Encoder) -> None:
    global _inherited
    _inherited = encoder


def _work(texts: list[str]) -> bytes:
    assert _inherited is not None
    return _inherited.encode(texts).astype(np.float32).tobytes()


@contextmanager
def encoded(encoder: Encoder, expected: int) -> Iterator[Encode]:
    """A function texts → unit vectors (texts, dimension); for many ``expected`` texts it uses a process per core."""
    if expected < MANY or not can_fork():
        yield lambda texts: encoder.encode(list(texts)) if texts else np.zeros((0, encoder.dimension), np.float32)
        return
    context = get_context("fork")
    with ProcessPoolExecutor(os.cpu_count() or 1, context, initializer=_begin, initargs=(encoder,)) as pool:

        def encode(texts: Sequence[str]) -> Vectors:
            pieces = [list(texts[start : start + PIECE]) for start in range(0, len(texts), PIECE)]
            parts = [np.frombuffer(raw, dtype=np.float32) for raw in pool.map(_work, pieces)]
            return np.concatenate([np.zeros(0, np.float32), *parts]).reshape(-1, encoder.dimension)

        yield encode
