"""General disciplines, which every program has whatever its field. They do not show which standard fits.

ФГОС 3++ requires philosophy, history, a foreign language, safety of life
activities and physical culture of every bachelor program (section 2.2). The
others in the list belong to no field and occur in nearly all of the 34
directions of 139 programs of one university (../shared/data/itmo_programs).
A title that is itself a field of study (economics, law, psychology) is not in
the list.
"""

from __future__ import annotations

import re

import msgspec

from alignment.matching.generic import PHYSICAL_CULTURE
from alignment.model import Discipline, Program
from alignment.programs.join import COMPETENCES

GENERAL = re.compile(
    rf"""^(?:
    философия | история (?:\s+(?:России|\()|\s*$)
    | (?:второй\s+)? иностранный\s+язык | (?:деловой\s+|технический\s+)? английский\s+язык | русский\s+язык
    | {PHYSICAL_CULTURE}
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
    """Whether a discipline of this title is general: every program has it."""
    return bool(GENERAL.match(title.strip()))


def is_promises(title: str) -> bool:
    """Whether a "discipline" of this title only holds the competences that the program's description promises."""
    return title.startswith(COMPETENCES)


def real_disciplines(program: Program) -> tuple[Discipline, ...]:
    """The disciplines without the one that only holds promised competences, unless the program has no other."""
    return tuple(item for item in program.disciplines if not is_promises(item.title)) or program.disciplines


def specific(program: Program) -> Program:
    """The program without its general disciplines, or unchanged if it has no others."""
    kept = tuple(item for item in program.disciplines if not is_general(item.title))
    return msgspec.structs.replace(program, disciplines=kept) if kept else program
