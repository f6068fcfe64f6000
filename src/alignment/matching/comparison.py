"""The texts, vectors and analyses of a program and a standard while they are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from alignment.encoders import Encoder, Vectors
from alignment.language.analysis import Analysis
from alignment.matching.contextual_text import TextInContext
from alignment.matching.features import VectorSpace
from alignment.matching.generic import Areas, requirement_areas
from alignment.matching.lexical import InvertedIndex
from alignment.matching.word_vectors import WordVectors
from alignment.model import GeneralizedFunction, Requirement, Standard, Statement, WorkFunction


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A program and a standard side by side.

    ``requirement_texts`` and ``statement_texts`` are the texts of
    ``requirements`` and ``statements`` with their context, in the same order.
    ``analyses`` maps a text to its linguistic analysis, ``lemma_weights`` a lemma
    to its weight. ``areas`` are the statements' areas of generic competences
    (`alignment.matching.generic`), shape (statements,).
    """

    standard: Standard
    requirements: Sequence[tuple[GeneralizedFunction, WorkFunction, Requirement]]
    requirement_texts: Sequence[TextInContext]
    statement_texts: Sequence[TextInContext]
    statements: Sequence[Statement]
    encoder: Encoder
    vectors: VectorSpace
    analyses: Mapping[str, Analysis]
    word_vectors: WordVectors
    inverted_index: InvertedIndex
    lemma_weights: Mapping[str, float]
    areas: Areas

    def admitted(self, requirement: TextInContext) -> NDArray[np.bool_]:
        """Mask of the statements that may be candidates of a requirement, shape (statements,).

        Left out are duplicates, and generic competences and general disciplines of areas that the
        requirement does not share (`alignment.matching.generic`).
        """
        return ~self.duplicates & ((self.areas & requirement_areas(requirement.text, requirement.parent)) > 0)

    def requirement_vector(self, requirement: TextInContext) -> Vectors:
        """The vector of a requirement or of a text in its place (the name of a function), shape (dimensions,)."""
        row = self._requirement_rows.get(requirement.text)
        vector = self.encoder.encode([requirement.text])[0] if row is None else self.vectors.requirements[row]
        return np.asarray(vector)

    @cached_property
    def _requirement_rows(self) -> dict[str, int]:
        return {side.text: row for row, side in enumerate(self.requirement_texts)}

    @cached_property
    def duplicates(self) -> NDArray[np.bool_]:
        """Mask of the statements whose text an earlier statement has in the same context, shape (statements,)."""
        seen: set[tuple[str, str]] = set()
        duplicate = np.zeros(len(self.statement_texts), dtype=bool)
        for index, side in enumerate(self.statement_texts):
            duplicate[index] = (side.text, side.context) in seen
            seen.add((side.text, side.context))
        return duplicate
