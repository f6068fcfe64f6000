"""Two versions of a list of texts in groups, by meaning.

A text is kept, reworded, relabelled (a skill that was knowledge: the two
editions of 40.039 differ so), moved, split, merged, added or dropped.

Texts are paired by the assignment of highest total likeness (Jonker & Volgenant
1987, scipy); a text left over that is near to one already paired is its split
or its merger.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from alignment.encoders import Encoder
from alignment.language.codes import fold

Change = Literal["kept", "reworded", "relabelled", "moved", "split", "merged", "added", "dropped"]
# Likeness is the mean of the cosine and of rapidfuzz's ratio of sorted words; chosen on the two editions of 40.039.
SAME, PART, OTHER_KIND = 0.72, 0.62, 0.05
# What a text's own group adds to its likeness: it decides between equal texts. Set by hand.
SAME_GROUP = 0.05


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One text with the group that it stands in (work function, discipline), and the id of a requirement."""

    group: str
    kind: str
    text: str
    id: str = ""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One change; ``old`` or ``new`` is None where the text is added or dropped."""

    change: Change
    old: Entry | None = None
    new: Entry | None = None
    likeness: float = 0.0


def likenesses(old: Sequence[Entry], new: Sequence[Entry], encoder: Encoder) -> NDArray[np.float64]:
    """Likeness of each old with each new text, 0 to 1, shape (old, new)."""
    vectors = encoder.encode([item.text for item in (*old, *new)])
    cosines = vectors[: len(old)] @ vectors[len(old) :].T
    words = process.cdist(
        [item.text.lower() for item in old], [item.text.lower() for item in new], scorer=fuzz.token_sort_ratio
    )
    found = (np.clip(cosines, 0, 1) + words / 100) / 2
    kinds = np.asarray([[one.kind == two.kind for two in new] for one in old])
    return np.asarray(np.where(kinds, found, found - OTHER_KIND), dtype=np.float64)


def changes(old: Sequence[Entry], new: Sequence[Entry], encoder: Encoder, renamed: dict[str, str]) -> list[Row]:
    """All changes in the order of the new version, then what was dropped.

    ``renamed`` has, for groups of the old version, the group of the new one
    that continues it; a text in another group has moved.
    """
    if not old or not new:
        return [Row(change="added", new=item) for item in new] + [Row(change="dropped", old=item) for item in old]
    like = likenesses(old, new, encoder)
    paired = _paired(old, new, like, renamed)
    partner = {column: row for row, column in paired.items()}
    rows: list[Row] = []
    for column, item in enumerate(new):
        row = partner.get(column)
        if row is not None:
            rows.append(_of_pair(old[row], item, float(like[row, column]), renamed))
            continue
        near = int(like[:, column].argmax())
        value = float(like[near, column])
        rows.append(
            Row(change="split", old=old[near], new=item, likeness=round(value, 3))
            if value >= PART and near in paired
            else Row(change="added", new=item)
        )
    for row, item in enumerate(old):
        if row in paired:
            continue
        near = int(like[row].argmax())
        value = float(like[row, near])
        rows.append(
            Row(change="merged", old=item, new=new[near], likeness=round(value, 3))
            if value >= PART and near in partner
            else Row(change="dropped", old=item)
        )
    return rows


def _paired(
    old: Sequence[Entry], new: Sequence[Entry], like: NDArray[np.float64], renamed: dict[str, str]
) -> dict[int, int]:
    """Old index → new index of texts that are versions of each other."""
    from scipy.optimize import linear_sum_assignment

    # The same text twice (in two functions) goes with its own group.
    home = np.asarray([[renamed.get(one.group, one.group) == two.group for two in new] for one in old])
    rows, columns = linear_sum_assignment(like + SAME_GROUP * home, maximize=True)
    return {int(row): int(column) for row, column in zip(rows, columns, strict=True) if like[row, column] >= SAME}


def _of_pair(old: Entry, new: Entry, value: float, renamed: dict[str, str]) -> Row:
    same = fold(old.text) == fold(new.text)
    moved = renamed.get(old.group, old.group) != new.group
    change: Change = "kept" if same else "reworded"
    if old.kind != new.kind:
        change = "relabelled"
    if moved:
        change = "moved"
    return Row(change=change, old=old, new=new, likeness=round(value, 3))
