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
# On those of 06.001 (228 rows) 0.04 more or less of SAME_TEXT moves 6 to 9 rows, 0.07 of SHARED_TEXT 12 to 14, half
# or double the penalty of another kind 3 to 5.
SAME_TEXT, SHARED_TEXT, KIND_PENALTY = 0.72, 0.62, 0.05
# What a text's own group adds to its likeness: it decides between equal texts, so any small value does: half
# and double change no row of the editions of 06.001.
SAME_GROUP = 0.05


class VersionedText(msgspec.Struct, frozen=True, kw_only=True):
    """One text with the group that it stands in (work function, discipline), and the id of a requirement."""

    group: str
    kind: str
    text: str
    id: str = ""


class TextChange(msgspec.Struct, frozen=True, kw_only=True):
    """One change; ``old`` or ``new`` is None where the text is added or dropped."""

    change: Change
    old: VersionedText | None = None
    new: VersionedText | None = None
    likeness: float = 0.0


def likenesses(old: Sequence[VersionedText], new: Sequence[VersionedText], encoder: Encoder) -> NDArray[np.float64]:
    """Likeness of each old with each new text, 0 to 1, shape (old, new)."""
    vectors = encoder.encode([item.text for item in (*old, *new)])
    cosines = vectors[: len(old)] @ vectors[len(old) :].T
    words = process.cdist(
        [item.text.lower() for item in old], [item.text.lower() for item in new], scorer=fuzz.token_sort_ratio
    )
    likeness = (np.clip(cosines, 0, 1) + words / 100) / 2
    kinds = np.asarray([[one.kind == two.kind for two in new] for one in old])
    return np.asarray(np.where(kinds, likeness, likeness - KIND_PENALTY), dtype=np.float64)


def changes(
    old: Sequence[VersionedText], new: Sequence[VersionedText], encoder: Encoder, renamed: dict[str, str]
) -> list[TextChange]:
    """All changes in the order of the new version, then what was dropped.

    ``renamed`` has, for groups of the old version, the group of the new one
    that continues it; a text in another group has moved.
    """
    if not old or not new:
        return [TextChange(change="added", new=item) for item in new] + [
            TextChange(change="dropped", old=item) for item in old
        ]
    like = likenesses(old, new, encoder)
    paired = _assign(old, new, like, renamed)
    partner = {column: row for row, column in paired.items()}
    rows: list[TextChange] = []
    for column, item in enumerate(new):
        row = partner.get(column)
        if row is not None:
            rows.append(_change(old[row], item, float(like[row, column]), renamed))
            continue
        near = int(like[:, column].argmax())
        value = float(like[near, column])
        rows.append(
            TextChange(change="split", old=old[near], new=item, likeness=round(value, 3))
            if value >= SHARED_TEXT and near in paired
            else TextChange(change="added", new=item)
        )
    for row, item in enumerate(old):
        if row in paired:
            continue
        near = int(like[row].argmax())
        value = float(like[row, near])
        rows.append(
            TextChange(change="merged", old=item, new=new[near], likeness=round(value, 3))
            if value >= SHARED_TEXT and near in partner
            else TextChange(change="dropped", old=item)
        )
    return rows


def _assign(
    old: Sequence[VersionedText], new: Sequence[VersionedText], like: NDArray[np.float64], renamed: dict[str, str]
) -> dict[int, int]:
    """Old index → new index of texts that are versions of each other."""
    from scipy.optimize import linear_sum_assignment

    # The same text twice (in two functions) goes with its own group.
    same_group = np.asarray([[renamed.get(one.group, one.group) == two.group for two in new] for one in old])
    rows, columns = linear_sum_assignment(like + SAME_GROUP * same_group, maximize=True)
    return {int(row): int(column) for row, column in zip(rows, columns, strict=True) if like[row, column] >= SAME_TEXT}


def _change(old: VersionedText, new: VersionedText, value: float, renamed: dict[str, str]) -> TextChange:
    same = fold(old.text) == fold(new.text)
    moved = renamed.get(old.group, old.group) != new.group
    change: Change = "kept" if same else "reworded"
    if old.kind != new.kind:
        change = "relabelled"
    if moved:
        change = "moved"
    return TextChange(change=change, old=old, new=new, likeness=round(value, 3))
