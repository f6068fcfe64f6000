"""Files and folders → `Standard`; one module per source or format."""

from __future__ import annotations

from alignment.standards.qualification import card_of, qualified
from alignment.standards.qualification import read as read_card
from alignment.standards.readers import is_standard, read_file, read_folder

__all__ = ["card_of", "is_standard", "qualified", "read_card", "read_file", "read_folder"]
