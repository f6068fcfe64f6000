"""PDF tables with numbered columns and no lines between cells: each word is put into a column by its position."""

from __future__ import annotations

from pathlib import Path

import msgspec

from alignment.documents import pdf_pages, pdf_words
from alignment.documents.limits import read_bytes
from alignment.documents.pdf_grid import sides
from alignment.documents.pdf_raw import RawPage
from alignment.documents.pdf_words import Word
from alignment.settings import Settings

# Columns without which a row of numbers 1, 2, 3 … is not the head of a card's table, which has eleven.
LEAST = 8
LINE = 3.0  # points: tops of words of one line differ by less, lines of the smallest print by more
AFTER = 2  # lines after a line that a word may go on in, where the first of them ends with the word's own hyphen
FOOTER, FOOTER_HEIGHT = "TCPDF", 20.0  # points above the page's lower edge that the maker's own line takes


class ColumnLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a column: its page (from 1), its distance from the page's top in points, its text.

    ``cut``: the line may end within a word. No letter more fits into it, and its last word with the first of the next
    line is too long for the column, so that it had to be cut if it is one word.
    """

    page: int
    top: float
    text: str
    cut: bool = False


def read(path: Path, settings: Settings) -> list[list[ColumnLine]]:
    """The lines of each column below the row of numbers 1, 2, 3 …; an empty list if there is no such row.

    Raises:
        InputError: the PDF is encrypted or damaged.
        LimitError: it has too many bytes or pages.
    """
    read_bytes(path, settings)
    columns: list[list[tuple[int, list[Word]]]] = []
    edges: list[float] = []
    for number, page in enumerate(pdf_pages.raw_pages(path, settings), 1):
        words = pdf_words.find_words(page.letters).words
        if any(FOOTER in word.text for word in words):
            words = [word for word in words if word.bottom < page.height - FOOTER_HEIGHT]
        if not edges:
            edges, start = _edges(page, words)
            if not edges:
                return []
            columns = [[] for _ in edges[1:]]
            words = [word for word in words if word.top > start]
        for index, lines in enumerate(columns):
            rows = _rows([word for word in words if edges[index] <= word.x0 + 1 < edges[index + 1]])
            lines += [(number, row) for row in rows]
    return [_lines(lines) for lines in columns]


def _edges(page: RawPage, words: list[Word]) -> tuple[list[float], float]:
    """The x of the columns' borders, from the drawn lines around the row of numbers, and the y of that row's end."""
    digits = [word for word in words if word.text.isdigit()]
    upright, _ = sides(page.drawn)
    for first in (word for word in digits if word.text == "1"):
        row = sorted((word for word in digits if abs(word.top - first.top) < LINE), key=lambda word: word.x0)
        if len(row) < LEAST or [word.text for word in row] != [str(n) for n in range(1, len(row) + 1)]:
            continue
        middle = (first.top + first.bottom) / 2
        drawn = sorted({round(x) for x, top, bottom in upright if top <= middle <= bottom})
        if len(drawn) == len(row) + 1:
            return [float(edge) for edge in drawn], first.bottom
    return [], 0.0


def _rows(words: list[Word]) -> list[list[Word]]:
    """The words of each line, from left to right."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.top, word.x0)):
        if rows and abs(rows[-1][0].top - word.top) < LINE:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word.x0) for row in rows]


def _lines(rows: list[tuple[int, list[Word]]]) -> list[ColumnLine]:
    """The lines of a column, whose width is that of its widest line; each row has its page."""
    widest = max((row[-1].x1 - row[0].x0 for _page, row in rows), default=0.0)
    result = []
    for number, (page, row) in enumerate(rows):
        text = " ".join(word.text for word in row)
        after = [words for _page, words in rows[number + 1 :][:AFTER]]
        cut = bool(after) and row[-1].x1 - row[0].x0 + _letter(after[0][0]) > widest < _long(row[-1], after)
        result.append(ColumnLine(page=page, top=min(word.top for word in row), text=text, cut=cut))
    return result


def _long(word: Word, after: list[list[Word]]) -> float:
    """The width of a line's last word with the first of the line after it, and what follows that one's hyphen."""
    following = [words[0] for words in after]
    if not (len(after[0]) == 1 and following[0].text.endswith("-")):
        del following[1:]
    return sum(each.x1 - each.x0 for each in (word, *following))


def _letter(word: Word) -> float:
    """The mean width of a word's letters."""
    return (word.x1 - word.x0) / len(word.text)
