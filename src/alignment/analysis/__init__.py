"""Computations on alignments, such as coverage, declared links and improvement plans. Nothing here reads a file."""

from __future__ import annotations

from alignment.analysis.coverage import Coverage, Part, Sight, Tally, coverage
from alignment.analysis.declared import Declared, DeclaredRow, declared
from alignment.analysis.levels import above_degree, degree_level
from alignment.analysis.qualification import direction_named
from alignment.analysis.unasked import discipline_to_extend, main_disciplines, main_disciplines_of, surplus

__all__ = [
    "Coverage",
    "Declared",
    "DeclaredRow",
    "Part",
    "Sight",
    "Tally",
    "above_degree",
    "coverage",
    "declared",
    "degree_level",
    "direction_named",
    "discipline_to_extend",
    "main_disciplines",
    "main_disciplines_of",
    "surplus",
]
