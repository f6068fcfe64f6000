"""Join lines of narrow columns that cut words without a hyphen: "техн / ологических"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from alignment.dictionary import is_word

LAST = re.compile(r"([А-ЯЁа-яё]+)$")
HYPHEN = re.compile(r"([А-ЯЁа-яё]+)-$")
FIRST = re.compile(r"^([а-яё]+)")


def join_broken(lines: Sequence[str]) -> str:
    """The lines as one text; two lines are joined without a space if only their edges together make a word."""
    text = ""
    for line in lines:
        part = " ".join(line.split())
        if not part:
            continue
        left, right, cut = LAST.search(text), FIRST.match(part), HYPHEN.search(text)
        if cut and right and not is_word(cut[1]) and is_word(cut[1] + right[1]):
            text = text[:-1] + part  # "рабо-" and "та": the hyphen marks the line's end only
        elif (cut and right) or (left and right and _one_word(left[1], right[1])) or re.match(r"[,;:.)»]", part):
            text += part
        else:
            text = f"{text} {part}".strip()
    return text


def _one_word(left: str, right: str) -> bool:
    # A single letter is a word only as a preposition or conjunction (or "я").
    left_is_word = is_word(left) if len(left) > 1 else left.lower() in "авикосуя"
    right_is_word = is_word(right)
    return (is_word(left + right) and not (left_is_word and right_is_word)) or not (left_is_word or right_is_word)
