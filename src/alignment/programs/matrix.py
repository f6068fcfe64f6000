"""Read competence matrices, catalogues and keyword lists in csv files and workbooks.

A sheet is a grid of marks (`matrix_grid`), a list with one row per discipline
or competence, or a list of the competences' texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from alignment.documents import Cell, Document, FunctionReader, Table
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.language import language_of
from alignment.model import Competence, Discipline, Issue, Kind, Location, Program, Statement
from alignment.programs import matrix_grid
from alignment.programs.codes_fixed import fixed
from alignment.programs.file_part import FilePart
from alignment.programs.statement_text import (
    COMPETENCE,
    clean,
    competence_code,
    competence_codes,
    competence_statement,
    is_content,
    of_competence,
    statements,
    unquoted,
)

ROLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "index",
        re.compile(r"^(?:course|module|subject|unit)\s*(?:code|id)|^(?:индекс|шифр|код\s+дисциплины)", re.IGNORECASE),
    ),
    ("semester", re.compile(r"^semester|^семестр|^term$", re.IGNORECASE)),
    ("hours", re.compile(r"^(?:всего\s+)?час|^hours|^workload", re.IGNORECASE)),
    ("several", re.compile(r"дисциплины(?!\s*\))|перечень дисциплин|^(?:courses|subjects|disciplines)", re.IGNORECASE)),
    ("discipline", re.compile(r"дисциплин|^subject$|^course|discipline|^unit title", re.IGNORECASE)),
    ("module", re.compile(r"модуль|module", re.IGNORECASE)),
    ("keywords", re.compile(r"keywords|ключевые слова", re.IGNORECASE)),
    ("knowledge", re.compile(r"^зна(?:ть|ния)|^knowledge", re.IGNORECASE)),
    ("skill", re.compile(r"^уме(?:ть|ния)|^skills?", re.IGNORECASE)),
    ("experience", re.compile(r"^владе|^навык|^опыт|^experience", re.IGNORECASE)),
    (
        "wording",
        re.compile(
            r"^(?:содержание|формулировк\w+|наименование|описание|текст)\s+(?:\w+\s+)?(?:компетенц|индикатор)|"
            r"^(?:содержание|формулировка)$",
            re.IGNORECASE,
        ),
    ),
    ("outcome", re.compile(r"результат|outcome|statement|описание|description|индикатор|indicator", re.IGNORECASE)),
    ("competence", re.compile(r"компетенци|competen|^код$|^code$", re.IGNORECASE)),
    ("credits", re.compile(r"^з\.?е|зет|credits|ects", re.IGNORECASE)),
)
TEXTS = {"knowledge": Kind.KNOWLEDGE, "skill": Kind.SKILL, "experience": Kind.EXPERIENCE, "outcome": None}
# A column headed by a competence's code marks the disciplines that form it.
GRID = "forms "
# A header may follow a title of the sheet, so it is searched in these first rows.
HEADER = 8
NAMED = 3  # disciplines that a warning names: what fits a line
LONGEST_HEAD = 80  # letters of a header; a longer cell is content that has the word in it


@dataclass
class MatrixContents:
    """What has been read from the sheets so far.

    ``codes`` are all competence codes of grids; ``enrich`` is True if a sheet only adds keywords to disciplines.
    """

    disciplines: dict[str, Discipline] = field(default_factory=dict)
    competences: dict[str, Competence] = field(default_factory=dict)
    codes: dict[str, None] = field(default_factory=dict)
    # Titles of the disciplines of grids, of which only the competences that they form are known.
    crossed: dict[str, None] = field(default_factory=dict)
    warnings: list[Issue] = field(default_factory=list)
    enrich: bool = False


def read(document: Document) -> tuple[Program, bool]:
    """The program in a matrix, and whether it only adds to disciplines of other files.

    Raises:
        InputError: no sheet names disciplines or competences.
    """
    document, misspelt = fixed(document)
    contents = MatrixContents(warnings=list(misspelt))
    texts: list[Table] = []
    for block in document.blocks:
        if isinstance(block, Table) and len(block.rows) > 1 and not (_grid(block, contents) or _list(block, contents)):
            texts.append(block)
    for table in texts:
        dictionary = matrix_grid.dictionary(table)
        for code, competence in dictionary.items():
            contents.competences.setdefault(code, competence)
        if not dictionary:
            message = _("neither disciplines nor competences were recognised here: the sheet is left out")
            contents.warnings.append(Issue(message=message, location=table.location))
    if not contents.disciplines and not contents.competences:
        raise InputError(
            _("no column names the disciplines."),
            file=document.file,
            place=_("row {n}", n=1),
            hint=_(
                "A matrix needs a header with 'Дисциплина' (or 'discipline') and columns such as "
                "'Компетенция', 'Знать', 'Уметь', 'Владеть'; docs/programs.md shows one."
            ),
        )
    disciplines = tuple(_finished(item, contents) for item in contents.disciplines.values())
    if not contents.enrich:
        _warn_of_missing(disciplines, contents, Location(file=document.file))
    program = Program(
        title=document.title or document.file,
        disciplines=disciplines,
        competences=tuple(contents.competences.values()),
        sources=(document.file,),
        warnings=tuple(contents.warnings),
    )
    return program, contents.enrich


def parent(code: str) -> str:
    """The competence of an indicator: "УК-1" of "УК-1.2", "ПК-3" of "ИД-1ПК-3"; "" for a competence."""
    relative = re.fullmatch(r"И(?:ДК?)?-?\d+[.-]?(?P<code>[А-Я]+-\d+(?:\.\d+)*)", code)
    if relative:
        return relative["code"]
    return code.rpartition(".")[0]


def _finished(item: Discipline, contents: MatrixContents) -> Discipline:
    """The discipline with the competences of its indicators; one of a grid also gets their texts as statements."""
    known = {*contents.codes, *contents.competences}
    codes: dict[str, None] = {}
    for code in item.competences:
        if (above := parent(code)) in known:
            codes[above] = None
        codes[code] = None
    competence_statements = item.statements
    if not competence_statements and item.title in contents.crossed:
        competence_statements = tuple(
            competence_statement(contents.competences[c], item.title) for c in codes if c in contents.competences
        )
    return msgspec.structs.replace(item, competences=tuple(codes), statements=competence_statements)


def _warn_of_missing(disciplines: Sequence[Discipline], contents: MatrixContents, place: Location) -> None:
    """Add warnings about missing competences, disciplines that form none, and competences without texts."""
    bare = [item for item in disciplines if not item.competences and not item.statements]
    if disciplines and len(bare) == len(disciplines):
        message = _("the titles of {n} disciplines were found, but no competences or outcomes", n=len(disciplines))
        contents.warnings.append(Issue(message=message, location=place))
        return
    if bare:
        message = _(
            "{n} of {total} disciplines have no competence or outcome here: {bare}",
            n=len(bare),
            total=len(disciplines),
            bare=_names(bare),
        )
        contents.warnings.append(Issue(message=message, location=bare[0].location))
    formed = dict.fromkeys(code for item in disciplines for code in item.competences)
    unknown = [code for code in formed if code not in contents.competences]
    if contents.crossed and len(unknown) == len(formed):
        message = _(
            "the texts of the {n} competences and indicators are unknown: the matrix has only their codes",
            n=len(formed),
        )
        contents.warnings.append(Issue(message=message, location=place))
    if not disciplines:
        message = _("{n} competences were found, but no disciplines that form them", n=len(contents.competences))
        contents.warnings.append(Issue(message=message, location=place))


def _names(items: Sequence[Discipline]) -> str:
    names = ", ".join(f"'{item.title}'" for item in items[:NAMED])
    return f"{names} …" if len(items) > NAMED else names


def _grid(table: Table, contents: MatrixContents) -> bool:
    """Read the table as a grid of marks into ``contents``; returns False if it is not one."""
    grid = matrix_grid.read(table)
    if grid is None:
        return False
    for item in grid.disciplines:
        old = contents.disciplines.get(item.title, Discipline(title=item.title, location=item.location))
        contents.crossed[item.title] = None
        contents.disciplines[item.title] = msgspec.structs.replace(
            old, code=old.code or item.code, competences=tuple(dict.fromkeys((*old.competences, *item.codes)))
        )
    for code, competence in grid.competences.items():
        contents.competences.setdefault(code, competence)
    contents.codes |= grid.codes
    return True


def _list(table: Table, contents: MatrixContents) -> bool:
    """Read the table as a list with a header into ``contents``; returns False if no column names disciplines."""
    at, roles = _header(table)
    if at < 0:
        return False
    contents.enrich = contents.enrich or "keywords" in roles.values()
    _rows(table.rows[at:], roles, contents)
    return True


def _header(table: Table) -> tuple[int, dict[int, str]]:
    """The number of the first row below the header, and the roles of the columns; -1 without such a header."""
    best: tuple[int, dict[int, str]] = (-1, {})
    for number, row in enumerate(table.rows[:HEADER]):
        roles = _roles(row)
        if "discipline" not in roles.values():
            continue
        if len(roles) > 1 or number == 0:
            best = number + 1, roles
        if len(roles) > 1:
            break
    at, roles = best
    if 0 < at < len(table.rows):
        # If "Знать" and "Уметь" are below "Результаты обучения", the lower header is used.
        column = next(index for index, role in roles.items() if role == "discipline")
        below = table.rows[at]
        lower = _roles(below) if column >= len(below) or not below[column].text.strip() else {}
        if any(role in TEXTS for role in lower.values()):
            return at + 1, {**roles, **lower}
    return best


def _roles(row: Sequence[Cell]) -> dict[int, str]:
    roles: dict[int, str] = {}
    for index, cell in enumerate(row):
        text = " ".join(cell.text.split())
        code = COMPETENCE.fullmatch(text)
        if code:
            roles[index] = GRID + competence_code(code["code"])
            continue
        role = next((name for name, pattern in ROLES if pattern.search(text)), None)
        if role and len(text) <= LONGEST_HEAD and (role not in roles.values() or role == "competence"):
            roles[index] = role
    for name in ("several", "module"):
        # If no column names disciplines, modules are taken as disciplines.
        if "discipline" not in roles.values() and name in roles.values():
            roles = {index: "discipline" if role == name else role for index, role in roles.items()}
    return roles


def _number(text: str) -> float | None:
    """The number with which a cell begins ("6 ECTS"); None if there is none."""
    match = re.match(r"\d+(?:[.,]\d+)?", text.strip())
    return float(match[0].replace(",", ".")) if match else None


def _titles(cell: Cell, by_competence: bool) -> list[str]:
    """The titles in a discipline's cell: one, or in a row of a competence all disciplines that form it."""
    parts = re.split(r"[;\n]+", cell.text) if by_competence else [cell.text.split(" / ")[0]]
    return [title for part in parts if (title := unquoted(clean(re.sub(r"^\s*\d{1,2}[.)]\s+", "", part))))]


def _rows(rows: Sequence[Sequence[Cell]], roles: dict[int, str], contents: MatrixContents) -> None:
    at = next(index for index, role in roles.items() if role == "discipline")
    # If the competence's column precedes the disciplines', each row is about a competence.
    first = min((index for index, role in roles.items() if role == "competence"), default=at)
    by_competence = first < at and not any(role in ("index", "semester", "credits", "hours") for role in roles.values())
    last: list[str] = []
    codes: list[str] = []
    for row in rows:
        cell = row[at] if at < len(row) else Cell()
        titles = _titles(cell, by_competence) or last
        last = titles
        if not titles:
            continue
        row_codes = _codes(row, roles, contents)
        codes = row_codes or (codes if by_competence else [])
        for title in titles:
            old = contents.disciplines.get(title, Discipline(title=title, location=cell.location))
            contents.disciplines[title] = _row(row, roles, old, codes)


def _codes(row: Sequence[Cell], roles: dict[int, str], contents: MatrixContents) -> list[str]:
    """The codes of competences and indicators in a row; their texts are added to ``contents``."""
    codes: list[str] = []
    for index, role in roles.items():
        text = row[index].text if index < len(row) else ""
        if not text:
            continue
        if role.startswith(GRID):
            codes += [role.removeprefix(GRID)] if matrix_grid.formed(text) else []
        elif role == "competence" or (role == "outcome" and COMPETENCE.match(text)):
            codes += competence_codes(text)
            for line in text.split("\n"):
                code_text = matrix_grid.code_and_text(line)
                if code_text and is_content(code_text[1]):
                    competence = Competence(code=code_text[0], text=code_text[1], location=row[index].location)
                    contents.competences.setdefault(code_text[0], competence)
        elif role == "wording" and codes and is_content(clean(text)):
            competence = Competence(code=codes[-1], text=clean(text), location=row[index].location)
            contents.competences.setdefault(codes[-1], competence)
    return codes


def _row(row: Sequence[Cell], roles: dict[int, str], old: Discipline, codes: Sequence[str]) -> Discipline:
    """The discipline with the statements and values of another row added."""
    new_statements: list[Statement] = []
    for index, role in roles.items():
        text = row[index].text if index < len(row) else ""
        if text and role in TEXTS:
            code_text = matrix_grid.code_and_text(text) if role == "outcome" else None
            body = COMPETENCE.sub("", text, count=1) if code_text else text
            row_statements = statements(body, row[index].location, kind=TEXTS[role], discipline=old.title)
            new_statements += of_competence(row_statements, code_text[0] if code_text else "")
        elif text and role == "keywords":
            new_statements += [
                Statement(
                    id="",
                    text=word,
                    kind=Kind.TOPIC,
                    language=language_of(word),
                    discipline=old.title,
                    location=row[index].location,
                )
                for part in text.split(",")
                if is_content(word := clean(part))
            ]
    values = {role: row[index].text.strip() if index < len(row) else "" for index, role in roles.items()}
    return msgspec.structs.replace(
        old,
        code=clean(values.get("index", "")) or old.code,
        credits=_number(values.get("credits", "")) or old.credits,
        hours=_number(values.get("hours", "")) or old.hours,
        semesters=tuple(dict.fromkeys((*old.semesters, *re.findall(r"\d+", values.get("semester", ""))))),
        competences=tuple(dict.fromkeys((*old.competences, *codes))),
        statements=(*old.statements, *new_statements),
    )


def is_grid(document: Document) -> bool:
    """Whether a document is a workbook or csv, with tables only."""
    return document.format in ("workbook", "csv") and all(isinstance(block, Table) for block in document.blocks)


def _part(document: Document) -> FilePart:
    program, enriches = read(document)
    return FilePart(program=program, kind="keywords" if enriches else "competence matrix", enriches=enriches)


READER = FunctionReader(None, lambda file: [_part(file.document)], lambda file: is_grid(file.document))
