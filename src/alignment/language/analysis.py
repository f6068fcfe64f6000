"""Linguistic analysis of texts for matching: content lemmas, head word and objects."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from alignment.language.detect import language_of
from alignment.language.kinds import strip_lead

VERSION = "analysis/5"
# Lemmas behind the first that stand for the objects of an English text, which no dependency tree is made of.
OBJECTS = 2
CONTENT = frozenset({"NOUN", "PROPN", "ADJ", "VERB", "ADV", "NUM", "X"})
# Lemmas that say nothing of what a text asks for. Not spaCy's stop words: those leave out verbs of work as well
# ("make", "show", "move", "keep", "call"), and the models of verdicts were fitted to lemmas without these alone.
# On three judged sets of O*NET (156 requirements, engine fast) they change no verdict but 45 scores, by up to 0.04.
# fmt: off
EMPTY_EN = frozenset((
    "the", "a", "an", "of", "and", "or", "to", "in", "for", "on", "with", "by", "from", "be",
    "is", "are", "will", "able", "their", "as", "at", "using", "use", "this", "that", "its",
))
# fmt: on


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """The analysis of one text.

    ``lemmas`` are those of content words, in order; ``head`` and ``objects`` are lemmas from the dependency tree
    (in English: the first lemma and the two after it).
    """

    language: str
    lemmas: tuple[str, ...]
    head: str = ""
    objects: tuple[str, ...] = ()


def analyse(texts: Sequence[str]) -> list[Analysis]:
    """The analyses of ``texts``, in their order; the texts of a language are processed as one batch."""
    from alignment.language.pipelines import pipeline

    result: list[Analysis | None] = [None] * len(texts)
    groups: dict[str, list[int]] = {}
    for index, text in enumerate(texts):
        groups.setdefault("ru" if language_of(text) in ("ru", "uk") else "en", []).append(index)
    for language, indices in groups.items():
        bare = [strip_lead(texts[index])[0] or texts[index] for index in indices]
        for index, doc in zip(indices, pipeline(language).pipe(bare), strict=True):
            result[index] = _russian(doc) if language == "ru" else _english(doc)
    return [item for item in result if item is not None]


def _russian(doc: object) -> Analysis:
    tokens = list(doc)  # type: ignore[call-overload]  # spaCy's Doc; not imported so that a warm run skips spaCy
    lemmas = tuple(token.lemma_ for token in tokens if token.pos_ in CONTENT and token.text[:1].isalnum())
    root = next((token for token in tokens if token.dep_ == "ROOT" and token.pos_ in CONTENT), None)
    objects: tuple[str, ...] = ()
    if root is not None:
        near = [token for token in tokens if token.head.i == root.i and token.i != root.i]
        objects = tuple(token.lemma_ for token in near if token.pos_ in ("NOUN", "PROPN"))
    return Analysis(language="ru", lemmas=lemmas, head=root.lemma_ if root else "", objects=objects)


def _english(doc: object) -> Analysis:
    words = [token for token in doc if token.is_alpha or token.like_num]  # type: ignore[attr-defined]
    lemmas = tuple(token.lemma_ for token in words if token.lemma_ not in EMPTY_EN)
    return Analysis(language="en", lemmas=lemmas, head=lemmas[0] if lemmas else "", objects=lemmas[1 : 1 + OBJECTS])
