"""Tables of a programme's content as page breaks leave them: without headers, in other columns, with headers amid."""

import pytest

from alignment.documents import Cell, Table
from alignment.model import Kind, Location, Statement
from alignment.programs.outcome_tables import TableContents, read_outcomes
from alignment.programs.sections import Section
from alignment.programs.table_pages import with_topics

HEAD = ("№", "Наименование разделов и тем", "Часы", "Домашнее задание")


def read(*rows: tuple[str, ...], before: tuple[int, list[int]] = (0, [])) -> TableContents:
    table = Table(rows=tuple(tuple(Cell(text=text, location=Location()) for text in row) for row in rows))
    return read_outcomes(table, Section.CONTENT, "Содержание", "Дисциплина", before)


def texts(found: TableContents) -> list[str]:
    return [item.text for item in found.statements]


def test_a_table_goes_on_in_the_columns_of_its_header() -> None:
    first = read(HEAD, ("1", "Линейные алгоритмы", "2", "Подготовить сообщение"))
    assert texts(first) == ["Линейные алгоритмы"]
    # Homework is longer here than the topics, and most rows of a lesson's second hour are empty.
    rest = read(
        ("2", "Циклы и ветвления", "2", "Разобрать примеры программ из учебного пособия"),
        ("3", "", "1", ""),
        ("4", "", "1", "Разобрать примеры программ из учебного пособия"),
        before=(4, first.columns),
    )
    assert texts(rest) == ["Циклы и ветвления"]


def test_a_system_is_no_topic_of_a_header() -> None:
    """«Операционная система» holds the letters of «тема»."""
    contents = read(
        ("2", "Циклы и ветвления", "2", "Многопользовательская операционная система"),
        ("3", "Подпрограммы и модули", "2", "Многопользовательская операционная система"),
        before=(4, [1]),
    )
    assert texts(contents) == ["Циклы и ветвления", "Подпрограммы и модули"]


def test_a_row_that_names_a_topic_is_no_header() -> None:
    contents = read(
        ("Тема 1.4 Учет расчетов", "", "", ""),
        ("17.", "Учет денежных средств", "1", "Лекция по учебнику"),
        before=(4, [1]),
    )
    assert texts(contents) == ["Учет расчетов", "Учет денежных средств"]


def test_a_header_over_a_number_and_a_text() -> None:
    contents = read(
        ("Наименование разделов и тем", "Содержание учебного материала", "", "Объем часов"),
        ("Тема 1.1 Ассемблеры", "Содержание", "", "4"),
        ("", "1.", "Сегменты и способы адресации", "2"),
        ("", "1. Отладка программ на ассемблере", "", "2"),
    )
    assert texts(contents) == ["Ассемблеры", "Сегменты и способы адресации", "Отладка программ на ассемблере"]


def test_a_second_header_within_a_table() -> None:
    contents = read(
        ("Наименование разделов", "Содержание обучения", "Объем", "Уровень"),
        ("МДК 03.01. Технология разработки", "", "", ""),
        ("Наименование разделов", "Часы", "Содержание учебного материала", "Уровень"),
        ("Тема 1.1 Процессы разработки", "2", "Жизненный цикл программ", "1"),
    )
    assert texts(contents) == ["Технология разработки", "Процессы разработки", "Жизненный цикл программ"]


def test_columns_that_shift_from_row_to_row() -> None:
    contents = read(
        ("", "11", "", "Лабораторная работа №11: “\nМетоды шифрования.”", "2"),
        ("Документирование", "1.", "Единая система программной документации", "", "2"),
        ("", "2.", "Стандарты качества программного обеспечения", "", "2"),
        before=(4, [1]),
    )
    assert texts(contents) == [
        "Методы шифрования",
        "Единая система программной документации",
        "Стандарты качества программного обеспечения",
    ]


def test_lines_of_a_cell_that_belong_together() -> None:
    contents = read(
        HEAD,
        ("1", "Лабораторная работа №1: “\nОбоснованный выбор среды и языка\nпрограммирования ”", "2", ""),
        ("2", "Лабораторная работа №14: “ Подбор селекторов в\nCSS”", "2", ""),
        ("3", "Администрирование системы 1С:\nПредприятия", "2", ""),
        ("4", "Обработка данных\nСдвиг и округление", "2", ""),
    )
    assert texts(contents) == [
        "Обоснованный выбор среды и языка программирования",
        "Подбор селекторов в CSS",
        "Администрирование системы 1С: Предприятия",
        "Обработка данных",
        "Сдвиг и округление",
    ]


def topic_at(text: str, page: int, cell: str) -> Statement:
    return Statement(id="", text=text, kind=Kind.TOPIC, location=Location(file="pm03.pdf", page=page, cell=cell))


def test_a_topic_that_a_page_break_cut_is_one() -> None:
    # Three of a college's real programmes; "доступа" alone was evidence for three requirements.
    for above, below in (
        ("«Организация файла последовательного", "доступа"),
        ("Характеристики компьютерной", "поддержки"),
        ("Составление", "программ"),
    ):
        before, more = [topic_at(above, 12, "T1R11")], [topic_at(below, 13, "T1R1"), topic_at("Записи", 13, "T1R2")]
        joined = with_topics(before, more)
        assert [item.text for item in joined] == [f"{above} {below}", "Записи"]
        assert joined[0].location.page == 12


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (topic_at("Типы данных", 12, "T1R11"), topic_at("Массивы", 13, "T1R1")),
        (topic_at("типы данных", 12, "T1R11"), topic_at("массивы", 13, "T1R1")),
        (topic_at("Типы данных", 12, "T1R11"), topic_at("массивы", 13, "T1R2")),
        (topic_at("Типы данных", 12, "T1R11"), topic_at("массивы", 13, "T2R1")),
        (topic_at("Типы данных", 12, "T1R11"), topic_at("массивы", 14, "T1R1")),
        (topic_at("Типы данных.", 12, "T1R11"), topic_at("массивы", 13, "T1R1")),
    ],
)
def test_other_topics_stay_two(above: Statement, below: Statement) -> None:
    assert with_topics([above], [below]) == [above, below]
    assert with_topics([], [below]) == [below]
