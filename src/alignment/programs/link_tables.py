"""Read the link tables that ``align draft`` writes and users edit: competences and the work functions they answer.

These competences are still only planned. They are no evidence that anything is
taught, so they do not become statements of the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from alignment.documents import Cell, Document, FunctionReader, Table
from alignment.documents.yaml_file import read_yaml_as
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.language.codes import FUNCTION, STANDARD, normal_code
from alignment.model import Competence, DeclaredLink, Issue, Location, NamedStandard, Program
from alignment.programs.declarations import competences, named_standards
from alignment.programs.file_part import FilePart, of_document
from alignment.programs.statement_text import COMPETENCE, competence_code
from alignment.settings import Settings

TITLE = "Таблицы связи ОПОП с профессиональными стандартами (align draft)"
COMPETENCE_HEAD = "Код и наименование профессиональной компетенции"
STANDARD_HEAD = "Код профессионального стандарта"
BASIS_HEAD = "Основание"
# A basis names a standard, a work function, or a generalized function by its letter alone.
BASIS = re.compile(
    rf"(?P<standard>{STANDARD.pattern})|(?P<function>{FUNCTION.pattern})|(?<![\w/.])(?P<general>[A-ZА-Н])(?![\w/.])"
)
FORMAT = "align-draft/1"
HEADER = 6  # first blocks, and rows of a table, in which the mark of `align draft` and the heads stand
HINT = _("Write it again with align draft -o links.yaml and compare (docs/draft.md).")


def fits(document: Document) -> bool:
    """Whether ``align draft`` wrote the document or workbook."""
    for block in document.blocks[:HEADER]:
        texts = [cell.text for row in block.rows[:HEADER] for cell in row] if isinstance(block, Table) else [block.text]
        if any(TITLE in text for text in texts):
            return True
    return False


def read(document: Document) -> Program:
    """The competences, declared links and standards of the tables, with a warning for each unclear basis.

    Raises:
        InputError: no table has the columns of competences and their basis.
    """
    tables = [block for block in document.blocks if isinstance(block, Table)]
    links = [(table, columns) for table in tables if (columns := _columns(table))]
    if not links:
        raise InputError(
            _("no table has the columns “{name}” and “{other}”.", name=COMPETENCE_HEAD, other=BASIS_HEAD),
            file=document.file,
            hint=_("Keep the headers of the table."),
        )
    named = named_standards([table for table in tables if _place(table, STANDARD_HEAD)])
    listed = competences(msgspec.structs.replace(document, blocks=tuple(table for table, _columns in links)))
    only = named[0].code if len(named) == 1 else ""
    declared: dict[tuple[str, str, str, str], DeclaredLink] = {}
    warnings: dict[str, Issue] = {}
    for table, columns in links:
        for code, basis in _bases(table, columns):
            row_links = list(_based(code, basis, only))
            for link in row_links:
                declared.setdefault((code, link.standard, link.general_function, link.function), link)
            titled = re.search(r"[^\W\d_]{4}", basis.text) is not None  # it names a standard by title, without a code
            if not row_links or any(not link.standard and not titled for link in row_links):
                warnings.setdefault(code, _unsaid(code, basis, known=bool(row_links)))
    return Program(
        title="",
        competences=tuple(listed),
        declared=tuple(declared.values()),
        standards=tuple(named),
        sources=(document.file,),
        warnings=tuple(warnings.values()),
    )


def _place(table: Table, head: str) -> tuple[int, int] | None:
    """Row and column of the cell that begins with ``head``; None if there is none."""
    for number, row in enumerate(table.rows[:HEADER]):
        for column, cell in enumerate(row):
            if " ".join(cell.text.split()).startswith(head):
                return number, column
    return None


def _columns(table: Table) -> tuple[int, int, int] | None:
    """The header's row, the column of competences and the column of their basis; None if a column is missing."""
    code, basis = _place(table, COMPETENCE_HEAD), _place(table, BASIS_HEAD)
    return (code[0], code[1], basis[1]) if code and basis else None


def _bases(table: Table, columns: tuple[int, int, int]) -> Iterator[tuple[str, Cell]]:
    """The competence code of each row and the cell of its basis; an empty cell repeats the code above it."""
    head, first, second = columns
    code = ""
    for row in table.rows[head + 1 :]:
        if max(first, second) >= len(row):
            continue
        if match := COMPETENCE.match(row[first].text.strip()):
            code = competence_code(match["code"])
        if code and any(cell.text.strip() for cell in row):
            basis = row[second]
            placed = next((cell for cell in (basis, row[first], *row) if cell.text.strip()), basis)
            yield code, msgspec.structs.replace(basis, location=placed.location)


def _based(code: str, basis: Cell, only: str) -> Iterator[DeclaredLink]:
    """The links that a basis such as "06.001 D/03.6; 06.003 E" names; ``only`` is the standard if it names none."""
    standard, alone = only, False  # alone: no function of the standard has been named yet
    for match in BASIS.finditer(basis.text):
        if match["standard"]:
            if alone:
                yield DeclaredLink(competence=code, standard=standard, location=basis.location)
            standard, alone = match["standard"], True
            continue
        function = normal_code(match["function"] or match["general"])
        alone = False
        yield DeclaredLink(
            competence=code,
            standard=standard,
            general_function=function[:1],
            function=function if "/" in function else "",
            location=basis.location,
        )
    if alone:
        yield DeclaredLink(competence=code, standard=standard, location=basis.location)


def _unsaid(code: str, basis: Cell, *, known: bool) -> Issue:
    """A warning about a basis that names no function, or (``known``) a function without its standard."""
    if known:
        message = _(
            "{code}: “{text}” does not name the standard of the function; write it as 06.001 D/03.6",
            code=code,
            text=basis.text,
        )
    else:
        message = _("{code} names no standard and no function: write them as 06.001 D/03.6", code=code)
    return Issue(message=message, location=basis.location)


def read_yaml_links(path: Path, settings: Settings) -> Program:
    """As `read`, from a YAML file.

    Raises:
        InputError: the file is not YAML or not of this format, or a field is missing or wrong; the error names it.
    """
    return read_yaml_as(path, settings, lambda data: _program(data, path), HINT)


def _program(data: Any, path: Path) -> Program:
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise InputError(
            _("this YAML file is not a program: the line “format: {format}” is missing.", format=FORMAT),
            file=str(path),
            hint=HINT,
        )
    items = data.get("competences")
    if not isinstance(items, list) or not items:
        raise InputError(_("there is no list under “competences”."), file=str(path), hint=HINT)
    result: list[Competence] = []
    links: list[DeclaredLink] = []
    for number, item in enumerate(items):
        _competence(item, path, f"competences[{number}]", result, links)
    named = [item for item in data.get("standards") or [] if isinstance(item, dict)]
    named_program = data.get("program")
    program: dict[str, Any] = named_program if isinstance(named_program, dict) else {}
    return Program(
        title="",
        code=str(program.get("code") or ""),
        competences=tuple(result),
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


def _competence(item: Any, path: Path, place: str, result: list[Competence], links: list[DeclaredLink]) -> None:
    """Add a competence of the file with its indicators to ``result``, and its link to ``links``."""
    if not isinstance(item, dict):
        raise InputError(
            _("a competence is a mapping with code, text, standard and function."), file=str(path), place=place
        )
    code = COMPETENCE.fullmatch(str(item.get("code") or ""))
    if code is None:
        raise InputError(
            _("“{code}” is not the code of a competence.", code=str(item.get("code"))),
            file=str(path),
            place=_("{place}.code", place=place),
            hint=_("Write it as ПК-1."),
        )
    competence = competence_code(code["code"])
    where = Location(file=str(path), cell=place)
    result.append(Competence(code=competence, text=str(item.get("text") or ""), location=where))
    for number, indicator in enumerate(item.get("indicators") or []):
        if not isinstance(indicator, dict) or not COMPETENCE.fullmatch(str(indicator.get("code") or "")):
            raise InputError(
                _("an indicator is a mapping with code (ПК-1.1) and text."),
                file=str(path),
                place=_("{place}.indicators[{number}]", place=place, number=number),
            )
        result.append(
            Competence(code=competence_code(indicator["code"]), text=str(indicator.get("text") or ""), location=where)
        )
    function = str(item.get("function") or "")
    if function and not re.fullmatch(rf"{FUNCTION.pattern}|[A-ZА-Н]", function.strip()):
        raise InputError(
            _("“{code}” is not the code of a work function.", code=function),
            file=str(path),
            place=_("{place}.function", place=place),
            hint=_("Write it as D/03.6, a generalized function as D."),
        )
    code_of = normal_code(function) if function else ""
    links.append(
        DeclaredLink(
            competence=competence,
            standard=str(item.get("standard") or ""),
            general_function=code_of[:1],
            function=code_of if "/" in code_of else "",
            location=where,
        )
    )


READER = of_document("link tables", read, fits, enriches=True)
YAML_READER = FunctionReader(
    frozenset({".yaml", ".yml"}),
    lambda file: [FilePart(program=read_yaml_links(file.path, file.settings), kind="link tables", enriches=True)],
)
