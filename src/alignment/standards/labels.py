"""Correct standards whose skills and knowledge are exchanged; the grammar of all texts of a file shows it.

Orders write skills as infinitives ("Применять методы") and knowledge as nouns
("Методы"). Some real cards and orders have the two lists exchanged throughout.
"""

from __future__ import annotations

import msgspec

from alignment.i18n import message as _
from alignment.language import kind_of
from alignment.model import Issue, Kind, Standard, WorkFunction
from alignment.standards.numbered import LETTERS, Numbered

OTHER = {Kind.SKILL: Kind.KNOWLEDGE, Kind.KNOWLEDGE: Kind.SKILL}
# Of fewer texts a majority says nothing.
LEAST = 3
MESSAGE = _(
    "skills and knowledge are exchanged in the whole file "
    "(the texts under skills are nouns, those under knowledge are infinitives); this was corrected"
)


def put_right(standard: Standard) -> Standard:
    """The standard; if its skills and knowledge were exchanged, with the two corrected and a warning."""
    if not _exchanged(standard):
        return standard
    generals = tuple(
        msgspec.structs.replace(general, functions=tuple(_exchange(function) for function in general.functions))
        for general in standard.functions
    )
    first = next(item.location for _general, _function, item in standard.requirements() if item.kind is Kind.SKILL)
    issue = Issue(message=MESSAGE, location=msgspec.structs.replace(first, file=first.file or standard.source))
    return msgspec.structs.replace(standard, functions=generals, warnings=(issue, *standard.warnings))


def _exchanged(standard: Standard) -> bool:
    verbs: dict[Kind, list[bool]] = {kind: [] for kind in OTHER}
    for _general, _function, item in standard.requirements():
        if item.kind in verbs:
            verbs[item.kind].append(kind_of(item.text) is Kind.SKILL)
    skills, knowledge = verbs[Kind.SKILL], verbs[Kind.KNOWLEDGE]
    if min(len(skills), len(knowledge)) < LEAST:
        return False
    return 2 * sum(skills) < len(skills) and 2 * sum(knowledge) > len(knowledge)


def _exchange(function: WorkFunction) -> WorkFunction:
    named = [msgspec.structs.replace(item, kind=OTHER.get(item.kind, item.kind)) for item in function.requirements]
    numbered = Numbered(function.code)
    requirements = [
        msgspec.structs.replace(item, id=numbered.next_id(item.kind))
        for item in sorted(named, key=lambda item: list(LETTERS).index(item.kind))
    ]
    return msgspec.structs.replace(function, requirements=tuple(requirements))
