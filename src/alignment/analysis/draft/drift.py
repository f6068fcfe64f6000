"""Drift: how the functions that a program declares differ from those of the standard in force, and what to propose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from alignment.analysis.draft.nouns import Drift, DriftKind
from alignment.encoders import Encoder
from alignment.language.codes import fold_code
from alignment.language.infinitive import infinitive
from alignment.model import Competence, DeclaredLink, Program, Standard

# From this cosine two wordings are one ("reworded" is said below it, a remark and no more), and a function of another
# code is the same one (renumbered): MOVED lies between paraphrases of a name and neighbours of one standard
# (docs/draft.md).
KEPT, MOVED = 0.95, 0.8
# From this cosine a text repeats a requirement, where only endings and signs differ; beside a name as near the name
# goes first: any factor a little below 1 does that.
QUOTED, BESIDE_NAME = 0.9, 0.95
# Below this cosine the nearest function is not proposed: within the standard that they name it is right for 6 of 16
# texts of tests/data/itmo_origins.tsv below it, and for 108 of 117 above it.
FAR = 0.65
# Functions that a row shows, the proposed one among them: what fits its cell.
OTHERS = 3
LEAD = re.compile(r"^(?:способ\w+|готов\w*)(?:\s+(?:и|или|к)\s+(?:готов\w*|способ\w*))?\s+(?:к\s+)?", re.IGNORECASE)
GENERAL = re.compile(r"^(?:И?УК|И?ОПК|ОК|GPC|UC|OPC)")


def competence_text(name: str) -> str:
    """The text of a competence made from the name of a function: "Способен проектировать …"."""
    return f"Способен {infinitive(name)}"


class NamedFunction(NamedTuple):
    """A work function with the texts of its requirements, or a generalized function: programs use the words of both."""

    code: str
    name: str
    general: bool
    requirements: tuple[str, ...] = ()


def named_functions(standard: Standard) -> list[NamedFunction]:
    """The work functions of a standard, then its generalized functions."""
    functions = [
        NamedFunction(item.code, item.name, False, tuple(requirement.text for requirement in item.requirements))
        for general in standard.functions
        for item in general.functions
    ]
    return functions + [NamedFunction(item.code, item.name, True) for item in standard.functions]


def nearest_functions(
    texts: Sequence[str], functions: Sequence[NamedFunction], encoder: Encoder
) -> list[list[tuple[int, float]]]:
    """For each text, all functions by nearness in meaning, best first.

    The nearness of a function is the largest of three cosines with the text: of its name, of its name in the
    infinitive, and, if a requirement is nearly quoted (cosine from `QUOTED`), of that requirement times `BESIDE_NAME`.

    Returns:
        For each text a list of (place in ``functions``, cosine). Of equal ones the earlier comes first.
    """
    if not texts or not functions:
        return [[] for _ in texts]
    names = [item.name for item in functions]
    left = encoder.encode([LEAD.sub("", text) for text in texts])
    near = np.maximum(left @ encoder.encode(names).T, left @ encoder.encode([infinitive(name) for name in names]).T)
    owners = [number for number, item in enumerate(functions) for _ in item.requirements]
    if owners:
        quoted = left @ encoder.encode([text for item in functions for text in item.requirements]).T
        for number, row in enumerate(np.where(quoted >= QUOTED, quoted * BESIDE_NAME, -1.0)):
            np.maximum.at(near[number], owners, row)
    return [[(int(place), float(row[place])) for place in np.argsort(-row, kind="stable")] for row in near]


def drift(program: Program, standard: Standard, encoder: Encoder, before: Standard | None = None) -> list[Drift]:
    """One row for each declared link of a professional competence to the standard.

    Args:
        program: with its competences and declared links.
        standard: the edition in force.
        encoder: compares texts by meaning.
        before: the older edition that the program names, if it is at hand. It has the names of functions that the
            edition in force has dropped.
    """
    functions = named_functions(standard)
    old = {item.code: item.name for item in named_functions(before)} if before else {}
    texts = {item.code: item for item in program.competences}
    links = [item for item in _links(program, standard) if item.competence in texts]
    # The old name of a function says what was meant; without it there is only the text of the competence.
    meant = [old.get(_code(link), texts[link.competence].text) for link in links]
    ranked = nearest_functions(meant, functions, encoder)
    return [
        _line(
            link, texts[link.competence], standard, functions, [pair for pair in near if _alike(link, functions, pair)]
        )
        for link, near in zip(links, ranked, strict=True)
    ]


def _code(link: DeclaredLink) -> str:
    """The work function that a link names, else its generalized function; empty if it names only the standard."""
    return link.function or link.general_function


def _alike(link: DeclaredLink, functions: Sequence[NamedFunction], pair: tuple[int, float]) -> bool:
    """Whether a function can be the one that a link means: both generalized or both not, or the link names none."""
    return not _code(link) or functions[pair[0]].general == (not link.function)


def _line(
    link: DeclaredLink,
    competence: Competence,
    standard: Standard,
    functions: Sequence[NamedFunction],
    near: Sequence[tuple[int, float]],
) -> Drift:
    """The row of one link; ``near`` are the functions that it can mean, nearest first, as (place, cosine)."""
    place = _place_in_force(link, functions, near)
    best = place if place is not None else (near[0][0] if near else None)
    result = functions[best] if best is not None else None
    likeness = dict(near).get(best, 0.0) if best is not None else 0.0
    proposed = result is not None and (place is not None or likeness >= FAR)
    return Drift(
        competence=link.competence,
        was=competence.text,
        standard=standard.code or standard.title,
        function=_code(link),
        change=_change(link, competence, functions, place, likeness),
        now=result.code if result else "",
        name=result.name if result else "",
        proposal=competence_text(result.name) if result and proposed else "",
        likeness=round(likeness, 3),
        others=tuple(functions[number].code for number, _ in near if number != best)[: OTHERS - 1],
        location=link.location,
    )


def _links(program: Program, standard: Standard) -> list[DeclaredLink]:
    """The program's links of professional competences to the standard, each once."""
    links: dict[tuple[str, str], DeclaredLink] = {}
    for link in program.declared:
        if link.standard == standard.code and link.competence and not GENERAL.match(link.competence):
            links.setdefault((link.competence, _code(link)), link)
    return list(links.values())


def _place_in_force(
    link: DeclaredLink, functions: Sequence[NamedFunction], near: Sequence[tuple[int, float]]
) -> int | None:
    """The place of the declared function in the edition in force, or None if it is gone.

    It is looked for by its code, then by its meaning, then by its code without the level. If its code now belongs to a
    function with another meaning and another function has nearly the same words, that other function is taken.
    """
    code = _code(link)
    if not code:
        return None
    cosines = dict(near)
    for number, item in enumerate(functions):
        if item.code == code:
            taken_over = cosines.get(number, 0.0) < MOVED and near[0][1] >= KEPT
            return near[0][0] if taken_over else number
    if near and near[0][1] >= MOVED:
        return near[0][0]
    for number, item in enumerate(functions):
        if "/" in code and item.code.partition(".")[0] == code.partition(".")[0]:
            return number
    return None


def _change(
    link: DeclaredLink, competence: Competence, functions: Sequence[NamedFunction], place: int | None, likeness: float
) -> DriftKind:
    """How the declared function changed; ``likeness`` is the cosine between the competence and the function."""
    if not _code(link):
        return "unnamed" if likeness >= FAR else "far"
    if place is None:
        return "dropped"
    name = functions[place].name
    if functions[place].code != _code(link):
        return "renumbered"
    same = fold_code(LEAD.sub("", competence.text)) in (fold_code(name), fold_code(infinitive(name)))
    return "kept" if same or likeness >= KEPT else "reworded"
