"""Read schema.org Course and EducationalOccupationalProgram as JSON-LD, from a web page or a JSON file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lxml.html
import msgspec
from lxml import etree

from alignment.documents import FunctionReader
from alignment.documents.limits import read_bytes
from alignment.documents.textfile import decode
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.model import Discipline, Issue, Location, Program, Statement
from alignment.programs.file_part import FilePart
from alignment.programs.statement_text import clean, statements
from alignment.settings import Settings

COURSE, PROGRAM = "Course", "EducationalOccupationalProgram"
# Objects in objects; real ones stand five deep, and Python ends a recursion at a thousand.
MAX_DEPTH = 40
# Properties with what a course teaches; `coursePrerequisites` and `competencyRequired` say what it expects.
TAUGHT = ("teaches", "assesses", "educationalAlignment", "syllabusSections")


def _types(node: dict[str, Any]) -> set[str]:
    value = node.get("@type")
    names = value if isinstance(value, list) else [value]
    return {str(name).rstrip("/").rpartition("/")[2].rpartition(":")[2] or str(name) for name in names if name}


def _nodes(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """All objects in a JSON-LD value, outer ones first."""
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _nodes(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner, depth + 1)


def fits(data: Any) -> bool:
    """Whether a JSON value has a course or a program."""
    return any(_types(node) & {COURSE, PROGRAM} for node in _nodes(data))


def in_page(path: Path, settings: Settings) -> list[Any]:
    """The JSON-LD values of a page that have courses or programs; invalid JSON is skipped.

    Raises:
        InputError: the file cannot be read as text.
    """
    text = decode(read_bytes(path, settings), str(path))
    try:
        root = lxml.html.document_fromstring(text.encode())
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return []
    programs = []
    for script in root.iter("script"):
        if (script.get("type") or "").strip().lower() == "application/ld+json" and script.text:
            try:
                programs.append(msgspec.json.decode(script.text))
            except (msgspec.DecodeError, RecursionError):
                continue
    return [value for value in programs if fits(value)]


def course_program(values: list[Any], path: Path) -> Program:
    """The program with its courses; courses without a program make one that is named after the file.

    Raises:
        InputError: no course has a name.
    """
    nodes = [node for value in values for node in _nodes(value)]
    outer = next((node for node in nodes if PROGRAM in _types(node)), {})
    disciplines: dict[str, Discipline] = {}
    warnings = []
    for number, node in enumerate((node for node in nodes if COURSE in _types(node)), 1):
        place = Location(file=path.name, section=f"Course {number}")
        title = _text(node.get("name"))
        if not title:
            if set(node) - {"@type", "@id"}:
                warnings.append(Issue(message=_("a course has no name and is left out"), location=place))
            continue
        discipline = _discipline(node, title, place)
        if title not in disciplines or len(discipline.statements) > len(disciplines[title].statements):
            disciplines[title] = discipline
    if not disciplines:
        raise InputError(
            _("no course with a name was found."), file=str(path), hint=_("A Course needs name and teaches.")
        )
    title = _text(outer.get("name")) or path.stem
    of_program = _statements(outer, title, Location(file=path.name, section=PROGRAM))
    if of_program:
        disciplines.setdefault(title, Discipline(title=title, statements=tuple(of_program)))
    return Program(
        title=title,
        code=_text(outer.get("identifier")),
        degree=_text(outer.get("educationalCredentialAwarded")),
        disciplines=tuple(disciplines.values()),
        sources=(str(path),),
        warnings=tuple(warnings),
    )


def _text(value: Any) -> str:
    """A value as text: the text itself, the name of an object, or the first text of a list."""
    if isinstance(value, dict):
        name = value.get("name") or value.get("targetName") or value.get("@value") or value.get("description")
        return _text(name) if not isinstance(name, dict) else ""
    if isinstance(value, list):
        return next((text for item in value if (text := _text(item))), "")
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def _statements(node: dict[str, Any], title: str, place: Location) -> list[Statement]:
    result: list[Statement] = []
    for name in TAUGHT:
        value = node.get(name)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict) and item.get("alignmentType") in ("requires", "educationalLevel"):
                continue
            text = _text(item)
            if text:
                result += statements(clean(text), place, section=name, discipline=title)
    return result


def _discipline(node: dict[str, Any], title: str, place: Location) -> Discipline:
    credits = node.get("numberOfCredits")
    if isinstance(credits, dict):
        credits = credits.get("value")
    try:
        number = float(str(credits).replace(",", ".")) if credits not in (None, "") else None
    except ValueError:
        number = None
    return Discipline(
        title=title,
        code=_text(node.get("courseCode")),
        credits=number,
        statements=tuple(_statements(node, title, place)),
        location=place,
    )


TYPES = frozenset({".json", ".jsonld"})
READER = FunctionReader(
    TYPES,
    lambda file: [FilePart(program=course_program([file.json], file.path), kind="course catalogue")],
    lambda file: fits(file.json),
)
PAGE_READER = FunctionReader(
    frozenset({".html", ".htm"}),
    lambda file: [
        FilePart(program=course_program(in_page(file.path, file.settings), file.path), kind="course catalogue")
    ],
    lambda file: bool(in_page(file.path, file.settings)),
)
