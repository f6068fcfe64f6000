"""Join lines of narrow columns that cut words without a hyphen: "техн / ологических"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from alignment.dictionary import ENDINGS, is_word

LAST = re.compile(r"([А-ЯЁа-яё]+)$")
HYPHEN = re.compile(r"([А-ЯЁа-яё]+)-$")
FIRST = re.compile(r"^([а-яё]+)")


def join_broken(lines: Sequence[str], cut: Sequence[bool] = ()) -> str:
    """The lines as one text; two lines are joined without a space if only their edges together make a word.

    Args:
        lines: the lines.
        cut: for each line, whether its place shows that it may end within a word; then it is enough that the edges
            make a word, even if both are words too ("разработчика / ми").
    """
    parts = [" ".join(line.split()) for line in lines]
    text, may_be_cut = "", False
    for number, part in enumerate(parts):
        if not part:
            continue
        left, right, hyphen = LAST.search(text), FIRST.match(part), HYPHEN.search(text)
        following = next((later for later in parts[number + 1 :] if later), "")
        if hyphen and right and _hyphenated(hyphen[1], right[1]):
            text = text[:-1] + part  # "рабо-" and "та": the hyphen marks the line's end only
        else:
            whole = (
                left and right and (_one_word(left[1], right[1]) or (may_be_cut and _goes_on(left[1], part, following)))
            )
            together = whole or (hyphen and right) or re.match(r"[,;:.)»]", part)
            text = text + part if together else f"{text} {part}".strip()
        may_be_cut = number < len(cut) and cut[number]
    return text


def _goes_on(left: str, part: str, following: str) -> bool:
    """Whether the last word of a line that may be cut goes on in ``part``, and perhaps in the line ``following`` it."""
    right, third = FIRST.match(part), FIRST.match(following)
    if not right:
        return False
    if part == f"{right[1]}-":  # "пр / иемо- / сдаточных"
        return not is_word(right[1]) and bool(third) and is_word(f"{left}{part}{third[1]}" if third else "")
    wholes = [left + right[1]]
    if third and part == right[1]:
        wholes.append(left + right[1] + third[1])
    return any(map(is_word, wholes)) or (not is_word(left) and bool(ENDINGS.fullmatch(right[1])))


def _hyphenated(left: str, right: str) -> bool:
    """Whether a hyphen at a line's end is no part of the word: "приемо-сдаточных" keeps its own."""
    return not is_word(left) and is_word(left + right) and not is_word(f"{left}-{right}")


def _one_word(left: str, right: str) -> bool:
    # A single letter is a word only as a preposition or conjunction (or "я").
    left_is_word = is_word(left) if len(left) > 1 else left.lower() in "авикосуя"
    right_is_word = is_word(right)
    return (is_word(left + right) and not (left_is_word and right_is_word)) or not (left_is_word or right_is_word)
