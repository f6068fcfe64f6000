"""Exchange: the share of one standard that a person qualified in another already meets; the same between areas."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alignment.analysis.overlap.chance import NEIGHBOURS, Chance
from alignment.catalogue.index import Register
from alignment.encoders import Vectors
from alignment.model import Noun
from alignment.progress import Progress

# Requirement by requirement up to so many; beyond, by work functions alone: each is compared with each, and 40,000 take
# two minutes of two cores (docs/many.md).
MOST = 40_000
# Rows that are multiplied at a time: 2,048 × 40,000 cosines take 330 MB; memory and time alone.
BLOCK = 2048


class Exchange(Noun, frozen=True, kw_only=True):
    """A square matrix: each cell is the expected share (0 to 1) of the column's demands that the row also has.

    Rows and columns are the same ``names``, areas or standards. ``of`` says what was compared: "requirements" or
    "functions".
    """

    names: tuple[str, ...]
    titles: tuple[str, ...]
    cells: tuple[tuple[float, ...], ...]
    of: str


def exchange(
    register: Register,
    functions: Vectors,
    chance: Chance,
    *,
    by_area: bool = True,
    progress: Progress | None = None,
) -> Exchange:
    """The matrix between areas of activity, or between standards.

    For each demand of the column the most probable counterpart in the row is
    taken; a cell is the mean of these probabilities. The diagonal is 1.

    Args:
        register: the standards with the vectors of their requirements.
        functions: unit vectors of the work functions (`links.directions`), shape (functions, dimension).
        chance: from nearness to probability.
        by_area: compare areas; otherwise standards.
        progress: called with the stage, the steps done and the steps in all.
    """
    listed = register.listed
    labels = [item.area if by_area else item.code or item.title for item in listed]
    names = list(dict.fromkeys(labels))
    place = {name: number for number, name in enumerate(names)}
    of_standard = np.asarray([place[label] for label in labels], dtype=np.int64)
    of_function = of_standard[register.belongs]
    small = len(register) <= MOST
    owner = of_function[register.owner] if small else of_function
    rows = np.asarray(register.vectors, dtype=np.float32) if small else functions
    best = _best(rows, owner, len(names), chance, progress)
    cells = np.zeros((len(names), len(names)))
    for column in range(len(names)):
        in_column = owner == column
        cells[:, column] = best[in_column].mean(axis=0) if in_column.any() else 0.0
    np.fill_diagonal(cells, 1.0)
    titles = [_title(name, [item.title for item in listed], labels) for name in names]
    return Exchange(
        names=tuple(names),
        titles=tuple(titles),
        cells=tuple(tuple(round(float(value), 4) for value in row) for row in cells),
        of="requirements" if small else "functions",
    )


def _title(name: str, titles: Sequence[str], labels: Sequence[str]) -> str:
    """The title of a row: that of its first standard, and how many more standards it has."""
    same_name = [title for title, label in zip(titles, labels, strict=True) if label == name]
    return same_name[0] if len(same_name) == 1 else f"{same_name[0]} (+{len(same_name) - 1})"


def _best(
    rows: Vectors, owner: NDArray[np.int64], count: int, chance: Chance, progress: Progress | None
) -> NDArray[np.float64]:
    """For each row the probability of its nearest counterpart in every group, shape (rows, groups).

    ``owner`` is the group (0 to ``count`` - 1) of each row.
    """
    order = np.argsort(owner, kind="stable")
    starts = np.searchsorted(owner[order], np.arange(count))
    nearest = np.zeros((len(rows), count), dtype=np.float32)
    density = np.zeros(len(rows), dtype=np.float32)
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK] @ rows[order].T
        nearest[start : start + BLOCK] = np.maximum.reduceat(block, starts, axis=1)
        same_group = owner[start : start + BLOCK, None] == owner[order][None]
        block[same_group] = 0.0
        most = min(NEIGHBOURS, block.shape[1])
        density[start : start + BLOCK] = np.partition(block, -most, axis=1)[:, -most:].clip(0).mean(axis=1)
        if progress:
            progress("link", min(start + BLOCK, len(rows)), len(rows))
    # The density of the counterpart is not computed here; the density of the demand is used for both.
    return chance(nearest, density[:, None])
