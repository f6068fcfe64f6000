"""Join tables of competences and outcomes, and topics in tables, that continue on the next page of a PDF."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from alignment.documents import Cell, Document, Table
from alignment.documents.blocks import AnyBlock
from alignment.documents.pdf_join import join_lines
from alignment.model import Kind, Location, Statement
from alignment.programs.outcome_spans import CODED
from alignment.programs.outcome_tables import COMPETENCES, TOPIC_NAME
from alignment.programs.statement_text import clean, is_topic, unclosed

CellRow = tuple[Cell, ...]
# A cell's text that ends so is complete; the text on the next page begins a new one.
ENDS = (".", ";", ":")
# The marks of list items within a cell.
MARKS = ("•", "-", "–", "—")
# A line with a word more that is still shorter than this share of the longest line was not ended by the column's edge:
# letters differ in width by about a tenth. In the programmes at hand 0.8 to 0.95 read the same.
ROOM = 0.9
# Rows that a table may repeat above the first topic of a page: a header of three rows and one of numbers.
HEADER_ROWS = 4
ROW = re.compile(r"R(?P<row>\d+)$")


def whole(document: Document) -> Document:
    """The document with each table of competences as one table, also across pages.

    Other tables stay apart; only the rest of a topic's name moves to the table where the name begins.
    """
    if document.format != "pdf":
        return document
    blocks: list[AnyBlock] = []
    for block in document.blocks:
        last = blocks[-1] if blocks else None
        if isinstance(block, Table) and isinstance(last, Table) and _follows(last, block):
            rows = block.rows[1:] if _header(block) == _header(last) else block.rows
            blocks[-1] = msgspec.structs.replace(last, rows=_joined(last.rows, rows))
        elif isinstance(block, Table) and isinstance(last, Table) and (name := _cut_name(last, block)):
            blocks[-1] = msgspec.structs.replace(last, rows=_with_rest(last.rows, name))
            first = msgspec.structs.replace(block.rows[0][0], text="", merged=True)
            blocks.append(msgspec.structs.replace(block, rows=((first, *block.rows[0][1:]), *block.rows[1:])))
        else:
            blocks.append(block)
    return msgspec.structs.replace(document, blocks=tuple(blocks))


def add_topics(statements: list[Statement], more: Sequence[Statement], open_page: int | None) -> None:
    """Add the statements of a block to those of its discipline; a topic that a page break cut in two becomes one.

    The rest of a topic begins with a small letter, unlike the topic, or with a bracket, or it closes one that the topic
    opened.

    Args:
        statements: those so far; they are changed.
        more: those of the block.
        open_page: the page of the block before, if its last topic may go on (`open_page_of`).
    """
    if statements and more and open_page is not None and _goes_on(statements[-1], more[0], open_page):
        statements[-1] = msgspec.structs.replace(statements[-1], text=join_lines([statements[-1].text, more[0].text]))
        more = more[1:]
    statements += more


def _goes_on(last: Statement, first: Statement, open_page: int) -> bool:
    """Whether ``first`` is the rest of ``last``."""
    return (
        (last.kind, first.kind) == (Kind.TOPIC, Kind.TOPIC)
        and first.location.page == open_page + 1
        and _at_page_break(last.location, first.location)
        and (
            (first.text[:1].islower() and not last.text.lstrip('«"(')[:1].islower())
            or first.text.startswith("(")
            or unclosed(last.text) > 0 > unclosed(first.text)
        )
    )


def open_page_of(raw: Sequence[str], topics: Sequence[Statement]) -> int | None:
    """The page of a block whose last topic may go on on the next page; None if the topic has an end mark.

    ``raw`` are the texts of which one holds the topic as it is written: topics lose their marks.
    """
    if not topics:
        return None
    ended = tuple(f"{topics[-1].text}{mark}" for mark in ENDS)
    return None if any(" ".join(text.split()).endswith(ended) for text in raw) else topics[-1].location.page


def _at_page_break(last: Location, first: Location) -> bool:
    """Whether the places are on neighbouring pages, both in running text or both in tables, the second at the top."""
    if last.page is None or first.page != last.page + 1 or (last.cell is None) != (first.cell is None):
        return False
    row = ROW.search(first.cell or "")
    return row is None or int(row["row"]) <= HEADER_ROWS + 1


def _header(table: Table) -> list[str]:
    return [" ".join(cell.text.split()).lower() for cell in table.rows[0]]


def _follows(last: Table, table: Table) -> bool:
    """Whether the table continues ``last``: it is on the next page, with the same header or the same columns."""
    if (
        not last.rows
        or not table.rows
        or not table.rows[0]
        or not any(COMPETENCES.search(cell.text) for cell in last.rows[0])
    ):
        return False
    before, here = last.rows[-1][0].location.page, table.rows[0][0].location.page
    if before is None or here != before + 1:
        return False
    if _header(table) == _header(last):
        return True
    first = table.rows[0]
    return len(first) == len(last.rows[0]) and (not first[0].text.strip() or CODED.match(first[0].text) is not None)


def _cut_name(last: Table, table: Table) -> str:
    """The rest of the name of a topic that the page break cut, in the first cell of ``table``; "" if there is none.

    In that column of ``last`` stand names such as "Тема 2.2. Синтаксис", and the rest has no number of its own.
    """
    if not last.rows or not table.rows or len(table.rows[0]) != len(last.rows[-1]):
        return ""
    page, (cell, *others) = last.rows[-1][0].location.page, table.rows[0]
    text = cell.text.strip()
    place = _last_filled(last.rows, 0)
    if page is None or cell.location.page != page + 1 or place is None:
        return ""
    name = last.rows[place][0].text.rstrip()
    cut = TOPIC_NAME.match(name) and not name.endswith(ENDS) and all(row[0].merged for row in last.rows[place + 1 :])
    fits = not TOPIC_NAME.match(text) and text[:1].isalpha() and is_topic(clean(text))
    return text if cut and fits and sum(bool(other.text.strip()) for other in others) > 1 else ""


def _with_rest(rows: Sequence[CellRow], rest: str) -> tuple[CellRow, ...]:
    place = _last_filled(rows, 0)
    return tuple(
        _with(row, 0, join_lines([row[0].text, rest])) if number == place else row for number, row in enumerate(rows)
    )


def _last_filled(rows: Sequence[CellRow], index: int) -> int | None:
    return next((at for at in reversed(range(len(rows))) if _is_filled(rows[at], index)), None)


def _joined(rows: Sequence[CellRow], more: Sequence[CellRow]) -> tuple[CellRow, ...]:
    """All rows; texts in the first row of ``more`` that continue a cell above are moved to that cell."""
    result = list(rows)
    if not more:
        return tuple(result)
    first = list(more[0])
    for index, cell in enumerate(first):
        place = _last_filled(result, index)
        if not place:  # nothing is above, or only the header
            continue
        above = result[place][index].text.rstrip()
        text = cell.text.strip()
        if text and (above.endswith(ENDS) or not text[0].islower()):
            continue
        # An empty cell at the top of a page continues the cell above, too.
        if text:
            width = max(len(line) for row in rows[1:] if index < len(row) for line in row[index].text.split("\n"))
            result[place] = _with(result[place], index, _continued(above, text, width))
        first[index] = msgspec.structs.replace(cell, text="", merged=True)
    return (*result, tuple(first), *more[1:])


def _continued(above: str, text: str, width: int) -> str:
    """A cell and its rest on the next page, in lines; ``width`` is the number of letters in a line of its column.

    In a list the rest is an item of its own if its first word had room on the last line: its mark, as that of any
    first line of a cell, was removed.
    """
    *lines, last = above.split("\n")
    first, *more = text.split("\n")
    room = len(f"{last} {first.split()[0]}") < ROOM * width
    if room and any(line.startswith(MARKS) for line in [*lines, last]):
        return "\n".join([above, f"{MARKS[0]} {text}"])
    return "\n".join([*lines, join_lines([last, first]), *more])


def _is_filled(row: CellRow, index: int) -> bool:
    return index < len(row) and bool(row[index].text.strip())


def _with(row: CellRow, index: int, text: str) -> CellRow:
    return tuple(
        msgspec.structs.replace(cell, text=text) if number == index else cell for number, cell in enumerate(row)
    )
