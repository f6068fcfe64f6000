"""Indicators of a competence: requirements of its function, grouped by meaning and worded as знает, умеет, владеет."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alignment.analysis.draft.nouns import Indicator, Source
from alignment.encoders import Encoder
from alignment.language.codes import fold
from alignment.language.grammar import is_infinitive
from alignment.language.infinitive import declined, infinitive, normal_name, small
from alignment.model import Kind, Requirement, WorkFunction

LEADS = {Kind.KNOWLEDGE: "Знает", Kind.SKILL: "Умеет", Kind.ACTION: "Владеет навыками"}
# Requirements whose cosine reaches this say the same, and one of them is worded. Lower, neighbours would be lost from
# the wording; higher, repeats would fill it. The sources beside it name all in any case.
SAME = 0.9
# Indicators of a competence at most (three to five are usual, docs/draft.md); a kind of more requirements than this,
# two wordings of `ITEMS`, may have two.
MOST, LONG = 5, 6
# Items of an indicator's wording (docs/draft.md); more make a sentence that nobody reads. Its sources name all.
ITEMS = 3


def indicators(code: str, function: WorkFunction, encoder: Encoder, used: set[str]) -> list[Indicator]:
    """Three to five indicators of a function's competence, fewer where the standard has fewer kinds of requirements.

    Args:
        code: of the competence ("ПК-1").
        function: with its requirements.
        encoder: for likeness in meaning.
        used: folded texts that indicators before these have said; what is said here is added.
    """
    by_kind = {kind: [item for item in function.requirements if item.kind is kind] for kind in LEADS}
    by_kind = {kind: items for kind, items in by_kind.items() if items}
    parts = dict.fromkeys(by_kind, 1)
    for kind in sorted(by_kind, key=lambda kind: -len(by_kind[kind])):
        if sum(parts.values()) < MOST and len(by_kind[kind]) > LONG:
            parts[kind] = 2
    result: list[Indicator] = []
    for kind, items in by_kind.items():
        vectors = encoder.encode([item.text for item in items])
        for group in _groups(vectors, parts[kind]):
            members = [items[number] for number in group]
            result.append(
                Indicator(
                    code=f"{code}.{len(result) + 1}",
                    text=_worded(kind, members, vectors[group], used),
                    kind=kind,
                    sources=tuple(Source(id=item.id, kind=item.kind, text=item.text) for item in members),
                )
            )
    return result


def _groups(vectors: NDArray[np.float32], count: int) -> list[list[int]]:
    """Row numbers in one group or two: the two texts farthest apart, each with those nearer to it."""
    everything = list(range(len(vectors)))
    if count < 2 or len(vectors) < 2:
        return [everything]
    near = vectors @ vectors.T
    one, two = np.unravel_index(int(near.argmin()), near.shape)
    first = [number for number in everything if near[number, one] >= near[number, two]]
    second = [number for number in everything if number not in first]
    return sorted([first, second]) if second else [first]


def _worded(kind: Kind, items: Sequence[Requirement], vectors: NDArray[np.float32], used: set[str]) -> str:
    """The lead and the items nearest to the middle of their group, each meaning once.

    What another indicator has said is not said again, unless nothing else is left to say.
    """
    middle = vectors.mean(axis=0)
    new = [number for number, item in enumerate(items) if fold(item.text) not in used]
    order = sorted(new or range(len(items)), key=lambda number: -vectors[number] @ middle)
    taken: list[int] = []
    for number in order:
        if len(taken) < ITEMS and all(vectors[number] @ vectors[other] < SAME for other in taken):
            taken.append(number)
    used |= {fold(items[number].text) for number in taken}
    return f"{LEADS[kind]}: {'; '.join(item_text(items[number].text, kind) for number in sorted(taken))}"


def item_text(text: str, kind: Kind) -> str:
    """A requirement behind "Знает:", "Умеет:", "Владеет навыками:"."""
    if kind is Kind.SKILL:
        return small(normal_name(text)) if is_infinitive(text) else infinitive(text)
    return declined(text, "gent" if kind is Kind.ACTION else "accs")
