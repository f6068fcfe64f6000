"""Join the lines of a table's cell: a column's edge breaks a text, while a new topic begins a line of its own."""

from __future__ import annotations

import re

from alignment.dictionary import begins_anew, belongs_to, is_joint
from alignment.documents.pdf_join import join_lines
from alignment.programs.statement_text import BEFORE_CENTURY, CENTURY, TAIL, unclosed

OPENING = re.compile("[«“]")
CLOSING = re.compile("[»”]")
ITEM = re.compile(
    r"[-–—•−‒▪]|(?:(?:[а-яё]+ )?долж(?:ен|на|ны) )?(?:знать|уметь|владеть|знания|умения|навыки)\b|\d{1,2}[.)]",
    re.IGNORECASE,
)
# A line this long, as a share of the longest of its cell, may have been ended by the column's edge. In
# twelve work programmes of corpora/gold/reading half of it reads the same; with 0.8 texts are cut (7 lost, 15 new).
FULL = 0.4
# Of the longest line: up to here a word fits into a line. Letters differ in width, so some lines hold fewer of them.
# In the real work programmes 1.0 cuts two topics, 0.5 reads the same as 0.9.
FITS = 0.9
FIRST_WORD = re.compile(r"[«“\"(]*(?P<word>[^\W\d_]+(?:-[^\W\d_]+)*)")
LAST_WORD = re.compile(r"(?<![\w-])[^\W\d_]+$")
# An abbreviation without a text of its own, as the last word of a topic: "ФНП", "АТМ.", "ИИ (масштабируемость, …".
# Those of six and more letters are words in capitals.
ABBREVIATION = re.compile(r"[А-ЯЁ]{2,5}\s*(?:[.,;(]|$)")
# Lines in which a bracket is closed: the longest list of questions in a real narrow column has 15. A bracket that is
# never closed, a slip, must not join all lines of a long cell.
LONGEST_BRACKET = 40
# What an unfinished line ends in.
GOES_ON = (",", "–", "—")


def whole_lines(text: str) -> str:
    """The lines of a cell; a line that continues the one before is joined to it."""
    lines = [line.strip() for line in text.split("\n")]
    width = max(map(len, lines))
    joined: list[str] = []
    last = ""
    opened = 0
    for number, line in enumerate(lines):
        in_bracket = opened > 0 and _closes(lines[number : number + LONGEST_BRACKET])
        if joined and (in_bracket or _continues(joined[-1].rstrip(), last, line, width)):
            joined[-1] = join_lines([joined[-1], line])
        else:
            joined.append(line)
            opened = 0
        opened += unclosed(line)
        last = line
    return "\n".join(joined)


def _closes(lines: list[str]) -> bool:
    """Whether the lines close a bracket opened above them; those of a list stay what they are."""
    return unclosed("\n".join(lines)) < 0 and not ITEM.match(lines[0])


def _continues(before: str, last: str, line: str, width: int) -> bool:
    """Whether ``line`` continues ``before``, whose last line in the cell is ``last``; ``width`` is the longest line's.

    A line that begins with a small letter continues the one before. So does one with a Latin capital after a full
    line: "Программные средства Cloud | Computing".
    """
    if before.endswith("1С:") or TAIL.fullmatch(line) or len(OPENING.findall(before)) > len(CLOSING.findall(before)):
        return True
    if before.endswith(".") and BEFORE_CENTURY.search(last[:-1]) and CENTURY.match(line):
        return True
    if not before or before.endswith((";", ":", ".")) or ITEM.match(line):
        return False
    if not line[:1].isupper() or (len(last) > FULL * width and line[:1].isascii()):
        return True
    return _runs_on(last, line, width)


def _runs_on(last: str, line: str, width: int) -> bool:
    """Whether ``line`` continues ``last`` although it begins with a capital: "История Великой | Отечественной войны".

    Its first word did not fit into the line before, and the words at the break belong together.
    """
    first, end = FIRST_WORD.match(line), LAST_WORD.search(last)
    if end and is_joint(end[0]):
        return True
    if first is None or len(last) + 1 + first.end() < FITS * width:
        return False
    return bool(
        last.endswith(GOES_ON)
        or ABBREVIATION.match(line)
        or not begins_anew(first["word"].rpartition("-")[2])
        or (end and belongs_to(end[0], first["word"]))
    )
