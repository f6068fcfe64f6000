"""The available standards: list them, find one and its editions; `index` makes thousands of them searchable."""

from __future__ import annotations

from alignment.catalogue.editions import Entry, marked, replaced_text
from alignment.catalogue.inputs import read_all
from alignment.catalogue.library import editions, entries, find, for_qualification

__all__ = ["Entry", "editions", "entries", "find", "for_qualification", "marked", "read_all", "replaced_text"]
