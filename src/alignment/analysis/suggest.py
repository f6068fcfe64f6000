"""Which standards fit a program. All standards are ranked by vectors; a full check of the best ones shows why.

The ranking ignores general disciplines, which every program has. It adds four parts:

1. For all standards: the cosine between the mean vector of the standard's
   requirements and the vector of each discipline. The mean of the register is
   subtracted from both (against hubness, Radovanović et al. 2010). The score is the
   mean over the nearest disciplines.
2. For the best of these: for each work function the cosine with the nearest
   discipline, less the mean over all disciplines, so that functions in common
   words gain nothing.
3. The cosine between the titles of the program (direction and profile) and of the
   standard.
4. The directions of study (ОКСО) that the standard itself names for its
   occupations, compared with the direction of the program.

The weighted sum is the ``fit``. It orders the list and is shown (figures:
docs/suggest.md). The expected coverage of the full check is shown too, but does
not order the list: a short standard of general duties is easily covered.
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

NamedBy = Literal["", "code", "group", "name"]


class Reason(Noun, frozen=True, kw_only=True):
    """A work function that speaks for a standard, with its expected coverage (0 to 1) and its best evidence.

    ``statement``, of ``discipline``, is the best evidence; ``requirement`` is
    what it answers. Evidence in general disciplines does not count.
    """

    function: str
    name: str
    level: str
    coverage: float
    discipline: str = ""
    statement: str = ""
    requirement: str = ""


class Suggestion(Noun, frozen=True, kw_only=True):
    """A standard with the reasons for its rank.

    ``fit`` orders the list. ``coverage``, ``low``, ``high`` and ``expected`` are
    those of a full check (`Tally`). ``among`` counts the standards that were
    ranked. ``known`` of the program's ``disciplines`` have more than a title; if
    these are too few, ``enough`` is false and the coverage means nothing.
    ``named`` says how the standard names the program's direction of study: by its
    code, by a code of the same group, or by a similar name; ``direction`` is the
    direction that it names. ``declared``: the program itself names the standard;
    ``fgos``: the program's FGOS does.
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
    named: NamedBy = ""
    direction: str = ""
    declared: bool = False
    fgos: bool = False
    levels: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


class DirectionNaming(Noun, frozen=True, kw_only=True):
    """How a standard names a direction of study; ``weight`` says how surely, 0 to 1."""

    how: NamedBy = ""
    direction: str = ""
    weight: float = 0.0


def disciplines_of(program: Program, encoder: Encoder) -> Vectors:
    """One unit vector per discipline, the mean of its title and its statements, shape (disciplines, dimension).

    Disciplines with neither a title nor statements have no row.
    """
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
    """The first three parts of the fit of all standards, shape (standards,); higher is nearer."""
    disciplines = disciplines_of(specific(program), encoder)
    if not len(disciplines) or not len(register.listed):
        return np.zeros(len(register.listed))
    near = centred_scores(disciplines, register.centroids, NEAREST) + _by_function(disciplines, register)
    return near + TITLE_WEIGHT * _titles(program, register, encoder)


def _titles(program: Program, register: Register, encoder: Encoder) -> NDArray[np.float64]:
    """Cosine of the program's direction and profile with the title of each standard, shape (standards,)."""
    title = " ".join(dict.fromkeys(part.strip() for part in (program.title, program.profile) if part.strip()))
    if not title:
        return np.zeros(len(register.listed))
    vectors = encoder.encode([title, *(line.title for line in register.listed)])
    return np.asarray(vectors[1:] @ vectors[0], dtype=np.float64)


def centred_scores(disciplines: Vectors, centroids: Vectors, nearest: int) -> NDArray[np.float64]:
    """Mean cosine of each standard with its nearest disciplines, after the mean of all standards is subtracted.

    Args:
        disciplines: unit vectors, shape (disciplines, dimension).
        centroids: mean vectors of the standards, shape (standards, dimension).
        nearest: how many disciplines are averaged.

    Returns:
        Scores, shape (standards,).
    """
    centre = centroids.mean(axis=0)
    near = unit(centroids - centre) @ unit(disciplines - centre).T
    most = min(nearest, near.shape[1])
    return np.asarray(np.sort(near, axis=1)[:, -most:].mean(axis=1), dtype=np.float64)


def _by_function(disciplines: Vectors, register: Register) -> NDArray[np.float64]:
    """The second part of the fit, shape (standards,); 0 for standards beyond the `SHORTLIST` best of the first part."""
    scores = np.zeros(len(register.listed))
    if len(disciplines) < NEAREST:
        return scores  # with so few disciplines the nearest hardly differs from the mean
    first = np.argsort(-centred_scores(disciplines, register.centroids, NEAREST), kind="stable")[:SHORTLIST]
    for number in first:
        line = register.listed[number]
        counts = register.counts[line.first_function : line.first_function + line.functions]
        has_rows = counts > 0
        if not has_rows.any():
            continue
        rows = np.asarray(register.vectors[line.first : line.first + line.count], dtype=np.float32)
        starts = np.cumsum([0, *counts[has_rows][:-1]])
        near = unit(np.add.reduceat(rows, starts, axis=0)) @ disciplines.T
        scores[number] = float((near.max(axis=1) - near.mean(axis=1)).mean())
    return scores


def direction_naming(program: Program, standard: Standard, encoder: Encoder) -> DirectionNaming:
    """How the standard's own list of directions of study (ОКСО) names the direction of the program."""
    known = {item.code: item.name for general in standard.functions for item in general.codes if item.system == "ОКСО"}
    own = DIRECTION.search(program.code)
    naming = DirectionNaming()
    for code, name in known.items():
        match = DIRECTION.search(code)
        if own and match and match[0] == own[0]:
            return DirectionNaming(how="code", direction=f"{code} {name}".strip(), weight=1.0)
        if own and match and (match[1], match[3]) == (own[1], own[3]):
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
    """Rank all standards of the register.

    Returns:
        The numbers of the ``count`` standards to check in full; the fit of every standard, shape (standards,); and, for
        the `SHORTLIST` best ones by number, how they name the program's direction.
    """
    scores = fit_scores(program, register, encoder)
    near = np.argsort(-scores, kind="stable")[:SHORTLIST]
    named = {int(number): direction_naming(program, register.standard(int(number)), encoder) for number in near}
    order = sorted(named, key=lambda number: -(scores[number] + NAMING_WEIGHT * named[number].weight))
    for number, naming in named.items():
        scores[number] += NAMING_WEIGHT * naming.weight
    return order[:count], scores, named


def suggestion(alignment: Alignment, fit: float, naming: DirectionNaming, among: int) -> Suggestion:
    """The suggestion for one standard from its full check; ``among`` is the number of standards that were ranked."""
    summary = coverage(alignment)
    by_function: dict[str, list[Finding]] = {}
    for finding in alignment.findings:
        if finding.best and not finding.title_only and not is_general(finding.best.statement.discipline):
            by_function.setdefault(finding.function, []).append(finding)
    # Evidence in general disciplines (such as safety at work) speaks for no function.
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
