"""Generic competences prove requirements of their own kind only (issue's and real programs' pairs, verbatim)."""

from __future__ import annotations

import pytest

from alignment.matching.generic import SPECIFIC, requirement_areas, statement_areas
from alignment.model import Competence, Discipline, Kind, Program, Statement

TEAM = "Работать в коллективе и команде, эффективно общаться с коллегами, руководством, потребителями"


def admitted(
    requirement: str, statement: Statement, competences: tuple[Competence, ...] = (), context: str = ""
) -> bool:
    program = Program(
        title="", disciplines=(Discipline(title="Практика", statements=(statement,)),), competences=competences
    )
    return bool(statement_areas(program, [statement])[0] & requirement_areas(requirement, context))


def taught(text: str, discipline: str, kind: Kind = Kind.SKILL) -> Statement:
    return Statement(id="1", text=text, kind=kind, discipline=discipline)


def competence(text: str, code: str = "", kind: Kind = Kind.COMPETENCE) -> Statement:
    return Statement(id="1", text=text, kind=kind, competence=code)


@pytest.mark.parametrize(
    ("requirement", "statement", "code"),
    [
        ("Публиковать результаты рефакторинга и оптимизации в коллективной базе знаний", TEAM, ""),
        (
            "Согласование требований к программному обеспечению с заинтересованными сторонами",
            "Понимать сущность и социальную значимость своей будущей профессии, проявлять к ней устойчивый интерес",
            "",
        ),
        (
            "Оценка и согласование сроков выполнения поставленных задач",
            "Организовывать собственную деятельность, выбирать типовые методы и способы выполнения задач",
            "",
        ),
        ("Финансовый анализ", "Проводит анализ поставленной цели и определяет совокупность задач", "УК-2.1"),
        ("Интерфейсы взаимодействия с внешней средой", TEAM, "ОК-6"),
        ("Средства телекоммуникаций", "Способен осуществлять деловую коммуникацию", "УК-4"),
        ("Команды операционной системы", TEAM, ""),
    ],
)
def test_a_generic_competence_is_no_candidate_of_a_specific_requirement(
    requirement: str, statement: str, code: str
) -> None:
    assert not admitted(requirement, competence(statement, code))


@pytest.mark.parametrize(
    ("requirement", "statement", "code"),
    [
        ("Осуществлять коммуникации с заинтересованными сторонами", TEAM, ""),
        ("Осуществлять управление коллективом разработчиков", TEAM, "ОК-6"),
        ("Confer with engineers and the project team", "Able to work in a team", "UC-3"),
        ("Требования охраны труда", "Создаёт и поддерживает условия безопасной среды на рабочем месте", "УК-8.1"),
    ],
)
def test_a_generic_competence_proves_a_requirement_of_its_kind(requirement: str, statement: str, code: str) -> None:
    assert admitted(requirement, competence(statement, code))


def test_what_is_not_generic_is_a_candidate_of_everything() -> None:
    assert admitted("Финансовый анализ", competence("Способен разрабатывать электронные средства", "ПК-2"))
    assert admitted("Финансовый анализ", competence("Работа в команде", "УК-3", Kind.TOPIC))
    # A university's own outcome under a generic code names no generic area: it is content.
    assert admitted("Финансовый анализ", competence("Способен оценить надежность выдачи ИИ", "УК-13.1"))
    # What is taught under a generic code is content.
    assert admitted("Виды средств защиты", competence("правила применения средств защиты", "УК-8", Kind.KNOWLEDGE))


def test_a_competence_without_its_code_is_known_by_the_programs_list() -> None:
    text = "Ориентироваться на смену технологий в деятельности техника"
    listed = (Competence(code="ОК-9", text=f"{text}."),)
    assert admitted("Финансовый анализ", competence(text))
    assert not admitted("Финансовый анализ", competence(text), listed)


@pytest.mark.parametrize(
    ("requirement", "text", "discipline"),
    [
        # The first five are findings of real programs (SFedU, ITMO) that a reader called wrong.
        ("Оценивать риски", "оценивать факторы риска", "Безопасность жизнедеятельности"),
        (
            "Определение организационно-режимных мер по защите информации",
            "Основы организации защиты населения",
            "Безопасность жизнедеятельности",
        ),
        ("Разрешать конфликты", "причины военных конфликтов", "История России"),
        (
            "Определение правила разграничения доступа к компонентам",
            "Правило взятия на проходе",
            "Дисциплины по физической культуре и спорту",
        ),
        ("Средства защиты от НСД", "Способы защиты, защитные сооружения", "Безопасность жизнедеятельности"),
        ("Языки программирования", "Грамматика и перевод", "Иностранный язык"),
        ("Планировать работы", "планировать тренировки", "Физическая культура и спорт"),
        ("Управлять рисками проекта", "to assess risk factors", "Life safety"),
        # "Спорт" stands in other words, "текст" and "взаимодействие" are of programs too.
        ("Паспорт изделия", "Нормы физической подготовки", "Физическая культура"),
        ("Анализ текста программы", "Анализ текста", "Деловой иностранный язык"),
        ("Взаимодействие компонентов программы", "Межличностное взаимодействие", "Иностранный язык"),
        ("Политика безопасности", "Политика Петра I", "История"),
    ],
)
def test_a_general_discipline_is_no_evidence_of_a_requirement_of_another_area(
    requirement: str, text: str, discipline: str
) -> None:
    assert not admitted(requirement, taught(text, discipline))
    assert admitted(requirement, taught(text, "Управление проектами"))


@pytest.mark.parametrize(
    ("requirement", "text", "discipline"),
    [
        ("Правила производственной санитарии", "Вредные факторы", "Безопасность жизнедеятельности"),
        ("Требования охраны труда", "Техносферные опасности", "Основы безопасности жизнедеятельности"),
        ("Составлять обзоры по иностранным источникам", "Реферирование литературы", "Иностранный язык"),
        ("Технический английский язык", "Чтение технических текстов", "Английский язык"),
        ("Initiate corrective actions in emergency situations", "Чрезвычайные ситуации", "Life safety"),
    ],
)
def test_a_general_discipline_proves_requirements_of_its_own_area(requirement: str, text: str, discipline: str) -> None:
    assert admitted(requirement, taught(text, discipline))


def test_a_standard_of_its_own_area_admits_all_that_a_general_discipline_teaches() -> None:
    statement = taught("идентифицировать источники риска", "Безопасность жизнедеятельности")
    assert not admitted("Составление планов", statement)
    assert admitted("Составление планов", statement, context="Специалист в области охраны труда: Контроль")


def test_a_discipline_with_a_general_word_in_its_title_is_content() -> None:
    for title in (
        "История дизайна",
        "Философия науки",
        "Курс по физической химии",
        "Life safety systems engineering",
        "English literature",
    ):
        assert admitted("Финансовый анализ", taught("анализировать", title))


def test_every_requirement_admits_what_is_specific() -> None:
    assert requirement_areas("") == SPECIFIC
