"""Titles of two documents that are one discipline, and those that only look alike; all of real programs of ITMO."""

import pytest

from alignment.model import Discipline, Program
from alignment.programs.file_part import FilePart
from alignment.programs.join import join


def titles(*given: str) -> list[str]:
    """The disciplines of a program whose documents name one discipline each."""
    programs = [
        Program(title=title, disciplines=(Discipline(title=title),), sources=(f"{title}.docx",)) for title in given
    ]
    return [item.title for item in join([FilePart(kind="study plan", program=item) for item in programs]).disciplines]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Дифференциальные уравления и ТФКП", "Дифференциальные уравнения и ТФКП"),
        ("Оптичесая физика", "Оптическая физика"),
        ("Управление проектной деятельностью", "Управление проектной деятельности"),
        ("Нормативно-техническая документация", "Нормативно техническая документация"),
        ("Медиа технологии в образовании", "Медиатехнологии в образовании"),
    ],
)
def test_an_ending_a_misprint_or_a_blank_makes_no_other_discipline(one: str, other: str) -> None:
    assert titles(one, other) == [one]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Проектирование мобильных и сетевых приложений", "Тестирование мобильных и сетевых приложений"),
        ("Неорганическая химия", "Органическая химия"),
        ("Инжиниринг программных систем", "Реинжиниринг программных систем"),
        ("Технологические расчеты в мясных технологиях", "Технологические расчеты в рыбных технологиях"),
        ("Второй иностранный язык (шведский, уровень В1+)", "Второй иностранный язык (шведский, уровень А2)"),
        ("Математический анализ I", "Математический анализ II"),
        ("Физика твердого тела. Часть 1", "Физика твердого тела. Часть 2"),
        ("Основы микроэкономики фирмы", "Основы макроэкономики фирмы"),
    ],
)
def test_another_word_makes_another_discipline(one: str, other: str) -> None:
    assert titles(one, other) == [one, other]
