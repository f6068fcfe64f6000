"""Qualification levels of degrees, to compare with the levels of a standard's functions.

The levels are those of order 148н of the Ministry of Labour of 12.04.2013
(bachelor 6, specialist and master 7, postgraduate 8, vocational 4 and 5).
"""

from __future__ import annotations

import re

from alignment.model import Program

# Levels of the order 148n of the Ministry of Labour of 2013 (docs/draft.md), the highest first: the first pattern wins.
LEVELS: tuple[tuple[int, re.Pattern[str]], ...] = tuple(
    (level, re.compile(pattern, re.IGNORECASE))
    for level, pattern in (
        (8, r"аспирант|адъюнкт|ординатур|ассистентур|исследователь|кандидат|ph\.?d|doctor"),
        (7, r"магистр|специалитет|специалист|инженер|провизор|врач|master"),
        (6, r"бакалавр|bachelor"),
        (5, r"техник|среднее профессиональное|спо\b|среднего звена|программист|vocational"),
        (4, r"квалифицированн\w+ рабоч|рабочий"),
    )
)
# The middle of a direction's code says the level of education: 09.02.03 vocational, 09.03.03 bachelor …
# (orders 1061 and 1199 of the Ministry of Education of 2013: lists of directions and specialities).
BY_CODE = {"01": 4, "02": 5, "03": 6, "04": 7, "05": 7, "06": 8}


def degree_level(program: Program) -> int | None:
    """The qualification level (4 to 8) of the program's degree, or None if the degree is not known."""
    for level, pattern in LEVELS:
        if program.degree and pattern.search(program.degree):
            return level
    code = re.fullmatch(r"\d{2}\.(\d{2})\.\d{2}", program.code)
    return BY_CODE.get(code[1]) if code else None


def above_degree(level: str, degree: int | None) -> bool:
    """Whether a function's level ("7", "7.2") is above the degree's."""
    digit = re.match(r"\d", level)
    return degree is not None and digit is not None and int(digit[0]) > degree
