"""Indicators of a competence: requirements of its function, grouped by meaning and worded as знает, умеет, владеет."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alignment.analysis.draft.nouns import Indicator, IndicatorSource
from alignment.encoders import Encoder
from alignment.language.codes import fold_code
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
    """Up to `MOST` indicators of the competence of a function: one for each kind of requirement, two for a long kind.

    Args:
        code: code of the competence ("ПК-1"); the indicators get "ПК-1.1" and so on.
        function: with its requirements.
        encoder: groups the requirements by meaning.
        used: folded texts that earlier indicators have used; the texts used here are added to it.
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
                    sources=tuple(IndicatorSource(id=item.id, kind=item.kind, text=item.text) for item in members),
                )
            )
    return result


def _groups(vectors: NDArray[np.float32], count: int) -> list[list[int]]:
    """The row numbers in one or two groups. Two groups start from the two texts that are farthest apart."""
    everything = list(range(len(vectors)))
    if count < 2 or len(vectors) < 2:
        return [everything]
    near = vectors @ vectors.T
    left, right = np.unravel_index(int(near.argmin()), near.shape)
    first = [number for number in everything if near[number, left] >= near[number, right]]
    second = [number for number in everything if number not in first]
    return sorted([first, second]) if second else [first]


def _worded(kind: Kind, items: Sequence[Requirement], vectors: NDArray[np.float32], used: set[str]) -> str:
    """The text of an indicator: "Знает: …" with up to `ITEMS` requirements nearest to the centre of their group.

    Requirements with the same meaning are named once. Requirements that an earlier indicator names are left out unless
    there are no others.
    """
    centre = vectors.mean(axis=0)
    new = [number for number, item in enumerate(items) if fold_code(item.text) not in used]
    order = sorted(new or range(len(items)), key=lambda number: -vectors[number] @ centre)
    taken: list[int] = []
    for number in order:
        if len(taken) < ITEMS and all(vectors[number] @ vectors[other] < SAME for other in taken):
            taken.append(number)
    used |= {fold_code(items[number].text) for number in taken}
    return f"{LEADS[kind]}: {'; '.join(item_text(items[number].text, kind) for number in sorted(taken))}"


def item_text(text: str, kind: Kind) -> str:
    """The text of a requirement, declined so that it can follow "Знает:", "Умеет:" or "Владеет навыками:"."""
    if kind is Kind.SKILL:
        return small(normal_name(text)) if is_infinitive(text) else infinitive(text)
    return declined(text, "gent" if kind is Kind.ACTION else "accs")
