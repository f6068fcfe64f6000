"""Tables of outcomes as PDFs leave them: merged cells, page breaks, labels, codes with two names."""

from pathlib import Path

import pytest

from alignment.api import lint
from alignment.documents import Cell, Document, Table
from alignment.model import Kind, Location
from alignment.programs.outcome_tables import TableContents, read_outcomes
from alignment.programs.sections import Section
from alignment.programs.table_pages import whole
from alignment.settings import Settings

HEAD = ("Компетенция", "Индикаторы достижения компетенции", "Результаты обучения")
K, S, E = Kind.KNOWLEDGE, Kind.SKILL, Kind.EXPERIENCE


def page(number: int, *rows: tuple[str | None, ...]) -> Table:
    """A table on a page; None is a cell that continues a merged one."""
    place = Location(page=number)
    return Table(
        rows=tuple(tuple(Cell(text=text or "", merged=text is None, location=place) for text in row) for row in rows),
        location=place,
    )


def read(*pages: Table) -> TableContents:
    document = whole(Document(file="РПД.pdf", format="pdf", blocks=pages))
    (table,) = document.blocks
    assert isinstance(table, Table)
    return read_outcomes(table, Section.OUTCOMES, "Результаты", "Дисциплина")


def outcomes(contents: TableContents) -> list[tuple[Kind, str, str]]:
    return [(item.kind, item.competence, item.text) for item in contents.statements if item.kind in (K, S, E)]


def test_a_merged_cell_belongs_to_all_its_indicators_also_across_pages() -> None:
    first = page(
        5,
        HEAD,
        (
            "УК-8 способен создавать безопасные условия",
            "УК-8.1. Создаёт и поддерживает условия",
            "Должен знать:\n- основные положения военной доктрины РФ,\nДолжен уметь:\n- применять приемы первой помощи;",
        ),
        (None, "УК-8.2. Обеспечивает собственную\nбезопасность", None),
        ("УК-11* Способен использовать знания", "УК-11.1. Ориентируется в основах знаний", None),
    )
    rest = page(6, HEAD, ("", "", "оценивать факторы риска;\nДолжен владеть:\n- навыками защиты персонала"))
    codes = "УК-8.1, УК-8.2, УК-11.1"
    assert outcomes(read(first, rest)) == [
        (K, codes, "основные положения военной доктрины РФ"),
        (S, codes, "применять приемы первой помощи"),
        (S, codes, "оценивать факторы риска"),
        (E, codes, "защиты персонала"),
    ]


def test_a_merged_cell_goes_on_beside_the_next_indicator_with_the_kinds_that_it_lacks() -> None:
    first = page(
        6,
        HEAD,
        (
            "ПК-2. MF-2 Способен применять",
            "ПК-2.1 MF-2.1 Использует теорему",
            "Должен знать:\n- роль методов в анализе.",
        ),
        (None, "ПК-2.2 MF-2.2 Применяет методы", None),
    )
    rest = page(
        7,
        HEAD,
        ("", "ПК-2.3 MF-2.4 - Применяет модели", "Должен уметь:\n- применять теорему Байеса."),
        (
            "ПК-3. MF-3 Способен оптимизировать",
            "ПК-3.1 MF-3.1 Применяет методы",
            "Должен знать:\n- понятия оптимизации.",
        ),
    )
    codes = "ПК-2.1, ПК-2.2, ПК-2.3"
    assert outcomes(read(first, rest)) == [
        (K, codes, "роль методов в анализе"),
        (S, codes, "применять теорему Байеса"),
        (K, "ПК-3.1", "понятия оптимизации"),
    ]


def test_indicators_with_a_kind_each_stay_apart_at_a_page_break() -> None:
    first = page(1, HEAD, ("ПК-1. Способен применять", "ПК-1.1. Знает методы", "Знать:\n- методы оптимизации."))
    rest = page(2, HEAD, ("", "ПК-1.2. Умеет применять", "Уметь:\n- применять методы оптимизации."))
    assert [code for _kind, code, _text in outcomes(read(first, rest))] == ["ПК-1.1", "ПК-1.2"]


def test_a_labelled_list_goes_on_after_a_page_break() -> None:
    first = page(
        12,
        HEAD,
        (
            "ПК-14. LLM-5 Организует взаимодействие с моделями",
            "ПК-14.4. LLM-5.4 Разрабатывает дизайн и структуру промптов",
            "Умения\n• взаимодействовать с ИИ посредством базовых шаблонов\nпромптов",
        ),
        (
            None,
            "ПК-14.5. LLM-5.6 Анализирует и отлаживает промпты",
            "Знания\n• базовых шаблонов промптов\n• структурных элементов промпта",
        ),
    )
    rest = page(13, HEAD, ("", "", "критерии верификации ответов LLM"), (None, None, "Умения\n• отлаживать промпты"))
    assert outcomes(read(first, rest)) == [
        (S, "ПК-14.4", "взаимодействовать с ИИ посредством базовых шаблонов промптов"),
        (K, "ПК-14.5", "базовых шаблонов промптов"),
        (K, "ПК-14.5", "структурных элементов промпта"),
        (K, "ПК-14.5", "критерии верификации ответов LLM"),
        (S, "ПК-14.5", "отлаживать промпты"),
    ]


def test_a_page_break_within_an_item() -> None:
    first = page(
        7,
        HEAD,
        (
            "УК-5. Способен",
            "УК-5.1. Выявляет",
            "Умения:\n• ориентироваться в процессе\n• анализировать явления в",
        ),
    )
    rest = page(8, HEAD, ("", "", "обществе; соотносить их с системами.\nНавыки:\n• исторического описания"))
    assert outcomes(read(first, rest)) == [
        (S, "УК-5.1", "ориентироваться в процессе"),
        (S, "УК-5.1", "анализировать явления в обществе"),
        (S, "УК-5.1", "соотносить их с системами"),
        (E, "УК-5.1", "исторического описания"),
    ]


def test_a_code_with_two_names() -> None:
    contents = read(
        page(
            8,
            HEAD,
            (
                "ПК-1. MF-1 Способен применять математику",
                "ПК-1.2. MF-1.2. Применяет аппарат",
                "Знать:\n- законы теории.",
            ),
            (None, "SC-14.3. LLM-5.3 Configures API", "Знать:\n- возможности моделей."),
            (None, "CPC-7.1. Performs configuration", "Знать:\n- возможности настройки."),
        )
    )
    assert [item.code for item in contents.competences] == ["ПК-1", "ПК-1.2", "LLM-5.3", "CPC-7.1"]
    assert [code for _kind, code, _text in outcomes(contents)] == ["ПК-1.2", "LLM-5.3", "CPC-7.1"]


@pytest.mark.parametrize(
    ("name", "code", "kind", "text"),
    [
        (
            "РПД_Иностранный язык (англ. яз., уровень А1)",
            "УК-4.2",
            S,
            "понимать тексты личного и академического характера",
        ),
        ("РПД_Междисциплинарный проект 1", "ПК-14.5", K, "критерии верификации ответов LLM"),
    ],
)
def test_outcomes_of_real_programmes(
    name: str, code: str, kind: Kind, text: str, shared: Path, settings: Settings
) -> None:
    program, findings = lint(shared / "programs_pdf" / "sfu" / f"{name}.pdf", settings=settings)
    assert [item.message for item in findings if item.check == "outcomes"] == []
    found = [item for discipline in program.disciplines for item in discipline.statements]
    assert [(item.kind, item.competence) for item in found if item.text == text] == [(kind, code)]
    assert not {"Знания", "Умения", "Должен"} & {item.text for item in found}
