"""Generic competences prove requirements of their own kind only (issue's and real programs' pairs, verbatim)."""

from __future__ import annotations

import pytest

from alignment.matching.generic import SPECIFIC, requirement_areas, statement_areas
from alignment.model import Competence, Discipline, Kind, Program, Statement

TEAM = "Работать в коллективе и команде, эффективно общаться с коллегами, руководством, потребителями"


def admitted(requirement: str, statement: Statement, competences: tuple[Competence, ...] = ()) -> bool:
    program = Program(
        title="", disciplines=(Discipline(title="Практика", statements=(statement,)),), competences=competences
    )
    return bool(statement_areas(program, [statement])[0] & requirement_areas(requirement))


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


def test_every_requirement_admits_what_is_specific() -> None:
    assert requirement_areas("") == SPECIFIC
