"""Documents → `Standard`; one file per source."""

from __future__ import annotations

from alignment.standards.library import Entry, entries, find, read_file

__all__ = ["Entry", "entries", "find", "read_file"]
