"""Which standards fit a program: a quick look by vectors over all of them, a full check of the best few.

The quick look has three parts:

1. Over all standards: the mean direction of a standard's requirements against
   that of each discipline, the register's mean taken out of both (hubness, Radovanović
   et al. 2010); a standard's score is the mean over the nearest disciplines.
2. Over the best of these: for each work function the nearest discipline, less the
   mean over all disciplines, so that functions of common words gain nothing by them.
3. What the standard itself says: the directions of study (ОКСО) from which its
   occupations are reached, compared with the program's own direction.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from alignment.analysis.coverage import coverage
from alignment.analysis.register import Register
from alignment.encoders import Encoder, Vectors, unit
from alignment.model import Alignment, Noun, Program, Standard, Verdict

SHOWN = 3
# Disciplines whose nearness to a standard counts in the first part.
NEAREST = 5
# Standards that the second part looks at.
LOOKED_AT = 200
# How much a direction that the standard names outright adds: about two ranks on the samples.
NAMED = 0.2
# Cosine of two names of directions from which on they may be one direction.
ALIKE = 0.6
# Codes of directions of one group differ by the degree: 11.03.03, 11.04.03.
DIRECTION = re.compile(r"(\d{2})\.(\d{2})\.(\d{2})$")

Named = Literal["", "code", "group", "name"]


class Reason(Noun, frozen=True, kw_only=True):
    """A work function that speaks for a standard: how much of it is found, and the best evidence."""

    function: str
    name: str
    level: str
    coverage: float
    discipline: str = ""
    statement: str = ""


class Suggestion(Noun, frozen=True, kw_only=True):
    """A standard with its rank's ground.

    ``score`` orders the list: the ``expected`` coverage of the full check and
    what ``named`` adds. ``quick`` is the score of the first look; ``named``
    says how the standard names the program's direction of study (by its code,
    by a code of its group, by a like name), ``direction`` which it names;
    ``declared`` and ``fgos`` say who names the standard.
    """

    code: str
    title: str
    quick: float
    expected: float
    low: float
    high: float
    score: float = 0.0
    named: Named = ""
    direction: str = ""
    declared: bool = False
    fgos: bool = False
    levels: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


class Naming(Noun, frozen=True, kw_only=True):
    """How a standard names a direction of study; ``weight`` from 0 to 1."""

    how: Named = ""
    direction: str = ""
    weight: float = 0.0


def disciplines_of(program: Program, encoder: Encoder) -> Vectors:
    """One direction per discipline: its title and the mean of its statements, shape (disciplines, dimension)."""
    content = [[item.text for item in found.statements if not item.title_only] for found in program.disciplines]
    titles = [found.title for found in program.disciplines]
    vectors = encoder.encode([*titles, *(text for texts in content for text in texts)])
    rows, at = [], len(titles)
    for number, texts in enumerate(content):
        parts = [vectors[number]] if titles[number].strip() else []
        if texts:
            parts.append(unit(vectors[at : at + len(texts)].mean(axis=0, keepdims=True))[0])
        at += len(texts)
        if parts:
            rows.append(np.mean(parts, axis=0))
    return unit(np.asarray(rows, dtype=np.float32).reshape(len(rows), encoder.dimension))


def quick_scores(program: Program, register: Register, encoder: Encoder) -> NDArray[np.float64]:
    """The first look without what standards name, shape (standards,); higher is nearer."""
    right = disciplines_of(program, encoder)
    if not len(right) or not len(register.listed):
        return np.zeros(len(register.listed))
    return centred_scores(right, register.centroids, NEAREST) + _by_function(right, register)


def centred_scores(right: Vectors, centroids: Vectors, nearest: int) -> NDArray[np.float64]:
    """Nearness of each centroid to the disciplines nearest to it, the centroids' mean taken out."""
    centre = centroids.mean(axis=0)
    near = unit(centroids - centre) @ unit(right - centre).T
    most = min(nearest, near.shape[1])
    return np.asarray(np.sort(near, axis=1)[:, -most:].mean(axis=1), dtype=np.float64)


def _by_function(right: Vectors, register: Register) -> NDArray[np.float64]:
    """For the standards that come first: mean over functions of the nearest discipline less the mean of all."""
    found = np.zeros(len(register.listed))
    if len(right) < NEAREST:
        return found  # a single text has no disciplines to tell apart
    first = np.argsort(-centred_scores(right, register.centroids, NEAREST), kind="stable")[:LOOKED_AT]
    for number in first:
        line = register.listed[number]
        counts = register.counts[line.first_function : line.first_function + line.functions]
        own = counts > 0
        if not own.any():
            continue
        rows = np.asarray(register.vectors[line.first : line.first + line.count], dtype=np.float32)
        starts = np.cumsum([0, *counts[own][:-1]])
        near = unit(np.add.reduceat(rows, starts, axis=0)) @ right.T
        found[number] = float((near.max(axis=1) - near.mean(axis=1)).mean())
    return found


def naming_of(program: Program, standard: Standard, encoder: Encoder) -> Naming:
    """Whether the standard's own list of directions of study (ОКСО) has the program's."""
    known = {item.code: item.name for general in standard.functions for item in general.codes if item.system == "ОКСО"}
    mine = DIRECTION.search(program.code)
    found = Naming()
    for code, name in known.items():
        match = DIRECTION.search(code)
        if mine and match and match[0] == mine[0]:
            return Naming(how="code", direction=f"{code} {name}".strip(), weight=1.0)
        if mine and match and (match[1], match[3]) == (mine[1], mine[3]):
            found = Naming(how="group", direction=f"{code} {name}".strip(), weight=0.8)
    names = [(code, name) for code, name in known.items() if name.strip()]
    if found.how or not names or not program.title.strip():
        return found
    vectors = encoder.encode([program.title, *(name for _, name in names)])
    cosines = vectors[1:] @ vectors[0]
    best = int(cosines.argmax())
    if cosines[best] < ALIKE:
        return found
    weight = float((cosines[best] - ALIKE) / (1 - ALIKE))
    return Naming(how="name", direction=" ".join(names[best]), weight=round(0.7 * weight, 4))


def first_look(
    program: Program, register: Register, encoder: Encoder, count: int
) -> tuple[list[int], NDArray[np.float64], dict[int, Naming]]:
    """The ``count`` standards to check in full, the scores of all, and how those looked at name the direction."""
    scores = quick_scores(program, register, encoder)
    near = np.argsort(-scores, kind="stable")[:LOOKED_AT]
    named = {int(number): naming_of(program, register.standard(int(number)), encoder) for number in near}
    order = sorted(named, key=lambda number: -(scores[number] + NAMED * named[number].weight))
    return order[:count], scores, named


def suggestion(alignment: Alignment, quick: float, naming: Naming) -> Suggestion:
    """What a full check says of one standard."""
    found = coverage(alignment)
    parts = sorted(
        (part for general in found.parts for part in general.parts if part.tally.total),
        key=lambda part: -part.tally.expected,
    )
    program = alignment.program
    declared = {item.code for item in program.standards} | {link.standard for link in program.declared}
    fgos = {item.code for item in program.fgos.standards} if program.fgos else set()
    reasons = []
    for part in parts[:SHOWN]:
        own = [item for item in alignment.findings if item.function == part.code and item.verdict is not Verdict.GAP]
        top = max(own, key=lambda item: item.probability, default=None)
        best = top.best if top else None
        reasons.append(
            Reason(
                function=part.code,
                name=part.name,
                level=part.level,
                coverage=part.tally.expected,
                discipline=best.statement.discipline if best else "",
                statement=best.statement.text if best and not best.statement.title_only else "",
            )
        )
    return Suggestion(
        code=alignment.standard.code,
        title=alignment.standard.title,
        quick=round(quick, 4),
        expected=found.total.expected,
        low=found.total.low,
        high=found.total.high,
        score=round(found.total.expected + NAMED * naming.weight, 4),
        named=naming.how,
        direction=naming.direction,
        declared=alignment.standard.code in declared,
        fgos=alignment.standard.code in fgos,
        levels=_levels([part.level for part in parts[:SHOWN]]),
        reasons=tuple(reasons),
    )


def _levels(levels: Sequence[str]) -> tuple[str, ...]:
    """Qualification levels of the functions that fit best, most frequent first."""
    return tuple(sorted(dict.fromkeys(level for level in levels if level), key=lambda level: -levels.count(level)))
