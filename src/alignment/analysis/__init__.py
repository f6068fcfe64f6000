"""What is computed from alignments; nothing here reads a file."""

from __future__ import annotations

from alignment.analysis.coverage import Coverage, Part, Sight, Tally, coverage

__all__ = ["Coverage", "Part", "Sight", "Tally", "coverage"]
