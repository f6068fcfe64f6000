import importlib.util
from pathlib import Path

import msgspec
import pytest

from alignment import check, load_standard
from alignment.analysis import above_degree, declared, degree_level
from alignment.documents import read_document
from alignment.errors import InputError
from alignment.model import Alignment, DeclaredLink, Fgos, Kind, NamedStandard, Program, Verdict
from alignment.programs import description, load
from alignment.programs.file_part import FilePart
from alignment.programs.join import COMPETENCES, join
from alignment.settings import Settings
from tests.conftest import ROOT
from tests.helpers.fgos import fgos_document
from tests.helpers.results import alignment

SAMPLE = ROOT / "tests" / "data" / "programs" / "11.03.03" / "14 Описание ОПОП.docx"
PDF = ROOT / "tests" / "data" / "description.pdf"
LINKS = {
    ("ПК-3", "06.005", "A/01.5"),
    ("ПК-5", "06.005", "B/01.5"),
    ("ПК-5", "06.005", "B/02.5"),
    ("ПК-6", "06.005", "C/02.6"),
    ("ПК-7", "06.005", "D/01.7"),
}


@pytest.mark.parametrize("path", [SAMPLE, PDF], ids=["docx", "pdf"])
def test_passport_competences_standards_and_links(path: Path, settings: Settings) -> None:
    document = read_document(path, settings)
    assert description.fits(document)
    program = description.read(document)
    assert (program.code, program.degree, program.year) == ("11.03.03", "бакалавр", "2021")
    assert program.title == "Конструирование и технология электронных средств"
    assert program.profile == "Технологии защиты информации"
    assert program.activities == (
        "проектно-конструкторский",
        "производственно-технологический",
        "сервисно-эксплуатационный",
    )
    texts = {item.code: item.text for item in program.competences}
    assert len(texts) == 20
    assert texts["ПК-5.2"] == "Составляет программу испытаний"
    assert texts["ПК-7"].startswith("Способен организовывать и методически обеспечивать")
    named = {item.code: item for item in program.standards}
    assert set(named) == {"06.005", "29.002"}
    assert named["06.005"].title == "Специалист по эксплуатации радиоэлектронных средств (инженер-электроник)"
    assert (named["06.005"].order, named["06.005"].date) == ("540н", "31.07.2019")
    assert {(link.competence, link.standard, link.function) for link in program.declared} == LINKS


def test_the_sample_is_what_its_generator_writes(tmp_path: Path) -> None:
    source = ROOT / "tests" / "data" / "sources" / "make_description.py"
    spec = importlib.util.spec_from_file_location("make_description", source)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.write(tmp_path / "x.docx")
    settings = Settings()
    one, two = read_document(SAMPLE, settings), read_document(tmp_path / "x.docx", settings)
    assert one.text() == two.text()


def test_a_description_alone_is_checked_by_its_competences(settings: Settings) -> None:
    program = load([SAMPLE], settings)
    (only,) = program.disciplines
    assert [item.kind for item in only.statements] == [Kind.COMPETENCE] * 20
    assert any("uses only the competences" in issue.message for issue in program.warnings)
    assert only.title == program.title == "Конструирование и технология электронных средств"
    assert {item.discipline for item in only.statements} == {only.title}


def test_competences_alone_are_compared_in_the_name_of_the_program(settings: Settings) -> None:
    program = load([SAMPLE], settings)

    def touched(code: str) -> float:
        findings = check(program, load_standard(code, settings=settings), settings=settings).findings
        return sum(finding.verdict is not Verdict.GAP for finding in findings) / len(findings)

    assert touched("06.005") > touched(
        "06.001 (2013)"
    )  # electronics, not programming: both have measuring and documents


def test_a_description_that_names_no_program_is_not_called_by_its_file(settings: Settings) -> None:
    part = load([SAMPLE], settings)
    named = msgspec.structs.replace(part, title="описание.docx", sources=("описание.docx",), disciplines=())
    joined = join([FilePart(kind="program description", program=named, enriches=False)])
    assert [item.title for item in joined.disciplines] == [COMPETENCES]


def statuses(found: Alignment) -> list[tuple[str, str, str]]:
    return [(row.status, row.competence, row.function) for row in declared(found).rows]


def test_three_kinds_of_declared_links() -> None:
    links = (
        DeclaredLink(competence="ПК-1", standard="06.005", general_function="A", function="A/01.5"),
        DeclaredLink(competence="ПК-1", standard="06.005", general_function="B", function="B/01.7"),
    )
    assert statuses(alignment(links)) == [
        ("supported", "ПК-1", "A/01.5"),
        ("undeclared", "", "A/02.5"),
        ("unsupported", "ПК-1", "B/01.7"),
    ]


def test_a_competence_that_no_discipline_forms_supports_nothing() -> None:
    links = (DeclaredLink(competence="ПК-9", standard="06.005", general_function="A", function="A/01.5"),)
    row = declared(alignment(links)).rows[0]
    assert (row.status, row.unformed, row.own_share) == ("unsupported", True, 0.0)


def test_a_link_to_a_generalized_function_means_all_of_its_functions() -> None:
    links = (DeclaredLink(competence="ПК-1", standard="06.005", general_function="A"),)
    assert [row[2] for row in statuses(alignment(links))] == ["A/01.5", "A/02.5"]


def test_a_function_that_the_standard_does_not_have_is_said() -> None:
    links = (DeclaredLink(competence="ПК-1", standard="06.005", general_function="Z", function="Z/01.5"),)
    assert len(declared(alignment(links)).unknown) == 1


def test_nothing_declared_means_no_rows() -> None:
    assert declared(alignment(())).rows == ()


def test_standards_of_the_fgos_that_the_program_ignores() -> None:
    fgos = Fgos(code="11.03.03", standards=(NamedStandard(code="06.005"), NamedStandard(code="29.002")))
    links = declared(alignment((), standards=(NamedStandard(code="06.005"),), fgos=fgos))
    assert [item.code for item in links.ignored] == ["29.002"]


@pytest.mark.parametrize(
    ("degree", "code", "level"),
    [("Академический бакалавр", "", 6), ("магистр", "", 7), ("", "09.02.03", 5), ("", "09.04.01", 7), ("", "", None)],
)
def test_levels_of_degrees(degree: str, code: str, level: int | None) -> None:
    assert degree_level(Program(title="", degree=degree, code=code)) == level
    assert above_degree("7.2", 6)
    assert not above_degree("6", 6)
    assert not above_degree("7", None)


def test_an_fgos_alone_is_refused_with_what_to_give(tmp_path: Path, settings: Settings) -> None:
    path = fgos_document(tmp_path / "фгос.docx")
    with pytest.raises(InputError, match="this is a FGOS .*, not a program") as caught:
        load([path], settings)
    assert "Give beside it the program's study plan, work programmes or syllabi" in str(caught.value)


def test_the_fgos_beside_the_program(tmp_path: Path, settings: Settings, align) -> None:
    path = fgos_document(tmp_path / "фгос.docx")
    program = load([SAMPLE, path], settings)
    assert program.fgos is not None
    assert (program.fgos.code, program.fgos.order, program.fgos.date) == ("11.03.03", "928", "19.09.2017")
    assert [item.code for item in program.fgos.competences] == ["УК-4", "УК-9", "ОПК-1"]
    assert [(item.code, item.title) for item in program.fgos.standards] == [
        ("06.005", "Инженер-электроник"),
        ("40.058", "Инженер-технолог по производству изделий микроэлектроники"),
    ]
    assert "УК-9" not in {item.code for item in program.competences}
    text = align("check", SAMPLE, path, "-s", "06.005", "--details").stdout
    assert "Standards of the FGOS that the program does not name:" in text
    assert "40.058 Инженер-технолог" in text
    result = align("lint", SAMPLE, path).stdout
    assert "the FGOS asks for УК-9" in " ".join(result.split())
