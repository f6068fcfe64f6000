"""The tables that ``align draft`` writes, as people have edited them: competences and the functions they answer.

Their competences are promises still: they are no evidence that anything is
taught, so nothing of them becomes a statement of the program.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from alignment.documents import Document, Format, Table
from alignment.documents.yaml_file import read_yaml_as
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.language.codes import FUNCTION, STANDARD, normal_code
from alignment.model import Competence, DeclaredLink, Issue, Location, NamedStandard, Program
from alignment.programs.declarations import competences, declared_links, named_standards
from alignment.programs.file_part import Part, of_document
from alignment.programs.statement_text import COMPETENCE, competence_code
from alignment.settings import Settings

TITLE = "Таблицы связи ОПОП с профессиональными стандартами (align draft)"
COMPETENCE_HEAD = "Код и наименование профессиональной компетенции"
STANDARD_HEAD = "Код профессионального стандарта"
FORMAT = "align-draft/1"
HEADER = 6
HINT = _("Write it again with align draft -o links.yaml and compare (docs/draft.md).")


def fits(document: Document) -> bool:
    """Whether a document or workbook is one that ``align draft`` wrote."""
    for block in document.blocks[:HEADER]:
        texts = [cell.text for row in block.rows[:HEADER] for cell in row] if isinstance(block, Table) else [block.text]
        if any(TITLE in text for text in texts):
            return True
    return False


def read(document: Document) -> Program:
    """The competences, declared links and standards of the tables, with a warning for each row without a function."""
    links = [block for block in document.blocks if isinstance(block, Table) and _has(block, COMPETENCE_HEAD)]
    named = [block for block in document.blocks if isinstance(block, Table) and _has(block, STANDARD_HEAD)]
    own = msgspec.structs.replace(document, blocks=tuple(links))
    found = competences(own)
    declared = declared_links(own, [item.code for item in found])
    if not links:
        raise InputError(
            _("no table has the column “{name}”.", name=COMPETENCE_HEAD),
            file=document.file,
            hint=_("Keep the heads of the table."),
        )
    return Program(
        title="",
        competences=tuple(found),
        declared=tuple(declared),
        standards=tuple(named_standards(named)),
        sources=(document.file,),
        warnings=tuple(issue for table in links for issue in _without_function(table)),
    )


def _has(table: Table, head: str) -> bool:
    return any(head in " ".join(cell.text.split()) for row in table.rows[:HEADER] for cell in row)


def _without_function(table: Table) -> list[Issue]:
    """Rows with a competence whose basis names no function that can be read."""
    found = []
    for row in table.rows:
        texts = [cell.text for cell in row]
        code = next((match["code"] for text in texts if (match := COMPETENCE.match(text.strip()))), "")
        if code and not any(FUNCTION.search(text) or STANDARD.search(text) for text in texts):
            message = _("{code} names no standard and no function: write them as 06.001 D/03.6", code=code)
            found.append(Issue(message=message, location=row[0].location))
    return found


def read_yaml(path: Path, settings: Settings) -> Program:
    """The same of a YAML file.

    Raises:
        InputError: it is no YAML, not of this format, or a field is missing or wrong, with its place.
    """
    return read_yaml_as(path, settings, lambda data: _program(data, path), HINT)


def _program(data: Any, path: Path) -> Program:
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise InputError(
            _("this YAML is no program: the line “format: {format}” is missing.", format=FORMAT),
            file=str(path),
            hint=HINT,
        )
    items = data.get("competences")
    if not isinstance(items, list) or not items:
        raise InputError(_("no list under “competences”."), file=str(path), hint=HINT)
    found: list[Competence] = []
    links: list[DeclaredLink] = []
    for number, item in enumerate(items):
        _competence(item, path, f"competences[{number}]", found, links)
    named = [item for item in data.get("standards") or [] if isinstance(item, dict)]
    told = data.get("program")
    program: dict[str, Any] = told if isinstance(told, dict) else {}
    return Program(
        title="",
        code=str(program.get("code") or ""),
        competences=tuple(found),
        declared=tuple(links),
        standards=tuple(
            NamedStandard(
                code=str(item.get("code") or ""),
                title=str(item.get("title") or ""),
                order=str(item.get("order") or ""),
                date=str(item.get("date") or ""),
                location=Location(file=str(path)),
            )
            for item in named
            if item.get("code")
        ),
        sources=(str(path),),
    )


def _competence(item: Any, path: Path, place: str, found: list[Competence], links: list[DeclaredLink]) -> None:
    """A competence of the file with its indicators and its link."""
    if not isinstance(item, dict):
        raise InputError(
            _("a competence is a mapping with code, text, standard and function."), file=str(path), place=place
        )
    code = COMPETENCE.fullmatch(str(item.get("code") or ""))
    if code is None:
        raise InputError(
            _("“{code}” is no code of a competence.", code=str(item.get("code"))),
            file=str(path),
            place=_("{place}.code", place=place),
            hint=_("Write it as ПК-1."),
        )
    own = competence_code(code["code"])
    where = Location(file=str(path), section=place)
    found.append(Competence(code=own, text=str(item.get("text") or ""), location=where))
    for number, indicator in enumerate(item.get("indicators") or []):
        if not isinstance(indicator, dict) or not COMPETENCE.fullmatch(str(indicator.get("code") or "")):
            raise InputError(
                _("an indicator is a mapping with code (ПК-1.1) and text."),
                file=str(path),
                place=_("{place}.indicators[{number}]", place=place, number=number),
            )
        found.append(
            Competence(code=competence_code(indicator["code"]), text=str(indicator.get("text") or ""), location=where)
        )
    function = str(item.get("function") or "")
    if function and not FUNCTION.fullmatch(function.strip()):
        raise InputError(
            _("“{code}” is no code of a work function.", code=function),
            file=str(path),
            place=_("{place}.function", place=place),
            hint=_("Write it as D/03.6."),
        )
    code_of = normal_code(function) if function else ""
    links.append(
        DeclaredLink(
            competence=own,
            standard=str(item.get("standard") or ""),
            general_function=code_of[:1],
            function=code_of,
            location=where,
        )
    )


READER = of_document("link tables", read, fits, enriches=True)
YAML_READER = Format(
    frozenset({".yaml", ".yml"}),
    lambda file: [Part(program=read_yaml(file.path, file.settings), kind="link tables", enriches=True)],
)
