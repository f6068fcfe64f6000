"""Lines of narrow columns that were cut inside words without a hyphen: "техн / ологических"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from alignment.dictionary import is_word

LAST = re.compile(r"([А-ЯЁа-яё]+)$")
HYPHEN = re.compile(r"([А-ЯЁа-яё]+)-$")
FIRST = re.compile(r"^([а-яё]+)")


def join_broken(lines: Sequence[str]) -> str:
    """One text; two lines meet without a space where only together their edges make a word."""
    text = ""
    for line in lines:
        part = " ".join(line.split())
        if not part:
            continue
        left, right, cut = LAST.search(text), FIRST.match(part), HYPHEN.search(text)
        if cut and right and not is_word(cut[1]) and is_word(cut[1] + right[1]):
            text = text[:-1] + part  # "рабо-" and "та": the hyphen is that of the line's end
        elif (cut and right) or (left and right and _one_word(left[1], right[1])) or re.match(r"[,;:.)»]", part):
            text += part
        else:
            text = f"{text} {part}".strip()
    return text


def _one_word(left: str, right: str) -> bool:
    # A single letter is a word of its own only as a preposition or conjunction before a word.
    own_left = is_word(left) if len(left) > 1 else left.lower() in "авикосуя"
    own_right = is_word(right)
    return (is_word(left + right) and not (own_left and own_right)) or not (own_left or own_right)
