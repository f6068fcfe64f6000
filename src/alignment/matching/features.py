"""The features of a pair (requirement, statement).

The context of both texts counts. The cosine of work function and discipline
distinguishes a match from texts that only share words ("отладка программ" /
"отладка производства"), which the two texts alone do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from alignment.encoders import Encoder, Vectors
from alignment.language.analysis import Analysis
from alignment.matching.contextual_text import TextInContext, contexts
from alignment.matching.lexical import weighted_overlap
from alignment.matching.precedents import PRECEDENT_FEATURES, Precedents
from alignment.matching.word_vectors import WordVectors
from alignment.model import Kind

# The rows of `cosines_of`.
COSINES = (
    "meaning",
    "function_discipline",
    "requirement_discipline",
    "function_statement",
    "beyond_function",
    "requirement_function",
    "statement_discipline",
    "discipline_mean",
    "function_mean",
    "requirement_average",
    "statement_average",
)
# The columns of `compute_features`.
PAIR_FEATURES = (
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
    "discipline_mean",
    "function_mean",
    "requirement_average",
    "statement_average",
    *PRECEDENT_FEATURES,
)
# Requirements whose cosines are computed at a time: one product of matrices reads the statements' vectors once, not 32
# times. With 7,400 statements 10 MB.
BLOCK = 32
# The cosines that pick candidates, in the order in which `retrieval_scores` takes them.
CANDIDATE_COSINES = ("meaning", "function_discipline", "requirement_discipline")
PRACTICE_KINDS = frozenset({Kind.ACTION, Kind.SKILL})
THEORY_KINDS = frozenset({Kind.KNOWLEDGE, Kind.TOPIC, Kind.TITLE})
# The feature "short" falls from 1 to 0 up to this many words. The coefficients are fitted to
# it: with 3 or 12 and the same coefficients 54 and 58 of 751 verdicts of judged programs change.
SHORT_WORDS = 6
# Weights of the context in the untrained score that picks candidates: the figures of docs/benchmarks.md are made with
# them ("without context" there is 0).
CONTEXT_WEIGHT = 0.5
# Neighbours that the average counts for; 0, 5 and 10 do no better on programs and standards never seen.
AVERAGE_COUNT = 2

Matrix = NDArray[np.float32]


class Averages(NamedTuple):
    """The mean vectors of statements of real programs, and of requirements of real standards, shape (dimension,).

    General texts ("анализ данных") are near to everything. The nearer a text is
    to the mean of the other side, the less a high cosine means. The means come
    from the verdict model, so that they do not depend on the program at hand.
    """

    statement: Vectors
    requirement: Vectors


class VectorSpace:
    """Unit vectors of all texts and contexts of the two sides, and the cosines between them.

    ``requirements``, ``functions`` and ``function_means`` have shape
    (requirements, dimension): vectors of requirements, of their contexts, and the
    means of all requirements in the same function. ``statements``,
    ``disciplines`` and ``discipline_means`` have shape (statements, dimension).
    """

    def __init__(
        self,
        encoder: Encoder,
        requirements: Sequence[TextInContext],
        statements: Sequence[TextInContext],
        averages: Averages,
        precedents: Precedents,
    ) -> None:
        texts = [side.text for side in (*requirements, *statements)]
        distinct_contexts = contexts([*requirements, *statements])
        vectors = encoder.encode([*texts, *distinct_contexts])
        split = len(requirements)
        row = {context: len(texts) + index for index, context in enumerate(distinct_contexts)}
        self.averages, self.precedents = averages, precedents
        self.requirements: Vectors = vectors[:split]
        self.statements: Vectors = vectors[split : len(texts)]
        self.functions: Vectors = vectors[[row[side.context] for side in requirements]]
        self.disciplines: Vectors = vectors[[row[side.context] for side in statements]]
        self.function_means = _means(self.requirements, [side.context for side in requirements])
        self.discipline_means = _leave_one_out_means(self.statements, statements, averages.statement)
        # The first requirement of the block computed last, and its cosines.
        self._block: tuple[int, Matrix] = (-1, np.zeros((0, len(COSINES), 0), dtype=np.float32))

    def cosines(self, index: int) -> Matrix:
        """`cosines_of` requirement ``index`` with all statements, shape (len(COSINES), statements)."""
        start = index - index % BLOCK
        block = self._block
        if start != block[0]:
            rows = slice(start, start + BLOCK)
            sides = self.requirements[rows], self.functions[rows], self.function_means[rows]
            block = self._block = start, _cosines(*sides, self.beside, self.averages)
        return np.asarray(block[1][index - start])

    @property
    def beside(self) -> tuple[Vectors, Vectors, Vectors]:
        """Vectors of all statements, of their disciplines, and the means of what else these teach."""
        return self.statements, self.disciplines, self.discipline_means


def cosines_of(requirement: Vectors, function: Vectors, peers: Vectors, space: VectorSpace) -> Matrix:
    """Cosines of one requirement with all statements of a space, shape (len(COSINES), statements).

    Args:
        requirement: vector of the requirement, shape (dimension,).
        function: vector of its context.
        peers: mean vector of the requirements in its work function.
        space: the vectors of the statements.
    """
    return np.asarray(_cosines(requirement[None], function[None], peers[None], space.beside, space.averages)[0])


def cosines_with(space: VectorSpace, index: int, statement: Vectors, discipline: int) -> Matrix:
    """Cosines of requirement ``index`` with a new statement, shape (len(COSINES), 1).

    ``statement`` is its vector, shape (dimension,); its discipline is that of the statement with the index
    ``discipline``.
    """
    beside = (statement[None], space.disciplines[discipline][None], space.discipline_means[discipline][None])
    rows = slice(index, index + 1)
    sides = space.requirements[rows], space.functions[rows], space.function_means[rows]
    return np.asarray(_cosines(*sides, beside, space.averages)[0])


def _cosines(
    requirements: Vectors,
    functions: Vectors,
    peers: Vectors,
    beside: tuple[Vectors, Vectors, Vectors],
    averages: Averages,
) -> Matrix:
    """What `COSINES` names, for several requirements, shape (requirements, len(COSINES), statements).

    ``beside`` has the vectors of statements, of their disciplines, and the means of what else these teach.

    "beyond_function" is the cosine of requirement and statement after the
    direction of the function is removed from both, that is, what they share
    beyond the subject of the function. "requirement_function" and
    "statement_discipline" say how typical the requirement is of its function,
    and the statement of its discipline. "discipline_mean" is the mean cosine of
    the requirement with the other statements of the discipline, "function_mean"
    that of the statement with all requirements of the function.
    """
    statements, disciplines, means = beside
    meaning, function_cosines = requirements @ statements.T, functions @ statements.T
    typical = np.einsum("ij,ij->i", requirements, functions)[:, None]
    rest = np.sqrt(np.maximum(1 - function_cosines**2, 1e-6)) * np.sqrt(np.maximum(1 - typical**2, 1e-6))
    cosines = {
        "meaning": meaning,
        "function_discipline": functions @ disciplines.T,
        "requirement_discipline": requirements @ disciplines.T,
        "function_statement": function_cosines,
        "beyond_function": (meaning - typical * function_cosines) / rest,
        "requirement_function": typical,
        "statement_discipline": np.einsum("ij,ij->i", statements, disciplines),
        "discipline_mean": requirements @ means.T,
        "function_mean": peers @ statements.T,
        "requirement_average": (requirements @ averages.statement)[:, None],
        "statement_average": statements @ averages.requirement,
    }
    return np.stack([np.broadcast_to(cosines[name], meaning.shape) for name in COSINES], axis=1)


def _sums(vectors: Vectors, names: Sequence[str]) -> tuple[Vectors, Vectors]:
    """For each vector the sum of all vectors with its name, same shape, and their number, shape (vectors, 1)."""
    _, place = np.unique(np.asarray(names), return_inverse=True)
    sums = np.zeros((len(np.bincount(place)), vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, place, vectors)
    return sums[place], np.bincount(place)[place][:, None].astype(np.float32)


def _means(vectors: Vectors, names: Sequence[str]) -> Vectors:
    """For each vector the mean of all vectors with its name, same shape."""
    sums, counts = _sums(vectors, names)
    return np.asarray(sums / np.maximum(counts, 1))


def _leave_one_out_means(vectors: Vectors, sides: Sequence[TextInContext], average: Vectors) -> Vectors:
    """For each text the mean of the other texts in its context, in the shape of ``vectors``.

    A repeated text counts once. ``average`` counts as `AVERAGE_COUNT` more texts, so that a text alone in its context
    gets the average.
    """
    first: dict[tuple[str, str], int] = {}
    place = [first.setdefault((side.context, side.text), len(first)) for side in sides]
    kept = vectors[list(dict(zip(place, range(len(place)), strict=True)).values())] if place else vectors
    sums, counts = _sums(kept, [context for context, _ in first])
    return np.asarray(((sums - kept + AVERAGE_COUNT * average) / (counts - 1 + AVERAGE_COUNT))[place], dtype=np.float32)


def retrieval_scores(cosines: Matrix) -> Matrix:
    """cos(requirement, statement) + 0.5 cos(function, discipline) + 0.5 cos(requirement, discipline).

    ``cosines`` has shape (len(COSINES), statements), the result (statements,).
    """
    return np.asarray(cosines[0] + CONTEXT_WEIGHT * cosines[1] + CONTEXT_WEIGHT * cosines[2], dtype=np.float32)


def compute_features(
    requirement: TextInContext,
    statements: Sequence[TextInContext],
    cosines: Matrix,
    precedents: Matrix,
    analyses: Mapping[str, Analysis],
    words: WordVectors,
    weights: Mapping[str, float],
) -> Matrix:
    """Features of one requirement with several statements, shape (statements, len(PAIR_FEATURES)).

    ``cosines`` has shape (len(COSINES), statements), ``precedents`` (statements, len(PRECEDENT_FEATURES)); ``weights``
    are those of the standard's lemmas (`alignment.matching.lexical.lemma_weights`).
    """
    analysis = analyses[requirement.text]
    lemmas = " ".join(analysis.lemmas)
    columns = {name: cosines[row] for row, name in enumerate(COSINES)}
    columns |= dict(zip(PRECEDENT_FEATURES, precedents.T, strict=True))
    columns["context"] = np.maximum(columns["function_discipline"], columns["requirement_discipline"])
    names = ("words_found", "words_beyond", "object_found")
    counterparts = words.counterparts(analysis, [analyses[statement.text] for statement in statements], weights)
    columns |= dict(zip(names, counterparts.T, strict=True))
    lexical = [
        _lexical(requirement, statement, analysis, analyses[statement.text], lemmas, weights)
        for statement in statements
    ]
    for name in PAIR_FEATURES:
        if name not in columns:
            columns[name] = np.asarray([one[name] for one in lexical], dtype=np.float32)
    return np.stack([columns[name] for name in PAIR_FEATURES], axis=1).astype(np.float32)


def _lexical(
    requirement: TextInContext,
    statement: TextInContext,
    analysis: Analysis,
    other_analysis: Analysis,
    bag: str,
    weights: Mapping[str, float],
) -> dict[str, float]:
    """The features of one pair that come from words and kinds; ``bag`` are the requirement's lemmas with spaces."""
    same = analysis.language == other_analysis.language
    return {
        "requirement_words": weighted_overlap(analysis.lemmas, other_analysis.lemmas, weights) if same else 0.0,
        "statement_words": weighted_overlap(other_analysis.lemmas, analysis.lemmas, weights) if same else 0.0,
        "fuzzy": fuzz.token_set_ratio(bag, " ".join(other_analysis.lemmas)) / 100 if same else 0.0,
        "object": float(same and bool(set(analysis.objects) & set(other_analysis.lemmas))),
        "length": min(1.0, len(other_analysis.lemmas) / max(1, len(analysis.lemmas))),
        "knows_only": float(requirement.kind in PRACTICE_KINDS and statement.kind in THEORY_KINDS),
        "does_more": float(requirement.kind is Kind.KNOWLEDGE and statement.kind not in THEORY_KINDS),
        "short": max(0.0, 1 - len(other_analysis.lemmas) / SHORT_WORDS),
        "cross_language": float(not same),
        "title_only": float(statement.kind is Kind.TITLE),
    }
