"""Compare two versions of a list of texts by meaning; each text belongs to a group, such as a work function.

A text is kept, reworded, relabelled (a skill became knowledge, as between the
two editions of 40.039), moved, split, merged, added or dropped.

Texts are paired by the assignment with the highest total likeness (Jonker &
Volgenant 1987, scipy). An unpaired text that is near to a paired one was split
from it or merged into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from alignment.encoders import Encoder
from alignment.language.codes import fold_code

ChangeKind = Literal["kept", "reworded", "relabelled", "moved", "split", "merged", "added", "dropped"]
# Likeness is the mean of the cosine and of rapidfuzz's ratio of sorted words; chosen on the two editions of 40.039.
# On those of 06.001 (228 rows) 0.04 more or less of SAME_TEXT moves 6 to 9 rows, 0.07 of SHARED_TEXT 12 to 14, half
# or double the penalty of another kind 3 to 5.
SAME_TEXT, SHARED_TEXT, KIND_PENALTY = 0.72, 0.62, 0.05
# What a text's own group adds to its likeness: it decides between equal texts, so any small value does: half
# and double change no row of the editions of 06.001.
SAME_GROUP = 0.05


class VersionedText(msgspec.Struct, frozen=True, kw_only=True):
    """One text with its group (a work function or a discipline), and its id if it is a requirement."""

    group: str
    kind: str
    text: str
    id: str = ""


class TextChange(msgspec.Struct, frozen=True, kw_only=True):
    """One change; ``old`` is None for an added text, ``new`` for a dropped one; ``likeness`` is from 0 to 1."""

    change: ChangeKind
    old: VersionedText | None = None
    new: VersionedText | None = None
    likeness: float = 0.0


def likenesses(old: Sequence[VersionedText], new: Sequence[VersionedText], encoder: Encoder) -> NDArray[np.float64]:
    """The likeness of each old text with each new text, from 0 to 1, shape (old, new).

    It is the mean of cosine and word similarity, less `KIND_PENALTY` for texts of different kinds.
    """
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
    """All changes in the order of the new version, then the texts that were merged or dropped.

    Args:
        old: the texts of the old version.
        new: the texts of the new version.
        encoder: the encoder of texts.
        renamed: group of the old version → the group of the new version that continues it. A text whose new group is
            another one has moved.
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
    """Index of an old text → index of the new text that is its new version."""
    from scipy.optimize import linear_sum_assignment

    # A text that occurs in two functions is paired with the one in its own function.
    same_group = np.asarray([[renamed.get(one.group, one.group) == two.group for two in new] for one in old])
    rows, columns = linear_sum_assignment(like + SAME_GROUP * same_group, maximize=True)
    return {int(row): int(column) for row, column in zip(rows, columns, strict=True) if like[row, column] >= SAME_TEXT}


def _change(old: VersionedText, new: VersionedText, value: float, renamed: dict[str, str]) -> TextChange:
    same = fold_code(old.text) == fold_code(new.text)
    moved = renamed.get(old.group, old.group) != new.group
    change: ChangeKind = "kept" if same else "reworded"
    if old.kind != new.kind:
        change = "relabelled"
    if moved:
        change = "moved"
    return TextChange(change=change, old=old, new=new, likeness=round(value, 3))
