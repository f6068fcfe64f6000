"""Codes of work functions, in one alphabet: documents mix Cyrillic and Latin letters that look alike."""

from __future__ import annotations

import re

LOOKALIKES = str.maketrans("АВСЕНКМОРТХавсенкмортх", "ABCEHKMOPTXabcehkmoptx")
FUNCTION = re.compile(r"(?<![\w/])([A-ZА-Я])\s*/\s*(\d{1,2})\s*\.\s*(\d)(?!\d)")
STANDARD = re.compile(r"(?<![\d.])(\d{2}\.\d{3})(?![\d.])")


def normal_code(code: str) -> str:
    """The normal form of a code: ``А/01.6`` in any mix of alphabets and spaces, or ``А/1.6`` → Latin ``A/01.6``."""
    code = re.sub(r"\s+", "", code).translate(LOOKALIKES).upper()
    return re.sub(r"^(\w)/(\d)\.", r"\1/0\2.", code)


def fold_code(text: str) -> str:
    """The text for comparison: small letters, "е" for "ё", no punctuation or spaces, Latin for look-alike letters."""
    return re.sub(r"[\W_]+", "", text.lower().replace("ё", "е")).translate(LOOKALIKES)
