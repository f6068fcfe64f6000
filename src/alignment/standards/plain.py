"""Standards written by hand: YAML (docs/standards.md) or CSV with one row per requirement."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec

from alignment.documents import FunctionReader, Table, read_document
from alignment.documents.yaml_file import read_yaml_as
from alignment.errors import InputError, misfit_at
from alignment.i18n import message as _
from alignment.language.codes import normal_code
from alignment.model import (
    GeneralizedFunction,
    Issue,
    Kind,
    Location,
    Standard,
    WorkFunction,
)
from alignment.settings import Settings
from alignment.standards.numbered import Numbered

FIELDS = {"actions": Kind.ACTION, "skills": Kind.SKILL, "knowledge": Kind.KNOWLEDGE}
KIND_NAMES = {
    "action": Kind.ACTION, "трудовое действие": Kind.ACTION, "действие": Kind.ACTION,
    "skill": Kind.SKILL, "умение": Kind.SKILL, "уметь": Kind.SKILL,
    "knowledge": Kind.KNOWLEDGE, "знание": Kind.KNOWLEDGE, "знать": Kind.KNOWLEDGE,
}  # fmt: skip
COLUMNS = ("function_code", "kind", "text")
HINT = _("See docs/standards.md for the format.")


def read_yaml_standards(path: Path, settings: Settings) -> list[Standard]:
    """The standard in a YAML file, or the list of standards under its key ``standards``.

    Raises:
        InputError: the file is not YAML, or a field is missing or has a wrong type; the error names its path.
    """
    return read_yaml_as(path, settings, lambda data: _standards(data, path), HINT)


class _Function(msgspec.Struct):
    """A work function in the YAML file."""

    code: str
    name: str
    level: str = ""
    actions: list[str] = []
    skills: list[str] = []
    knowledge: list[str] = []


class _General(msgspec.Struct):
    """A generalized work function in the YAML file."""

    code: str
    name: str
    functions: list[_Function]
    level: str = ""
    job_titles: list[str] = []


class _Written(msgspec.Struct):
    """A standard in the YAML file."""

    code: str
    title: str
    functions: list[_General]
    order: str = ""
    date: str = ""
    activity: str = ""
    purpose: str = ""


def _standards(data: Any, path: Path) -> list[Standard]:
    items = data.get("standards", [data]) if isinstance(data, dict) else None
    if not isinstance(items, list) or not items:
        raise InputError(_("a standard is a mapping with code, title and functions."), file=str(path), hint=HINT)
    return [
        _standard(item, path, f"standards[{number}]." if "standards" in data else "")
        for number, item in enumerate(items, 1)
    ]


def _texts(data: Any) -> Any:
    """The data with every number and date as a string; empty values are left out, so that they count as missing."""
    if isinstance(data, dict):
        return {str(key): _texts(value) for key, value in data.items() if value not in (None, "", [])}
    if isinstance(data, list):
        return [_texts(value) for value in data]
    return str(data)


def _standard(data: Any, path: Path, place: str) -> Standard:
    try:
        written = msgspec.convert(_texts(data), _Written)
    except msgspec.ValidationError as error:
        wrong, inner = misfit_at(error)
        # Users count from one.
        inner = re.sub(r"\[(\d+)\]", lambda match: f"[{int(match[1]) + 1}]", inner.removeprefix("$").lstrip("."))
        raise InputError(
            _("{error}.", error=wrong), file=str(path), place=f"{place}{inner}".rstrip(".") or _("top level"), hint=HINT
        ) from error
    warnings: list[Issue] = []
    generals = tuple(
        GeneralizedFunction(
            code=normal_code(general.code),
            name=general.name,
            level=general.level,
            job_titles=tuple(general.job_titles),
            functions=tuple(
                _function(function, path, f"{place}functions[{number}].functions[{index}]", warnings)
                for index, function in enumerate(general.functions, 1)
            ),
        )
        for number, general in enumerate(written.functions, 1)
    )
    return Standard(
        code=written.code,
        title=written.title,
        order=written.order,
        date=written.date,
        activity=written.activity,
        purpose=written.purpose,
        functions=generals,
        source=path.name,
        warnings=tuple(warnings),
    )


def _function(written: _Function, path: Path, place: str, warnings: list[Issue]) -> WorkFunction:
    code = normal_code(written.code)
    result = Numbered(code)
    for name, kind in FIELDS.items():
        for number, text in enumerate(getattr(written, name), 1):
            location = Location(file=path.name, section=f"{place}.{name}[{number}]")
            result.add(kind, " ".join(text.split()), location)
    if not result.requirements:
        warnings.append(
            Issue(
                message=_("ТФ {code} has no requirements", code=code), location=Location(file=path.name, section=place)
            )
        )
    return WorkFunction(code=code, name=written.name, level=written.level, requirements=tuple(result.requirements))


def is_standard_csv(path: Path, settings: Settings) -> bool:
    """Whether a csv has the columns of a standard, not those of a competence matrix."""
    table = next((block for block in read_document(path, settings).blocks if isinstance(block, Table)), None)
    return table is not None and {cell.text.strip().lower() for cell in table.rows[0]} >= set(COLUMNS)


def read_csv_standards(path: Path, settings: Settings) -> list[Standard]:
    """The standard in a table with a row for each requirement.

    The columns are function_code, kind and text, and optionally function_name,
    general_name and level. The code and title of the standard come from the
    optional columns code and title, else from the file's name.

    Raises:
        InputError: a column is missing, or a row has an unknown kind.
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
    functions: dict[str, tuple[str, Numbered]] = {}
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
        _name, result = functions.setdefault(function, (value.get("function_name", ""), Numbered(function)))
        general_names.setdefault(function[:1], (value.get("general_name", ""), value.get("level", "")))
        result.add(kind, value["text"], Location(file=path.name, cell=f"R{number}"))
    generals = tuple(
        GeneralizedFunction(
            code=letter,
            name=name,
            level=level,
            functions=tuple(
                WorkFunction(code=function, name=title_of, level=level, requirements=tuple(result.requirements))
                for function, (title_of, result) in functions.items()
                if function[:1] == letter
            ),
        )
        for letter, (name, level) in general_names.items()
    )
    return [Standard(code=code, title=title, functions=generals, source=path.name)]


YAML_READER = FunctionReader(frozenset({".yaml", ".yml"}), lambda file: read_yaml_standards(file.path, file.settings))
CSV_READER = FunctionReader(
    frozenset({".csv"}),
    lambda file: read_csv_standards(file.path, file.settings),
    lambda file: is_standard_csv(file.path, file.settings),
)
