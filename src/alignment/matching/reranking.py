"""Rerank the best candidates of a requirement with a cross-encoder.

Only a few candidates are reranked, because each pair passes the network by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from alignment.matching.candidates import distinct_best
from alignment.matching.contextual_text import TextInContext
from alignment.matching.features import Matrix
from alignment.model import Kind, Statement

# Candidates of one requirement that are reranked, the best by the features of the pairs. Every pair passes the network
# by itself, so time grows with their number; on folds of
# corpora/gold/real eight do no better than five.
RERANK_COUNT = 5
# Candidates of a lower expected score are left out. Of the five best of all judged requirements these are 43 % where
# their standard has precedents and 18 % where it has none; 1.4 and 1.6 in a hundred of them touch the requirement.
RERANK_FROM = 0.02
# Letters of a text and of its context that are read: the lengths that the network was trained with
# (models/reranker.card.md); other lengths are texts that it has not seen.
MAX_TEXT, MAX_FUNCTION, MAX_DISCIPLINE = 300, 100, 90
# The words for kinds, in the language of most texts, with which the network was trained.
KINDS = {
    Kind.ACTION: "трудовое действие",
    Kind.SKILL: "умение",
    Kind.KNOWLEDGE: "знание",
    Kind.EXPERIENCE: "опыт",
    Kind.COMPETENCE: "компетенция",
    Kind.TOPIC: "тема",
    Kind.TITLE: "название",
}
CONTEXT_SEPARATOR = " ; "


class Reranker(Protocol):
    """Scores pairs of texts (`alignment.encoders.cross_encoder`)."""

    version: str

    def scores(self, pairs: Sequence[tuple[str, str]]) -> Matrix:
        """Log-odds of "covers" and of "covers at least in part", shape (len(pairs), 2)."""
        ...


def reranker_input(requirement: TextInContext, statement: TextInContext) -> tuple[str, str]:
    """Both texts in the form with which the cross-encoder was trained: kind, text and context.

    The context of a requirement is the name of its work function, without the title of the standard.
    """
    function = requirement.parent.partition(": ")[2] or requirement.parent
    return _text_input(requirement, function, MAX_FUNCTION), _text_input(statement, statement.parent, MAX_DISCIPLINE)


def _text_input(side: TextInContext, parent: str, most: int) -> str:
    text, context = (" ".join(part[:length].split()) for part, length in ((side.text, MAX_TEXT), (parent, most)))
    return f"{KINDS[side.kind]}: {text}{CONTEXT_SEPARATOR}{context}".rstrip(CONTEXT_SEPARATOR)


def places_to_rerank(
    statements: Sequence[Statement], rows: NDArray[np.int64], expected: NDArray[np.float64]
) -> list[int]:
    """The positions in ``rows`` of the candidates that are reranked, best first: `RERANK_COUNT` at most.

    Args:
        statements: those of the program.
        rows: indices of statements, shape (candidates,).
        expected: their expected scores (0 to 1) by the first stage, shape (candidates,).
    """
    best = distinct_best(statements, rows, expected, RERANK_COUNT)
    return [place for place in best if expected[place] >= RERANK_FROM]


def rerank(reranker: Reranker, pairs: Sequence[tuple[TextInContext, TextInContext]]) -> Matrix:
    """The cross-encoder's log-odds of (requirement, statement), shape (pairs, 2)."""
    if not pairs:
        return np.zeros((0, 2), dtype=np.float32)
    return reranker.scores([reranker_input(left, right) for left, right in pairs])
