"""Standards written by hand: YAML (docs/standards.md) or CSV with one row per requirement."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alignment.documents import Format, Table, read_document
from alignment.documents.yaml_file import read_yaml_as
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.language.codes import normal_code
from alignment.model import (
    GeneralizedFunction,
    Issue,
    Kind,
    Location,
    Requirement,
    Standard,
    WorkFunction,
)
from alignment.settings import Settings
from alignment.standards.registry_card import LETTERS

FIELDS = {"actions": Kind.ACTION, "skills": Kind.SKILL, "knowledge": Kind.KNOWLEDGE}
KIND_NAMES = {
    "action": Kind.ACTION, "трудовое действие": Kind.ACTION, "действие": Kind.ACTION,
    "skill": Kind.SKILL, "умение": Kind.SKILL, "уметь": Kind.SKILL,
    "knowledge": Kind.KNOWLEDGE, "знание": Kind.KNOWLEDGE, "знать": Kind.KNOWLEDGE,
}  # fmt: skip
COLUMNS = ("function_code", "kind", "text")
HINT = _("See docs/standards.md for the format.")


def read_yaml(path: Path, settings: Settings) -> list[Standard]:
    """One standard, or a list under ``standards``.

    Raises:
        InputError: not YAML, or a field is missing or of the wrong kind, with its path.
    """
    return read_yaml_as(path, settings, lambda data: _standards(data, path), HINT)


def _standards(data: Any, path: Path) -> list[Standard]:
    items = data.get("standards", [data]) if isinstance(data, dict) else None
    if not isinstance(items, list) or not items:
        raise InputError(_("a standard is a mapping with code, title and functions."), file=str(path), hint=HINT)
    return [
        _standard(item, path, f"standards[{index}]" if "standards" in data else "") for index, item in enumerate(items)
    ]


def _need(data: Any, name: str, path: Path, place: str) -> Any:
    if not isinstance(data, dict) or data.get(name) in (None, "", []):
        raise InputError(_("'{name}' is missing.", name=name), file=str(path), place=place or _("top level"), hint=HINT)
    return data[name]


def _items(data: Any, name: str, path: Path, place: str, *, needed: bool = True) -> list[Any]:
    value = _need(data, name, path, place) if needed else (data.get(name) or [])
    if not isinstance(value, list):
        raise InputError(
            _("'{name}' must be a list.", name=name), file=str(path), place=place or _("top level"), hint=HINT
        )
    return value


def _standard(data: Any, path: Path, place: str) -> Standard:
    warnings: list[Issue] = []
    generals = []
    code, title = (str(_need(data, name, path, place)) for name in ("code", "title"))
    for number, general in enumerate(_items(data, "functions", path, place), 1):
        here = f"{place}functions[{number}]"
        letter = normal_code(str(_need(general, "code", path, here)))
        functions = []
        for index, function in enumerate(_items(general, "functions", path, here), 1):
            spot = f"{here}.functions[{index}]"
            functions.append(_function(function, path, spot, warnings))
        generals.append(
            GeneralizedFunction(
                code=letter,
                name=str(_need(general, "name", path, here)),
                level=str(general.get("level", "")),
                job_titles=tuple(map(str, _items(general, "job_titles", path, here, needed=False))),
                functions=tuple(functions),
            )
        )
    return Standard(
        code=code,
        title=title,
        order=str(data.get("order", "")),
        date=str(data.get("date", "")),
        activity=str(data.get("activity", "")),
        purpose=str(data.get("purpose", "")),
        functions=tuple(generals),
        source=path.name,
        warnings=tuple(warnings),
    )


def _function(data: Any, path: Path, place: str, warnings: list[Issue]) -> WorkFunction:
    code = normal_code(str(_need(data, "code", path, place)))
    requirements = []
    for name, kind in FIELDS.items():
        for number, text in enumerate(_items(data, name, path, place, needed=False), 1):
            location = Location(file=path.name, section=f"{place}.{name}[{number}]")
            identity = f"{code}-{LETTERS[kind]}{number}"
            requirements.append(
                Requirement(id=identity, text=" ".join(str(text).split()), kind=kind, location=location)
            )
    if not requirements:
        warnings.append(
            Issue(
                message=_("ТФ {code} has no requirements", code=code), location=Location(file=path.name, section=place)
            )
        )
    return WorkFunction(
        code=code,
        name=str(_need(data, "name", path, place)),
        level=str(data.get("level", "")),
        requirements=tuple(requirements),
    )


def is_standard_csv(path: Path, settings: Settings) -> bool:
    """Whether a csv has the columns of a standard, not those of a competence matrix."""
    table = next((block for block in read_document(path, settings).blocks if isinstance(block, Table)), None)
    return table is not None and {cell.text.strip().lower() for cell in table.rows[0]} >= set(COLUMNS)


def read_csv(path: Path, settings: Settings) -> list[Standard]:
    """A table with the columns function_code, function_name, kind, text (and optional general_name, level).

    The code and title of the standard come from the columns ``code`` and
    ``title``, else from the file's name.

    Raises:
        InputError: columns are missing, or a row has an unknown kind.
    """
    table = next(block for block in read_document(path, settings).blocks if isinstance(block, Table))
    header = [cell.text.strip().lower() for cell in table.rows[0]]
    absent = [name for name in COLUMNS if name not in header]
    if absent:
        raise InputError(
            _("the columns {names} are missing.", names=", ".join(absent)),
            file=str(path),
            place=_("row {n}", n=1),
            hint=HINT,
        )
    general_names: dict[str, tuple[str, str]] = {}
    functions: dict[str, tuple[str, list[Requirement]]] = {}
    code, title = path.stem, path.stem
    for number, row in enumerate(table.rows[1:], 2):
        value = {name: row[index].text.strip() if index < len(row) else "" for index, name in enumerate(header)}
        if not value["text"]:
            continue
        kind = KIND_NAMES.get(value["kind"].lower())
        if kind is None:
            raise InputError(
                _("unknown kind '{kind}'.", kind=value["kind"]),
                file=str(path),
                place=_("row {n}", n=number),
                hint=HINT,
            )
        code, title = value.get("code") or code, value.get("title") or title
        function = normal_code(value["function_code"])
        _name, items = functions.setdefault(function, (value.get("function_name", ""), []))
        general_names.setdefault(function[:1], (value.get("general_name", ""), value.get("level", "")))
        same = sum(item.kind is kind for item in items) + 1
        location = Location(file=path.name, cell=f"R{number}")
        items.append(
            Requirement(id=f"{function}-{LETTERS[kind]}{same}", text=value["text"], kind=kind, location=location)
        )
    generals = tuple(
        GeneralizedFunction(
            code=letter,
            name=name,
            level=level,
            functions=tuple(
                WorkFunction(code=function, name=title_of, level=level, requirements=tuple(items))
                for function, (title_of, items) in functions.items()
                if function[:1] == letter
            ),
        )
        for letter, (name, level) in general_names.items()
    )
    return [Standard(code=code, title=title, functions=generals, source=path.name)]


YAML_READER = Format(frozenset({".yaml", ".yml"}), lambda file: read_yaml(file.path, file.settings))
CSV_READER = Format(
    frozenset({".csv"}),
    lambda file: read_csv(file.path, file.settings),
    lambda file: is_standard_csv(file.path, file.settings),
)
