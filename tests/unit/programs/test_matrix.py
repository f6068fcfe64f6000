"""Competence matrices in the layouts that universities use."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.documents import Cell, Document, Table
from alignment.errors import InputError
from alignment.model import Program
from alignment.programs import matrix
from alignment.programs.loader import load
from alignment.programs.readers import read_parts
from alignment.settings import Settings

Rows = list[list[str]]
TEXTS = {
    "УК-1": "Способен осуществлять поиск и критический анализ информации",
    "УК-1.1": "Анализирует задачу, выделяя её составляющие",
    "УК-1.2": "Осуществляет поиск информации для решения задачи",
    "ОПК-2": "Способен применять современные информационные технологии",
    "ОПК-2.1": "Знает современные программные средства",
    "ПК-3": "Способен проектировать программное обеспечение",
}


def as_csv(path: Path, rows: Rows, encoding: str = "utf-8", delimiter: str = ";") -> Path:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def as_xlsx(path: Path, merged: tuple[str, ...] = (), **sheets: Rows) -> Path:
    book = openpyxl.Workbook()
    for number, (name, rows) in enumerate(sheets.items()):
        sheet = book.active if not number else book.create_sheet()
        sheet.title = name
        for row in rows:
            sheet.append([value or None for value in row])
        for span in merged if not number else ():
            sheet.merge_cells(span)
    book.save(path)
    return path


def read(path: Path, settings: Settings) -> Program:
    (part,) = read_parts(path, settings)
    assert part.kind == "competence matrix"
    return part.program


def formed(program: Program) -> dict[str, tuple[str, ...]]:
    return {item.title: item.competences for item in program.disciplines}


def messages(program: Program) -> list[str]:
    return [issue.message for issue in program.warnings]


THREE_ROWS: Rows = [
    ["Матрица соответствия компетенций и дисциплин", "", "", "", "", "", "", ""],
    ["Индекс", "Наименование", f"УК-1. {TEXTS['УК-1']}", "", "", "ОПК-2", "", "Кафедра"],
    ["", "", "УК-1.1", "", "УК-1.2", "ОПК-2.1.", "", ""],
    ["", "", "Б", "П", "Б", "Б", "П", ""],
    ["Блок 1", "Дисциплины (модули)", "", "", "", "", "", ""],
    ["Б1.О.01", "История", "+", "", "", "", "", "17"],
    ["Б1.О.02", "Физика", "", "+", "+", "", "", "4"],
    ["Б1.О.03", "Информатика", "", "", "", "", "+", "5"],
    ["", "Итого", "1", "1", "1", "", "1", ""],
]
WANTED = {"История": ("УК-1", "УК-1.1"), "Физика": ("УК-1", "УК-1.1", "УК-1.2"), "Информатика": ("ОПК-2", "ОПК-2.1")}


@pytest.mark.parametrize("layout", ["utf-8", "cp1251", "tabs", "merged"])
def test_competences_over_indicators_over_levels(layout: str, tmp_path: Path, settings: Settings) -> None:
    if layout == "merged":
        path = as_xlsx(
            tmp_path / "m.xlsx", ("A1:H1", "A2:A4", "B2:B4", "C2:E2", "C3:D3", "F2:G2", "F3:G3"), М=THREE_ROWS
        )
    elif layout == "tabs":
        path = as_csv(tmp_path / "m.tsv", THREE_ROWS, delimiter="\t")
    else:
        path = as_csv(tmp_path / "m.csv", THREE_ROWS, layout)
    program = read(path, settings)
    assert formed(program) == WANTED
    assert [item.code for item in program.disciplines] == ["Б1.О.01", "Б1.О.02", "Б1.О.03"]
    assert {item.code: item.text for item in program.competences} == {"УК-1": TEXTS["УК-1"]}
    assert [item.text for item in program.disciplines[0].statements] == [TEXTS["УК-1"]]
    assert not program.disciplines[2].statements


def test_transposed_under_blocks_and_modules(tmp_path: Path, settings: Settings) -> None:
    rows: Rows = [
        ["Код", "Содержание компетенции", "Обязательная часть", "", "", "Часть по выбору"],
        ["", "", "Модуль 1", "", "Модуль 2", ""],
        ["", "", "Б1.О.01", "Б1.О.02", "Б1.О.03", "Б1.В.01"],
        ["", "", "История", "Физика", "Информатика", "Логика"],
        ["УК-1", TEXTS["УК-1"], "+", "+", "", ""],
        ["УК-1.1", TEXTS["УК-1.1"], "+", "", "", ""],
        ["УК-1.2", TEXTS["УК-1.2"], "", "x", "", ""],
        ["ОПК-2", TEXTS["ОПК-2"], "", "", "1", ""],
        ["Итого", "", "2", "2", "1", "0"],
    ]
    for path in (as_csv(tmp_path / "m.csv", rows, "cp1251"), as_xlsx(tmp_path / "m.xlsx", ("C1:E1", "C2:D2"), М=rows)):
        program = read(path, settings)
        assert formed(program) == {
            "История": ("УК-1", "УК-1.1"),
            "Физика": ("УК-1", "УК-1.2"),
            "Информатика": ("ОПК-2",),
            "Логика": (),
        }
        assert [item.code for item in program.disciplines] == ["Б1.О.01", "Б1.О.02", "Б1.О.03", "Б1.В.01"]
        assert {item.code: item.text for item in program.competences} == {
            code: TEXTS[code] for code in ("УК-1", "УК-1.1", "УК-1.2", "ОПК-2")
        }
        assert messages(program) == ["1 of 4 disciplines have no competence or outcome here: 'Логика'"]


def test_transposed_with_indicators_beside_their_competence(tmp_path: Path, settings: Settings) -> None:
    rows: Rows = [
        ["Компетенция", "Индикатор", "История", "Физика", "Информатика"],
        [f"УК-1. {TEXTS['УК-1']}", f"УК-1.1. {TEXTS['УК-1.1']}", "Б", "", ""],
        ["", f"УК-1.2. {TEXTS['УК-1.2']}", "", "П", ""],
        [f"ОПК-2. {TEXTS['ОПК-2']}", f"ОПК-2.1. {TEXTS['ОПК-2.1']}", "", "", "П"],
    ]
    program = read(as_xlsx(tmp_path / "m.xlsx", ("A2:A3",), М=rows), settings)
    assert formed(program) == {
        "История": ("УК-1", "УК-1.1"),
        "Физика": ("УК-1", "УК-1.2"),
        "Информатика": ("ОПК-2", "ОПК-2.1"),
    }
    assert {item.code: item.text for item in program.competences} == {
        code: text for code, text in TEXTS.items() if code != "ПК-3"
    }


def test_a_block_column_and_texts_on_a_second_sheet(tmp_path: Path, settings: Settings) -> None:
    rows: Rows = [
        ["Модуль", "Дисциплина", "ПК-3", "", "УК-1"],
        ["", "", "ИД-1", "ИД-2", "1.1"],
        ["Базовый модуль", "Схемотехника", "+", "", ""],
        ["", "Метрология", "", "+", "+"],
        ["Профильный модуль", "Микропроцессоры", "", "", "-"],
    ]
    codes: Rows = [
        ["Код", "Формулировка"],
        *([code, text] for code, text in TEXTS.items()),
        ["ИД-1 ПК-3", "Выбирает архитектуру"],
    ]
    program = read(as_xlsx(tmp_path / "m.xlsx", ("A3:A4", "C1:D1"), Матрица=rows, Компетенции=codes), settings)
    assert formed(program) == {
        "Схемотехника": ("ПК-3", "ИД-1ПК-3"),
        "Метрология": ("ПК-3", "ИД-2ПК-3", "УК-1", "УК-1.1"),
        "Микропроцессоры": (),
    }
    texts = {item.code: item.text for item in program.competences}
    assert texts == {**TEXTS, "ИД-1ПК-3": "Выбирает архитектуру"}
    assert [item.text for item in program.disciplines[0].statements] == [TEXTS["ПК-3"], "Выбирает архитектуру"]
    assert len(messages(program)) == 1
    assert "Микропроцессоры" in messages(program)[0]


def test_cells_that_name_the_indicators(tmp_path: Path, settings: Settings) -> None:
    rows: Rows = [
        ["№", "Дисциплины", "УК-1", "ПК-1"],
        ["1", "История", "УК-1.1, УК-1.2", ""],
        ["2", "Физика", "УК-1.2", "ПК-1.1.\nПК-1.3."],
    ]
    program = read(as_csv(tmp_path / "m.csv", rows), settings)
    assert formed(program) == {
        "История": ("УК-1", "УК-1.1", "УК-1.2"),
        "Физика": ("УК-1", "УК-1.2", "ПК-1", "ПК-1.1", "ПК-1.3"),
    }
    assert messages(program) == [
        "the texts of the 6 competences and indicators are unknown: the matrix has only their codes"
    ]


def test_a_row_for_each_competence_with_its_disciplines(tmp_path: Path, settings: Settings) -> None:
    rows: Rows = [
        ["Таблица 2. Компетенции и формирующие их дисциплины", "", ""],
        ["Компетенция", "Индикатор", "Перечень дисциплин"],
        [f"УК-1. {TEXTS['УК-1']}", f"УК-1.1. {TEXTS['УК-1.1']}", "История; Философия"],
        ["", f"УК-1.2. {TEXTS['УК-1.2']}", "Философия"],
        [f"ОПК-2. {TEXTS['ОПК-2']}", "", "1. Информатика\n2. Базы данных"],
    ]
    program = read(as_xlsx(tmp_path / "m.xlsx", М=rows), settings)
    assert set(formed(program)) == {"История", "Философия", "Информатика", "Базы данных"}
    assert formed(program)["Философия"] == ("УК-1", "УК-1.1", "УК-1.2")
    assert formed(program)["Базы данных"] == ("ОПК-2",)
    assert {item.code for item in program.competences} == {"УК-1", "УК-1.1", "УК-1.2", "ОПК-2"}


def test_outcomes_under_a_second_header_row(tmp_path: Path, settings: Settings) -> None:
    rows: Rows = [
        ["Дисциплина", "Код и наименование компетенции", "Результаты обучения", "", ""],
        ["", "", "Знать", "Уметь", "Владеть"],
        ["Пайка", "ПК-1. Способен паять платы", "виды припоев", "паять выводы", "приёмами пайки"],
    ]
    program = read(as_xlsx(tmp_path / "m.xlsx", ("C1:E1",), М=rows), settings)
    (discipline,) = program.disciplines
    assert discipline.competences == ("ПК-1",)
    assert [(item.kind.value, item.text) for item in discipline.statements] == [
        ("knowledge", "виды припоев"),
        ("skill", "паять выводы"),
        ("experience", "приёмами пайки"),
    ]


def test_titles_that_begin_like_headers(tmp_path: Path, settings: Settings) -> None:
    titles = ["Кодирование информации", "Блокчейн-технологии", "Частная физиология", "Содержание и ремонт дорог",
              "Типология культур", "Модульные сети", "Учебная практика", "Индексный анализ"]  # fmt: skip
    rows: Rows = [["Дисциплина", "УК-1", "ПК-3"], *([title, "+", ""] for title in titles), ["Физика", "", "+"]]
    assert formed(read(as_csv(tmp_path / "a.csv", rows), settings)) == {
        **dict.fromkeys(titles, ("УК-1",)),
        "Физика": ("ПК-3",),
    }
    turned = [list(row) for row in zip(*rows, strict=True)]
    assert set(formed(read(as_csv(tmp_path / "b.csv", turned), settings))) == {*titles, "Физика"}


def test_latin_letters_in_codes(tmp_path: Path, settings: Settings) -> None:
    rows: Rows = [["Дисциплина", "OПK-2", "УK-1"], ["Физика", "+", ""], ["История", "", "+"]]
    program = read(as_csv(tmp_path / "m.csv", rows), settings)
    assert formed(program) == {"Физика": ("ОПК-2",), "История": ("УК-1",)}
    assert len([text for text in messages(program) if "Latin letters" in text]) == 2


def test_titles_alone_are_told(tmp_path: Path, settings: Settings) -> None:
    rows: Rows = [["Дисциплина", "ЗЕТ"], ["Физика", "4"], ["История", "2"]]
    path = as_csv(tmp_path / "m.csv", rows)
    wanted = "the titles of 2 disciplines were found, but no competences or outcomes"
    assert messages(read(path, settings)) == [wanted]
    assert [issue.location.file for issue in read(path, settings).warnings] == [str(path)]
    assert wanted in messages(load([path], settings))


def test_competences_alone_and_a_sheet_of_nothing_are_told(tmp_path: Path, settings: Settings) -> None:
    rows: Rows = [["Код", "Содержание"], ["УК-1", TEXTS["УК-1"]], ["ОПК-2", TEXTS["ОПК-2"]]]
    program = read(as_xlsx(tmp_path / "m.xlsx", К=rows, Подписи=[["Декан", "А. А."], ["Ректор", "Б. Б."]]), settings)
    assert not program.disciplines
    assert messages(program) == [
        "neither disciplines nor competences were recognised here: the sheet is left out",
        "2 competences were found, but no disciplines that form them",
    ]
    assert program.warnings[0].location.sheet == "Подписи"


def test_no_matrix_at_all(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(InputError, match="no column names the disciplines"):
        read_parts(as_csv(tmp_path / "m.csv", [["a", "b"], ["c", "d"]]), settings)


NAMES = ("История", "Физика", "Иностранный язык", "Базы данных", "Схемотехника", "Правоведение")
CODES = ("УК-1", "УК-2", "ОПК-1", "ОПК-10", "ПК-1", "ПК-12")


@given(
    st.lists(st.sampled_from(NAMES), min_size=2, unique=True),
    st.lists(st.sampled_from(CODES), min_size=2, unique=True),
    st.data(),
    st.sampled_from(["+", "x", "✓", "1", "Б", "•", "баз."]),
    st.integers(0, 3),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_every_layout_gives_the_same(
    names: list[str],
    codes: list[str],
    data: st.DataObject,
    mark: str,
    indicators: int,
    turned: bool,
    index: bool,
    title: bool,
    wording: bool,
) -> None:
    columns = [(code, f"{code}.{n}" if indicators else "") for code in codes for n in range(1, max(1, indicators) + 1)]
    met = {name: data.draw(st.sets(st.sampled_from(range(len(columns))), min_size=1)) for name in names}
    before = ["Индекс", "Наименование дисциплины"] if index else ["Наименование дисциплины"]
    text = ". Способен решать задачи" if wording else ""
    upper = [f"{code}{text}" if not n or columns[n - 1][0] != code else "" for n, (code, _) in enumerate(columns)]
    rows: Rows = [[*before, *upper]]
    if indicators:
        rows.append([*[""] * len(before), *(own for _, own in columns)])
    for number, (name, chosen) in enumerate(met.items(), 1):
        front = [f"Б1.О.{number:02d}", name] if index else [name]
        rows.append([*front, *(mark if n in chosen else "" for n in range(len(columns)))])
    if turned:
        rows = [list(row) for row in zip(*rows, strict=True)]
    if title:
        rows.insert(0, ["Матрица компетенций", *[""] * (len(rows[0]) - 1)])
    table = Table(rows=tuple(tuple(Cell(text=value) for value in row) for row in rows))
    program, enriches = matrix.read(Document(file="m.csv", format="csv", blocks=(table,)))
    assert not enriches
    wanted = {name: {code for n in chosen for code in columns[n] if code} for name, chosen in met.items()}
    assert {item.title: set(item.competences) for item in program.disciplines} == wanted
    assert len(program.competences) == (len(codes) if wording else 0)


@given(st.lists(st.lists(st.sampled_from(["", "УК-1", "ПК-1.1", "+", "Дисциплина", "Физика", "Способен паять платы", "1", "ИД-1", "Код"]), max_size=5), max_size=6))  # fmt: skip
def test_no_table_breaks_it(rows: Rows) -> None:
    table = Table(rows=tuple(tuple(Cell(text=value) for value in row) for row in rows))
    try:
        program, _ = matrix.read(Document(file="m.csv", format="csv", blocks=(table,)))
    except InputError:
        return
    assert program.disciplines or program.competences
