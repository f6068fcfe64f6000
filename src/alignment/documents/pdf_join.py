"""Lines of a PDF → running text: which line breaks cut a word, and which divide two."""

from __future__ import annotations

import re

from alignment.dictionary import is_word

HYPHEN = re.compile(r"(?<=[а-яёa-z])[-\u00ad\u2010]$")
# Beginnings that are always written in one with their word, which few dictionaries know.
PREFIXES = frozenset(("микро", "макро", "мульти", "нано", "гипер", "супер"))
# Letters of a word that may be the beginning of a longer one cut by a column ("не", "при"); a longer word is itself.
LONGEST_PREFIX = 3
ENDINGS = re.compile(r"[ое]го|[ое]му|[ыи]х|[ыи]е|ая|яя|[ое]й|ую|юю|[ыи]м|[ое]м|а[мх]|[ое]в|ть|ся|я?ми|и[яй]")


def join_lines(lines: list[str]) -> str:
    """Lines of one paragraph as running text; a hyphen at a line's end joins the word."""
    text = ""
    for line in lines:
        part = line.strip()
        if text and HYPHEN.search(text) and part[:1].islower():
            text = text[:-1] + part if text[-1] != "-" or not _compound(text, part) else text + part
        elif (text.endswith("-") and text[-2:-1].isalpha() and part[:1].isalpha()) or _cut(text, part):
            text += part
        else:
            text = f"{text} {part}" if text else part
    return " ".join(text.split())


def _cut(text: str, part: str) -> bool:
    """Whether a narrow column cut a word without a hyphen: neither half is a word, both together are."""
    left, right = re.search(r"(?<!\S)[А-Яа-яё]{2,}$", text), re.match(r"[а-яё]+", part)
    if not left or not right:
        return False
    one, two = left[0].lower(), right[0]
    if len(two) == 1:
        return two in "йьхюе" and (is_word(one + two) or not is_word(one))
    if is_word(one):
        return is_word(one + two) and not is_word(two) and len(one) <= LONGEST_PREFIX
    return not is_word(two) or is_word(one + two) or bool(ENDINGS.fullmatch(two))


def _compound(text: str, part: str) -> bool:
    """Whether the hyphen belongs to the word (научно-технический) rather than to the line break.

    It belongs to the break only when the joined word is in the dictionary and the halves are not two words.
    """
    left = text.rsplit(" ", 1)[-1].rstrip("-").lower()
    right = re.match(r"[а-яёa-z]+", part.lower())
    if not right or not left.isalpha():
        return True
    if solid(left):
        return False
    # "организационно-" is an adverb before a word of its own; "произво-" is not.
    pair = left.endswith("о") and is_word(left) and is_word(right[0])
    return pair or not is_word(left + right[0])


def solid(left: str) -> bool:
    """Whether what stands before a hyphen is always written in one with the next word: "микро-" of микрокод."""
    return left.lower() in PREFIXES
