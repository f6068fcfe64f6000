"""Drawn lines and boxes of a PDF page → tables of ruled cells.

Lines that nearly coincide become one, lines that nearly meet cross; a cell is
the smallest box between four crossings whose sides are all drawn; cells that
share corners are a table.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

import msgspec

from alignment.documents.pdf_drawn import Drawn

Box = tuple[float, float, float, float]
# (place across, from, to): of an upright line its x, top and bottom, of a level line its y, left and right.
Edge = tuple[float, float, float]
Point = tuple[float, float]
# Half and double of NEAR and COLUMNS find the same cells in three real PDFs of 1,712 blocks.
NEAR = 3.0  # points: lines as near as this are one, lines that miss each other by this much meet
LEAST_DRAWN, LEAST = 1.0, 3.0  # points: the least length of a side as drawn, and of a whole line
MOST_EDGES = 3000  # beyond this it is a drawing, no table
COLUMNS = 3  # lines that must end at one height to close a row: two are any box
RAW_EDGES = 4 * MOST_EDGES  # before lines are merged: each may be drawn as both sides of a thin box, and twice


class Row(msgspec.Struct):
    """A row of a grid: a cell or None for each column, and the box around its cells."""

    cells: list[Box | None]
    box: Box


class Grid(msgspec.Struct):
    """A table's cells, from the left column's to the right's."""

    cells: list[Box]

    @property
    def box(self) -> Box:
        """The box around the table."""
        return _around(self.cells)

    def rows(self) -> list[Row]:
        """Rows from top to bottom: cells with the same upper side, each at the column where it begins."""
        columns = sorted({cell[0] for cell in self.cells})
        rows = []
        for _, cells in groupby(sorted(self.cells, key=itemgetter(1, 0)), key=itemgetter(1)):
            at = {cell[0]: cell for cell in cells}
            rows.append(Row(cells=[at.get(x) for x in columns], box=_around(list(at.values()))))
        return rows


def _around(cells: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*cells, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def grids(drawn: Iterable[Drawn]) -> list[Grid]:
    """The tables of a page from top to bottom; a single framed box is none."""
    upright, level = sides(drawn)
    if len(upright) + len(level) > RAW_EDGES:
        return []
    columns, rows = _merged(upright), _merged(level)
    if len(columns) + len(rows) > MOST_EDGES:
        return []
    ends = _open_ends(columns, rows)
    if ends:
        rows = _merged([*level, *ends])
    return _tables(_cells(columns, rows))


def sides(drawn: Iterable[Drawn]) -> tuple[list[Edge], list[Edge]]:
    """Upright and level sides of what is drawn, as drawn."""
    upright: list[Edge] = []
    level: list[Edge] = []
    for thing in drawn:
        if thing.bottom - thing.top >= LEAST_DRAWN:
            upright.append((thing.x0, thing.top, thing.bottom))
            if not thing.line:
                upright.append((thing.x1, thing.top, thing.bottom))
        if thing.x1 - thing.x0 >= LEAST_DRAWN:
            level.append((thing.top, thing.x0, thing.x1))
            if not thing.line:
                level.append((thing.bottom, thing.x0, thing.x1))
    return upright, level


def _merged(edges: list[Edge]) -> list[Edge]:
    """Edges near each other moved to their mean place, and joined where they overlap or nearly touch."""
    joined: list[Edge] = []
    for group in clusters(edges, 0):
        place = sum(edge[0] for edge in group) / len(group)
        start, stop = None, 0.0
        for _, low, high in sorted(group, key=itemgetter(1)):
            if start is not None and low <= stop + NEAR:
                stop = max(stop, high)
                continue
            if start is not None and stop - start >= LEAST:
                joined.append((place, start, stop))
            start, stop = low, high
        if start is not None and stop - start >= LEAST:
            joined.append((place, start, stop))
    return joined


def clusters(edges: Iterable[Edge], by: int) -> list[list[Edge]]:
    """Edges in groups whose values at ``by`` follow each other by at most `NEAR`."""
    groups: list[list[Edge]] = []
    for edge in sorted(edges, key=itemgetter(by)):
        if groups and edge[by] - groups[-1][-1][by] <= NEAR:
            groups[-1].append(edge)
        else:
            groups.append([edge])
    return groups


def _open_ends(upright: list[Edge], level: list[Edge]) -> list[Edge]:
    """Lines that close rows where a page or a gap cuts them: some three columns' lines end there, and none across."""
    lines: list[Edge] = []
    for end in (1, 2):
        for group in clusters(upright, end):
            if len(group) < COLUMNS:
                continue
            left, right, y = min(edge[0] for edge in group), max(edge[0] for edge in group), group[0][end]
            across = any(
                abs(place - y) <= NEAR and start <= left + NEAR and stop >= right - NEAR for place, start, stop in level
            )
            if not across and right - left >= LEAST_DRAWN:
                lines.append((y, left, right))
    return lines


def _cells(upright: list[Edge], level: list[Edge]) -> list[Box]:
    """The smallest box right of and below each crossing whose four sides are drawn."""
    # Of each crossing the lines that meet there: an upright and a level one, seldom more.
    through: dict[Point, tuple[set[int], set[int]]] = {}
    level = sorted(level)
    places = [edge[0] for edge in level]
    for column, (x, top, bottom) in enumerate(upright):
        for row in range(bisect_left(places, top - NEAR), len(level)):
            y, left, right = level[row]
            if y > bottom + NEAR:
                break
            if left - NEAR <= x <= right + NEAR:
                columns, rows = through.setdefault((x, y), (set(), set()))
                columns.add(column)
                rows.add(row)
    below: dict[float, list[float]] = defaultdict(list)
    beside: dict[float, list[float]] = defaultdict(list)
    for x, y in sorted(through):
        below[x].append(y)
        beside[y].append(x)
    cells = (_cell(point, through, below[point[0]], beside[point[1]], upright) for point in sorted(through))
    return [cell for cell in cells if cell]


def _cell(
    point: Point,
    through: dict[Point, tuple[set[int], set[int]]],
    below: list[float],
    beside: list[float],
    upright: list[Edge],
) -> Box | None:
    x, y = point
    columns, rows = through[point]
    end = max(upright[column][2] for column in columns) + NEAR
    rights = [right for right in beside[bisect_left(beside, x) + 1 :] if rows & through[right, y][1]]
    for low in below[bisect_left(below, y) + 1 :]:
        if low > end:
            return None
        own_columns, own_rows = through[x, low]
        if not columns & own_columns:
            continue
        for right in rights:
            corner = through.get((right, low))
            if corner and corner[0] & through[right, y][0] and corner[1] & own_rows:
                return x, y, right, low
    return None


def _tables(cells: list[Box]) -> list[Grid]:
    """Cells that share corners, together; from top to bottom."""
    group = list(range(len(cells)))

    def head(index: int) -> int:
        while group[index] != index:
            group[index] = group[group[index]]
            index = group[index]
        return index

    owner: dict[Point, int] = {}
    for index, (x0, top, x1, bottom) in enumerate(cells):
        for corner in ((x0, top), (x0, bottom), (x1, top), (x1, bottom)):
            group[head(index)] = head(owner.setdefault(corner, index))
    together: dict[int, list[Box]] = defaultdict(list)
    for index, cell in enumerate(cells):
        together[head(index)].append(cell)
    tables = [Grid(cells=members) for members in together.values() if len(members) > 1]
    return sorted(tables, key=lambda table: min((cell[1], cell[0]) for cell in table.cells))
