"""Repair words that a PDF shows in pieces: "о бразования", "манипулирован ия", "средст / ва", "значе-ние".

Two pieces are joined only if the dictionary has the joined word and lacks one
of the pieces: "в раз" and "и к" are pairs of words.
"""

from __future__ import annotations

import re

from alignment.dictionary import is_word
from alignment.documents.pdf_join import solid

LETTER = "А-ЯЁа-яё"
# Two Cyrillic pieces with a space, a hyphen, or both between them; the second piece after a space may begin a new pair.
SPACED = re.compile(rf"(?<![\w-])([{LETTER}]+) (?=([а-яё]+)(?![\w-]))")
HYPHENED = re.compile(rf"(?<![\w-])([{LETTER}]?[а-яё]+)(- ?|\u00ad ?)([а-яё]+)(?![\w-])")
# The pieces before and after a line's end, where a narrow column cuts words with or without a hyphen.
BROKEN = re.compile(
    rf"(?<![\w-])([{LETTER}][а-яё]*)([-\u00ad\u2010]?)\n([а-яё]+)((?:-[{LETTER}-]+)?[,.;:)»!?]*)(?:[ \n]|$)"
)
# What links two words with a hyphen (цифро-аналоговый) ends so, and its second word is no short one.
LINKING, LEAST_LINKED = ("о", "е"), 5


def mended(text: str) -> str:
    """The text with its broken words joined; a word that a line's end cuts moves to the line where it begins."""
    if "\n" in text:
        text = BROKEN.sub(_over_lines, text).rstrip("\n")
    text = HYPHENED.sub(_hyphened, text)
    return SPACED.sub(_spaced, text)


def _spaced(match: re.Match[str]) -> str:
    left, right = match[1], match[2]
    if len(left) > 1 and left[1:].isupper():
        return match[0]  # an abbreviation: "МИС с"
    return left if _cut(left, right) else match[0]


def _cut(left: str, right: str) -> bool:
    """Whether two pieces are one word: the dictionary has both together and lacks one of them."""
    if len(left) == 1 or (is_word(left) and len(right) > 1):
        return not is_word(right) and is_word(left + right)
    return not is_word(left) and is_word(left + right)


def _hyphened(match: re.Match[str]) -> str:
    left, _hyphen, right = match.groups()
    return left + right if _divided(left, right) else match[0]


def _divided(left: str, right: str) -> bool:
    """Whether the hyphen is left from hyphenation at a former line's end and is not part of a compound."""
    return is_word(left + right) and (not is_word(right) or (not is_word(left) and not _linked(left, right)))


def _linked(left: str, right: str) -> bool:
    return left.endswith(LINKING) and len(right) >= LEAST_LINKED


def _over_lines(match: re.Match[str]) -> str:
    left, hyphen, right, rest = match.groups()
    if hyphen:
        # A hyphen at a line's end is hyphenation, unless the two pieces form a compound (научно-технический).
        whole = _divided(left, right) or (is_word(left + right) and not _linked(left, right)) or solid(left)
    else:
        whole = _cut(left, right)
    return f"{left}{right}{rest}\n" if whole else match[0]
