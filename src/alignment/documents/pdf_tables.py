"""Extract the tables of a PDF page, including row labels that are not in a ruled cell.

Many orders draw the box of a label ("Необходимые знания") without its left or
lower line. Such a label is in no cell and would be lost.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from alignment.documents import pdf_words
from alignment.documents.pdf_grid import Box, Grid, GridRow, grids
from alignment.documents.pdf_letters import Letters
from alignment.documents.pdf_raw import RawPage
from alignment.documents.pdf_words import TextLine, Word

TextRows = list[list[str | None]]
TOP, BOTTOM = 1, 3  # places in a box: left, top, right, bottom
PlacedTable = tuple[Box, TextRows]
# Half and double read three real PDFs of 1,712 blocks the same.
LABEL_GAP = 16.0  # points: words of one label of rows stand nearer than this, a line and a half of 10 points


def extract(page: RawPage) -> tuple[list[TextLine], list[PlacedTable]]:
    """The lines outside tables, and the tables as (box in points, rows of texts), both from top to bottom.

    A text is None where a merged cell goes on.
    """
    tables = grids(page.drawn)
    cells = [cell for table in tables for cell in table.cells]
    outside = len(cells)
    words = pdf_words.find_words(page.letters, _areas(page.letters, cells))
    inside: dict[int, list[Word]] = defaultdict(list)
    for word in words.words:
        inside[word.area].append(word)
    texts = {cell: pdf_words.text_of(inside[number]) for number, cell in enumerate(cells)}
    loose = inside[outside]
    result: list[PlacedTable] = []
    taken: set[int] = set()
    for table in tables:
        rows = table.rows()
        filled: TextRows = [[None if cell is None else texts[cell] for cell in row.cells] for row in rows]
        beside = [word for word in loose if word.start not in taken and _beside(word, rows)]
        if beside:
            filled = _with_labels(table, rows, filled, beside)
            taken.update(word.start for word in beside)
        result.append((table.box, filled))
    rest = [word for word in loose if word.start not in taken]
    return pdf_words.lines_of(rest, page.letters, words.order, (page.width, page.height)), result


def _areas(letters: Letters, cells: list[Box]) -> NDArray[np.intp]:
    """For each letter the index of the cell that holds its middle, or ``len(cells)``; shape (letters,)."""
    areas = np.full(len(letters), len(cells), dtype=np.intp)
    if not cells:
        return areas
    across, down = (letters.x0 + letters.x1) / 2, (letters.top + letters.bottom) / 2
    order = np.argsort(down, kind="stable")
    across, down = across[order], down[order]
    tops, bottoms = (np.searchsorted(down, [cell[side] for cell in cells]).tolist() for side in (TOP, BOTTOM))
    for number, (x0, _, x1, _) in enumerate(cells):
        first, last = tops[number], bottoms[number]
        within = across[first:last]
        areas[order[first:last][(within >= x0) & (within < x1)]] = number
    return areas


def _beside(word: Word, rows: list[GridRow]) -> bool:
    """Whether a word outside the cells is to the left of a row's first cell."""
    middle = (word.top + word.bottom) / 2
    for row in rows:
        if row.box[1] <= middle <= row.box[3]:
            first = next(cell for cell in row.cells if cell)
            return word.x1 <= first[0] + 2
    return False


def _with_labels(table: Grid, rows: list[GridRow], filled: TextRows, words: list[Word]) -> TextRows:
    """The rows with the words outside the cells as text of their first column."""
    left = table.box[0]
    if all(word.x1 <= left + 2 for word in words):
        filled = [[None, *row] for row in filled]
        covers: list[Box] = []
    else:
        edge = min(cell[0] for cell in table.cells)
        covers = [cell for cell in table.cells if abs(cell[0] - edge) < 2]
    covered = [any(cell[1] <= (row.box[1] + row.box[3]) / 2 <= cell[3] for cell in covers) for row in rows]
    groups: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (round(word.top), word.x0)):
        if groups and word.top - groups[-1][-1].bottom < LABEL_GAP:
            groups[-1].append(word)
        else:
            groups.append([word])
    free: set[int] = set()
    for group in groups:
        middle = (group[0].top + group[-1].bottom) / 2
        at = min(range(len(filled)), key=lambda index: _distance(rows[index].box, middle))
        # A label is centred in its box, which spans the rows without a first cell: it belongs to the first of them.
        while at > 0 and not covered[at - 1] and not covered[at] and at - 1 not in free and filled[at - 1][0] is None:
            at -= 1
        text = " ".join(word.text for word in group)
        filled[at][0] = f"{filled[at][0] or ''} {text}".strip()
        free.add(at)
    return filled


def _distance(box: Box, y: float) -> float:
    return 0.0 if box[1] <= y <= box[3] else min(abs(box[1] - y), abs(box[3] - y))
