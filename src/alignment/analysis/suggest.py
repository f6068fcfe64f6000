"""Which standards fit a program: a look by vectors over all of them ranks them, a full check of the best shows why.

The look has four parts; disciplines that every program has take no part in it:

1. Over all standards: the mean direction of a standard's requirements against
   that of each discipline, the register's mean taken out of both (hubness, Radovanović
   et al. 2010); a standard's score is the mean over the nearest disciplines.
2. Over the best of these: for each work function the nearest discipline, less the
   mean over all disciplines, so that functions of common words gain nothing by them.
3. The title of the program (direction and profile) against that of the standard.
4. What the standard itself says: the directions of study (ОКСО) from which its
   occupations are reached, compared with the program's own direction.

Their weighted sum is the ``fit``, which orders the list and is what is shown
(figures: docs/suggest.md). The expected coverage of the full check stands beside
it and orders nothing: a short standard of general duties is easily covered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from alignment.analysis.coverage import coverage, expected_of
from alignment.analysis.general import is_general, specific
from alignment.catalogue.index import Register
from alignment.encoders import Encoder, Vectors, unit
from alignment.model import Alignment, Finding, Noun, Program, Standard

# Work functions that are named as the reason of a suggestion: what fits a row of the table.
MAX_REASONS = 3
# Disciplines whose nearness to a standard counts in the first part: of 5 and 10 the better on 35 programs that
# declare a standard at hand (docs/suggest.md).
NEAREST = 10
# Weight of the titles' cosine there: of 0 to 2 the best on the same programs; 1 loses 0.03 of MRR.
TITLE_WEIGHT = 1.5
# Standards that the second part looks at; of 724 occupations the right one is among the first five in 70 %, so 200 lose
# none that could be proposed (docs/suggest.md), and keep thousands from being looked at.
SHORTLIST = 200
# How much a direction that the standard names outright adds: about two ranks on the samples (docs/suggest.md).
NAMING_WEIGHT = 0.2
# Cosine of two names of directions from which on they may be one direction. Two wordings of one direction reach 0.67
# to 0.9, neighbours ("Прикладная информатика") up to 0.76: a name weighs less than a code therefore.
SIMILAR_NAME_COSINE = 0.6
# A direction of the same group and level (11.03.01 for 11.03.03), and a name without a code, count less than the
# direction itself, 1: the standard's own code should win. Any falling order does that.
GROUP_WEIGHT, NAME_WEIGHT = 0.8, 0.7
# Codes of directions of one group differ by the degree: 11.03.03, 11.04.03.
DIRECTION = re.compile(r"(\d{2})\.(\d{2})\.(\d{2})$")

Named = Literal["", "code", "group", "name"]


class Reason(Noun, frozen=True, kw_only=True):
    """A work function that speaks for a standard: how much of it is found, and the best evidence.

    ``requirement`` is the one that ``statement`` of ``discipline`` answers best;
    never one that only a discipline answers which every program has.
    """

    function: str
    name: str
    level: str
    coverage: float
    discipline: str = ""
    statement: str = ""
    requirement: str = ""


class Suggestion(Noun, frozen=True, kw_only=True):
    """A standard with its rank's ground.

    ``fit`` orders the list; ``coverage`` is that of a full check, as `check`
    says it, between ``low`` and ``high`` with 90 % confidence, ``expected`` the
    mean of the expected scores; ``among`` counts
    the standards that were looked at. ``known`` of the program's ``disciplines``
    are known by more than their titles; where that is too few (``enough`` is
    false) the expected coverage says nothing. ``named`` says how the standard names the
    program's direction of study (by its code, by a code of its group, by a like
    name), ``direction`` which it names; ``declared`` and ``fgos`` say who names
    the standard.
    """

    code: str
    title: str
    fit: float
    expected: float
    low: float
    high: float
    coverage: float = 0.0
    among: int = 0
    known: int = 0
    disciplines: int = 0
    enough: bool = True
    named: Named = ""
    direction: str = ""
    declared: bool = False
    fgos: bool = False
    levels: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


class DirectionNaming(Noun, frozen=True, kw_only=True):
    """How a standard names a direction of study; ``weight`` from 0 to 1."""

    how: Named = ""
    direction: str = ""
    weight: float = 0.0


def disciplines_of(program: Program, encoder: Encoder) -> Vectors:
    """One direction per discipline: its title and the mean of its statements, shape (disciplines, dimension)."""
    content = [
        [item.text for item in discipline.statements if not item.title_only] for discipline in program.disciplines
    ]
    titles = [discipline.title for discipline in program.disciplines]
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


def fit_scores(program: Program, register: Register, encoder: Encoder) -> NDArray[np.float64]:
    """The fit of all standards without what they name, shape (standards,); higher is nearer."""
    right = disciplines_of(specific(program), encoder)
    if not len(right) or not len(register.listed):
        return np.zeros(len(register.listed))
    near = centred_scores(right, register.centroids, NEAREST) + _by_function(right, register)
    return near + TITLE_WEIGHT * _titles(program, register, encoder)


def _titles(program: Program, register: Register, encoder: Encoder) -> NDArray[np.float64]:
    """Cosine of the program's direction and profile with the title of each standard, shape (standards,)."""
    title = " ".join(dict.fromkeys(part.strip() for part in (program.title, program.profile) if part.strip()))
    if not title:
        return np.zeros(len(register.listed))
    vectors = encoder.encode([title, *(line.title for line in register.listed)])
    return np.asarray(vectors[1:] @ vectors[0], dtype=np.float64)


def centred_scores(right: Vectors, centroids: Vectors, nearest: int) -> NDArray[np.float64]:
    """Nearness of each centroid to the disciplines nearest to it, the centroids' mean taken out."""
    centre = centroids.mean(axis=0)
    near = unit(centroids - centre) @ unit(right - centre).T
    most = min(nearest, near.shape[1])
    return np.asarray(np.sort(near, axis=1)[:, -most:].mean(axis=1), dtype=np.float64)


def _by_function(right: Vectors, register: Register) -> NDArray[np.float64]:
    """For the standards that come first: mean over functions of the nearest discipline less the mean of all."""
    scores = np.zeros(len(register.listed))
    if len(right) < NEAREST:
        return scores  # a single text has no disciplines to tell apart
    first = np.argsort(-centred_scores(right, register.centroids, NEAREST), kind="stable")[:SHORTLIST]
    for number in first:
        line = register.listed[number]
        counts = register.counts[line.first_function : line.first_function + line.functions]
        has_rows = counts > 0
        if not has_rows.any():
            continue
        rows = np.asarray(register.vectors[line.first : line.first + line.count], dtype=np.float32)
        starts = np.cumsum([0, *counts[has_rows][:-1]])
        near = unit(np.add.reduceat(rows, starts, axis=0)) @ right.T
        scores[number] = float((near.max(axis=1) - near.mean(axis=1)).mean())
    return scores


def direction_naming(program: Program, standard: Standard, encoder: Encoder) -> DirectionNaming:
    """Whether the standard's own list of directions of study (ОКСО) has the program's."""
    known = {item.code: item.name for general in standard.functions for item in general.codes if item.system == "ОКСО"}
    mine = DIRECTION.search(program.code)
    naming = DirectionNaming()
    for code, name in known.items():
        match = DIRECTION.search(code)
        if mine and match and match[0] == mine[0]:
            return DirectionNaming(how="code", direction=f"{code} {name}".strip(), weight=1.0)
        if mine and match and (match[1], match[3]) == (mine[1], mine[3]):
            naming = DirectionNaming(how="group", direction=f"{code} {name}".strip(), weight=GROUP_WEIGHT)
    names = [(code, name) for code, name in known.items() if name.strip()]
    if naming.how or not names or not program.title.strip():
        return naming
    vectors = encoder.encode([program.title, *(name for _, name in names)])
    cosines = vectors[1:] @ vectors[0]
    best = int(cosines.argmax())
    if cosines[best] < SIMILAR_NAME_COSINE:
        return naming
    weight = float((cosines[best] - SIMILAR_NAME_COSINE) / (1 - SIMILAR_NAME_COSINE))
    return DirectionNaming(how="name", direction=" ".join(names[best]), weight=round(NAME_WEIGHT * weight, 4))


def shortlist(
    program: Program, register: Register, encoder: Encoder, count: int
) -> tuple[list[int], NDArray[np.float64], dict[int, DirectionNaming]]:
    """The ``count`` standards to check in full, the fits of all, and how those looked at name the direction."""
    scores = fit_scores(program, register, encoder)
    near = np.argsort(-scores, kind="stable")[:SHORTLIST]
    named = {int(number): direction_naming(program, register.standard(int(number)), encoder) for number in near}
    order = sorted(named, key=lambda number: -(scores[number] + NAMING_WEIGHT * named[number].weight))
    for number, naming in named.items():
        scores[number] += NAMING_WEIGHT * naming.weight
    return order[:count], scores, named


def suggestion(alignment: Alignment, fit: float, naming: DirectionNaming, among: int) -> Suggestion:
    """What a full check says of one standard of ``among``."""
    summary = coverage(alignment)
    by_function: dict[str, list[Finding]] = {}
    for finding in alignment.findings:
        if finding.best and not finding.title_only and not is_general(finding.best.statement.discipline):
            by_function.setdefault(finding.function, []).append(finding)
    # What every program teaches (means of protection at work) speaks for no function.
    speaking = {code: sum(expected_of(item) for item in findings) for code, findings in by_function.items()}
    parts = sorted(
        (part for general in summary.parts for part in general.parts if part.tally.total and part.code in speaking),
        key=lambda part: -speaking[part.code] / part.tally.total,
    )
    program = alignment.program
    declared = {item.code for item in program.standards} | {link.standard for link in program.declared}
    fgos = {item.code for item in program.fgos.standards} if program.fgos else set()
    reasons = []
    for part in parts[:MAX_REASONS]:
        top = max(by_function[part.code], key=lambda item: item.probability)
        best = top.best
        reasons.append(
            Reason(
                function=part.code,
                name=part.name,
                level=part.level,
                coverage=part.tally.expected,
                discipline=best.statement.discipline if best else "",
                statement=best.statement.text if best else "",
                requirement=top.requirement.text,
            )
        )
    return Suggestion(
        code=alignment.standard.code,
        title=alignment.standard.title,
        fit=round(fit, 4),
        coverage=summary.total.coverage,
        among=among,
        known=summary.sight.known,
        disciplines=summary.sight.disciplines,
        enough=summary.enough,
        expected=summary.total.expected,
        low=summary.total.low,
        high=summary.total.high,
        named=naming.how,
        direction=naming.direction,
        declared=alignment.standard.code in declared,
        fgos=alignment.standard.code in fgos,
        levels=_levels([part.level for part in parts[:MAX_REASONS]]),
        reasons=tuple(reasons),
    )


def _levels(levels: Sequence[str]) -> tuple[str, ...]:
    """Qualification levels of the functions that fit best, most frequent first."""
    return tuple(sorted(dict.fromkeys(level for level in levels if level), key=lambda level: -levels.count(level)))
