"""A CASE framework as a standard: its two highest levels become functions, the levels below them requirements."""

from __future__ import annotations

from pathlib import Path

from alignment.documents import FunctionReader
from alignment.errors import InputError
from alignment.frameworks import CompetencyNode, case
from alignment.i18n import message as _
from alignment.language import kind_of
from alignment.model import GeneralizedFunction, Kind, Standard, WorkFunction
from alignment.settings import Settings
from alignment.standards.numbered import Numbered

KINDS = {Kind.EXPERIENCE: Kind.SKILL, Kind.COMPETENCE: Kind.SKILL, Kind.TOPIC: Kind.KNOWLEDGE}


def read(path: Path, settings: Settings) -> list[Standard]:
    """The standard in a CASE package.

    Raises:
        InputError: the file is not a CASE package, or has no items.
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


def _general(node: CompetencyNode, number: int) -> GeneralizedFunction:
    code = node.code or str(number)
    inner = [child for child in node.children if child.children]
    loose = [child for child in node.children if not child.children]
    functions = [_function(child, child.code or f"{code}/{place:02d}") for place, child in enumerate(inner, 1)]
    if loose or not functions:
        functions.insert(0, _function(node, f"{code}/00", loose or [node]))
    return GeneralizedFunction(code=code, name=node.text, level=node.level, functions=tuple(functions))


def _function(node: CompetencyNode, code: str, leaves: list[CompetencyNode] | None = None) -> WorkFunction:
    chosen = leaves if leaves is not None else [item for item in node.below() if item is not node]
    numbered = Numbered(code)
    for item in chosen:
        by_wording = kind_of(item.text, Kind.SKILL)
        numbered.add(KINDS.get(by_wording, by_wording), item.text, item.location, own=item.code)
    return WorkFunction(
        code=code, name=node.text, level=node.level, requirements=tuple(numbered.requirements), location=node.location
    )


READER = FunctionReader(
    frozenset({".json"}), lambda file: read(file.path, file.settings), lambda file: case.fits(file.json)
)
