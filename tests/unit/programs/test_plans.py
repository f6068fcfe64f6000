from pathlib import Path

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


@pytest.mark.shared
@pytest.mark.parametrize("name", ["09.03.03-2015", "10.03.01-2017"])
def test_xls_and_xlsx_of_one_plan_are_one_program(name: str, shared: Path, settings: Settings) -> None:
    one, two = (load([shared / "plans_xls" / f"{name}.{suffix}"], settings) for suffix in ("xls", "xlsx"))
    assert facts(one) == facts(two)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "title", "disciplines", "first"),
    [
        ("38.03.01-2015-extramural.xlsx", "Экономика", 41, "год 1"),
        ("09.06.01-2015-phd.xlsx", "Информатика и вычислительная техника", 14, "год 1"),
        ("09.03.03-2015.xlsx", "Прикладная информатика", 44, "1"),
    ],
)
def test_extramural_and_doctoral_plans(
    name: str, title: str, disciplines: int, first: str, shared: Path, settings: Settings
) -> None:
    program = load([shared / "plans_xls" / name], settings)
    assert (program.title, len(program.disciplines)) == (title, disciplines)
    assert min(program.disciplines[0].semesters) == first
    assert all(item.semesters and item.credits and item.hours and item.competences for item in program.disciplines)


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
