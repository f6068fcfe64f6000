"""Was, is, proposal: what the program declares against the standard in force."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from alignment.analysis.draft.nouns import Change, Drift
from alignment.encoders import Encoder
from alignment.language.codes import fold
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
    """A competence worded from a function: "Способен проектировать …"."""
    return f"Способен {infinitive(name)}"


class Named(NamedTuple):
    """A function with the texts of its requirements, or a generalized one: programs word competences from both."""

    code: str
    name: str
    general: bool
    requirements: tuple[str, ...] = ()


def named_functions(standard: Standard) -> list[Named]:
    """The functions of a standard, then its generalized functions."""
    own = [
        Named(item.code, item.name, False, tuple(one.text for one in item.requirements))
        for general in standard.functions
        for item in general.functions
    ]
    return own + [Named(item.code, item.name, True) for item in standard.functions]


def nearest_functions(
    texts: Sequence[str], functions: Sequence[Named], encoder: Encoder
) -> list[list[tuple[int, float]]]:
    """For each text the functions by likeness in meaning, best first, as (place, cosine); earlier ones first if alike.

    A function is as near as the nearer of its name and its infinitive wording, or a requirement of it that the text
    repeats (from `QUOTED`, and then a little less near than a name said word by word).
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
    """One line for each declared link of a professional competence to the standard.

    ``before`` is the edition that the program names, where it is at hand: it
    tells what a function was called that the edition in force has not.
    """
    functions = named_functions(standard)
    old = {item.code: item.name for item in named_functions(before)} if before else {}
    texts = {item.code: item for item in program.competences}
    links = [item for item in _links(program, standard) if item.competence in texts]
    # A function by its old name where it is known, else the competence.
    meant = [old.get(_code(link), texts[link.competence].text) for link in links]
    ranked = nearest_functions(meant, functions, encoder)
    return [
        _line(
            link, texts[link.competence], standard, functions, [pair for pair in near if _alike(link, functions, pair)]
        )
        for link, near in zip(links, ranked, strict=True)
    ]


def _code(link: DeclaredLink) -> str:
    """The function that a link names, else the generalized one; empty where it names the standard alone."""
    return link.function or link.general_function


def _alike(link: DeclaredLink, functions: Sequence[Named], pair: tuple[int, float]) -> bool:
    """Whether a function is of the sort that the link names: a generalized one or not; either if it names none."""
    return not _code(link) or functions[pair[0]].general == (not link.function)


def _line(
    link: DeclaredLink,
    competence: Competence,
    standard: Standard,
    functions: Sequence[Named],
    near: Sequence[tuple[int, float]],
) -> Drift:
    """The line of one link; ``near`` are the functions that it may mean, nearest first."""
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


def _place_in_force(link: DeclaredLink, functions: Sequence[Named], near: Sequence[tuple[int, float]]) -> int | None:
    """Where the declared function stands now: by its code, by its meaning, by its code without the level.

    A code that now stands for something else gives way to the function that is worded as the one meant.
    """
    code = _code(link)
    if not code:
        return None
    own = dict(near)
    for number, item in enumerate(functions):
        if item.code == code:
            taken_over = own.get(number, 0.0) < MOVED and near[0][1] >= KEPT
            return near[0][0] if taken_over else number
    if near and near[0][1] >= MOVED:
        return near[0][0]
    for number, item in enumerate(functions):
        if "/" in code and item.code.partition(".")[0] == code.partition(".")[0]:
            return number
    return None


def _change(
    link: DeclaredLink, competence: Competence, functions: Sequence[Named], place: int | None, likeness: float
) -> Change:
    if not _code(link):
        return "unnamed" if likeness >= FAR else "far"
    if place is None:
        return "dropped"
    name = functions[place].name
    if functions[place].code != _code(link):
        return "renumbered"
    same = fold(LEAD.sub("", competence.text)) in (fold(name), fold(infinitive(name)))
    return "kept" if same or likeness >= KEPT else "reworded"
