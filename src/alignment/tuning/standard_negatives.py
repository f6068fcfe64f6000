"""Negative pairs from the real standards: what the best of many wrong statements looks like.

A check takes the best of hundreds of statements, most of them of the right
field. Pairs judged one by one do not show that. So requirements of one work
function meet the requirements of others, as if those were a program's
statements and their functions its disciplines; the best few by the untrained
score are kept, near copies (which do cover) are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from alignment.encoders import Cache, Encoder
from alignment.matching.features import Matrix, Space, rows, untrained
from alignment.matching.texts import Side, analyses
from alignment.model import Standard

SAMPLE = 40
BEST = 3
# Above these a pair may well be a match: it is nobody's negative example.
ALIKE_WORDS = 72
ALIKE_MEANING_NEAR, ALIKE_MEANING_FAR = 0.72, 0.6
# 06.001 and 06.005 are what the tests and the README measure on: training does not see them.
HELD_OUT = ("06.001", "06.005")


class Negatives(msgspec.Struct, frozen=True, kw_only=True):
    """Features of negative pairs, shape (pairs, features), and the standard of each."""

    near: Matrix
    near_groups: NDArray[np.str_]
    far: Matrix
    far_groups: NDArray[np.str_]


def field(standard: Standard) -> str:
    """Field of a standard: area of activity; 40.0xx are one field, microelectronics, with 29.002 and 10.104."""
    area = standard.code[:2]
    return "micro" if area in ("40", "29", "10", "") else area


def sides(standard: Standard, *, as_program: bool) -> list[Side]:
    """Requirements as one side of pairs; as a program's statements their function is their discipline."""
    return [
        Side(
            text=item.text,
            kind=item.kind,
            context=function.name if as_program else f"{standard.title}: {function.name}",
        )
        for _, function, item in standard.requirements()
    ]


def negatives(
    standards: Sequence[Standard], encoder: Encoder, cache: Cache, weights: Mapping[str, float], seed: int
) -> Negatives:
    """Pairs of one standard's functions (near) and of standards of different fields (far)."""
    random = np.random.default_rng(seed)
    used = [standard for standard in standards if standard.code not in HELD_OUT]
    near, far = ([], []), ([], [])  # type: tuple[list[Matrix], list[str]], tuple[list[Matrix], list[str]]
    for standard in used:
        left = sides(standard, as_program=False)
        chosen = random.choice(len(left), min(SAMPLE, len(left)), replace=False)
        name = standard.code or standard.title
        for others, found, limit in (
            ([standard], near, ALIKE_MEANING_NEAR),
            ([item for item in used if field(item) != field(standard)], far, ALIKE_MEANING_FAR),
        ):
            right = [side for other in others for side in sides(other, as_program=True)]
            if right:
                parts = _best([left[i] for i in chosen], right, encoder, cache, weights, limit)
                found[0].extend(parts)
                found[1].extend(name for part in parts for _ in range(len(part)))
    return Negatives(
        near=np.concatenate(near[0]),
        near_groups=np.asarray(near[1]),
        far=np.concatenate(far[0]),
        far_groups=np.asarray(far[1]),
    )


def _best(
    left: Sequence[Side],
    right: Sequence[Side],
    encoder: Encoder,
    cache: Cache,
    weights: Mapping[str, float],
    limit: float,
) -> list[Matrix]:
    known = analyses((side.text for side in (*left, *right)), cache)
    space = Space(encoder, left, right)
    result = []
    for index, requirement in enumerate(left):
        cosines = space.cosines(index)
        own = requirement.context.partition(": ")[2]
        kept: list[int] = []
        for candidate in np.argsort(-untrained(cosines)):
            statement = right[candidate]
            alike = fuzz.token_set_ratio(" ".join(known[requirement.text].lemmas), " ".join(known[statement.text].lemmas))
            if statement.context == own or cosines[0, candidate] > limit or alike > ALIKE_WORDS:
                continue
            kept.append(int(candidate))
            if len(kept) == BEST:
                break
        if kept:
            result.append(rows(requirement, [right[i] for i in kept], cosines[:, kept], known, weights))
    return result
