"""Both sides of a comparison as texts with context: what every feature is computed from."""

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
    """Start loading the language models in a second process if many texts are not in the cache yet."""
    keys = [content_key(VERSION, text) for text in dict.fromkeys(texts)]
    if len(keys) - len(cache.get(keys)) >= PARALLEL_FROM:
        Worker.preload()


class TextInContext(msgspec.Struct, frozen=True, kw_only=True):
    """One text of a pair.

    ``context`` is what stands above it: the standard's title and the work
    function for a requirement, the discipline's title for a statement. Where
    nothing does, the text itself is the best guess of what it belongs to.
    `TextInContext.of` makes one of texts as people write them; ``original`` keeps the
    text as it was.
    """

    text: str
    kind: Kind
    context: str
    original: str = ""

    @classmethod
    def of(cls, *, text: str, kind: Kind, context: str) -> TextInContext:
        """The side with the abbreviations of both spelled out."""
        full = expand_abbreviations(text, context)
        return cls(
            text=full,
            kind=kind,
            context=expand_abbreviations(context, text) if context.strip() else full,
            original=text,
        )

    @property
    def normalized(self) -> TextInContext:
        """The side in the form that a check compares (`alignment.canonical`)."""
        return msgspec.structs.replace(self, text=canonical(self.text), context=canonical(self.context))

    @property
    def parent(self) -> str:
        """The context, or nothing where the text had to stand for it."""
        return "" if self.context == self.text else self.context

    @property
    def as_written(self) -> str:
        """The text as somebody wrote it, for messages and for methods that know no abbreviations."""
        return self.original or self.text


def analyses(texts: Iterable[str], cache: Cache, progress: Counting | None = None) -> dict[str, Analysis]:
    """Analysis of each distinct text; only those not in the cache load the language models."""
    return start_analyses(texts, cache, progress)()


def start_analyses(
    texts: Iterable[str], cache: Cache, progress: Counting | None = None
) -> Callable[[], dict[str, Analysis]]:
    """Start the analysis of many new texts in a second process; the call of the result waits for it.

    So the language models and the encoder load and work at the same time.
    With few texts, one core, or where a process cannot be forked safely, the
    work is done by the call itself.
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
    """The distinct contexts, in order."""
    return list(dict.fromkeys(side.context for side in sides))
