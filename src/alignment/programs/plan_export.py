"""Read study plans that the common planning system exports as workbooks: sheets Титул, План, Компетенции."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from alignment.documents import Cell, Document, Table
from alignment.i18n import message as _
from alignment.model import Competence, Discipline, Issue, Program, Skipped
from alignment.programs.file_part import of_document
from alignment.programs.passport import form_of_study
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
    r"^(?:базовая|вариативная|обязательн|дисциплины по выбору|дисциплины \(модули\)|практик[иа]$|итого|по выбору)",
    re.IGNORECASE,
)
# The name of a group of electives, or of the one course of physical culture that has no variants.
ELECTIVES = re.compile(r"элективн", re.IGNORECASE)
# The variants of an elective have their number alone as the index; the row above has the group's (Б1.В.ДВ.1).
VARIANT = re.compile(r"\d{1,2}")
ASSESSMENT = re.compile(r"итогов\w+ аттестаци", re.IGNORECASE)
# "Производственная практика": practices below such a heading often have no more than its kind ("Эксплуатационная").
PRACTICES = re.compile(r"\w+ практика", re.IGNORECASE)
ACTIVITIES = re.compile(r"^\s*виды\s+(?:профессиональной\s+)?деятельности\s*:?", re.IGNORECASE | re.MULTILINE)
ACTIVITY = re.compile(r"[а-яё]+(?:-[а-яё]+)*ая(?=$|\s+деятельность)")


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
    disciplines, skipped = _disciplines(sheets["план"], formed, competences, warnings)
    if "компетенции" not in sheets:
        warnings.append(
            Issue(
                message=_("no sheet Компетенции: the competences' texts are unknown"), location=sheets["план"].location
            )
        )
    front = sheets.get("титул")
    title, code, profile, degree, year = _front(front)
    return Program(
        title=title or code or document.file,
        code=code,
        profile=profile,
        degree=degree,
        year=year,
        form=form_of_study(_text(front)),
        activities=tuple(_activities(_text(front))),
        disciplines=tuple(disciplines),
        competences=tuple(competences.values()),
        skipped=tuple(skipped),
        sources=(document.file,),
        warnings=tuple(warnings),
    )


def _text(table: Table | None) -> str:
    return "\n".join(cell.text for row in table.rows for cell in row if cell.text) if table else ""


def _activities(text: str) -> list[str]:
    """The types of activity in the lines below "Виды деятельности", to the first line that begins with none."""
    activities: list[str] = []
    heading = ACTIVITIES.search(text)
    for line in text[heading.end() :].strip().split("\n") if heading else ():
        parts = [part.strip(" .-–—•").lower() for part in re.split(r"[,;]|\s+и\s+", line)]
        if not ACTIVITY.match(parts[0]):
            break
        activities += [match[0] for part in parts if (match := ACTIVITY.match(part))]
    return list(dict.fromkeys(activities))


def _front(table: Table | None) -> tuple[str, str, str, str, str]:
    text = _text(table)
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


@dataclass(frozen=True)
class PlanRow:
    """A row of the sheet План, with the whole index of what it plans."""

    cells: tuple[Cell, ...]
    index: str
    title: str


def _plan_rows(rows: Sequence[tuple[Cell, ...]], names: Mapping[str, int]) -> list[PlanRow]:
    result = []
    group = ""
    for cells in rows:
        index, title = _cell(cells, names["индекс"]), " ".join(_cell(cells, names["наименование"]).split())
        if VARIANT.fullmatch(index):
            index = f"{group}.{index}" if group else ""
        elif re.search(r"\w", index):
            group = index if INDEX.match(index) and (not title or GROUPS.match(title)) else ""
        result.append(PlanRow(cells, index, title))
    return result


def _disciplines(
    table: Table, formed: dict[str, list[str]], competences: dict[str, Competence], warnings: list[Issue]
) -> tuple[list[Discipline], list[Skipped]]:
    """The disciplines of the sheet, all variants of electives among them, and the final assessment as left out."""
    at, names = _header(table)
    if at < 0:
        warnings.append(
            Issue(message=_("the sheet План has no header with Индекс and Наименование"), location=table.location)
        )
        return [], []
    below = table.rows[at + 1 : at + 1 + SUBHEADS]
    credits_at = names.get("зет", names.get("з.е.", -1))
    hours_at = next((index for row in below for index, cell in enumerate(row) if cell.text.lower() == "по плану"), -1)
    semesters = _periods(below, r"Семестр\s+(\w+)", "{}")
    # Extramural and doctoral plans have no semesters, only years.
    semesters = semesters or _periods(below, r"Курс\s+(\w+)", "год {}")
    rows = _plan_rows(table.rows[at + 1 :], names)
    titles = {row.index: row.title for row in rows if row.index}
    groups = {index.rpartition(".")[0] for index in titles} - {""}
    disciplines, skipped = [], []
    for row in rows:
        named = competence_codes(_cell(row.cells, names.get("компетенции", -1)))
        hours = cell_number(_cell(row.cells, hours_at)) or None
        if not _is_planned(row, groups, named=bool(hours and named)):
            continue
        where = row.cells[names["наименование"]].location
        if not INDEX.match(row.index) and ASSESSMENT.search(row.title):
            skipped.append(Skipped(title=row.title, reason="assessment", lines=1, location=where))
            continue
        title = _title(row, titles)
        codes = formed.get(row.index) or named
        disciplines.append(
            Discipline(
                title=title,
                code=row.index,
                credits=next(
                    (n for at in (credits_at, credits_at + 1) if (n := cell_number(_cell(row.cells, at)))), None
                ),
                hours=hours,
                semesters=tuple(_taught(row.cells, semesters)),
                competences=tuple(codes),
                statements=tuple(
                    competence_statement(competences[code], title) for code in codes if code in competences
                ),
                location=where,
            )
        )
    return disciplines, skipped


def _is_planned(row: PlanRow, groups: Container[str], *, named: bool) -> bool:
    """Whether a row plans something of its own, and is no heading, sum or note.

    ``groups`` are the indexes that others continue; ``named`` is True if the row has hours and names competences.
    """
    if not row.title or GROUPS.match(row.title) or (row.index in groups and ELECTIVES.match(row.title)):
        return False
    if INDEX.match(row.index) and re.search(r"\d$", row.index):
        return True
    # Elective physical culture has no index, the final assessment that of a block; sums and blocks name no competences.
    return named and row.index not in groups


def _title(row: PlanRow, titles: Mapping[str, str]) -> str:
    """The title of a row; that of a practice also says so if only the heading above it does."""
    section = titles.get(row.index.rpartition(".")[0], "")
    if PRACTICES.fullmatch(section) and "практик" not in row.title.lower():
        return f"{section}: {row.title}"
    return row.title


def _taught(row: tuple[Cell, ...], semesters: Sequence[tuple[int, str]]) -> list[str]:
    """The semesters (or years) of study in which a row has hours or credits."""
    # Other columns, such as the department's number, follow the last semester, so it gets the width of the narrowest.
    width = min((two[0] - one[0] for one, two in pairwise(semesters)), default=1)
    taught = []
    for place, (start, label) in enumerate(semesters):
        stop = semesters[place + 1][0] if place + 1 < len(semesters) else start + width
        if any(cell_number(_cell(row, column)) for column in range(start, min(stop, start + width))):
            taught.append(label)
    return taught


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
