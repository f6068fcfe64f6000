"""Candidates → features → probability → verdict, and the `Aligner` that strings them."""

from __future__ import annotations

from alignment.matching.aligner import Aligner
from alignment.matching.verdict_model import VerdictModel

__all__ = ["Aligner", "VerdictModel"]
