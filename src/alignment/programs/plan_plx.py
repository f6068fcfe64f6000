"""Read study plans in ``.plx`` files: the planning system's XML, a dump of its tables with one element per row.

These elements are read: ООП (direction and profile), Планы, ФормаОбучения,
ПланыВидыДеятельности and ВидыДеятельности, ПланыСтроки (disciplines and
practices), ПланыКомпетенции, ПланыКомпетенцииДисциплины and ПланыНовыеЧасы
(hours by year and semester). All values are attributes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from lxml import etree

from alignment.documents import FunctionReader
from alignment.documents.limits import parse_xml, read_bytes
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.model import Competence, Discipline, Issue, Location, Program
from alignment.programs.file_part import FilePart
from alignment.programs.plan_export import ELECTIVES
from alignment.programs.statement_text import cell_number, competence_code, competence_statement
from alignment.settings import Settings

# Values of ТипОбъекта for disciplines, practices, state examinations and the like; others are blocks and modules.
TAUGHT = ("2", "3", "6")
GROUP = re.compile(r"дисциплин\w+ по выбору", re.IGNORECASE)

# A program of ten years with four parts of a year each; a larger number is damage.
MOST_SEMESTERS = 40

PlanRow = Mapping[str, str]


def read(path: Path, settings: Settings) -> Program:
    """The program in a study plan.

    Raises:
        InputError: the file is not XML, or not a study plan of this system.
    """
    root = parse_xml(read_bytes(path, settings), str(path))
    tables: dict[str, list[tuple[PlanRow, Location]]] = defaultdict(list)
    for element in root.iter():
        if isinstance(element.tag, str):
            place = Location(file=path.name, section=f"line {element.sourceline}")
            row = {str(name): str(value) for name, value in element.attrib.items()}
            tables[etree.QName(element).localname].append((row, place))
    if not tables["ПланыСтроки"]:
        raise InputError(
            _("this is not a study plan: it has no rows ПланыСтроки."),
            file=str(path),
            hint=_("Save the plan again from the planning system as .plx, or export it as a workbook."),
        )
    competences = _competences(tables)
    disciplines, warnings = _disciplines(tables, competences, path)
    title, code, profile, degree, year = _front(tables)
    return Program(
        title=title or path.stem,
        code=code,
        profile=profile,
        degree=degree,
        year=year,
        form=_form(tables),
        activities=tuple(_activities(tables)),
        disciplines=tuple(disciplines),
        competences=tuple(competences.values()),
        sources=(str(path),),
        warnings=tuple(warnings),
    )


def _front(tables: Mapping[str, list[tuple[PlanRow, Location]]]) -> tuple[str, str, str, str, str]:
    programs = [row for row, _place in tables["ООП"]]
    plan_row = tables["Планы"][0][0] if tables["Планы"] else {}
    # The profile is the ООП whose parent is the direction.
    profile = next((row for row in programs if row.get("КодРодительскогоООП")), None)
    direction = next((row for row in programs if not row.get("КодРодительскогоООП")), {})
    degree = plan_row.get("Квалификация", "") or direction.get("Квалификация", "")
    if degree.isdigit():
        levels = {row.get("Код", ""): row.get("Наименование", "") for row, _place in tables["УровеньОбразования"]}
        qualifications = {row.get("Код", ""): row.get("Наименование", "") for row, _place in tables["Квалификации"]}
        degree = qualifications.get(degree) or levels.get(direction.get("УровеньОбразования", ""), "")
    return (
        direction.get("Название", "").strip(),
        direction.get("Шифр", "").strip(),
        (profile or {}).get("Название", "").strip(),
        degree.strip(),
        plan_row.get("ГодНачалаПодготовки", "").strip(),
    )


def _form(tables: Mapping[str, list[tuple[PlanRow, Location]]]) -> str:
    plan_row = tables["Планы"][0][0] if tables["Планы"] else {}
    names = {row.get("Код", ""): row.get("ФормаОбучения", "") for row, _place in tables["ФормаОбучения"]}
    return names.get(plan_row.get("КодФормыОбучения", ""), "").strip().lower()


def _activities(tables: Mapping[str, list[tuple[PlanRow, Location]]]) -> list[str]:
    """The types of activity that the plan names, of all those in its directory."""
    names = {row.get("Код", ""): row.get("Наименование", "") for row, _place in tables["ВидыДеятельности"]}
    named = (names.get(row.get("КодВидаДеятельности", ""), "") for row, _place in tables["ПланыВидыДеятельности"])
    return list(dict.fromkeys(" ".join(name.lower().split()) for name in named if name.strip()))


def _competences(tables: Mapping[str, list[tuple[PlanRow, Location]]]) -> dict[str, Competence]:
    """Key in the plan's tables (Код) → competence or indicator."""
    result = {}
    for row, place in tables["ПланыКомпетенции"]:
        code = competence_code(row.get("ШифрКомпетенции", ""))
        if code:
            text = " ".join(row.get("Наименование", "").split())
            result[row.get("Код", code)] = Competence(code=code, text=text, location=place)
    return result


def _disciplines(
    tables: Mapping[str, list[tuple[PlanRow, Location]]], competences: Mapping[str, Competence], path: Path
) -> tuple[list[Discipline], list[Issue]]:
    formed: dict[str, list[Competence]] = defaultdict(list)
    lost = 0
    for row, _place in tables["ПланыКомпетенцииДисциплины"]:
        competence = competences.get(row.get("КодКомпетенции", ""))
        if competence:
            formed[row.get("КодСтроки", "")].append(competence)
        else:
            lost += 1
    semesters = _semesters(tables)
    parents = {row.get("КодРодителя", "") for row, _place in tables["ПланыСтроки"]}
    result = []
    for row, place in tables["ПланыСтроки"]:
        title, number = " ".join(row.get("Дисциплина", "").split()), row.get("Код", "")
        if not title or row.get("ТипОбъекта", "2") not in TAUGHT or GROUP.match(title):
            continue
        if ELECTIVES.match(title) and number in parents:
            continue
        competences_formed = sorted(formed[number], key=lambda item: item.code)
        result.append(
            Discipline(
                title=title,
                code=row.get("ДисциплинаКод", "").strip(),
                credits=cell_number(row.get("ТрудоемкостьКредитов", "")) or cell_number(row.get("ЗЕТфакт", "")) or None,
                hours=cell_number(row.get("ЧасовПоПлану", "")) or None,
                semesters=tuple(semesters.get(number, ())),
                competences=tuple(item.code for item in competences_formed),
                statements=tuple(competence_statement(item, title) for item in competences_formed if item.text),
                location=place,
            )
        )
    warnings = []
    if not competences:
        warnings.append(Issue(message=_("the plan has no competences"), location=Location(file=path.name)))
    if lost:
        message = _(
            "{lost} links of disciplines to competences name a competence that the plan does not have", lost=lost
        )
        warnings.append(Issue(message=message, location=Location(file=path.name)))
    return result, warnings


def _semesters(tables: Mapping[str, list[tuple[PlanRow, Location]]]) -> dict[str, list[str]]:
    plan_row = tables["Планы"][0][0] if tables["Планы"] else {}
    a_year = int(cell_number(plan_row.get("СеместровНаКурсе", "")) or 2)
    semesters: dict[str, set[int]] = defaultdict(set)
    for row, _place in tables["ПланыНовыеЧасы"]:
        year, half = cell_number(row.get("Курс", "")), cell_number(row.get("Семестр", ""))
        if year and half and cell_number(row.get("Количество", "")):
            semester = int((year - 1) * a_year + half)
            if 0 < semester <= MOST_SEMESTERS:
                semesters[row.get("КодОбъекта", "")].add(semester)
    return {number: [str(value) for value in sorted(values)] for number, values in semesters.items()}


READER = FunctionReader(
    frozenset({".plx"}), lambda file: [FilePart(program=read(file.path, file.settings), kind="study plan")]
)
