"""Read competence matrices that are grids, with a mark where a discipline forms a competence.

Disciplines are in rows and competences in columns, or the other way round.
Headers may have several levels: blocks above disciplines, and competences above
indicators ("УК-1" above "УК-1.1", "ПК-3" above "ИД-1") above levels ("Б", "П").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from alignment.documents import Cell, Table
from alignment.model import Competence, Location
from alignment.programs.statement_text import (
    COMPETENCE,
    MIN_WORD,
    clean,
    competence_code,
    competence_codes,
    is_content,
    unquoted,
)

CellRows = Sequence[Sequence[Cell]]
# A header ends before this row.
HEADER = 12
# An indicator without its competence's code, below the competence: "ИД-1", "И-2", "ИДК-1.1".
RELATIVE = re.compile(r"^(?P<own>(?:ИДК?|И)\s*[-–.]?\s*\d+(?:\.\d+)*)(?![\w-])\.?")
NUMBERED = re.compile(r"^(?P<own>\d+(?:\.\d+)+)(?!\w)\.?")
INDEX = re.compile(r"(?:[БМСПФ]\d?|ФТД|К\.М|ОП|ОПЦ|ОГСЭ|СГ|ЕН|ПМ|МДК)(?:\.[А-ЯЁA-Z]{1,4}|\.\d{1,3}|\([А-ЯЁ]\))+")
# A cell with such a text means that the discipline does not form the competence.
NEGATIVE = re.compile(r"[-–—−0.]*|нет|no|н/?п", re.IGNORECASE)
# Letters of a mark at a crossing ("+", "осн.", "З-1, У-2"); titles of disciplines are longer.
MAX_MARK = 25
CODE_ROWS = 5  # rows of a header with codes: groups, competences, their indicators
LONGEST_HEAD = 60  # letters of the head of a column; a longer cell is content that has the word in it
DISCIPLINE = re.compile(r"дисциплин|практик[аи]|предмет|\bsubject|\bcourse|discipline", re.IGNORECASE)
MODULE = re.compile(r"^(?:наименование|название|title|name)|модул|module", re.IGNORECASE)
# Headers of rows and columns that are neither disciplines nor competences.
OTHER = re.compile(
    r"^(?:(?:№|n|п/п|код|шифр|индекс|code|итого|всего|total|семестры?|год|кафедра|з\.\s?е|зет|час(?:ы|ов)|примечани[ея]|"
    r"формулировк[аи]|компетенци[ияй]|индикатор(?:ы|ов)?|уровень|competenc(?:e|y|ies))(?!\w).*|"
    r"курсы?|credits?|ects|hours|блок|модуль|цикл|часть|знать|уметь|владеть|форма (?:контроля|аттестации|обучения)|"
    r"(?:содержание|наименование|группа|категория|тип)(?: (?:\w+ )?(?:компетенц|индикатор).*)?|"
    r"(?:наименование |название |перечень |учебн\w+ |формирующ\w+ )*дисциплин\w*(?:\W+модул\w+\W*)?|"
    r"disciplines?|subjects?)$",
    re.IGNORECASE,
)
HEAD_WORD = re.compile(r"компетенц|индикатор|достижен|дисциплин|наименован|competenc|indicator", re.IGNORECASE)
GROUPS = re.compile(
    r"^(?:(?:блок|модуль|раздел|цикл|часть|block|module)(?!\w)|базовая|вариативная|обязательн\w+ (?:часть|дисциплин)|"
    r"дисциплины|итого|всего|практик[аи]$|по выбору|элективн\w+ дисц|факультатив\w*$|государственная итоговая|total)",
    re.IGNORECASE,
)


@dataclass
class Formed:
    """A discipline of a grid and the codes of the competences that it forms."""

    title: str
    code: str = ""
    codes: list[str] = field(default_factory=list)
    location: Location = field(default_factory=Location)


@dataclass
class GridContents:
    """The content of a grid: disciplines in order, competences with texts by code, and all codes of its header."""

    disciplines: list[Formed] = field(default_factory=list)
    competences: dict[str, Competence] = field(default_factory=dict)
    codes: dict[str, None] = field(default_factory=dict)


@dataclass
class Axis:
    """The header with competences: ``codes`` maps each column to its codes, a competence before its indicator.

    ``end`` is the number of the first row below the header.
    """

    codes: dict[int, tuple[str, ...]] = field(default_factory=dict)
    competences: dict[str, Competence] = field(default_factory=dict)
    end: int = 0


def read(table: Table) -> GridContents | None:
    """The grid in a table; None if the table is not a grid."""
    for rows, turned in ((table.rows, False), (_turned(table.rows), True)):
        axis = _axis(rows)
        if axis is None:
            continue
        grid = _crossed(rows, axis) if not turned else _crossed_turned(rows, axis)
        if grid.disciplines:
            return grid
    return None


def dictionary(table: Table) -> dict[str, Competence]:
    """Code → competence or indicator, from a table with one in a row: "УК-1 | Способен …", "УК-1. Способен …"."""
    competences: dict[str, Competence] = {}
    for row in table.rows:
        filled = [cell for cell in row if cell.text.strip()]
        for place, cell in enumerate(filled):
            code_text = code_and_text(cell.text)
            if not code_text:
                continue
            code, text = code_text
            if not text and place + 1 < len(filled) and not COMPETENCE.match(filled[place + 1].text):
                text = clean(filled[place + 1].text)
            if is_content(text):
                competences.setdefault(code, Competence(code=code, text=text, location=cell.location))
    return competences


def code_and_text(text: str) -> tuple[str, str] | None:
    """The code at the beginning of a cell, and the text after it (or ""); None if the cell begins with no code."""
    line = " ".join(text.split())
    match = COMPETENCE.match(line)
    if not match:
        return None
    rest = line[match.end() :].strip()
    # "УК-1, УК-2" and "УК-1; 2" are lists of codes.
    return competence_code(match["code"]), unquoted(clean(rest)) if re.search(r"[^\W\d_]{3}", rest) else ""


def formed(text: str) -> bool:
    """Whether a cell of a grid has a mark: the discipline forms the competence."""
    bare = text.strip()
    return bool(bare) and len(bare) <= MAX_MARK and not NEGATIVE.fullmatch(bare)


def row_code(cell: Cell) -> str:
    """The code at the beginning of a cell; "" if there is none."""
    code_text = code_and_text(cell.text)
    return code_text[0] if code_text else ""


def _turned(rows: CellRows) -> list[list[Cell]]:
    width = max((len(row) for row in rows), default=0)
    return [[row[index] if index < len(row) else Cell() for row in rows] for index in range(width)]


def _axis(rows: CellRows) -> Axis | None:
    """The competences in the header of a table; None if its first rows name fewer than two."""
    head = [number for number, row in enumerate(rows[:HEADER]) if _names_codes(row, rows[number + 1 :])]
    if not head:
        return None
    axis = Axis()
    first = head[0]
    over: dict[int, str] = {}
    best: dict[int, str] = {}
    for number in range(first, min(first + CODE_ROWS, len(rows))):
        row = rows[number]
        if axis.codes and any(_is_title(cell.text) for cell in row[: min(axis.codes)]):
            break  # the row of a discipline whose cells name indicators
        row_codes = _row_codes(row, over, axis)
        if row_codes:
            best = row_codes
            for column, code in best.items():
                parent = over.get(column, "")
                before = axis.codes.get(column, ()) or ((parent,) if parent else ())
                axis.codes[column] = tuple(dict.fromkeys((*before, code)))
            over = _spread(row, best, over)
        elif _is_wording(row, axis):
            _worded(row, best, axis)  # texts of the codes in the row above
        else:
            break
        axis.end = number + 1
    axis.end += _levels(rows, axis)
    _inherit(rows, axis, first)
    return axis if len({code for codes in axis.codes.values() for code in codes}) > 1 else None


def _is_title(text: str) -> bool:
    """Whether a text beside the codes is a discipline's title and not a word of the header."""
    return not HEAD_WORD.search(text) and _formed(Cell(text=text), (), []) is not None


def _is_wording(row: Sequence[Cell], axis: Axis) -> bool:
    """Whether a row of the header has the texts of the codes above it."""
    texts = [row[column].text.strip() for column in axis.codes if column < len(row)]
    filled = [text for text in texts if text]
    return bool(filled) and sum(len(text) > MAX_MARK for text in filled) * 2 > len(filled)


def _names_codes(row: Sequence[Cell], below: CellRows) -> bool:
    """Whether a row names competences, one in a cell, and has marks ``below`` them."""
    columns = [column for column, cell in enumerate(row) if code_and_text(cell.text)]
    if len({cell.text for cell in row if code_and_text(cell.text)}) < 2:
        return False
    marks = long = 0
    for line in below[2:]:
        for column in columns:
            text = line[column].text.strip() if column < len(line) else ""
            code_text = code_and_text(text)
            # An indicator of the column's competence counts as a mark; any other code belongs to a list.
            other = code_text is not None and (bool(code_text[1]) or not code_text[0].startswith(row_code(row[column])))
            marks += bool(text) and len(text) <= MAX_MARK and not other
            long += len(text) > MAX_MARK or other
    return marks >= long


def _worded(line: Sequence[Cell], codes: dict[int, str], axis: Axis) -> None:
    """Add the competences of ``codes`` (by column) with their texts, which are in the row ``line``."""
    for column, code in codes.items():
        text = clean(line[column].text) if column < len(line) else ""
        if is_content(text) and not COMPETENCE.match(text):
            axis.competences.setdefault(code, Competence(code=code, text=text, location=line[column].location))


def _row_codes(row: Sequence[Cell], over: dict[int, str], axis: Axis) -> dict[int, str]:
    """Column → code in a header row; an indicator with its number only gets the code of the competence above it."""
    result: dict[int, str] = {}
    for column, cell in enumerate(row):
        line = " ".join(cell.text.split())
        code_text = code_and_text(line)
        code, text = code_text if code_text else ("", "")
        parent = over.get(column, "")
        if not code_text and parent:
            relative = RELATIVE.match(line)
            number = NUMBERED.match(line)
            if relative:
                code = competence_code(f"{relative['own']} {parent}")
                text = clean(line[relative.end() :])
            elif number and number["own"].split(".")[0] == re.sub(r"\D*(\d+).*", r"\1", parent):
                letters = re.sub(r"[-–]?\d.*", "", parent)
                code = competence_code(f"{letters}-{number['own']}")
                text = clean(line[number.end() :])
        if code:
            result[column] = code
            if is_content(text):
                axis.competences.setdefault(code, Competence(code=code, text=text, location=cell.location))
    return result


def _spread(row: Sequence[Cell], codes: dict[int, str], over: dict[int, str]) -> dict[int, str]:
    """Column → the competence above it; a code applies to the columns up to the next filled cell (a merged cell)."""
    spread: dict[int, str] = {}
    current = ""
    for column, cell in enumerate(row):
        if column in codes:
            current = codes[column]
        elif cell.text.strip():
            current = ""
        if current:
            spread[column] = current
    return {**over, **spread}


def _levels(rows: CellRows, axis: Axis) -> int:
    """The number of rows below the codes that still belong to the header: levels ("Б", "П"), знать, уметь, владеть."""
    first = min(axis.codes)
    count = 0
    for row in rows[axis.end : axis.end + 2]:
        under = [cell.text.strip() for cell in row[first:] if cell.text.strip()]
        beside = [cell.text for cell in row[:first] if cell.text.strip()]
        if not under or beside or not all(formed(text) and re.search(r"[^\W\d_]|\+", text) for text in under):
            break
        count += 1
    return count


def _inherit(rows: CellRows, axis: Axis, first: int) -> None:
    """Assign the columns under a merged cell with a code (its levels) to that code."""
    codes: tuple[str, ...] = ()
    width = max((len(row) for row in rows), default=0)
    leaf = rows[axis.end - 1]
    levels = any(
        column not in axis.codes and cell.text.strip() for column, cell in enumerate(leaf) if column > min(axis.codes)
    )
    for column in range(min(axis.codes), width):
        if column in axis.codes:
            codes = axis.codes[column]
            continue
        named = any(row[column].text.strip() for row in rows[: axis.end - levels] if column < len(row))
        if named:
            codes = ()
        if codes and any(column < len(row) and formed(row[column].text) for row in rows[axis.end :]):
            axis.codes[column] = codes


def _crossed(rows: CellRows, axis: Axis) -> GridContents:
    """The grid of a table with disciplines in rows."""
    grid = GridContents(competences=dict(axis.competences), codes=dict.fromkeys(_all(axis)))
    title_at = _title_column(rows, axis)
    if title_at is None:
        return grid
    for row in rows[axis.end :]:
        cell = row[title_at] if title_at < len(row) else Cell()
        codes = list(_crossed_codes(row, axis))
        formed_codes = _formed(cell, [item.text for item in row[: min(axis.codes)]], codes)
        if formed_codes:
            grid.disciplines.append(formed_codes)
    return grid


def _crossed_turned(rows: CellRows, axis: Axis) -> GridContents:
    """The grid of a table with disciplines in columns; ``rows`` are the columns of the table."""
    grid = GridContents(competences=dict(axis.competences), codes=dict.fromkeys(_all(axis)))
    first = min(axis.codes)
    lines = [row for row in rows[axis.end :] if not _is_wording(row, axis)]
    title_at = _title_place(lines, first)
    if title_at is None:
        return grid
    for row in lines:
        codes = list(_crossed_codes(row, axis))
        formed_codes = _formed(row[title_at], [item.text for item in row[:first]], codes)
        if formed_codes:
            grid.disciplines.append(formed_codes)
    return grid


def _all(axis: Axis) -> Iterator[str]:
    return (code for codes in axis.codes.values() for code in codes)


def _crossed_codes(row: Sequence[Cell], axis: Axis) -> Iterator[str]:
    """The codes of the columns in which a row has marks, and the codes that its cells name ("УК-1.1, УК-1.2")."""
    for column, codes in sorted(axis.codes.items()):
        text = row[column].text if column < len(row) else ""
        listed = competence_codes(text)
        if listed or formed(text):
            yield from codes
            yield from listed


def _formed(cell: Cell, beside: Sequence[str], codes: list[str]) -> Formed | None:
    """The discipline of a row with title ``cell``; None for a group's heading, a total or a row without a title."""
    text = " ".join(cell.text.split())
    index = INDEX.match(text)
    title = unquoted(clean(text[index.end() :] if index else text))
    if sum(map(str.isalpha, title)) < MIN_WORD or OTHER.match(title) or COMPETENCE.match(title):
        return None
    if GROUPS.match(title) and not codes:
        return None
    if re.match(r"(?:итого|всего|total)(?!\w)", title, re.IGNORECASE):
        return None
    code = index[0] if index else next((item.strip() for item in beside if INDEX.fullmatch(item.strip())), "")
    return Formed(title=title, code=code, codes=list(dict.fromkeys(codes)), location=cell.location)


def _title_column(rows: CellRows, axis: Axis) -> int | None:
    """The column with the titles of disciplines, found by its header, or the one with most letters before the marks."""
    before = range(min(axis.codes))
    outside = [*before, *(c for c in range(max(axis.codes) + 1, max(map(len, rows))) if c not in axis.codes)]
    for pattern in (DISCIPLINE, MODULE):
        for row in rows[: axis.end]:
            for column in outside:
                text = row[column].text.strip() if column < len(row) else ""
                if (
                    text
                    and pattern.search(text)
                    and len(text) < LONGEST_HEAD
                    and not re.match(r"(?:код|индекс|шифр|цикл|блок)", text, re.IGNORECASE)
                ):
                    # Under a header over several columns the titles are in the one with most letters.
                    span = [column, *_empty_after(row, column, outside)]
                    best: int = max(span, key=lambda place: _letters(rows[axis.end :], place))
                    return best
    body = rows[axis.end :]
    if not before:
        return None
    best = max(before, key=lambda column: _letters(body, column))
    return best if _letters(body, best) else None


def _empty_after(row: Sequence[Cell], column: int, outside: Sequence[int]) -> Iterator[int]:
    for place in range(column + 1, len(row)):
        if place not in outside or row[place].text.strip():
            return
        yield place


def _title_place(lines: CellRows, first: int) -> int | None:
    """The column of ``lines`` (a header row of the table) with most different titles of disciplines; None without."""

    def names(place: int) -> int:
        texts = {line[place].text for line in lines if place < len(line)}
        return sum(1 for text in texts if _formed(Cell(text=text), (), []) is not None)

    if not first:
        return None
    best: int = max(range(first), key=names)
    return best if names(best) else None


def _letters(rows: CellRows, column: int) -> int:
    texts = {row[column].text for row in rows if column < len(row)}
    return sum(sum(map(str.isalpha, text)) for text in texts)
