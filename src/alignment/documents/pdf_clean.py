"""Remove from a PDF page what would disturb its text and tables: footnote marks, hidden spaces, shading."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from alignment.documents.pdf_drawn import Drawn
from alignment.documents.pdf_letters import Letters
from alignment.documents.pdf_raw import RawPage
from alignment.documents.pdf_words import most

# Of the page's usual size: a digit as small as this is a footnote mark. Word sets marks at 0.58 to 0.67, running text
# of tables at 0.8 and more. With 0.6 marks stay in 7 of 1,712 blocks of three real PDFs, with 0.9 a digit of a text
# goes.
FOOTNOTE_SHARE = 0.75
# Half and double of the next three read the same PDFs the same.
TOUCHING = 0.05  # of the letters' size: what may be between two letters of one word
LINE_SHARE = 0.3  # of the letters' size: how far apart the lower ends of letters of one line may be
THIN = 2.0  # points: a box thinner than this is a drawn line


def cleaned(page: RawPage) -> RawPage:
    """The page without superscript digits, spaces drawn under letters, and backgrounds of cells and lines."""
    letters = page.letters
    spaces = np.array([text.isspace() for text in letters.text], dtype=np.bool_)
    gone = _footnote_marks(letters, spaces) | _hidden_spaces(letters, spaces)
    return msgspec.structs.replace(
        page, letters=letters.taken(~gone) if gone.any() else letters, drawn=_less_shading(page.drawn)
    )


def _footnote_marks(letters: Letters, spaces: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mask of superscript digits: "испытаний⁴" must be read as "испытаний"."""
    small = letters.size <= FOOTNOTE_SHARE * most(letters.size[~spaces])
    for place in np.flatnonzero(small).tolist():
        small[place] = letters.text[place].isdigit()
    return small


def _hidden_spaces(letters: Letters, spaces: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mask of spaces that lie between two letters which touch each other.

    Word draws the space after a list number at the number's tab stop, even if
    text is already there: in "113. Поиск" it lies under "и" and "с", which
    would be read as "Пои ск".
    """
    hidden = np.zeros(len(letters), dtype=np.bool_)
    # In running text the letter that is drawn next begins where the space ends; such spaces need no further check.
    reach = TOUCHING * letters.size[:-1]
    follows = (np.abs(np.diff(letters.bottom)) <= reach) & (np.abs(letters.x0[1:] - letters.x1[:-1]) <= reach)
    order = np.argsort(letters.bottom, kind="stable")
    bottoms = letters.bottom[order]
    for place in np.flatnonzero(spaces & ~np.append(follows, False) & (letters.turn == 0)).tolist():
        size, bottom, x = letters.size[place], letters.bottom[place], letters.x0[place]
        low, high = np.searchsorted(bottoms, [bottom - LINE_SHARE * size, bottom + LINE_SHARE * size])
        line = order[low:high]
        line = line[line != place]
        starts = letters.x0[line]
        before, after = line[starts < x], line[starts >= x]
        if not len(before) or not len(after):
            continue
        last, next_ = before[letters.x0[before].argmax()], after[letters.x0[after].argmin()]
        if spaces[last] or spaces[next_]:
            continue
        hidden[place] = letters.x0[next_] - letters.x1[last] < TOUCHING * size
    return hidden


def _less_shading(drawn: list[Drawn]) -> list[Drawn]:
    """The drawn things without shading: filled boxes without an outline that are white or between upright lines.

    Word draws such a box behind every line of a shaded cell. Taken as borders
    they would cut the cell into its lines. A coloured box without lines beside
    it is a cell and stays.
    """
    upright = [thing for thing in drawn if thing.bottom - thing.top > THIN and _is_line(thing)]
    tops, bottoms = np.sort([thing.top for thing in upright]), np.sort([thing.bottom for thing in upright])

    def shading(box: Drawn) -> bool:
        if not box.fill or _is_line(box):
            return False
        middle = (box.top + box.bottom) / 2
        # Upright lines that begin above the box's middle, less those that also end above it.
        beside = np.searchsorted(tops, middle, side="right") - np.searchsorted(bottoms, middle, side="left")
        return box.white or bool(beside >= 2)

    return [thing for thing in drawn if not shading(thing)]


def _is_line(thing: Drawn) -> bool:
    """Whether the thing can be a border: a line, a box as thin as a line, or an outlined box, which has four."""
    return thing.line or thing.stroke or min(thing.x1 - thing.x0, thing.bottom - thing.top) < THIN
