"""Build all tables of a draft from the checks of one program against its standards."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from alignment.analysis.draft.choice import LEVELS, function_choices, in_order
from alignment.analysis.draft.drift import competence_text, drift
from alignment.analysis.draft.indicators import indicators
from alignment.analysis.draft.nouns import Draft, DraftCompetence, FunctionChoice, StandardLine
from alignment.analysis.draft.teaching import places, with_teaching
from alignment.analysis.levels import degree_level
from alignment.encoders import Encoder
from alignment.model import Alignment, Program, Standard
from alignment.programs.join import COMPETENCES

OWN = re.compile(r"ПК-(\d+)$")


def build_draft(
    alignments: Sequence[Alignment],
    encoder: Encoder,
    *,
    levels: Sequence[int] = (),
    asked: Collection[tuple[str, str]] | None = None,
    editions: Mapping[str, Standard] | None = None,
) -> Draft:
    """The draft for the program that the alignments share.

    Args:
        alignments: the checks of one program, one for each standard.
        encoder: groups requirements and finds functions by meaning.
        levels: qualification levels; default: the levels of the degree (`LEVELS`).
        asked: the functions to take, as (standard, function); default: the proposed ones.
        editions: by code of the standard, the older edition that the program names, where it is at hand.
    """
    program = alignments[0].program
    degree = degree_level(program)
    allowed = tuple(levels) or (LEVELS.get(degree, ()) if degree else ())
    functions = [item for alignment in alignments for item in function_choices(alignment, allowed, asked)]
    moved = [
        line
        for alignment in alignments
        for line in drift(program, alignment.standard, encoder, (editions or {}).get(alignment.standard.code))
    ]
    numbers = _numbers(program, functions)
    used: set[str] = set()
    competences = [
        item for alignment in alignments for item in _competences(alignment, functions, numbers, encoder, used)
    ]
    return Draft(
        program=program.title,
        code=program.code,
        profile=program.profile,
        degree=program.degree,
        levels=allowed,
        disciplines=tuple(item.title for item in program.disciplines if not item.title.startswith(COMPETENCES)),
        standards=tuple(_line(alignment) for alignment in alignments),
        functions=tuple(functions),
        competences=tuple(competences),
        drift=tuple(moved),
    )


def _line(alignment: Alignment) -> StandardLine:
    """The row of a standard in the draft, with the order of another edition if the program names one."""
    standard, program = alignment.standard, alignment.program
    named = next((item for item in program.standards if item.code and item.code == standard.code), None)
    other = named.order if named and named.order and named.order != standard.order else ""
    declared = named is not None or any(link.standard == standard.code for link in program.declared if link.standard)
    return StandardLine(
        code=standard.code,
        title=standard.title,
        order=standard.order,
        date=standard.date,
        named_order=other,
        declared=declared,
    )


def _numbers(program: Program, functions: Sequence[FunctionChoice]) -> Iterator[str]:
    """Endless codes ПК-1, ПК-2 … for new competences, without the numbers that the program uses already."""
    taken = {int(match[1]) for item in program.competences if (match := OWN.match(item.code))}
    number = 0
    while True:
        number += 1
        if number not in taken:
            yield f"ПК-{number}"


def _competences(
    alignment: Alignment,
    functions: Sequence[FunctionChoice],
    numbers: Iterator[str],
    encoder: Encoder,
    used: set[str],
) -> Iterator[DraftCompetence]:
    """A competence for each chosen function of a standard; its code is the program's own if exactly one is declared.

    ``used`` collects the texts that indicators have used so far (`indicators`).
    """
    standard = alignment.standard
    key = standard.code or standard.title
    chosen = {item.function: item for item in functions if item.chosen and item.standard == key}
    findings, by_function = places(alignment)
    for general, function in in_order(standard):
        if function.code not in chosen:
            continue
        declared = [code for code in chosen[function.code].declared if OWN.match(code)]
        code = declared[0] if len(declared) == 1 else next(numbers)
        items = indicators(code, function, encoder, used)
        yield DraftCompetence(
            code=code,
            text=competence_text(function.name),
            standard=key,
            general_function=general.code,
            general_name=general.name,
            function=function.code,
            name=function.name,
            level=function.level or general.level,
            indicators=tuple(with_teaching(item, findings, by_function) for item in items),
        )
