"""The index of standards: many standards with their vectors, in memory (`Register`) or in a folder on disk."""

from __future__ import annotations

from alignment.catalogue.index.approximate import nearest_rows
from alignment.catalogue.index.builder import BuildResult, build
from alignment.catalogue.index.register import Hit, IndexEntry, Register, area_of, of_standards
from alignment.catalogue.index.store import DamagedIndexError, info, open_index, verify

__all__ = [
    "BuildResult",
    "DamagedIndexError",
    "Hit",
    "IndexEntry",
    "Register",
    "area_of",
    "build",
    "info",
    "nearest_rows",
    "of_standards",
    "open_index",
    "verify",
]
