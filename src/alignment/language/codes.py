"""Codes of work functions: Cyrillic and Latin look-alikes are one code."""

from __future__ import annotations

import re

LOOKALIKES = str.maketrans("АВСЕНКМОРТХавсенкмортх", "ABCEHKMOPTXabcehkmoptx")
FUNCTION = re.compile(r"(?<![\w/])([A-ZА-Я])\s*/\s*(\d{1,2})\s*\.\s*(\d)(?!\d)")
STANDARD = re.compile(r"(?<![\d.])(\d{2}\.\d{3})(?![\d.])")


def normal_code(code: str) -> str:
    """``А/01.6`` with any mix of scripts and spaces, or ``А/1.6`` → Latin ``A/01.6``."""
    code = re.sub(r"\s+", "", code).translate(LOOKALIKES).upper()
    return re.sub(r"^(\w)/(\d)\.", r"\1/0\2.", code)


def fold_code(text: str) -> str:
    """Text for comparison: lower case, ё as е, no punctuation, no spaces, one alphabet's look-alikes."""
    return re.sub(r"[\W_]+", "", text.lower().replace("ё", "е")).translate(LOOKALIKES)
