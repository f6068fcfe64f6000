from pathlib import Path

import openpyxl
import pytest

from alignment.api import lint
from alignment.errors import InputError
from alignment.model import Program
from alignment.programs import load
from alignment.settings import Settings
from tests.helpers.makers import PLX, matrix, plx, work_programme


def facts(program: Program) -> list[object]:
    return [
        (program.title, program.code, program.profile, program.degree, program.year),
        [
            (item.title, item.code, item.credits, item.hours, item.semesters, item.competences)
            for item in program.disciplines
        ],
        [(item.code, item.text) for item in program.competences],
    ]


def test_plx(tmp_path: Path, settings: Settings) -> None:
    program = load([plx(tmp_path / "plan.plx")], settings)
    assert facts(program)[0] == (
        "Конструирование и технология электронных средств",
        "11.03.03",
        "Технологии защиты информации",
        "бакалавр",
        "2021",
    )
    assert facts(program)[1] == [
        ("Схемотехника", "Б1.О.05", 4, 144, ("3", "4"), ("ПК-1", "ПК-1.1")),
        ("Метрология", "Б1.О.06", 3, 108, ("2",), ("ОПК-2",)),
        ("Преддипломная практика", "Б2.О.01", 6, 216, (), ()),
    ]
    assert any("1 links" in issue.message for issue in program.warnings)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<a/>", "no rows ПланыСтроки"),
        ("<a", "not well-formed"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "declares entities"),
    ],
)
def test_other_xml_is_an_error(text: str, words: str, tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "plan.plx"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        load([path], settings)


def test_a_truncated_plx_is_an_error(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "plan.plx"
    path.write_bytes(PLX.encode("utf-16")[:-60])
    with pytest.raises(InputError, match="not well-formed"):
        load([path], settings)


def exported(path: Path, rows: list[tuple[str, ...]], *front: str) -> Path:
    """Write a plan as the planning system exports it, with these rows of the sheet План and lines of the title page."""
    book = openpyxl.Workbook()
    title = book.active
    assert title is not None
    title.title = "Титул"
    for line in ("УЧЕБНЫЙ ПЛАН", *front):
        title.append([line])
    sheet = book.create_sheet("План")
    sheet.append(("Индекс", "Наименование", "Всего часов", "ЗЕТ", "Курс 1", "Компетенции"))
    sheet.append(("", "", "По плану", "Факт", "Семестр 1", ""))
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


ELECTIVES = [
    ("Б1.В.ДВ", "Дисциплины по выбору", "1732", "", "", ""),
    ("", "Элективные курсы по физической культуре", "328", "", "104", "ОК-9"),
    ("", "в т.ч. часов в инт. форме:", "", "", "", ""),
    ("Б1.В.ДВ.1", "", "", "", "", ""),
    ("1", "Менеджмент в IT-сфере", "72", "2", "72", "ОК-2"),
    ("2", "Рынок ценных бумаг", "72", "2", "72", "ОК-2"),
    ("*", "", "", "", "", ""),
    ("Б1.В.ДВ.6", "", "", "", "", ""),
    ("1", "Защита программ и данных", "144", "4", "144", "ПК-1, 2"),
    ("2", "Обработка цифровых изображений", "144", "4", "144", "ОПК-2"),
    ("ДВ*", "", "", "", "", ""),
]
PRACTICES = [
    ("Б2", "Практики", "648", "18", "648", ""),
    ("Б2.У", "Учебная практика", "108", "3", "108", ""),
    ("Б2.У.1", "По получению первичных профессиональных умений и навыков", "108", "3", "108", "ПК-1"),
    ("Б2.П", "Производственная практика", "540", "15", "540", ""),
    ("Б2.П.1", "Эксплуатационная", "108", "3", "108", "ПК-1, 11, 14, 15"),
    ("Б2.П.2", "Преддипломная практика", "432", "12", "432", "ПК-12"),
    ("Б3", "Государственная итоговая аттестация", "216", "6", "216", "ОК-8; ОПК-2; ПК-2"),
]


def test_all_variants_of_electives_are_read(tmp_path: Path, settings: Settings) -> None:
    program = load([exported(tmp_path / "план.xlsx", ELECTIVES)], settings)
    assert [(item.code, item.title, item.hours, item.competences) for item in program.disciplines] == [
        ("", "Элективные курсы по физической культуре", 328, ("ОК-9",)),
        ("Б1.В.ДВ.1.1", "Менеджмент в IT-сфере", 72, ("ОК-2",)),
        ("Б1.В.ДВ.1.2", "Рынок ценных бумаг", 72, ("ОК-2",)),
        ("Б1.В.ДВ.6.1", "Защита программ и данных", 144, ("ПК-1", "ПК-2")),
        ("Б1.В.ДВ.6.2", "Обработка цифровых изображений", 144, ("ОПК-2",)),
    ]


def test_a_number_below_a_discipline_is_no_variant(tmp_path: Path, settings: Settings) -> None:
    rows = [("Б1.Б.1", "История", "72", "2", "72", "ОК-2"), ("1", "Подготовка к зачету", "", "", "", "")]
    program = load([exported(tmp_path / "план.xlsx", rows)], settings)
    assert [item.code for item in program.disciplines] == ["Б1.Б.1"]


def test_a_group_of_electives_with_whole_indexes_is_no_discipline(tmp_path: Path, settings: Settings) -> None:
    rows = [
        ("Б1.В.ДВ.01", "Элективные дисциплины по физической культуре и спорту", "328", "", "328", "УК-7"),
        ("Б1.В.ДВ.01.01", "Атлетическая гимнастика", "328", "", "328", "УК-7"),
        ("Б1.В.ДВ.02", "Элективные дисциплины", "72", "2", "72", "УК-7"),
    ]
    program = load([exported(tmp_path / "план.xlsx", rows)], settings)
    assert [item.code for item in program.disciplines] == ["Б1.В.ДВ.01.01", "Б1.В.ДВ.02"]


def test_practices_have_the_word_of_their_heading(tmp_path: Path, settings: Settings) -> None:
    program = load([exported(tmp_path / "план.xlsx", PRACTICES)], settings)
    assert [item.title for item in program.disciplines] == [
        "Учебная практика: По получению первичных профессиональных умений и навыков",
        "Производственная практика: Эксплуатационная",
        "Преддипломная практика",
    ]
    assert [(item.title, item.reason) for item in program.skipped] == [
        ("Государственная итоговая аттестация", "assessment")
    ]


@pytest.mark.parametrize(
    ("lines", "activities"),
    [
        (
            (
                "  Виды деятельности",
                " - эксплуатационная;\n - проектно-технологическая;\n - организационно-управленческая.\n",
                "СОГЛАСОВАНО",
            ),
            ("эксплуатационная", "проектно-технологическая", "организационно-управленческая"),
        ),
        (
            ("  Виды деятельности", " - аналитическая, научно-исследовательская;\n", "Основная кафедра"),
            ("аналитическая", "научно-исследовательская"),
        ),
        (
            (
                "  Виды деятельности",
                " - научно-исследовательская деятельность в области фундаментальной и прикладной математики, "
                "преподавательская деятельность в области математики, механики, информатики\n"
                " - преподавательская деятельность в области математики, механики, информатики\n",
            ),
            ("научно-исследовательская", "преподавательская"),
        ),
        (("  Виды деятельности", "СОГЛАСОВАНО"), ()),
        ((), ()),
    ],
)
def test_form_and_activities_of_the_title_page(
    lines: tuple[str, ...], activities: tuple[str, ...], tmp_path: Path, settings: Settings
) -> None:
    path = exported(tmp_path / "план.xlsx", PRACTICES, "Форма обучения: заочная", *lines)
    program = load([path], settings)
    assert (program.form, program.activities) == ("заочная", activities)


def test_form_and_activities_of_plx(tmp_path: Path, settings: Settings) -> None:
    assert load([plx(tmp_path / "bare.plx")], settings).form == ""
    more = (
        '<ФормаОбучения Код="1" ФормаОбучения="Очная"/><ФормаОбучения Код="2" ФормаОбучения="Заочная"/>'
        '<ВидыДеятельности Код="7" Наименование="проектная"/><ВидыДеятельности Код="8" Наименование="сервисная"/>'
        '<ПланыВидыДеятельности КодВидаДеятельности="8"/><Планы Код="5" КодФормыОбучения="2"'
    )
    path = tmp_path / "plan.plx"
    path.write_bytes(PLX.replace('<Планы Код="5"', more).encode("utf-16"))
    program = load([path], settings)
    assert (program.form, program.activities) == ("заочная", ("сервисная",))


def test_elective_physical_culture_of_plx(tmp_path: Path, settings: Settings) -> None:
    more = (
        '<ПланыСтроки Код="110" Дисциплина="Элективные дисциплины по физической культуре и спорту" ТипОбъекта="2"/>'
        '<ПланыСтроки Код="111" Дисциплина="Элективные дисциплины" ТипОбъекта="2"/>'
        '<ПланыСтроки Код="112" КодРодителя="111" Дисциплина="Основы электроники" ТипОбъекта="2"/>'
    )
    path = tmp_path / "plan.plx"
    path.write_bytes(PLX.replace('<ПланыСтроки Код="100"', f'{more}<ПланыСтроки Код="100"').encode("utf-16"))
    assert [item.title for item in load([path], settings).disciplines][:2] == [
        "Элективные дисциплины по физической культуре и спорту",
        "Основы электроники",
    ]


@pytest.mark.shared
def test_electives_form_and_activities_of_a_real_plan(shared: Path, settings: Settings) -> None:
    program = load([shared / "plans_xls" / "10.03.01-2017.xlsx"], settings)
    by_code = {item.code: (item.title, item.competences) for item in program.disciplines}
    assert len(program.disciplines) == 61
    assert by_code["Б1.В.ДВ.6.1"] == ("Защита программ и данных", ("ПК-1", "ПК-2"))
    assert by_code["Б1.В.ДВ.6.2"] == ("Обработка цифровых изображений", ("ОПК-2",))
    assert program.form == "очная"
    assert program.activities[:2] == ("эксплуатационная", "проектно-технологическая")


@pytest.mark.shared
@pytest.mark.parametrize("name", ["09.03.03-2015", "10.03.01-2017"])
def test_xls_and_xlsx_of_one_plan_are_one_program(name: str, shared: Path, settings: Settings) -> None:
    one, two = (load([shared / "plans_xls" / f"{name}.{suffix}"], settings) for suffix in ("xls", "xlsx"))
    assert facts(one) == facts(two)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "title", "disciplines", "first"),
    [
        ("38.03.01-2015-extramural.xlsx", "Экономика", 58, "год 1"),
        ("09.06.01-2015-phd.xlsx", "Информатика и вычислительная техника", 18, "год 1"),
        ("09.03.03-2015.xlsx", "Прикладная информатика", 63, "1"),
    ],
)
def test_extramural_and_doctoral_plans(
    name: str, title: str, disciplines: int, first: str, shared: Path, settings: Settings
) -> None:
    program = load([shared / "plans_xls" / name], settings)
    assert (program.title, len(program.disciplines)) == (title, disciplines)
    assert min(program.disciplines[0].semesters) == first
    assert all(item.semesters and item.hours and item.competences for item in program.disciplines)
    # Elective physical culture is the only one without credits, by law, and without an index.
    bare = [item.title for item in program.disciplines if not item.credits or not item.code]
    assert bare in ([], ["Элективные курсы по физической культуре"])


def test_an_ects_catalogue(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "catalogue.csv"
    path.write_text(
        "Course code;Course title;ECTS;Semester;Learning outcomes\n"
        "EE101;Circuits;6 ECTS;1;Analyse linear circuits with network theorems; measure signals\n".replace(
            "; measure", ", measure"
        )
        + "EE102;Signals;5;2;Design digital filters for noisy signals\n",
        encoding="utf-8",
    )
    program = load([path], settings)
    assert [(item.code, item.title, item.credits, item.semesters) for item in program.disciplines] == [
        ("EE101", "Circuits", 6, ("1",)),
        ("EE102", "Signals", 5, ("2",)),
    ]
    assert program.disciplines[1].statements[0].bloom == "create"


def test_a_grid_of_competences(tmp_path: Path, settings: Settings) -> None:
    path = matrix(
        tmp_path / "матрица.xlsx",
        [
            ("Индекс", "Наименование дисциплины", "УК-1", "ОПК-2", "ПК-1"),
            ("Б1.О.05", "Схемотехника", "", "+", "х"),
            ("Б1.О.06", "Метрология", "+", "", "-"),
        ],
    )
    program = load([path], settings)
    assert [(item.code, item.competences) for item in program.disciplines] == [
        ("Б1.О.05", ("ОПК-2", "ПК-1")),
        ("Б1.О.06", ("УК-1",)),
    ]
    work = work_programme(tmp_path / "с.docx", "Схемотехника", code="Б1.О.05", competence="УК-1")
    messages = [item.message for item in lint(path, work, settings=settings)[1] if item.check == "matrix"]
    assert len(messages) == 3
