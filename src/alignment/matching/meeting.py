"""Everything known of one program and one standard while they are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from alignment.encoders import Encoder
from alignment.language.analysis import Analysis
from alignment.matching.features import Space
from alignment.matching.generic import Areas, requirement_areas
from alignment.matching.lexicon import Postings
from alignment.matching.texts import Side
from alignment.matching.words import Words
from alignment.model import GeneralizedFunction, Requirement, Standard, Statement, WorkFunction


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """``left`` and ``right`` are the texts of ``tree`` and ``statements`` with their context, in the same order.

    ``areas`` are the statements' areas of generic competences.
    """

    standard: Standard
    tree: Sequence[tuple[GeneralizedFunction, WorkFunction, Requirement]]
    left: Sequence[Side]
    right: Sequence[Side]
    statements: Sequence[Statement]
    encoder: Encoder
    space: Space
    known: Mapping[str, Analysis]
    words: Words
    postings: Postings
    weights: Mapping[str, float]
    areas: Areas

    def admitted(self, requirement: Side) -> NDArray[np.bool_]:
        """Which statements may be candidates of a requirement, shape (statements,).

        Not one that says what one before it says in the same context, nor a
        generic competence of another area (`alignment.matching.generic`).
        """
        return ~self.repeated & ((self.areas & requirement_areas(requirement.text)) > 0)

    @cached_property
    def repeated(self) -> NDArray[np.bool_]:
        """Which statements say what one before them says in the same context: they are no candidates of their own."""
        seen: set[tuple[str, str]] = set()
        found = np.zeros(len(self.right), dtype=bool)
        for index, side in enumerate(self.right):
            found[index] = (side.text, side.context) in seen
            seen.add((side.text, side.context))
        return found
