"""Texts with their context, from which all features are computed, and their linguistic analyses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from alignment.cache import Cache, content_key
from alignment.canonical import canonical
from alignment.language.abbreviations import expand_abbreviations
from alignment.language.analysis import VERSION, Analysis, analyse
from alignment.language.worker import Worker
from alignment.model import Kind
from alignment.progress import Counting

# Texts that are analysed before the cache keeps them: what a run loses at most when it is stopped.
BATCH = 512
# From this many new texts on a second process is worth its start, a few seconds: fewer are analysed
# in as many. Time alone.
PARALLEL_FROM = 100


def preload_language_models(texts: Iterable[str], cache: Cache) -> None:
    """Start to load the language models in a second process if many of the texts are not in the cache."""
    keys = [content_key(VERSION, text) for text in dict.fromkeys(texts)]
    if len(keys) - len(cache.get(keys)) >= PARALLEL_FROM:
        Worker.preload()


class TextInContext(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement or a statement with its context.

    ``context`` is the standard's title with the work function for a requirement,
    and the discipline's title for a statement. If there is none, it is the text
    itself. `TextInContext.of` expands abbreviations; ``original`` keeps the text
    as it was written.
    """

    text: str
    kind: Kind
    context: str
    original: str = ""

    @classmethod
    def of(cls, *, text: str, kind: Kind, context: str) -> TextInContext:
        """The text in its context, with the abbreviations of both expanded."""
        full = expand_abbreviations(text, context)
        return cls(
            text=full,
            kind=kind,
            context=expand_abbreviations(context, text) if context.strip() else full,
            original=text,
        )

    @property
    def normalized(self) -> TextInContext:
        """Text and context in their canonical form, in which they are compared (`alignment.canonical`)."""
        return msgspec.structs.replace(self, text=canonical(self.text), context=canonical(self.context))

    @property
    def parent(self) -> str:
        """The context; "" if there is none and the text itself is used as context."""
        return "" if self.context == self.text else self.context

    @property
    def as_written(self) -> str:
        """The original text, for messages and for methods that do not expand abbreviations."""
        return self.original or self.text


def analyses(texts: Iterable[str], cache: Cache, progress: Counting | None = None) -> dict[str, Analysis]:
    """Text → its analysis; the language models are loaded only for texts that are not in the cache."""
    return start_analyses(texts, cache, progress)()


def start_analyses(
    texts: Iterable[str], cache: Cache, progress: Counting | None = None
) -> Callable[[], dict[str, Analysis]]:
    """Start the analysis of texts; returns a function that waits for it and returns text → analysis.

    Many new texts are analysed in a second process, so that the language models
    and the encoder load and run at the same time. With few texts, on one core, or
    if a fork is not safe, the returned function itself does the work.
    """
    unique = list(dict.fromkeys(texts))
    keys = {text: content_key(VERSION, text) for text in unique}
    stored = cache.get(list(keys.values()))
    analyses: dict[str, Analysis] = {}
    for text in unique:
        value = stored.get(keys[text])
        if value is not None:
            try:
                analyses[text] = msgspec.msgpack.decode(value, type=Analysis)
            except msgspec.DecodeError:
                continue
    todo = [text for text in unique if text not in analyses]

    def keep(part: Sequence[str], fresh: Sequence[Analysis]) -> None:
        items = dict(zip(part, fresh, strict=True))
        cache.put([(keys[text], msgspec.msgpack.encode(item)) for text, item in items.items()])
        analyses.update(items)

    worker = Worker.take() if len(todo) >= PARALLEL_FROM else None
    if worker is not None:
        worker.submit(todo)

        def wait() -> dict[str, Analysis]:
            keep(todo, worker.result())
            return analyses

        return wait

    def work() -> dict[str, Analysis]:
        for start in range(0, len(todo), BATCH):
            part = todo[start : start + BATCH]
            keep(part, analyse(part))
            if progress:
                progress(min(start + BATCH, len(todo)), len(todo))
        return analyses

    return work


def contexts(sides: Sequence[TextInContext]) -> list[str]:
    """The distinct contexts of the texts, in order."""
    return list(dict.fromkeys(side.context for side in sides))
