"""Disciplines that every program has whatever its field: they say nothing of which standard fits.

ФГОС 3++ asks every bachelor program for philosophy, history, a foreign
language, safety of life activities and physical culture (section 2.2); the
others stand in nearly all of the 34 directions of 139 programs of one
university (../shared/data/itmo_programs) and belong to no field. A title that
is a field of study itself (economics, law, psychology) is not among them.
"""

from __future__ import annotations

import re

import msgspec

from alignment.model import Discipline, Program
from alignment.programs.join import COMPETENCES

GENERAL = re.compile(
    r"""^(?:
    философия | история (?:\s+(?:России|\()|\s*$)
    | (?:второй\s+)? иностранный\s+язык | (?:деловой\s+|технический\s+)? английский\s+язык | русский\s+язык
    | (?:прикладная\s+)? физическая\s+культура | физкультура | элективн\w+\s+\S+\s+по\s+физической
    | (?:основы\s+)? безопасност[ьи]\s+жизнедеятельности
    | (?:основы\s+)? военн(?:ая|ой)\s+подготовк | основы\s+российской\s+государственности
    | организация\s+добровольческой | (?:основы\s+)? финансовой\s+грамотности | управление\s+карьерой
    | культура\s+речи | (?:техники\s+)? публичны[ех]\s+выступлени | (?:социальный\s+и\s+)? эмоциональный\s+интеллект
    | тайм[\s-]менеджмент | личная\s+эффективность | критическое\s+мышление | коммуникации\s+и\s+командообразование
    | адаптивность\s+и\s+стресс | введение\s+в\s+цифровую\s+культуру
    | philosophy$ | history$ | foreign\s+language | english\b | physical\s+(?:culture|education)
    | (?:occupational|life)\s+safety
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def is_general(title: str) -> bool:
    """Does every program have a discipline of this title?"""
    return bool(GENERAL.match(title.strip()))


def is_promises(title: str) -> bool:
    """Is it no discipline, but the place of the competences that a description promises?"""
    return title.startswith(COMPETENCES)


def real_disciplines(program: Program) -> tuple[Discipline, ...]:
    """The disciplines without the place of the promised competences; all there is where nothing else is."""
    return tuple(item for item in program.disciplines if not is_promises(item.title)) or program.disciplines


def specific(program: Program) -> Program:
    """The program without its general disciplines; as it is where no other is left."""
    kept = tuple(item for item in program.disciplines if not is_general(item.title))
    return msgspec.structs.replace(program, disciplines=kept) if kept else program
