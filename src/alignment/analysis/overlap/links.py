"""Links: pairs of work functions of different standards, each among the other's nearest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alignment.analysis.overlap.chance import NEIGHBOURS, Chance
from alignment.catalogue.index import Register
from alignment.encoders import Encoder, Vectors, unit
from alignment.model import Noun
from alignment.progress import Progress

# Rows that are multiplied at a time: memory and time alone.
BLOCK = 1024
# A link is kept where each of the two is among the nearest of the other: this many. Of the 85
# links among the shipped standards 4 lose 6, and 16 add 2.
NEAREST = 8
# Share of the function's name in its direction; the rest is the mean of its requirements. Nobody has judged which is
# right: among the shipped standards 0.25 gives 158 links, 0.5 gives 85, 0.75 gives 42, so that neither side rules.
NAME_WEIGHT = 0.5


class FunctionNode(Noun, frozen=True, kw_only=True):
    """A work function of a standard."""

    standard: str
    title: str
    area: str
    code: str
    name: str
    level: str = ""
    requirements: int = 0


class Link(Noun, frozen=True, kw_only=True):
    """Two work functions (places of their nodes), their cosine, and the probability that they ask for the same work."""

    one: int
    two: int
    cosine: float
    probability: float


def nodes(register: Register) -> list[FunctionNode]:
    """Every work function of the register, in the register's order."""
    result = []
    for (number, code, name, level), count in zip(register.names(), register.counts, strict=True):
        line = register.listed[number]
        result.append(
            FunctionNode(
                standard=line.code or line.title,
                title=line.title,
                area=line.area,
                code=code,
                name=name,
                level=level,
                requirements=int(count),
            )
        )
    return result


def directions(register: Register, names: Sequence[FunctionNode], encoder: Encoder) -> Vectors:
    """One unit vector per work function, shape (functions, dimension).

    It is the weighted sum of the vector of its name (`NAME_WEIGHT`) and the mean vector of its requirements.
    """
    name_vectors = encoder.encode([item.name for item in names])
    ends = np.cumsum(register.counts)
    vector = np.empty_like(name_vectors)
    for row, (end, count) in enumerate(zip(ends, register.counts, strict=True)):
        if count:
            mean = np.asarray(register.vectors[end - count : end], dtype=np.float32).mean(axis=0)
            vector[row] = NAME_WEIGHT * name_vectors[row] + (1 - NAME_WEIGHT) * mean / max(
                float(np.linalg.norm(mean)), 1e-9
            )
        else:
            vector[row] = name_vectors[row]
    return unit(vector)


def links(
    vectors: Vectors,
    owner: NDArray[np.int64],
    chance: Chance,
    *,
    least: float = 0.0,
    nearest: int = NEAREST,
    progress: Progress | None = None,
) -> list[Link]:
    """Pairs of rows of different owners in which each row is among the nearest of the other, most probable first.

    Args:
        vectors: unit vectors, shape (rows, dimension).
        owner: the number of the standard to which each row belongs, shape (rows,). Rows of one owner are never linked.
        chance: from nearness to probability.
        least: links below this probability are left out.
        nearest: how many nearest rows are considered for each row.
        progress: called with the stage, the steps done and the steps in all.
    """
    count = len(vectors)
    most = min(max(nearest, NEIGHBOURS), count - 1) if count > 1 else 0
    if not most:
        return []
    near = np.zeros((count, most), dtype=np.int64)
    cosines = np.zeros((count, most), dtype=np.float32)
    for start in range(0, count, BLOCK):
        block = vectors[start : start + BLOCK] @ vectors.T
        block[owner[start : start + BLOCK, None] == owner[None]] = -2.0
        chosen = np.argpartition(-block, most - 1, axis=1)[:, :most]
        scores = np.take_along_axis(block, chosen, axis=1)
        order = np.argsort(-scores, axis=1, kind="stable")
        near[start : start + BLOCK] = np.take_along_axis(chosen, order, axis=1)
        cosines[start : start + BLOCK] = np.take_along_axis(scores, order, axis=1)
        if progress:
            progress("link", min(start + BLOCK, count), count)
    density = cosines[:, :NEIGHBOURS].clip(0).mean(axis=1)
    one = np.repeat(np.arange(count), min(nearest, most))
    two = near[:, :nearest].ravel()
    value = cosines[:, :nearest].ravel()
    known = set(zip(one.tolist(), two.tolist(), strict=True))
    mutual = np.asarray(
        [
            left < right and (right, left) in known and cosine > -1
            for left, right, cosine in zip(one.tolist(), two.tolist(), value.tolist(), strict=True)
        ]
    )
    one, two, value = one[mutual], two[mutual], value[mutual]
    chances = chance(value, (density[one] + density[two]) / 2)
    order = np.argsort(-chances, kind="stable")
    return [
        Link(
            one=int(one[i]), two=int(two[i]), cosine=round(float(value[i]), 4), probability=round(float(chances[i]), 4)
        )
        for i in order
        if chances[i] >= least
    ]
