"""Was, is, proposal: what the program declares against the standard in force."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from alignment.analysis.draft.nouns import Change, Drift
from alignment.encoders import Encoder
from alignment.language.codes import fold
from alignment.language.infinitive import infinitive
from alignment.model import Competence, DeclaredLink, Program, Standard, WorkFunction

# From this cosine two wordings are one, and a function of another code is the same one.
KEPT, MOVED = 0.95, 0.8
OTHERS = 3
LEAD = re.compile(r"^(?:способ\w+|готов\w*)(?:\s+(?:и|или|к)\s+(?:готов\w*|способ\w*))?\s+(?:к\s+)?", re.IGNORECASE)
GENERAL = re.compile(r"^(?:И?УК|И?ОПК|ОК|GPC|UC|OPC)")


def competence_text(name: str) -> str:
    """A competence worded from a function: "Способен проектировать …"."""
    return f"Способен {infinitive(name)}"


def nearest_functions(
    texts: Sequence[str], functions: Sequence[WorkFunction], encoder: Encoder
) -> list[list[tuple[int, float]]]:
    """For each text the functions by likeness in meaning, best first, as (place, cosine).

    A function is as near as the nearer of its name and its infinitive wording.
    """
    if not texts or not functions:
        return [[] for _ in texts]
    names = [item.name for item in functions]
    left = encoder.encode([LEAD.sub("", text) for text in texts])
    near = np.maximum(left @ encoder.encode(names).T, left @ encoder.encode([infinitive(name) for name in names]).T)
    return [[(int(place), float(row[place])) for place in np.argsort(-row, kind="stable")] for row in near]


def drift(program: Program, standard: Standard, encoder: Encoder, before: Standard | None = None) -> list[Drift]:
    """One line for each declared link of a professional competence to the standard.

    ``before`` is the edition that the program names, where it is at hand: it
    tells what a function was called that the edition in force has not.
    """
    functions = [item for general in standard.functions for item in general.functions]
    by_code = {item.code: item for item in functions}
    old = {item.code: item for general in before.functions for item in general.functions} if before else {}
    texts = {item.code: item for item in program.competences}
    links = [item for item in _links(program, standard) if item.competence in texts]
    ranked = nearest_functions([_meant(link, texts, old) for link in links], functions, encoder)
    found = []
    for link, near in zip(links, ranked, strict=True):
        own = dict(near)
        place = _place_in_force(link.function, functions, near)
        change = _change(link, texts[link.competence], by_code, functions, place, own)
        best = place if place is not None else (near[0][0] if near else None)
        chosen = functions[best] if best is not None else None
        found.append(
            Drift(
                competence=link.competence,
                was=texts[link.competence].text,
                standard=standard.code or standard.title,
                function=link.function or link.general_function,
                change=change,
                now=chosen.code if chosen else "",
                name=chosen.name if chosen else "",
                proposal=competence_text(chosen.name) if chosen else "",
                likeness=round(own.get(best, 0.0), 3) if best is not None else 0.0,
                others=tuple(functions[number].code for number, _ in near if number != best)[: OTHERS - 1],
                location=link.location,
            )
        )
    return found


def _links(program: Program, standard: Standard) -> list[DeclaredLink]:
    """The program's links of professional competences to the standard, each once."""
    found: dict[tuple[str, str], DeclaredLink] = {}
    for link in program.declared:
        if link.standard == standard.code and link.competence and not GENERAL.match(link.competence):
            found.setdefault((link.competence, link.function or link.general_function), link)
    return list(found.values())


def _meant(link: DeclaredLink, texts: Mapping[str, Competence], old: Mapping[str, WorkFunction]) -> str:
    """What to look for: the function by its old name where it is known, else the competence."""
    return old[link.function].name if link.function in old else texts[link.competence].text


def _place_in_force(code: str, functions: Sequence[WorkFunction], near: Sequence[tuple[int, float]]) -> int | None:
    """Where the declared function stands now: by its code, by its code without the level, by its meaning."""
    for number, item in enumerate(functions):
        if code and item.code == code:
            return number
    if code and near and near[0][1] >= MOVED:
        return near[0][0]
    for number, item in enumerate(functions):
        if code and item.code.partition(".")[0] == code.partition(".")[0] and "/" in code:
            return number
    return None


def _change(
    link: DeclaredLink,
    competence: Competence,
    by_code: Mapping[str, WorkFunction],
    functions: Sequence[WorkFunction],
    place: int | None,
    near: Mapping[int, float],
) -> Change:
    if not link.function:
        return "unnamed"
    if link.function not in by_code:
        return "renumbered" if place is not None else "dropped"
    name = by_code[link.function].name
    same = fold(LEAD.sub("", competence.text)) in (fold(name), fold(infinitive(name)))
    likeness = near.get(place, 0.0) if place is not None else 0.0
    return "kept" if same or likeness >= KEPT else "reworded"
