"""Letters of a PDF page → words and lines, for all areas of the page (each cell of a table, the rest) in one pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec
import numpy as np
from numpy.typing import NDArray

from alignment.documents.pdf_letters import UPWARDS, Letters

TURNS = 3  # ways in which letters may run: to the right, upwards, downwards (0, 1, -1)
# Points: how far apart letters of one word, and upper ends of letters of one line, may be. Half reads three real PDFs
# (1,712 blocks) the same; twice the first makes 33 blocks of 23, where lines stand close.
ACROSS, ALONG = 3.0, 3.0
# Of the size: from here a gap where a run of text begins divides words; after a number or a stop a smaller one does.
# In the same PDFs half of the first cuts words in 21 blocks, double joins them in 10.
GAP, GAP_AFTER_STOP = 0.1, 0.04
STOPS = frozenset(".,;:!?)»%")


class Word(msgspec.Struct, gc=False):
    """A word: its text, its box in points, and the numbers of its area and line.

    Its letters are ``order[start:stop]`` of `Words`.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    area: int
    line: int
    start: int
    stop: int


class TextLine(msgspec.Struct, gc=False):
    """A line of text with its box in points.

    ``small`` is the most frequent size of its letters; ``width`` and ``height`` are those of the page.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    bold: bool
    small: float
    width: float
    height: float


class Words(msgspec.Struct):
    """Words ordered by area, line and position; ``order`` has the indices of their letters in the same order."""

    words: list[Word]
    order: NDArray[np.intp]


def find_words(letters: Letters, areas: NDArray[np.intp] | None = None) -> Words:
    """The words of each area of a page.

    Rotated text is read in its own direction, after the upright text of its area.

    Args:
        letters: the letters of the page.
        areas: the area of each letter, of shape (letters,): a number from 0, or -1 to leave the letter out.
            Default: all letters are in area 0.
    """
    if not len(letters):
        return Words(words=[], order=np.zeros(0, dtype=np.intp))
    area = np.zeros(len(letters), dtype=np.intp) if areas is None else areas
    starts, ends, heights = _read_along(letters)
    key = area * TURNS + letters.turn % TURNS
    kept = np.flatnonzero(area >= 0)
    by_height = kept[np.lexsort((heights[kept], key[kept]))]
    jump = (np.diff(key[by_height]) != 0) | (np.diff(heights[by_height]) > ACROSS)
    lines = np.zeros(len(letters), dtype=np.intp)
    lines[by_height] = np.concatenate(([0], np.cumsum(jump)))
    order = kept[np.lexsort((starts[kept], lines[kept]))]
    space = np.array([text.isspace() for text in letters.text], dtype=np.bool_)
    before, after = order[:-1], order[1:]
    away = starts[after] - _true_ends(letters, order, ends)[:-1]
    least = np.where(_stop_and_letter(letters, before, after), GAP_AFTER_STOP, GAP)
    seen = letters.gap[after] & (after == before + 1) & (away > least * letters.size[after])
    cut = (lines[after] != lines[before]) | space[before] | space[after] | seen
    cut |= (away > ALONG) | (np.abs(heights[after] - heights[before]) > ACROSS)
    return Words(words=_words(letters, order, cut, space, area, lines), order=order)


def _true_ends(letters: Letters, order: NDArray[np.intp], ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where each letter of ``order`` ends; a combining accent ends where its letter does, whatever its own width."""
    ends_found = ends[order]
    marks = np.array(["\u0300" <= text <= "\u036f" for text in letters.text], dtype=np.bool_)
    for place in np.flatnonzero(marks[order]).tolist():
        if place:
            ends_found[place] = max(ends_found[place], ends_found[place - 1])
    return ends_found


def _stop_and_letter(letters: Letters, before: NDArray[np.intp], after: NDArray[np.intp]) -> NDArray[np.bool_]:
    """For each pair of neighbours, whether a letter follows a digit or a stop: "10." and "Методы" in a list."""
    stops = np.array([text in STOPS or text.isdigit() for text in letters.text], dtype=np.bool_)
    plain = np.array([text.isalpha() for text in letters.text], dtype=np.bool_)
    return stops[before] & plain[after]


def _read_along(letters: Letters) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Start and end of each letter along its direction of reading, and its upper end across that direction."""
    up, turned = letters.turn == UPWARDS, letters.turn != 0
    if not turned.any():
        return letters.x0, letters.x1, letters.top
    starts = np.where(turned, np.where(up, -letters.bottom, letters.top), letters.x0)
    ends = np.where(turned, np.where(up, -letters.top, letters.bottom), letters.x1)
    return starts, ends, np.where(turned, np.where(up, letters.x0, -letters.x1), letters.top)


def _words(
    letters: Letters,
    order: NDArray[np.intp],
    cut: NDArray[np.bool_],
    space: NDArray[np.bool_],
    area: NDArray[np.intp],
    lines: NDArray[np.intp],
) -> list[Word]:
    first = np.concatenate(([0], np.flatnonzero(cut) + 1)) if len(order) else np.zeros(0, dtype=np.intp)
    if not len(first):
        return []
    stops = [*first[1:].tolist(), len(order)]
    low = [np.minimum.reduceat(values[order], first).tolist() for values in (letters.x0, letters.top)]
    high = [np.maximum.reduceat(values[order], first).tolist() for values in (letters.x1, letters.bottom)]
    texts = [letters.text[place] for place in order.tolist()]
    heads = order[first]
    facts = zip(
        *low,
        *high,
        area[heads].tolist(),
        lines[heads].tolist(),
        first.tolist(),
        stops,
        space[heads].tolist(),
        strict=True,
    )
    return [
        Word("".join(texts[start:stop]), x0, top, x1, bottom, where, line, start, stop)
        for x0, top, x1, bottom, where, line, start, stop, blank in facts
        if not blank
    ]


def by_line(words: Sequence[Word]) -> Iterator[list[Word]]:
    """The words of each line, line by line."""
    for _, line in groupby(words, key=lambda word: word.line):
        yield list(line)


def text_of(words: Sequence[Word]) -> str:
    """The words of one area as text; each line on the page is a line of the text."""
    return "\n".join(" ".join(word.text for word in line) for line in by_line(words))


def lines_of(
    words: Sequence[Word], letters: Letters, order: NDArray[np.intp], size: tuple[float, float]
) -> list[TextLine]:
    """The words as lines from top to bottom.

    Args:
        words: the words, in the order of `Words`.
        letters: the letters of the page.
        order: `Words.order`.
        size: width and height of the page in points.
    """
    lines = []
    for line in by_line(words):
        places = np.concatenate([order[word.start : word.stop] for word in line])
        lines.append(
            TextLine(
                text=" ".join(word.text for word in line),
                x0=min(word.x0 for word in line),
                top=min(word.top for word in line),
                x1=max(word.x1 for word in line),
                bottom=max(word.bottom for word in line),
                bold=bool(letters.bold[places].all()),
                small=most(letters.size[places]),
                width=size[0],
                height=size[1],
            )
        )
    return lines


def most(sizes: NDArray[np.float64]) -> float:
    """The most frequent size, rounded to a tenth of a point; 0 if there are no sizes."""
    counts = Counter(np.round(sizes, 1).tolist())
    return float(counts.most_common(1)[0][0]) if counts else 0.0
