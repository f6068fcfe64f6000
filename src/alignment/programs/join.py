"""Several documents of one program → one `Program`, joined by discipline titles."""

from __future__ import annotations

import re

import msgspec
from rapidfuzz import fuzz, process

from alignment.model import Discipline, Issue, Kind, Location, Program, Statement

SAME = 92.0


def fold_title(title: str) -> str:
    """Title for comparison: lower case, no quotes, no numbers of parts' labels."""
    text = re.sub(r"[«»\"“”().,:;–—-]", " ", title.lower().replace("ё", "е"))
    return " ".join(text.split())


def join(parts: list[tuple[Program, bool]]) -> Program:
    """One program; ``True`` marks a part that only enriches disciplines named by the others."""
    base = [program for program, enrich in parts if not enrich] or [program for program, _ in parts]
    extra = [program for program, enrich in parts if enrich and program not in base]
    warnings: list[Issue] = [issue for program, _ in parts for issue in program.warnings]
    table: dict[str, Discipline] = {}
    for program in base:
        # Within one file a near title is another discipline: Микроэкономика is not Макроэкономика.
        others = {
            key: item for key, item in table.items() if key not in {fold_title(d.title) for d in program.disciplines}
        }
        for discipline in program.disciplines:
            key = _match(discipline, table, others, warnings)
            table[key] = _merge(table[key], discipline) if key in table else discipline
    for program in extra:
        by_title = {fold_title(item.title): item for item in program.disciplines}
        joined = 0
        for key, discipline in table.items():
            if key in by_title and by_title[key].statements:
                table[key] = _merge(discipline, by_title[key])
                joined += 1
        message = f"{joined} of {len(table)} disciplines found their title in this file"
        warnings.append(Issue(message=message, location=Location(file=program.sources[0])))
    first = max(base, key=lambda program: len(program.disciplines))
    competences = {item.code: item for program, _ in parts for item in reversed(program.competences) if item.text}
    return msgspec.structs.replace(
        first,
        disciplines=tuple(_finish(list(table.values()))),
        competences=tuple(sorted(competences.values(), key=lambda item: item.code)),
        skipped=tuple(item for program, _ in parts for item in program.skipped),
        sources=tuple(source for program, _ in parts for source in program.sources),
        warnings=tuple(warnings),
    )


def _match(
    discipline: Discipline, table: dict[str, Discipline], others: dict[str, Discipline], warnings: list[Issue]
) -> str:
    """Key of the discipline in ``table``: its own title, or the near title of one of the ``others``."""
    key = fold_title(discipline.title)
    if key in table or not others:
        return key
    best = process.extractOne(key, list(others), scorer=fuzz.ratio, score_cutoff=SAME)
    # "Физика 1" and "Физика 2" differ by one letter and are two disciplines.
    if best and re.findall(r"\d+|\b[ivx]+\b", best[0]) == re.findall(r"\d+|\b[ivx]+\b", key):
        message = f"'{discipline.title}' is taken for '{table[best[0]].title}' ({best[1]:.0f}% alike)"
        warnings.append(Issue(message=message, location=discipline.location))
        return str(best[0])
    return key


def _merge(one: Discipline, two: Discipline) -> Discipline:
    return msgspec.structs.replace(
        one,
        code=one.code or two.code,
        credits=one.credits if one.credits is not None else two.credits,
        hours=one.hours if one.hours is not None else two.hours,
        semesters=one.semesters or two.semesters,
        competences=tuple(dict.fromkeys((*one.competences, *two.competences))),
        statements=(*one.statements, *two.statements),
    )


def _finish(disciplines: list[Discipline]) -> list[Discipline]:
    """Number the statements, drop repeats, and give disciplines known by title only that title as a statement."""
    result: list[Discipline] = []
    number = 0
    for discipline in disciplines:
        unique: dict[tuple[str, str], Statement] = {}
        for statement in discipline.statements:
            unique.setdefault((statement.text.lower(), statement.kind), statement)
        items = list(unique.values()) or [
            Statement(id="", text=discipline.title, kind=Kind.TITLE, location=discipline.location)
        ]
        numbered = []
        for statement in items:
            number += 1
            numbered.append(msgspec.structs.replace(statement, id=f"s{number}", discipline=discipline.title))
        result.append(msgspec.structs.replace(discipline, statements=tuple(numbered)))
    return result
