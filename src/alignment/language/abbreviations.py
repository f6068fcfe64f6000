"""Expand the abbreviations of Russian curricula and standards before matching.

A work programme has "нормы ЕСКД" where the standard has "единая система
конструкторской документации". Neither an encoder nor lemmas show that both mean the same.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

ABBREVIATIONS_FILE = "abbreviations.tsv"
# An abbreviation alone, or before a hyphen and a Russian word ("СВЧ-усилитель").
ABBREVIATION = re.compile(r"(?<![\w-])(?P<short>[А-ЯЁ][А-ЯЁа-яё]{1,6})(?:(?P<hyphen>-)(?=[а-яё])|(?!\w))")
# Abbreviations are shorter: so many capitals in a row mean that the whole text is in capitals.
CAPITALS = re.compile(r"[А-ЯЁ]{8}")
# Words that share so many first letters of so many letters are taken as forms of one word: endings are shorter, and
# other words that begin alike stand seldom beside an abbreviation.
STEM_LETTERS = 5


class Meaning(NamedTuple):
    """A meaning of an abbreviation; with ``clues`` it applies only if one is in the text or its surroundings."""

    whole: str
    clues: tuple[str, ...]


@cache
def meanings() -> dict[str, list[Meaning]]:
    """Abbreviation → its meanings, from abbreviations.tsv (short form, full form, beginnings of words as clues)."""
    result: dict[str, list[Meaning]] = {}
    for line in files("alignment.language").joinpath(ABBREVIATIONS_FILE).read_text(encoding="utf-8").splitlines():
        short, whole, *clues = line.split("\t")
        result.setdefault(short, []).append(Meaning(whole, tuple(clues[0].split(",")) if clues else ()))
    return result


def expand_abbreviations(text: str, surroundings: str = "") -> str:
    """The text with its abbreviations written out.

    A text in capitals is not changed, nor is an abbreviation whose words the text
    already has: "единая система конструкторской документации (ЕСКД)".

    Args:
        text: the text.
        surroundings: its context, which helps to choose among several meanings.
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
    """The full form with most clues in ``around``; "" if every meaning needs a clue and none is there."""
    best, most = "", 0
    for whole, clues in meanings().get(short, ()):
        hits = sum(clue in around for clue in clues) if clues else 1
        if hits > most:
            best, most = whole, hits
    return best


def _has(text: str, whole: str) -> bool:
    return all(word[:STEM_LETTERS] in text for word in whole.lower().split() if len(word) >= STEM_LETTERS - 1)
