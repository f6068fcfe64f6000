"""The register of standards: all that are given, with their vectors, in memory or as an index on disk."""

from __future__ import annotations

from alignment.analysis.register.approximate import search
from alignment.analysis.register.builder import Built, build
from alignment.analysis.register.register import Listed, Register, area_of, of_standards
from alignment.analysis.register.store import DamagedIndexError, info, open_index, verify

__all__ = [
    "Built",
    "DamagedIndexError",
    "Listed",
    "Register",
    "area_of",
    "build",
    "info",
    "of_standards",
    "open_index",
    "search",
    "verify",
]
