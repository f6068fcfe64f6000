"""The standards at hand: listing them, finding one, its editions; in `index` thousands of them ready to be searched."""

from __future__ import annotations

from alignment.catalogue.editions import Entry, marked, replaced_text
from alignment.catalogue.inputs import read_all
from alignment.catalogue.library import editions, entries, find, for_qualification

__all__ = ["Entry", "editions", "entries", "find", "for_qualification", "marked", "read_all", "replaced_text"]
