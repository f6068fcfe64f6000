"""Documents → `Standard`; one file per source."""

from __future__ import annotations

from alignment.standards.editions import Entry, marked, replaced_text
from alignment.standards.library import (
    editions,
    entries,
    find,
    for_qualification,
    is_standard,
    qualified,
    read_file,
)
from alignment.standards.qualification import card_of
from alignment.standards.qualification import read as read_card

__all__ = [
    "Entry",
    "card_of",
    "editions",
    "entries",
    "find",
    "for_qualification",
    "is_standard",
    "marked",
    "qualified",
    "read_card",
    "read_file",
    "replaced_text",
]
