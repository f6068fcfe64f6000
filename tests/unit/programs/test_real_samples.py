"""The shipped programs are what the data say, and everything in their documents is read."""

import importlib.util
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import docx
import openpyxl
import pytest

from alignment.cache import Cache
from alignment.model import Discipline, Kind, Program
from alignment.programs import load
from alignment.settings import Settings
from tests.conftest import ROOT

PROGRAMS = ROOT / "corpora" / "programs"
SAMPLES = {"11.03.03-2018": "P039", "09.03.03-2018": "P042"}
TITLES = {"11.03.03": "Конструирование и технология электронных средств", "09.03.03": "Прикладная информатика"}


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_itmo", ROOT / "corpora" / "sources" / "make_itmo.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_itmo"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", params=SAMPLES)
def folder(request: pytest.FixtureRequest) -> Path:
    return PROGRAMS / str(request.param)


@pytest.fixture(scope="module")
def program(folder: Path, cache_dir: Path) -> Program:
    with Cache(cache_dir) as cache:
        return load([folder], Settings(cache_dir=str(cache_dir)), store=cache)


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, documents part by part: how far zlib presses them is no matter of the data."""
    for path in sorted(folder.rglob("*.*")):
        name = str(path.relative_to(folder))
        if path.suffix in (".docx", ".xlsx"):
            with zipfile.ZipFile(path) as package:
                assert {info.date_time[0] for info in package.infolist()} == {1980}
                yield from ((f"{name}/{part}", package.read(part)) for part in package.namelist())
        else:
            yield name, path.read_bytes()


@pytest.mark.shared
def test_the_shipped_documents_are_what_the_maker_writes(
    folder: Path, shared: Path, tmp_path: Path, maker: ModuleType
) -> None:
    maker.write(maker.read(shared / "itmo_programs", SAMPLES[folder.name]), tmp_path / "made")
    made = dict(contents(tmp_path / "made"))
    assert made.keys() == dict(contents(folder)).keys()
    # Which namespaces and styles openpyxl writes is a matter of its version; test_the_plan… reads the workbook.
    assert {name: data for name, data in made.items() if ".xlsx/" not in name} == {
        name: data for name, data in contents(folder) if ".xlsx/" not in name
    }


@pytest.mark.shared
def test_an_unknown_program_is_refused(shared: Path, maker: ModuleType) -> None:
    with pytest.raises(SystemExit, match="no program P999"):
        maker.read(shared / "itmo_programs", "P999")


def test_the_passport(program: Program, folder: Path) -> None:
    code = folder.name.removesuffix("-2018")
    assert (program.code, program.title, program.degree, program.year) == (code, TITLES[code], "бакалавр", "2018")
    assert not [item.error for item in program.files if item.error]


def test_the_plan_is_read_whole(program: Program, folder: Path) -> None:
    sheet = openpyxl.load_workbook(folder / "Учебный план.xlsx")["План"]
    rows = [row for row in sheet.iter_rows(min_row=3, values_only=True) if row[0] and row[1]]
    assert len(rows) >= 98
    # Without a code stand only the competences that the description promises.
    result = {item.code: item for item in program.disciplines if item.code}
    assert len(result) == len(rows) == len(program.disciplines) - 1
    for index, title, credits, *semesters in rows:
        taught = tuple(str(number) for number, mark in enumerate(semesters, 1) if mark)
        assert taught
        item = result[str(index)]
        assert (item.title, item.credits or 0, item.semesters) == (title, credits, taught)


def test_every_topic_of_the_work_programmes_is_read_as_it_is(program: Program, folder: Path) -> None:
    result: dict[str, Discipline] = {item.title: item for item in program.disciplines}
    wanted, lost = 0, []
    for path in sorted((folder / "Рабочие программы").iterdir()):
        document = docx.Document(str(path))
        title = document.paragraphs[0].text.partition("«")[2].removesuffix("»")
        texts = {item.text for item in result[title].statements if item.kind is Kind.TOPIC}
        topics = [row.cells[1].text for row in document.tables[0].rows[1:]]
        assert topics
        wanted += len(topics)
        lost += [topic for topic in topics if topic not in texts]
    assert wanted > 800
    # "Реферат" and "Рецензия" are topics of academic writing here and forms of work everywhere else.
    assert sorted(set(lost)) in ([], ["Реферат"], ["Рецензия"], ["Реферат", "Рецензия"]), lost


def test_the_description_names_competences_and_standards(program: Program, folder: Path) -> None:
    table = docx.Document(str(folder / "Описание ОПОП.docx")).tables[0]
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert len(rows) >= 29
    assert {row[2][:6] for row in rows} == {item.code for item in program.standards}
    texts = {item.text for item in program.competences}
    # Codes as "ПК-С1.1" and "ПК-8. 1" are slips or customs of this university: at least the regular ones are read.
    regular = [row[1].partition(" ")[2].rstrip(".") for row in rows if row[1].startswith(("ПК-1.", "ПК-2.", "ПК-3."))]
    assert regular
    assert set(regular) <= texts
