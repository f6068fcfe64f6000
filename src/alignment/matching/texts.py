"""Both sides of a comparison as texts with context: what every feature is computed from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from alignment.encoders import Cache, content_key
from alignment.language.analysis import VERSION, Analysis, analyse
from alignment.model import Kind

BATCH = 512
Progress = Callable[[int, int], None]


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One text of a pair.

    ``context`` is what stands above it: the standard's title and the work
    function for a requirement, the discipline's title for a statement.
    """

    text: str
    kind: Kind
    context: str


def analyses(texts: Iterable[str], cache: Cache, progress: Progress | None = None) -> dict[str, Analysis]:
    """Analysis of each distinct text; only those not in the cache load the language models."""
    unique = list(dict.fromkeys(texts))
    keys = {text: content_key(VERSION, text) for text in unique}
    stored = cache.get(list(keys.values()))
    known: dict[str, Analysis] = {}
    for text in unique:
        value = stored.get(keys[text])
        if value is not None:
            try:
                known[text] = msgspec.msgpack.decode(value, type=Analysis)
            except msgspec.DecodeError:
                continue
    todo = [text for text in unique if text not in known]
    for start in range(0, len(todo), BATCH):
        part = todo[start : start + BATCH]
        fresh = dict(zip(part, analyse(part), strict=True))
        cache.put([(keys[text], msgspec.msgpack.encode(item)) for text, item in fresh.items()])
        known.update(fresh)
        if progress:
            progress(min(start + BATCH, len(todo)), len(todo))
    return known


def contexts(sides: Sequence[Side]) -> list[str]:
    """The distinct contexts, in order."""
    return list(dict.fromkeys(side.context for side in sides))
