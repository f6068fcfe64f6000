"""Everything known of one program and one standard while they are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alignment.encoders import Encoder
from alignment.language.analysis import Analysis
from alignment.matching.features import Space
from alignment.matching.lexicon import Postings
from alignment.matching.texts import Side
from alignment.matching.words import Words
from alignment.model import GeneralizedFunction, Requirement, Standard, Statement, WorkFunction


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """``left`` and ``right`` are the texts of ``tree`` and ``statements`` with their context, in the same order."""

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
