"""Whose outcomes a cell has: in a table of outcomes one cell may stand beside the codes of several indicators."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from alignment.documents import Cell
from alignment.model import Kind
from alignment.programs.statement_text import clean, competence_code, competence_codes

CellRow = tuple[Cell, ...]
Place = tuple[int, int]
# In a column of competences any letters with a number are a code ("CPC-5.1."), since universities invent their own.
CODED = re.compile(
    r"(?<![\w-])(?P<code>(?:ИД-?\d+[.\s-]*)?[A-ZА-ЯЁ]{2,5}\s*[-–.]\s*\d+(?:[.\-]\s?\d+)*|(?:УК|ОПК|ПК|ОК)\s*\d+(?:\.\d+)*)(?!\w)\.?"
)
# Between the codes of several competences, in `alignment.model.Statement.competence`.
BETWEEN = ", "


def named_codes(text: str) -> list[tuple[str, str]]:
    """Each code in a cell of competences with the text after it.

    Of two names in a row ("ПК-1.2. MF-1.2. Применяет …") the usual one is the code; if none is usual, the last.
    """
    matches = list(CODED.finditer(text))
    ends = [*(match.start() for match in matches[1:]), len(text)]
    result: list[tuple[str, str]] = []
    alias = False
    for match, end in zip(matches, ends, strict=True):
        code, body = competence_code(match["code"]), text[match.end() : end]
        if alias and not competence_codes(code):
            known = result.pop()[0]
            code = known if competence_codes(known) else code
        result.append((code, body))
        alias = not clean(body)
    return result


def owners(
    rows: Sequence[CellRow],
    columns: Iterable[int],
    coded: set[int],
    kinds: set[int],
    labelled: Callable[[str], set[Kind]],
) -> dict[Place, str]:
    """The codes of the competences or indicators to which each cell of outcomes belongs, by its row and column.

    A merged cell belongs to the codes of all its rows, and so does its rest on the next page. Below a row with a
    code, rows without one belong to that code.

    Args:
        rows: the rows below the header.
        columns: the columns of outcomes.
        coded: the columns of competences, where unusual codes count, too.
        kinds: the columns of one kind of outcomes each, whose texts name no code.
        labelled: the kinds that the labels in a text name.
    """
    groups: dict[Place, list[str]] = {}
    codes = [_codes(row, coded, kinds) for row in rows]
    for column in columns:
        group: list[str] = []
        seen: set[Kind] = set()
        level: Place | None = None
        for number, row in enumerate(rows):
            cell = row[column] if column < len(row) else Cell()
            names = labelled(cell.text)
            code, own_level = codes[number]
            if code:
                shared = cell.merged and not cell.text.strip() and own_level == level
                # Its rest beside another indicator on the next page goes on with the kinds that are still missing.
                rest = len(group) > 1 and _on_next_page(rows[number - 1], row) and bool(names) and not names & seen
                if not shared and not rest:
                    group, seen = [], set()
                group.append(code)
                level = own_level
            seen |= names
            groups[number, column] = group
    # Once for each group: a hostile cell may be merged over thousands of rows.
    joined = {id(group): BETWEEN.join(dict.fromkeys(group)) for group in groups.values()}
    return {place: joined[id(group)] for place, group in groups.items()}


def _codes(row: CellRow, coded: set[int], kinds: set[int]) -> tuple[str, Place | None]:
    """The last code in a row (of a competence and its indicator the latter), with its column and level."""
    for index in reversed([index for index in range(len(row)) if index not in kinds]):
        codes = competence_codes(row[index].text)
        if not codes and index in coded and CODED.match(row[index].text.strip()):
            codes = [code for code, _body in named_codes(" ".join(row[index].text.split()))]
        if codes:
            return codes[-1], (index, codes[-1].count("."))
    return "", None


def _on_next_page(above: CellRow, row: CellRow) -> bool:
    before, here = (next((cell.location.page for cell in cells), None) for cells in (above, row))
    return before is not None and here == before + 1
