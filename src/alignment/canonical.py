"""One form for texts that differ in nothing that matters: case, list marks, "ё", quotes, blanks, a final stop.

What is compared is this form, so a requirement in capitals gets the vector
and the verdict of the same requirement in small letters.
"""

from __future__ import annotations

import re

MARKS = re.compile(r"^(?:[\s\-–—−‒•▪◦●·*✓➢§\uf0b7\uf0a7\uf02d]+|o\s(?=\S))+")
QUOTES = re.compile("[«»“”„‟\"'‘’`]")
ENDING = " \t.;:,"


def canonical(text: str) -> str:
    """The text in small letters with "е" for "ё", single blanks, no quotes, no list mark before and no stop after it.

    A text of marks alone comes back as it is.
    """
    plain = " ".join(QUOTES.sub("", text.replace("\u00ad", "")).split())
    plain = MARKS.sub("", plain).rstrip(ENDING).lower().replace("ё", "е")
    return plain or text
