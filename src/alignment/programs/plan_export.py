"""Read study plans that the common planning system exports as workbooks: sheets Титул, План, Компетенции."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from alignment.documents import Cell, Document, Table
from alignment.i18n import message as _
from alignment.model import Competence, Discipline, Issue, Program
from alignment.programs.file_part import of_document
from alignment.programs.statement_text import cell_number, competence_code, competence_codes, competence_statement

INDEX = re.compile(r"^(?:Б|М|С|ФТД|П|Ф)\d{0,2}(?:\.[А-ЯЁA-Z]{1,4}|\.\d{1,3})+$|^ФТД\.\d+$")
CODE = re.compile(r"^(?:УК|ОПК|ПК|ОК|ПСК|ДПК|СК)-\d+(?:\.\d+)*$")
DIRECTION = re.compile(r"(?<![\d.])\d{2}\.\d{2}\.\d{2}(?![\d.])")
HEADER = 12  # first rows of a sheet in which its head stands
SUBHEADS = 4  # rows below the head that say of which year, semester and sum a column is
NAMED = re.compile(
    r"(?:направлени\w+|специальност\w+)[^\n]*?(\d{2}\.\d{2}\.\d{2})(?!\d|\.\d)\.?\s*([^\n]*)", re.IGNORECASE
)
GROUPS = re.compile(
    r"^(?:базовая|вариативная|обязательн|дисциплины по выбору|дисциплины \(модули\)|практик[иа]$|итого|по выбору|элективн)",
    re.IGNORECASE,
)


def _sheets(document: Document) -> dict[str, Table]:
    return {block.sheet.lower(): block for block in document.blocks if isinstance(block, Table)}


def fits(document: Document) -> bool:
    """Whether the workbook has the sheets of this export."""
    sheets = _sheets(document)
    return "план" in sheets and any(name in sheets for name in ("титул", "компетенции"))


def read(document: Document) -> Program:
    """The program in an exported study plan: disciplines with credits, hours, semesters and competences."""
    sheets = _sheets(document)
    warnings: list[Issue] = []
    competences, formed = _competences(sheets.get("компетенции"))
    disciplines = _disciplines(sheets["план"], formed, competences, warnings)
    if "компетенции" not in sheets:
        warnings.append(
            Issue(
                message=_("no sheet Компетенции: the competences' texts are unknown"), location=sheets["план"].location
            )
        )
    title, code, profile, degree, year = _front(sheets.get("титул"))
    return Program(
        title=title or code or document.file,
        code=code,
        profile=profile,
        degree=degree,
        year=year,
        disciplines=tuple(disciplines),
        competences=tuple(competences.values()),
        sources=(document.file,),
        warnings=tuple(warnings),
    )


def _front(table: Table | None) -> tuple[str, str, str, str, str]:
    text = "\n".join(cell.text for row in table.rows for cell in row if cell.text) if table else ""
    named = NAMED.search(text)
    code = DIRECTION.search(text)
    profile = re.search(
        r"(?:профиль|направленность|специализация)(?:[^\n«\":]*[«\":]+|[^\S\n]{2,})\s*(?!Кафедра)([^»\"\n]+)",
        text,
        re.IGNORECASE,
    )
    degree = re.search(r"(?:квалификация|степень)[^:\n]*:\s*([^\n]+)", text, re.IGNORECASE)
    year = re.search(r"год начала подготовки[^\d]*(20\d{2})", text, re.IGNORECASE)
    return (
        named[2].strip(' ."«»') if named else "",
        named[1] if named else (code[0] if code else ""),
        profile[1].strip(' "«»') if profile else "",
        degree[1].strip() if degree else "",
        year[1] if year else "",
    )


def _competences(table: Table | None) -> tuple[dict[str, Competence], dict[str, list[str]]]:
    """Code → competence, and index of a discipline → the codes of the competences that it forms."""
    competences: dict[str, Competence] = {}
    formed: dict[str, list[str]] = {}
    current = ""
    for row in table.rows if table else ():
        filled = [cell for cell in row if cell.text]
        code = next((cell for cell in filled if CODE.match(cell.text)), None)
        if code is not None:
            current = competence_code(code.text)
            text = max((cell.text for cell in filled if cell is not code), key=len, default="")
            competences[current] = Competence(code=current, text=" ".join(text.split()), location=code.location)
            continue
        index = next((cell.text for cell in filled if INDEX.match(cell.text)), None)
        if index and current:
            formed.setdefault(index, []).append(current)
    return competences, formed


def _header(table: Table) -> tuple[int, dict[str, int]]:
    for number, row in enumerate(table.rows[:HEADER]):
        names = {cell.text.lower(): index for index, cell in enumerate(row) if cell.text}
        if "индекс" in names and "наименование" in names:
            return number, names
    return -1, {}


def _disciplines(
    table: Table, formed: dict[str, list[str]], competences: dict[str, Competence], warnings: list[Issue]
) -> list[Discipline]:
    at, names = _header(table)
    if at < 0:
        warnings.append(
            Issue(message=_("the sheet План has no header with Индекс and Наименование"), location=table.location)
        )
        return []
    below = table.rows[at + 1 : at + 1 + SUBHEADS]
    credits_at = names.get("зет", names.get("з.е.", -1))
    hours_at = next((index for row in below for index, cell in enumerate(row) if cell.text.lower() == "по плану"), -1)
    semesters = _periods(below, r"Семестр\s+(\w+)", "{}")
    # Extramural and doctoral plans have no semesters, only years.
    semesters = semesters or _periods(below, r"Курс\s+(\w+)", "год {}")
    # Other columns, such as the department's number, follow the last semester, so it gets the width of the narrowest.
    width = min((two[0] - one[0] for one, two in pairwise(semesters)), default=1)
    result = []
    for row in table.rows[at + 1 :]:
        index_text, title = _cell(row, names["индекс"]), " ".join(_cell(row, names["наименование"]).split())
        if not INDEX.match(index_text) or not re.search(r"\d$", index_text) or not title or GROUPS.match(title):
            continue
        taught = []
        for place, (start, label) in enumerate(semesters):
            stop = semesters[place + 1][0] if place + 1 < len(semesters) else start + width
            if any(cell_number(_cell(row, column)) for column in range(start, min(stop, start + width))):
                taught.append(label)
        codes = formed.get(index_text) or competence_codes(_cell(row, names.get("компетенции", -1)))
        where = row[names["наименование"]].location
        result.append(
            Discipline(
                title=title,
                code=index_text,
                credits=cell_number(_cell(row, credits_at)) or cell_number(_cell(row, credits_at + 1)) or None,
                hours=cell_number(_cell(row, hours_at)) or None,
                semesters=tuple(taught),
                competences=tuple(codes),
                statements=tuple(
                    competence_statement(competences[code], title) for code in codes if code in competences
                ),
                location=where,
            )
        )
    return result


def _periods(rows: Sequence[tuple[Cell, ...]], pattern: str, label: str) -> list[tuple[int, str]]:
    """First column and name of each semester (or year) of study, in order of columns."""
    return sorted(
        (index, label.format(match[1]))
        for row in rows
        for index, cell in enumerate(row)
        if (match := re.match(pattern, cell.text))
    )


def _cell(row: tuple[Cell, ...], index: int) -> str:
    return row[index].text if 0 <= index < len(row) else ""


READER = of_document("study plan", read, fits)
