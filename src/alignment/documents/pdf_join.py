"""Join lines of a PDF into running text: some line breaks cut a word, others separate two words."""

from __future__ import annotations

import re

from alignment.dictionary import ENDINGS, is_word

HYPHEN = re.compile(r"(?<=[а-яёa-z])[-\u00ad\u2010]$")
# Prefixes that are always written together with their word; dictionaries lack many such words.
PREFIXES = frozenset(("микро", "макро", "мульти", "нано", "гипер", "супер"))
# Letters of a word that may be the beginning of a longer one cut by a column ("не", "при"); a longer word is itself.
LONGEST_PREFIX = 3


def join_lines(lines: list[str]) -> str:
    """The lines of one paragraph as running text; a word that was divided with a hyphen is joined."""
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
    """Whether a narrow column cut a word without a hyphen, so that ``part`` continues the last word of ``text``.

    Mostly neither half is a word and both together are; a short word that ``part`` makes a longer one counts too.
    """
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
    """Whether the hyphen is part of a compound (научно-технический) and not a mark of hyphenation.

    It marks hyphenation if the dictionary has the joined word and the halves are not two words of a compound.
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
    """Whether the piece before a hyphen is always written together with the next word: "микро-" in микрокод."""
    return left.lower() in PREFIXES
