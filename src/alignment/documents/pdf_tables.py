"""Tables of a PDF page, with the words that stand beside a row but in no ruled cell.

Many orders draw the box of a label ("Необходимые знания") without its left or
lower line; the table finder then makes no cell for it and the label would be lost.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Any

Box = tuple[float, float, float, float]
Rows = list[list[str | None]]
LABEL_GAP = 16.0
NEAR = 3.0  # points
COLUMNS = 3


def extract(page: Any) -> tuple[list[tuple[Box, Rows]], list[Box]]:
    """Tables (box, rows) from top to bottom, and the boxes whose text they hold."""
    tables: list[tuple[Box, Rows]] = []
    taken: list[Box] = []
    finder = page.debug_tablefinder()
    ends = _open_ends(finder.edges)
    every = page.find_tables({"explicit_horizontal_lines": ends}) if ends else finder.tables
    # A one-cell frame is a box around prose, not a table.
    found = [table for table in every if len(table.cells) > 1]
    cells = [cell for table in found for cell in table.cells]
    loose = [word for word in page.extract_words() if not _inside(word, cells)] if found else []
    for table in found:
        rows: Rows = [list(row) for row in table.extract()]
        beside = [word for word in loose if _beside(word, table)]
        if beside:
            rows = _with_labels(table, rows, beside)
            taken += [(word["x0"], word["top"], word["x1"], word["bottom"]) for word in beside]
        tables.append((table.bbox, rows))
    return tables, cells + taken


def _open_ends(edges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines that close rows where a page or a gap cuts them: some three columns' lines end there, and none across."""
    from pdfplumber.utils.clustering import cluster_objects

    upright = [edge for edge in edges if edge["orientation"] == "v"]
    level = [edge for edge in edges if edge["orientation"] == "h"]
    lines = []
    for end in ("top", "bottom"):
        for group in cluster_objects(upright, itemgetter(end), NEAR):
            if len(group) < COLUMNS:
                continue
            left, right = min(edge["x0"] for edge in group), max(edge["x0"] for edge in group)
            y = group[0][end]
            across = any(
                abs(edge["top"] - y) <= NEAR and edge["x0"] <= left + NEAR and edge["x1"] >= right - NEAR
                for edge in level
            )
            if not across:
                lines.append(
                    {
                        "object_type": "line",
                        "x0": left,
                        "x1": right,
                        "width": right - left,
                        "top": y,
                        "bottom": y,
                        "height": 0.0,
                    }
                )
    return lines


def _inside(thing: dict[str, Any], boxes: list[Box]) -> bool:
    x, y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
    return any(x0 <= x <= x1 and top <= y <= bottom for x0, top, x1, bottom in boxes)


def _beside(word: dict[str, Any], table: Any) -> bool:
    """Whether a loose word stands left of a row that has no cell there."""
    middle = (word["top"] + word["bottom"]) / 2
    for row in table.rows:
        _, top, _, bottom = row.bbox
        if top <= middle <= bottom:
            first = next(cell for cell in row.cells if cell)
            return bool(word["x1"] <= first[0] + 2)
    return False


def _with_labels(table: Any, rows: Rows, words: list[dict[str, Any]]) -> Rows:
    """Rows with the loose words as text of their first column."""
    left = table.bbox[0]
    if all(word["x1"] <= left + 2 for word in words):
        rows = [[None, *row] for row in rows]
        covers: list[Box] = []
    else:
        edge = min(cell[0] for row in table.rows for cell in row.cells if cell)
        covers = [cell for cell in table.cells if abs(cell[0] - edge) < 2]
    covered = [any(cell[1] <= (row.bbox[1] + row.bbox[3]) / 2 <= cell[3] for cell in covers) for row in table.rows]
    groups: list[list[dict[str, Any]]] = []
    for word in sorted(words, key=lambda word: (round(word["top"]), word["x0"])):
        if groups and word["top"] - groups[-1][-1]["bottom"] < LABEL_GAP:
            groups[-1].append(word)
        else:
            groups.append([word])
    free: set[int] = set()
    for group in groups:
        middle = (group[0]["top"] + group[-1]["bottom"]) / 2
        at = min(range(len(rows)), key=lambda index: _distance(table.rows[index].bbox, middle))
        # The label is centred in its box: it belongs to the first row of the run without a cell.
        while at > 0 and not covered[at - 1] and not covered[at] and at - 1 not in free and rows[at - 1][0] is None:
            at -= 1
        text = " ".join(word["text"] for word in group)
        rows[at][0] = f"{rows[at][0] or ''} {text}".strip()
        free.add(at)
    return rows


def _distance(box: Box, y: float) -> float:
    return 0.0 if box[1] <= y <= box[3] else min(abs(box[1] - y), abs(box[3] - y))
