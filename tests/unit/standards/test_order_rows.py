"""Rows of an order's section III that a page, a printing program or a narrow column cut."""

from pathlib import Path

import pytest

from alignment.documents import Cell, Table
from alignment.model import Kind, Location
from alignment.settings import Settings
from alignment.standards import read_file
from alignment.standards.order_rows import GeneralDraft, RequirementsDraft, mend, read_general, read_rows, row_text


def table(page: int, *rows: tuple[str, str]) -> Table:
    place = Location(file="o.pdf", page=page)
    return Table(rows=tuple(tuple(Cell(text=text, location=place) for text in row) for row in rows), location=place)


def read(*tables: Table) -> RequirementsDraft:
    draft = RequirementsDraft(code="A/01.5")
    for part in tables:
        read_rows(part, draft)
    return draft


def texts(draft: RequirementsDraft, kind: Kind) -> list[str]:
    return [text for text, _ in draft.items.get(kind, [])]


FIRST = ("Необходимые\nзнания", "Основы метрологии")


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        ("Методы контроля", "параметров", ["Методы контроля параметров"]),
        ("Требования к", "СВЧ-приборам", ["Требования к СВЧ-приборам"]),
        ("Законодательство", "Российской Федерации", ["Законодательство Российской Федерации"]),
        ("Знание особенностей приборов и влияния", "СФ-блоков", ["Знание особенностей приборов и влияния СФ-блоков"]),
        ("Основы физики", "СФ-блоки", ["Основы физики", "СФ-блоки"]),
        ("Виды брака (сколы,", "Трещины)", ["Виды брака (сколы, Трещины)"]),
        ("Правила работы со стандартами «Единой", "Системы»", ["Правила работы со стандартами «Единой Системы»"]),
        ("Отладка микро-", "кода", ["Отладка микрокода"]),
        ("Основы физики", "Объектно-ориентированный подход", ["Основы физики", "Объектно-ориентированный подход"]),
        ("Основы физики", "САПР", ["Основы физики", "САПР"]),
        ("Основы физики", "Технологии сборки", ["Основы физики", "Технологии сборки"]),
    ],
)
@pytest.mark.parametrize("label", ["", "Необходимые\nзнания"], ids=["no label", "label again"])
def test_a_text_goes_on_over_a_page(above: str, below: str, whole: list[str], label: str) -> None:
    draft = read(table(1, FIRST, ("", above)), table(2, (label, below), ("", "Правила охраны труда")))
    assert texts(draft, Kind.KNOWLEDGE) == ["Основы метрологии", *whole, "Правила охраны труда"]


def test_furniture_of_the_page_is_no_text() -> None:
    draft = read(
        table(1, FIRST, ("", "Методы контроля\nДата сохранения: 12.03.2015")),
        table(2, ("Документ предоставлен КонсультантПлюс", ""), ("", "Страница 2 из 40"), ("", "параметров")),
    )
    assert texts(draft, Kind.KNOWLEDGE) == ["Основы метрологии", "Методы контроля параметров"]


def test_words_of_a_narrow_column_are_whole() -> None:
    assert row_text(["Разработка функциональног\nо теста"]) == "Разработка функционального теста"
    assert row_text(["Проверка функциональног о теста"]) == "Проверка функционального теста"
    assert row_text(["Отладка микро- кода", "и микро- и нанотестов"]) == "Отладка микрокода и микро- и нанотестов"


@pytest.mark.parametrize(
    ("second", "kind", "held"),
    [
        ("умения", Kind.SKILL, "Оценивать риски"),
        ("знания", Kind.KNOWLEDGE, "Методы оценки рисков"),
    ],
)
def test_a_label_that_the_page_cuts(second: str, kind: Kind, held: str) -> None:
    draft = read(
        table(1, ("Трудовые\nдействия", "Оценка рисков"), ("Необходимые", held), ("", f"{held} в")),
        table(2, (second, "проекте"), ("", f"{held} заказчика"), ("Другие\nхарактеристики", "-")),
    )
    assert texts(draft, Kind.ACTION) == ["Оценка рисков"]
    assert texts(draft, kind) == [held, f"{held} в проекте", f"{held} заказчика"]
    assert not mend([draft])


def test_half_a_label_without_its_rest_is_settled_by_grammar_and_said() -> None:
    draft = read(table(1, ("Необходимые", "Оценивать риски"), ("", "Читать схемы"), ("Другие\nхарактеристики", "-")))
    (issue,) = mend([draft])
    assert texts(draft, Kind.SKILL) == ["Оценивать риски", "Читать схемы"]
    assert "ТФ A/01.5: a label is cut" in issue.message
    assert issue.location.page == 1


def test_small_letters_are_rests_only_where_they_are_rare() -> None:
    rows = [("", f"Правило {number}") for number in range(8)]
    rare = read(table(1, FIRST, *rows, ("", "пункта три")))
    mend([rare])
    assert texts(rare, Kind.KNOWLEDGE)[-1] == "Правило 7 пункта три"
    usual = read(table(1, ("Необходимые знания", "основы метрологии"), ("", "методы контроля"), ("", "виды брака")))
    mend([usual])
    assert texts(usual, Kind.KNOWLEDGE) == ["основы метрологии", "методы контроля", "виды брака"]


def test_titles_and_education_go_on_over_a_page() -> None:
    general = GeneralDraft()
    read_general(table(1, ("Возможные", "Инженер\nВедущий инженер (по"), ("", "")), general)
    read_general(
        table(
            2,
            ("наименования должностей", "качеству)\nТехнолог"),
            ("Требования к образованию и", "Высшее образование –"),
            ("обучению", "бакалавриат"),
            ("Особые условия допуска", "Допуск"),
        ),
        general,
    )
    assert general.job_titles == ["Инженер", "Ведущий инженер (по качеству)", "Технолог"]
    assert general.education == ["Высшее образование – бакалавриат"]


@pytest.mark.shared
def test_labels_cut_in_a_real_order(shared: Path, settings: Settings) -> None:
    """In 29.002 two labels are cut between pages 28 and 29, 37 and 38."""
    (standard,) = read_file(shared / "registry_pdf" / "29.002.pdf", settings)
    result = {item.id: item.text for _, _, item in standard.requirements()}
    assert len(result) == 427
    assert result["E/04.6-k1"] == "Методы статистического анализа"
    assert result["F/06.7-s1"] == (
        "Оценивать технические и экономические риски при планировании работ по технической поддержке производства "
        "приборов квантовой электроники и фотоники на базе нанотехнологий"
    )
