"""Recognise lines that are not content: running titles, page numbers, and marks of legal databases."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from alignment.documents.pdf_words import TextLine

# The text of a line with digits replaced by 0, and its distance from the nearer edge of the page in steps of BAND.
Shape = tuple[str, int]
# Half and double of both find the same in three real PDFs of 1,712 blocks: running titles stand on every page.
# Of the pages: a line that stands at the edge of so many at the same height is a running title.
MARGIN_SHARE = 0.5
# One line may hold several marks: "КонсультантПлюс www.consultant.ru Страница 3 из 40".
MARK = re.compile(
    r"(?:(?:Дата (?:сохранения|печати): ?\d{1,2}\.\d{1,2}\.\d{2,4}|Документ предоставлен КонсультантПлюс"
    r"|КонсультантПлюс(?: ?: ?примечание\.?)?|(?:https?://)?www\.(?:consultant|garant)\.ru/?"
    r"|надежная правовая поддержка|(?:\d{1,2}\.\d{1,2}\.\d{2,4} )?Система ГАРАНТ(?:: \S+)?(?: \d+/\d+)?"
    r"|Страница \d+ из \d+)\s*)+",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"^\d{1,2}(?:\.\d{1,2}){1,3}\.?\s+\D")
PAGE_NUMBER = re.compile(r"^(?:[-–]\s*)?\d{1,4}(?:\s*[-–])?$|^\d+\s*/\s*\d+$")
BAND = 12.0  # points, about a line: heights are compared in steps of it, and a step more or less is the same


def _shape(line: TextLine) -> Shape:
    """The line's text with digits replaced by 0, and its distance from the nearer edge in steps of `BAND` points.

    Distances from the foot are negative. Each edge is measured by itself, since pages may be upright and landscape.
    """
    top, below = line.top, line.height - line.bottom
    return re.sub(r"\d+", "0", line.text), round(top / BAND) if top <= below else -round(below / BAND) - 1


def running(pages: Sequence[list[TextLine]]) -> set[Shape]:
    """Shapes of lines that recur at the same distance from the edge on at least half of the pages.

    A numbered heading is never a running title, though "3.1.2. Трудовая функция"
    may begin many pages. A bare page number always is one.
    """
    counts: Counter[Shape] = Counter()
    numbers: set[Shape] = set()
    for lines in pages:
        edge = lines[:2] + lines[-2:]
        counts.update({_shape(line) for line in edge if not NUMBERED.match(line.text)})
        numbers.update(_shape(line) for line in edge if PAGE_NUMBER.match(line.text))
    least = max(2.0, len(pages) * MARGIN_SHARE)
    return {shape for shape, count in counts.items() if count >= least} | (numbers if len(pages) > 1 else set())


def is_furniture(line: TextLine, titles: set[Shape]) -> bool:
    """Whether a line is one of the running titles, or the mark of a legal database anywhere on the page."""
    if MARK.fullmatch(line.text):
        return True
    text, band = _shape(line)
    return any((text, band + step) in titles for step in (-1, 0, 1))
