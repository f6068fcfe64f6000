"""A CASE framework as a standard: its two highest levels are the functions, what stands below them the requirements."""

from __future__ import annotations

from pathlib import Path

from alignment.documents import Format
from alignment.errors import InputError
from alignment.frameworks import Node, case
from alignment.i18n import message as _
from alignment.language import kind_of
from alignment.model import GeneralizedFunction, Kind, Requirement, Standard, WorkFunction
from alignment.settings import Settings
from alignment.standards.registry_card import LETTERS

KINDS = {Kind.EXPERIENCE: Kind.SKILL, Kind.COMPETENCE: Kind.SKILL, Kind.TOPIC: Kind.KNOWLEDGE}


def read(path: Path, settings: Settings) -> list[Standard]:
    """The standard in a CASE package.

    Raises:
        InputError: no CASE package, or an empty one.
    """
    framework = case.read(path, settings)
    if not framework.nodes:
        raise InputError(_("the framework has no items."), file=str(path), hint=_("Export it with its CFItems."))
    generals = tuple(_general(node, number) for number, node in enumerate(framework.nodes, 1))
    return [
        Standard(
            code=framework.code,
            title=framework.title,
            order=framework.version,
            functions=generals,
            source=path.name,
            warnings=framework.warnings,
        )
    ]


def _general(node: Node, number: int) -> GeneralizedFunction:
    code = node.code or str(number)
    inner = [child for child in node.children if child.children]
    loose = [child for child in node.children if not child.children]
    functions = [_function(child, child.code or f"{code}/{place:02d}") for place, child in enumerate(inner, 1)]
    if loose or not functions:
        functions.insert(0, _function(node, f"{code}/00", loose or [node]))
    return GeneralizedFunction(code=code, name=node.text, level=node.level, functions=tuple(functions))


def _function(node: Node, code: str, leaves: list[Node] | None = None) -> WorkFunction:
    chosen = leaves if leaves is not None else [item for item in node.below() if item is not node]
    counts: dict[Kind, int] = {}
    requirements = []
    for item in chosen:
        found = kind_of(item.text, Kind.SKILL)
        kind = KINDS.get(found, found)
        counts[kind] = counts.get(kind, 0) + 1
        identity = item.code or f"{code}-{LETTERS[kind]}{counts[kind]}"
        requirements.append(Requirement(id=identity, text=item.text, kind=kind, location=item.location))
    return WorkFunction(
        code=code, name=node.text, level=node.level, requirements=tuple(requirements), location=node.location
    )


READER = Format(frozenset({".json"}), lambda file: read(file.path, file.settings), lambda file: case.fits(file.json))
