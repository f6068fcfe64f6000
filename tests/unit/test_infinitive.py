"""Functions of standards worded with verbs, against the list that was read by hand."""

import csv
from pathlib import Path

import pytest

from alignment.language.infinitive import declined, infinitive, verbal_nouns, verbal_of

GOLD = Path(__file__).parents[2] / "corpora" / "gold" / "infinitives.tsv"


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
    assert declined("Теория и практика отладки", "accs") == "теорию и практику отладки"


def test_nouns_that_the_list_lacks_go_by_their_ending() -> None:
    found = verbal_of("лакировка")
    assert "лакировка" not in verbal_nouns() and found is not None and found.verb == "лакировать"
    assert verbal_of("стол") is None


@pytest.mark.slow
@pytest.mark.parametrize("half", ["development", "held-out"])
def test_most_functions_of_the_shipped_standards_are_worded_right(half: str) -> None:
    lines = [line for line in GOLD.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    rows = [row for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if row["half"] == half]
    right = sum(infinitive(row["name"]) in row["wordings"].split(" | ") for row in rows)
    print(f"{half}: {right} of {len(rows)} right")
    assert right >= 0.95 * len(rows)
