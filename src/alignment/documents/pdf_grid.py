"""Drawn lines and boxes of a PDF page → tables of ruled cells.

Lines that nearly coincide become one, and lines that nearly meet count as
crossing. A cell is the smallest box between four crossings whose four sides are
drawn. Cells that share corners form a table. All coordinates are in points from
the upper left corner of the page.
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
# (position, start, end): x, top and bottom of a vertical line; y, left and right of a horizontal one.
Edge = tuple[float, float, float]
Point = tuple[float, float]
# Half and double of NEAR and COLUMNS find the same cells in three real PDFs of 1,712 blocks.
NEAR = 3.0  # points: lines as near as this are one, lines that miss each other by this much meet
LEAST_DRAWN, LEAST = 1.0, 3.0  # points: the least length of a side as drawn, and of a whole line
MOST_EDGES = 3000  # beyond this it is a drawing, no table
COLUMNS = 3  # lines that must end at one height to close a row: two are any box
RAW_EDGES = 4 * MOST_EDGES  # before lines are merged: each may be drawn as both sides of a thin box, and twice


class GridRow(msgspec.Struct):
    """A row of a table: for each column the cell that begins there, or None, and the box around the cells."""

    cells: list[Box | None]
    box: Box


class Grid(msgspec.Struct):
    """The cells of one table."""

    cells: list[Box]

    @property
    def box(self) -> Box:
        """The box around the table."""
        return _around(self.cells)

    def rows(self) -> list[GridRow]:
        """Rows from top to bottom: cells with the same upper side, each in the column where it begins."""
        columns = sorted({cell[0] for cell in self.cells})
        rows = []
        for _, cells in groupby(sorted(self.cells, key=itemgetter(1, 0)), key=itemgetter(1)):
            at = {cell[0]: cell for cell in cells}
            rows.append(GridRow(cells=[at.get(x) for x in columns], box=_around(list(at.values()))))
        return rows


def _around(cells: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*cells, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def grids(drawn: Iterable[Drawn]) -> list[Grid]:
    """The tables of a page from top to bottom; a single framed box is not a table."""
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
    """The vertical and the horizontal lines: drawn lines and the sides of boxes, before any are merged."""
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
    """Move edges that are near each other to their mean position, and join those that overlap or nearly touch."""
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
    """Edges in groups: sorted by their element ``by``, neighbours of a group are at most `NEAR` apart."""
    groups: list[list[Edge]] = []
    for edge in sorted(edges, key=itemgetter(by)):
        if groups and edge[by] - groups[-1][-1][by] <= NEAR:
            groups[-1].append(edge)
        else:
            groups.append([edge])
    return groups


def _open_ends(upright: list[Edge], level: list[Edge]) -> list[Edge]:
    """Horizontal lines to close rows that a page break or a gap cuts off.

    Such a line is missing where the vertical lines of `COLUMNS` columns end at one height and no line crosses them.
    """
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
    """For each crossing, the smallest box to its right and below whose four sides are drawn, if there is one."""
    # Crossing → the indices of the vertical and of the horizontal lines that meet there; mostly one each.
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
    """Group cells that share corners into tables (by union-find), from top to bottom; a lone cell is left out."""
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
