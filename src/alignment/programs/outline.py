"""The outline of a document: which lines are headings, and how deep each one is.

The purpose of a section applies to all headings below it, so depth says more
than words: "Лабораторная работа № 1" under "VIII. Фонд оценочных средств" is a
task of the assessment fund, under "IV. Содержание дисциплины" a part of the content.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from alignment.documents import AnyBlock, Document, Heading, Table
from alignment.programs.sections import classify

ROMAN = re.compile(r"^(?P<number>[IVXІХ]{1,5})\s*[.)]?\s+(?=\S)")
APPENDIX = re.compile(r"^(?:приложение|appendix|annex)(?!\w)", re.IGNORECASE)
ARABIC = re.compile(r"^(?P<number>\d{1,2}(?:\.\s?\d{1,2}){0,3})\s*[.)]?\s+(?=[^\d\s])")
LEADERS = re.compile(r"(?<![.\s])\s{0,9}(?:\.\s?){4,}+\s{0,9}\d{0,3}\s{0,9}$|(?<!…)…{2,}+\s{0,9}\d{0,3}\s{0,9}$")
PAGE = re.compile(r"\D\s\d{1,3}(?:\s+[А-ЯЁ]+)?$")
# The Ukrainian and Russian letters are what people type for them.
ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "І": 1, "Х": 10}
# A top-level number may skip over one that was lost, not more: after that it is a list. With 4 one
# of twelve work programmes of corpora/gold/reading loses 71 statements, with 1 none does.
LOST = 2
# Half and double of the next six read the same in those documents: they only keep odd lines out.
# Letters of an entry of the contents that is looked for: shorter ones begin any line. A line that is only
# the beginning of an entry must be longer than the second.
LEAST_ENTRY, LEAST_CUT = 8, 14
# Headings with Roman numbers that make them the document's own order; one or two are lists.
ROMANS = 3
# Letters of a heading in bold or of an appendix, and of one with a number: two and three lines; more is a paragraph.
LONGEST, LONGEST_NUMBERED = 200, 260
# Share of letters that are capitals in a title written in capitals; the rest are endings of codes ("ОПк").
CAPITALS = 0.7


@dataclass(frozen=True)
class Mark:
    """A heading in the outline: its depth (1 is the top; None if it is unknown) and its text without its number."""

    depth: int | None
    text: str


def letters_only(text: str) -> str:
    """The letters of a text, in lower case and with "е" for "ё"."""
    return re.sub(r"[^a-zа-яё]", "", text.lower()).replace("ё", "е")


def has_leaders(text: str) -> bool:
    """Whether a line is an entry of a table of contents with dotted leaders."""
    return bool(LEADERS.search(text)) or "....." in text


class Outline:
    """Recognises the headings of a document and their depths; `mark` must be called in the document's order."""

    def __init__(self, document: Document) -> None:
        self.styled = document.format not in ("pdf", "text")
        lines = [block.text for block in document.blocks if not isinstance(block, Table)]
        self.contents = {line for line in lines if has_leaders(line)} | _without_leaders(lines)
        listed = {letters_only(LEADERS.sub("", ARABIC.sub("", ROMAN.sub("", line)))) for line in self.contents}
        self.listed = {entry for entry in listed if len(entry) > LEAST_ENTRY}
        self.roman = (
            sum(bool(ROMAN.match(line)) and _is_capital(line) and not has_leaders(line) for line in lines) >= ROMANS
        )
        self.top = 0

    def mark(self, block: AnyBlock) -> Mark | None:
        """The depth and text of a block as a heading; None if it is not one."""
        if isinstance(block, Table):
            return None
        text = " ".join(block.text.split())
        if block.text in self.contents:
            return None
        if APPENDIX.match(text) and len(text) < LONGEST:
            return Mark(depth=1, text=text)
        looks = isinstance(block, Heading) or (block.bold and len(text) < LONGEST)
        numbered = self._numbered(text, looks)
        if numbered:
            return numbered
        if not looks:
            return None
        if self.styled and isinstance(block, Heading):
            return Mark(depth=block.level, text=text)
        return Mark(depth=None, text=text)

    def _numbered(self, text: str, looks: bool) -> Mark | None:
        roman = ROMAN.match(text) if self.roman or looks else None
        if roman:
            bare = text[roman.end() :]
            value = _value(roman["number"])
            if self._is_listed(bare) or (_is_capital(bare) and self.top <= value <= self.top + LOST):
                self.top = value
                return Mark(depth=1, text=bare)
            return None
        arabic = ARABIC.match(text)
        if not arabic or len(text) > LONGEST_NUMBERED:
            return None
        parts = [int(part) for part in arabic["number"].split(".")]
        bare = text[arabic.end() :]
        if len(parts) > 1:
            fits = parts[0] == self.top or self._is_listed(bare) or (looks and parts[0] == self.top + 1)
            return Mark(depth=len(parts), text=bare) if fits and (looks or _starts_capital(bare)) else None
        if self.roman or not looks:
            return None
        is_heading = self._is_listed(bare) or _is_capital(bare) or classify(bare) is not None
        if is_heading and self.top <= parts[0] <= self.top + LOST:
            self.top = parts[0]
            return Mark(depth=1, text=bare)
        return None

    def _is_listed(self, text: str) -> bool:
        """Whether the document's table of contents has the line."""
        folded = letters_only(text)
        return len(folded) > LEAST_ENTRY and any(
            folded.startswith(entry) or (len(folded) > LEAST_CUT and entry.startswith(folded)) for entry in self.listed
        )


def _without_leaders(lines: list[str]) -> set[str]:
    """Entries of a table of contents without leaders: number, title and page, where the title recurs further down."""
    result = set()
    folded = [letters_only(line) for line in lines]
    for index, line in enumerate(lines):
        entry = letters_only(line) if PAGE.search(line) and (ARABIC.match(line) or ROMAN.match(line)) else ""
        if len(entry) > LEAST_ENTRY and any(other.startswith(entry) for other in folded[index + 1 :]):
            result.add(line)
    return result


def _value(number: str) -> int:
    """The value of a Roman number up to 39."""
    values = [ROMAN_VALUES[letter] for letter in number]
    return sum(-one if one < two else one for one, two in zip(values, [*values[1:], 0], strict=True))


def _is_capital(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return bool(letters) and sum(char.isupper() for char in letters) > CAPITALS * len(letters)


def _starts_capital(text: str) -> bool:
    return text[:1].isupper() or text[:1] in '«"“'
