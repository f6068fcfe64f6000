"""What is measured of a pair (requirement, statement).

The context of both sides counts: the cosine of the work function with the
discipline tells a lexical trap ("отладка программ" / "отладка производства")
from a match where the two statements alone do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from alignment.encoders import Encoder, Vectors
from alignment.language.analysis import Analysis
from alignment.matching.lexicon import overlap
from alignment.matching.texts import Side, contexts
from alignment.matching.words import Words
from alignment.model import Kind

FEATURES = (
    "meaning",
    "function_discipline",
    "requirement_discipline",
    "function_statement",
    "context",
    "beyond_function",
    "requirement_function",
    "statement_discipline",
    "requirement_words",
    "statement_words",
    "fuzzy",
    "object",
    "length",
    "knows_only",
    "does_more",
    "short",
    "cross_language",
    "title_only",
    "words_found",
    "words_beyond",
    "object_found",
)
DOING = frozenset({Kind.ACTION, Kind.SKILL})
KNOWING = frozenset({Kind.KNOWLEDGE, Kind.TOPIC, Kind.TITLE})
SHORT_WORDS = 6
# Weights of the context in the untrained score that picks candidates: the figures of docs/benchmarks.md.
CONTEXT = 0.5

Matrix = NDArray[np.float32]


class Space:
    """Vectors of all texts and contexts of the two sides, and the cosines between them."""

    def __init__(self, encoder: Encoder, requirements: Sequence[Side], statements: Sequence[Side]) -> None:
        texts = [side.text for side in (*requirements, *statements)]
        above = contexts([*requirements, *statements])
        vectors = encoder.encode([*texts, *above])
        split = len(requirements)
        row = {context: len(texts) + index for index, context in enumerate(above)}
        self.requirements: Vectors = vectors[:split]
        self.statements: Vectors = vectors[split : len(texts)]
        self.functions: Vectors = vectors[[row[side.context] for side in requirements]]
        self.disciplines: Vectors = vectors[[row[side.context] for side in statements]]

    def cosines(self, index: int) -> Matrix:
        """`cosines_of` requirement ``index`` with all statements, shape (7, statements)."""
        return cosines_of(self.requirements[index], self.functions[index], self)


def cosines_of(requirement: Vectors, function: Vectors, space: Space) -> Matrix:
    """Cosines of one requirement in its function with all statements of a space, shape (7, statements)."""
    return _cosines(requirement, function, space.statements, space.disciplines)


def cosines_beside(space: Space, index: int, statement: Vectors, discipline: int) -> Matrix:
    """Cosines of requirement ``index`` with a new statement in the context of that of ``discipline``, shape (7, 1)."""
    return _cosines(
        space.requirements[index], space.functions[index], statement[None], space.disciplines[discipline][None]
    )


def _cosines(requirement: Vectors, function: Vectors, statements: Vectors, disciplines: Vectors) -> Matrix:
    """Cosines of meaning, function – discipline, requirement – discipline, function – statement, beyond, own contexts.

    The fifth is the cosine of requirement and statement after the direction of
    the function is taken out of both: what they share beyond the subject that
    everything in this function has. The last two say how typical the
    requirement is of its function, and the statement of its discipline.
    """
    meaning, aside = statements @ requirement, statements @ function
    own = float(requirement @ function)
    rest = np.sqrt(np.maximum(1 - aside**2, 1e-6)) * np.sqrt(max(1 - own**2, 1e-6))
    beyond = (meaning - own * aside) / rest
    at_home = np.einsum("ij,ij->i", statements, disciplines)
    asked = np.full_like(meaning, own)
    return np.stack([meaning, disciplines @ function, disciplines @ requirement, aside, beyond, asked, at_home])


def untrained(cosines: Matrix) -> Matrix:
    """cos(r, s) + 0.5 cos(function, discipline) + 0.5 cos(r, discipline), shape (statements,)."""
    return np.asarray(cosines[0] + CONTEXT * cosines[1] + CONTEXT * cosines[2], dtype=np.float32)


def rows(
    requirement: Side,
    statements: Sequence[Side],
    cosines: Matrix,
    known: Mapping[str, Analysis],
    words: Words,
    weights: Mapping[str, float],
) -> Matrix:
    """Features of one requirement with several statements, shape (statements, len(FEATURES)).

    ``cosines`` has shape (7, statements); ``weights`` are those of the
    standard's lemmas (`alignment.matching.lexicon.own_weights`).
    """
    own = known[requirement.text]
    bag = " ".join(own.lemmas)
    result = np.zeros((len(statements), len(FEATURES)), dtype=np.float32)
    result[:, :4] = cosines[:4].T
    result[:, 4] = np.maximum(cosines[1], cosines[2])
    result[:, 5:8] = cosines[4:].T
    result[:, 18:] = words.counterparts(own, [known[statement.text] for statement in statements], weights)
    for index, statement in enumerate(statements):
        other = known[statement.text]
        same_language = own.language == other.language
        result[index, 8:18] = (
            overlap(own.lemmas, other.lemmas, weights) if same_language else 0.0,
            overlap(other.lemmas, own.lemmas, weights) if same_language else 0.0,
            fuzz.token_set_ratio(bag, " ".join(other.lemmas)) / 100 if same_language else 0.0,
            float(same_language and bool(set(own.objects) & set(other.lemmas))),
            min(1.0, len(other.lemmas) / max(1, len(own.lemmas))),
            float(requirement.kind in DOING and statement.kind in KNOWING),
            float(requirement.kind is Kind.KNOWLEDGE and statement.kind not in KNOWING),
            max(0.0, 1 - len(other.lemmas) / SHORT_WORDS),
            float(not same_language),
            float(statement.kind is Kind.TITLE),
        )
    return result
