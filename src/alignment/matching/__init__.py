"""Matching: candidates → features → probabilities → verdicts; `Aligner` does all of it."""

from __future__ import annotations

from alignment.matching.aligner import Aligner
from alignment.matching.verdict_model import VerdictModel

__all__ = ["Aligner", "VerdictModel"]
