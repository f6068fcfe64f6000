"""Abbreviations of Russian curricula and standards, spelled out for matching.

A work programme says "нормы ЕСКД" where the standard says "единая система
конструкторской документации": neither an encoder nor lemmas see that these are one.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

ABBREVIATIONS_FILE = "abbreviations.tsv"
# An abbreviation alone, or before a hyphen and a Russian word ("СВЧ-усилитель").
ABBREVIATION = re.compile(r"(?<![\w-])(?P<short>[А-ЯЁ][А-ЯЁа-яё]{1,6})(?:(?P<hyphen>-)(?=[а-яё])|(?!\w))")
# No abbreviation is as long: the text is set in capitals.
CAPITALS = re.compile(r"[А-ЯЁ]{8}")
# Words with the same beginning of so many letters are taken for forms of one word: endings are shorter, and other words
# that begin alike stand seldom beside an abbreviation.
STEM_LETTERS = 5


class Meaning(NamedTuple):
    """What an abbreviation stands for; with ``clues`` it does so only where the text or its surroundings hold one."""

    whole: str
    clues: tuple[str, ...]


@cache
def meanings() -> dict[str, list[Meaning]]:
    """Every abbreviation of abbreviations.tsv: the short form, the whole, beginnings of words that are its clues."""
    result: dict[str, list[Meaning]] = {}
    for line in files("alignment.language").joinpath(ABBREVIATIONS_FILE).read_text(encoding="utf-8").splitlines():
        short, whole, *clues = line.split("\t")
        result.setdefault(short, []).append(Meaning(whole, tuple(clues[0].split(",")) if clues else ()))
    return result


def expand_abbreviations(text: str, surroundings: str = "") -> str:
    """The text with its abbreviations as words; ``surroundings`` helps where one has several meanings.

    A text in capitals stays, and so does an abbreviation whose words the text
    has already: "единая система конструкторской документации (ЕСКД)".
    """
    if CAPITALS.search(text):
        return text
    lowered = text.lower()
    around = f"{lowered} {surroundings.lower()}"

    def words(match: re.Match[str]) -> str:
        whole = _meaning(match["short"], around)
        if not whole or _has(lowered, whole):
            return match[0]
        return f"{whole} " if match["hyphen"] else whole

    return ABBREVIATION.sub(words, text)


def _meaning(short: str, around: str) -> str:
    """The meaning with the most clues; nothing if it needs some and has none."""
    best, most = "", 0
    for whole, clues in meanings().get(short, ()):
        hits = sum(clue in around for clue in clues) if clues else 1
        if hits > most:
            best, most = whole, hits
    return best


def _has(text: str, whole: str) -> bool:
    return all(word[:STEM_LETTERS] in text for word in whole.lower().split() if len(word) >= STEM_LETTERS - 1)
