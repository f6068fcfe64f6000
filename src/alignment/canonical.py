"""A canonical form for texts that differ only in case, list marks, "ё", quotes, white space or a final stop.

Texts are compared in this form, so a requirement in capitals gets the same
vector and the same verdict as in small letters.
"""

from __future__ import annotations

import re

MARKS = re.compile(r"^(?:[\s\-–—−‒•▪◦●·*✓➢§\uf0b7\uf0a7\uf02d]+|o\s(?=\S))+")
QUOTES = re.compile("[«»“”„‟\"'‘’`]")
ENDING = " \t.;:,"


def canonical(text: str) -> str:
    """The text in small letters, with "е" for "ё", single spaces, and no quotes, leading list mark or final stop.

    A text that consists of such marks alone is returned unchanged.
    """
    plain = " ".join(QUOTES.sub("", text.replace("\u00ad", "")).split())
    plain = MARKS.sub("", plain).rstrip(ENDING).lower().replace("ё", "е")
    return plain or text
