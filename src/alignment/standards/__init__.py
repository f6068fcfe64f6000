"""Documents → `Standard`; one file per source."""

from __future__ import annotations

from alignment.standards.library import Entry, editions, entries, find, is_standard, read_file

__all__ = ["Entry", "editions", "entries", "find", "is_standard", "read_file"]
