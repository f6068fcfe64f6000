"""The best candidates of a requirement are read together with it by a cross-encoder.

Only the best few: every pair passes the network by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from alignment.matching.features import Matrix
from alignment.matching.texts import Side
from alignment.model import Kind

# Candidates of one requirement that are reranked, the best by the features of the pairs. Every pair passes the network
# by itself, so time grows with their number; on folds of
# corpora/gold/real eight do no better than five.
RERANKED = 5
# Letters of a text and of its context that are read: the lengths that the network was trained with.
TEXT, FUNCTION, DISCIPLINE = 300, 100, 90
# What a text is, in the language of most: the network was trained with these words.
KINDS = {
    Kind.ACTION: "трудовое действие",
    Kind.SKILL: "умение",
    Kind.KNOWLEDGE: "знание",
    Kind.EXPERIENCE: "опыт",
    Kind.COMPETENCE: "компетенция",
    Kind.TOPIC: "тема",
    Kind.TITLE: "название",
}
BESIDE = " ; "


class Reranker(Protocol):
    """Scores pairs of texts (`alignment.encoders.cross_encoder`)."""

    version: str

    def scores(self, pairs: Sequence[tuple[str, str]]) -> Matrix:
        """Log-odds of "covers" and of "covers at least in part", shape (len(pairs), 2)."""
        ...


def pair_of(requirement: Side, statement: Side) -> tuple[str, str]:
    """Both texts as the cross-encoder was trained to read them: kind, text, and what stands above it.

    Above a requirement that is the name of its work function, without the title of the standard.
    """
    function = requirement.above.partition(": ")[2] or requirement.above
    return _one(requirement, function, FUNCTION), _one(statement, statement.above, DISCIPLINE)


def _one(side: Side, above: str, most: int) -> str:
    text, context = (" ".join(part[:length].split()) for part, length in ((side.text, TEXT), (above, most)))
    return f"{KINDS[side.kind]}: {text}{BESIDE}{context}".rstrip(BESIDE)


def reranked(reranker: Reranker, pairs: Sequence[tuple[Side, Side]]) -> Matrix:
    """The cross-encoder's log-odds of (requirement, statement), shape (pairs, 2)."""
    if not pairs:
        return np.zeros((0, 2), dtype=np.float32)
    return reranker.scores([pair_of(left, right) for left, right in pairs])
