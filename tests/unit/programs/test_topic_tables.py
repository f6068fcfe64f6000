"""Tables of a programme's content as page breaks leave them: without headers, in other columns, with headers amid."""

from pathlib import Path

import pytest

from alignment.documents import Cell, Document, Table
from alignment.model import Kind, Location, Statement
from alignment.programs.outcome_tables import TableContents, read_outcomes
from alignment.programs.readers import read_parts
from alignment.programs.sections import Section
from alignment.programs.table_pages import add_topics, open_page_of, whole
from alignment.settings import Settings

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


def topic_at(text: str, page: int, cell: str | None) -> Statement:
    return Statement(id="", text=text, kind=Kind.TOPIC, location=Location(file="pm03.pdf", page=page, cell=cell))


def with_topics(before: list[Statement], more: list[Statement]) -> list[Statement]:
    """Both as they are read: the texts as they are written, the blocks one after the other."""
    result = [*before]
    add_topics(result, more, open_page_of([item.text for item in before], before))
    return result


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
        (topic_at("Типы данных", 12, "T1R11"), topic_at("массивы", 13, "T1R6")),
        (topic_at("Типы данных", 12, "T1R11"), topic_at("массивы", 13, "T2R6")),
        (topic_at("Типы данных", 12, "T1R11"), topic_at("Массивы (простые)", 13, "T1R1")),
        (topic_at("Типы данных", 12, "T1R11"), topic_at("массивы", 14, "T1R1")),
    ],
)
def test_other_topics_stay_two(above: Statement, below: Statement) -> None:
    assert with_topics([above], [below]) == [above, below]
    assert with_topics([], [below]) == [below]


@pytest.mark.parametrize(
    ("cell", "topics"),
    [
        (
            "Научная хронология и\nлетосчисление в истории\nРоссии.",
            ["Научная хронология и летосчисление в истории России"],
        ),
        ("История Великой\nОтечественной войны.", ["История Великой Отечественной войны"]),
        ("Российская империя в эпоху\nВеликих реформ.", ["Российская империя в эпоху Великих реформ"]),
        ("Реформы Петра I. Реформы\nЕкатерины II.", ["Реформы Петра I", "Реформы Екатерины II"]),
        ("Противостояние\nМонгольской империи", ["Противостояние Монгольской империи"]),
        (
            "Раздел 2. РУСЬ В IX — ПЕРВОЙ\nТРЕТИ XIII В.",
            ["РУСЬ В IX — ПЕРВОЙ ТРЕТИ XIII В"],
        ),
        ("Развитие Руси до нач. XIII в.", ["Развитие Руси до нач. XIII в"]),
        ("Россия в к.\nXVI-XVII вв.", ["Россия в к. XVI-XVII вв"]),
        ("Россия в XVII в. Россия в XVIII веке", ["Россия в XVII в", "Россия в XVIII веке"]),
        ("Тема 4.9. Алгоритмы работы\nАссемблеров", ["Алгоритмы работы Ассемблеров"]),
        ("ЛР-8. Возможности технологии\nАТМ. Выполнение\nлабораторной работы.", ["Возможности технологии АТМ"]),
        (
            "Метод наименьших квадратов. Условный экстремум\nФНП",
            ["Метод наименьших квадратов", "Условный экстремум ФНП"],
        ),
        (
            "Требования к\nсистемам хранения данных для\nИИ (масштабируемость,\nдоступность, гибкость схемы).",
            ["Требования к системам хранения данных для ИИ (масштабируемость, доступность, гибкость схемы)"],
        ),
        (
            "Формула Бернулли и ее приближения (теоремы\nЛапласа и Пуассона)",
            ["Формула Бернулли и ее приближения (теоремы Лапласа и Пуассона)"],
        ),
        (
            "10.2. Критерии Пирсона, Стьюдента, Фишера,\nРомановского",
            ["Критерии Пирсона, Стьюдента, Фишера, Романовского"],
        ),
    ],
)
def test_a_line_that_begins_with_a_capital_may_go_on(cell: str, topics: list[str]) -> None:
    # Real cells of narrow columns; each was read as two topics or more.
    assert texts(read(HEAD, ("1", cell, "2", ""))) == topics


@pytest.mark.parametrize(
    ("cell", "topics"),
    [
        (
            "Тема 7. Управление базами\nданных в среде PostgreSQL\nТипы индексов в PostgreSQL",
            ["Управление базами данных в среде PostgreSQL", "Типы индексов в PostgreSQL"],
        ),
        (
            "Обработка двоичных данных\nДвоично-десятичный формат\nСдвиг и округление",
            ["Обработка двоичных данных", "Двоично-десятичный формат", "Сдвиг и округление"],
        ),
        (
            "Тема 11. Оказание первой\nпомощи пострадавшим\nПервая помощь при травмах\nразличных частей тела",
            ["Оказание первой помощи пострадавшим", "Первая помощь при травмах различных частей тела"],
        ),
        # A bracket that nothing closes, and the marks of a list, join no lines.
        (
            "Линейные списки (односвязные\nДеревья поиска\nГрафы и сети",
            ["Линейные списки (односвязные", "Деревья поиска", "Графы и сети"],
        ),
        (
            "Обработка данных (текст\n1) Работа с файлами\n2) Работа с сетью",
            ["Обработка данных (текст", "Работа с файлами", "Работа с сетью"],
        ),
    ],
)
def test_a_topic_on_a_line_of_its_own_stays_apart(cell: str, topics: list[str]) -> None:
    assert texts(read(HEAD, ("1", cell, "2", ""))) == topics


def test_a_list_of_questions_in_brackets() -> None:
    cell = (
        "Тема 1. Введение в машинное\nобучение и генеративный ИИ.\n(Вопросы: краткая история\nИИ; типы ML: обучение с\n"
        "учителем, без учителя, с\nподкреплением; проблемы обучения GAN\n(исчезающие градиенты;\nколлапс моды)).\n"
        "Результат: рабочая модель."
    )
    assert texts(read(HEAD, ("1", cell, "2", ""))) == [
        "Введение в машинное обучение и генеративный ИИ",
        "краткая история ИИ",
        "типы ML: обучение с учителем, без учителя, с подкреплением",
        "проблемы обучения GAN (исчезающие градиенты; коллапс моды)",
        "Результат: рабочая модель",
    ]
    one = read(HEAD, ("1", "Анализ этических аспектов.\n(Задание: проанализировать\nготовые кейсы).", "2", ""))
    assert texts(one) == ["Анализ этических аспектов", "проанализировать готовые кейсы"]
    within = read(HEAD, ("1", "Сетевые системы (Пример: Windows Server) и службы", "2", ""))
    assert texts(within) == ["Сетевые системы (Пример: Windows Server) и службы"]


@pytest.mark.parametrize(
    ("above", "below", "cells"),
    [
        ("Blob-хранилища и объектные системы (MinIO, S3, Azure", "Blob Storage)", ("T1R6", "T1R4")),
        ("Отличия", "структурированных, полуструктурированных данных", ("T1R9", "T1R4")),
        ("Алгоритмы поиска ближайших", "соседей (ANN)", ("T1R6", "T2R4")),
        ("Основы техники игры в волейбол", "(передачи мяча, подачи мяча)", (None, None)),
        ("Классификация", "упражнений ОФП", (None, None)),
    ],
)
def test_a_page_break_below_a_header_and_in_running_text(
    above: str, below: str, cells: tuple[str | None, str | None]
) -> None:
    joined = with_topics([topic_at(above, 29, cells[0])], [topic_at(below, 30, cells[1])])
    assert [item.text for item in joined] == [f"{above} {below}"]


def cut_name(rest: str) -> list[str]:
    """The first cells of two tables on neighbouring pages, read as one document."""
    pages = (
        (8, ("Тема 2.2. Синтаксис и\nпрограммные конструкции", "Содержание", "22")),
        (9, (rest, "Цели и задачи прикладного программирования", "2")),
    )
    tables = tuple(
        Table(
            rows=(tuple(Cell(text=text, location=Location(page=page)) for text in row),), location=Location(page=page)
        )
        for page, row in pages
    )
    found = whole(Document(file="pm01.pdf", format="pdf", blocks=tables)).blocks
    return [block.rows[0][0].text for block in found if isinstance(block, Table)]


def test_the_name_of_a_topic_that_a_page_break_cut() -> None:
    assert cut_name("Visual C") == ["Тема 2.2. Синтаксис и программные конструкции Visual C", ""]


@pytest.mark.parametrize("rest", ["Тема 2.3. Классы", "9. Выделение памяти", "", "Лабораторные работы"])
def test_what_follows_a_name_on_the_next_page(rest: str) -> None:
    assert cut_name(rest) == ["Тема 2.2. Синтаксис и\nпрограммные конструкции", rest]


@pytest.mark.shared
def test_no_topic_of_a_real_programme_is_cut(shared: Path, settings: Settings) -> None:
    (part,) = read_parts(shared / "programs_pdf" / "sfu" / "РПД_История России.pdf", settings)
    found = {item.text for item in part.program.statements()}
    assert "Россия при преемниках Петра I, в период дворцовых переворотов" in found
    assert "Становление единого Русского (Московского) государства в XV в" in found
    assert not found & {"России", "XIII в", "Монгольской империи", "Отечественной войны", "XVI-XVII вв"}


def test_a_finished_topic_and_a_list_stay_what_they_are() -> None:
    """A list over a page break had become one topic: topics lose the marks that say that they are whole."""
    topic = topic_at("Жизненный цикл базы данных", 1, None)
    assert open_page_of(["1. Жизненный цикл базы данных;"], [topic]) is None
    assert open_page_of(["Жизненный цикл базы данных"], [topic]) == 1
    rest = [topic_at(text, 2, None) for text in ("организации", "нормализация", "язык запросов")]
    statements = [topic]
    open_page = open_page_of(["Жизненный цикл базы данных"], statements)
    for item in rest:
        add_topics(statements, [item], open_page)
        open_page = open_page_of([item.text], [item])
    assert [item.text for item in statements] == [
        "Жизненный цикл базы данных организации",
        "нормализация",
        "язык запросов",
    ]
