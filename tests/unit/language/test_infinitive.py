"""Functions of standards worded with verbs, against the list that was read by hand."""

from pathlib import Path

import pytest

from alignment.language.infinitive import declined, infinitive
from alignment.language.verbs import verbal_nouns, verbal_of
from tests.helpers.infinitives import BLIND, agreement, rows_of

GOLD = Path(__file__).parents[3] / "corpora" / "gold" / "infinitives.tsv"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Проектирование программного обеспечения", "проектировать программное обеспечение"),
        ("Проверка и отладка программного кода", "проверять и отлаживать программный код"),
        ("Руководство разработкой технологии", "руководить разработкой технологии"),
        ("Проведение работ по исследованию скважин", "проводить работы по исследованию скважин"),
        ("Работа с системой контроля версий", "работать с системой контроля версий"),
        ("Техническое обслуживание аппаратуры", "осуществлять техническое обслуживание аппаратуры"),
        (
            "Исправление дефектов, зафиксированных в базе данных дефектов",
            "исправлять дефекты, зафиксированные в базе данных дефектов",
        ),
        (
            "Модернизация существующих и внедрение новых методов измерений",
            "модернизировать существующие и внедрять новые методы измерений",
        ),
        ("Разработка высокоуровневых (эталонных) моделей", "разрабатывать высокоуровневые (эталонные) модели"),
        ("Испытания нового средства и его компонентов", "испытывать новое средство и его компоненты"),
        (
            "Выбор технологии корпусирования и конструкции корпуса",
            "выбирать технологию корпусирования и конструкцию корпуса",
        ),
        (
            "Разработка методики входного, межоперационного и выходного контроля",
            "разрабатывать методику входного, межоперационного и выходного контроля",
        ),
        ("Cоставление плана производства.", "составлять план производства"),
    ],
)
def test_the_verb_and_its_object(name: str, wanted: str) -> None:
    assert infinitive(name) == wanted


def test_a_phrase_without_a_noun_at_its_head_stays() -> None:
    assert infinitive("Осуществлять контроль") == "осуществлять контроль"
    assert infinitive("") == ""


def test_mastery_takes_the_genitive() -> None:
    assert declined("Оценка сложности задачи", "gent") == "оценки сложности задачи"
    assert declined("Техническое обслуживание узлов", "gent") == "технического обслуживания узлов"
    assert declined("Выявление вариантов схем, включающее описание", "gent") == (
        "выявления вариантов схем, включающего описание"
    )
    assert declined("Теория и практика отладки", "accs") == "теорию и практику отладки"
    assert declined("Начертательная геометрия и инженерная графика", "accs") == (
        "начертательную геометрию и инженерную графику"
    )
    assert declined("Цифровая схемотехника, схемотехника импульсных схем", "accs") == (
        "цифровую схемотехнику, схемотехнику импульсных схем"
    )


def test_nouns_that_the_list_lacks_go_by_their_ending() -> None:
    result = verbal_of("лакировка")
    assert "лакировка" not in verbal_nouns() and result is not None and result.verb == "лакировать"
    assert verbal_of("стол") is None


@pytest.mark.slow
@pytest.mark.parametrize("half", ["development", "held-out"])
def test_most_functions_of_the_shipped_standards_are_worded_right(half: str) -> None:
    rows = [row for row in rows_of(GOLD) if row["half"] == half]
    right = sum(infinitive(row["name"]) in row["wordings"].split(" | ") for row in rows)
    print(f"{half}: {right} of {len(rows)} right")
    assert right >= 0.95 * len(rows)


@pytest.mark.slow
def test_wordings_agree_with_those_written_without_seeing_them() -> None:
    same, right = agreement()
    print(f"blind: {same} of 150 the same, {right} right")
    assert right >= 0.95 * len(rows_of(BLIND))
