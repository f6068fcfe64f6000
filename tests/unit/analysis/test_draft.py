"""The tables of a draft: written, edited, read back as declared links; choice, levels, drift, bad input."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import msgspec
import openpyxl
import pytest

from alignment.analysis.declared import coded
from alignment.analysis.draft import Draft, DraftCompetence, Indicator, IndicatorSource, StandardLine
from alignment.analysis.draft.choice import asked_functions, fit_of, in_order
from alignment.analysis.draft.drift import FAR, drift
from alignment.cli.draft import levels_of
from alignment.errors import InputError, NotFoundError, SettingsError
from alignment.model import (
    Competence,
    DeclaredLink,
    GeneralizedFunction,
    Kind,
    NamedStandard,
    Program,
    Standard,
)
from alignment.programs import link_tables
from alignment.programs.file_part import FilePart
from alignment.programs.join import COMPETENCES, join
from alignment.programs.readers import read_parts
from alignment.reports import draft_docx, draft_xlsx, draft_yaml
from alignment.settings import Settings
from tests.helpers.draft_parts import Letters, function

STANDARD = Standard(
    code="06.001",
    title="Программист",
    order="424н",
    date="20.07.2022",
    functions=(
        GeneralizedFunction(
            code="C",
            name="Интеграция",
            level="5",
            education=("Высшее образование – бакалавриат",),
            functions=(function("C/01.5", "Разработка процедур интеграции программных модулей"),),
        ),
        GeneralizedFunction(
            code="D",
            name="Проектирование",
            level="6",
            functions=(
                function("D/01.6", "Анализ требований к программному обеспечению"),
                function("D/03.6", "Проектирование программного обеспечения"),
            ),
        ),
        GeneralizedFunction(code="E", name="Управление", level="7", functions=()),
    ),
)

DRAFT = Draft(
    program="Программная инженерия",
    code="09.03.04",
    standards=(StandardLine(code="06.001", title="Программист", order="424н", date="20.07.2022"),),
    competences=(
        DraftCompetence(
            code="ПК-1",
            text="Способен проектировать программное обеспечение",
            standard="06.001",
            general_function="D",
            general_name="Проектирование",
            function="D/03.6",
            name="Проектирование программного обеспечения",
            level="6",
            indicators=(
                Indicator(
                    code="ПК-1.1",
                    text="Знает: методы и средства проектирования программного обеспечения",
                    kind=Kind.KNOWLEDGE,
                    sources=(IndicatorSource(id="r1", kind=Kind.KNOWLEDGE, text="Методы и средства проектирования"),),
                ),
            ),
        ),
    ),
)


def read(path: Path) -> Program:
    (part,) = read_parts(path, Settings(cache=False))
    assert part.kind == "link tables"
    return part.program


def links(program: Program) -> list[tuple[str, str, str]]:
    return [(item.competence, item.standard, item.function) for item in program.declared]


def edited_xlsx(data: bytes, old: str, new: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and old in cell.value:
                    cell.value = cell.value.replace(old, new)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def edited_docx(data: bytes, old: str, new: str) -> bytes:
    document = docx.Document(io.BytesIO(data))
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                if old in cell.text:
                    cell.text = cell.text.replace(old, new)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_an_edited_workbook_is_read_as_declared_links(tmp_path: Path) -> None:
    path = tmp_path / "links.xlsx"
    path.write_bytes(edited_xlsx(draft_xlsx.render(DRAFT), "D/03.6", "D/01.6"))
    program = read(path)
    assert links(program) == [("ПК-1", "06.001", "D/01.6")]
    assert [item.code for item in program.competences] == ["ПК-1", "ПК-1.1"]
    assert program.standards[0].order == "424н"


def with_basis(tmp_path: Path, *bases: str) -> Program:
    """The workbook of a draft read back after people have written these into its column "Основание", a row each."""
    book = openpyxl.load_workbook(io.BytesIO(draft_xlsx.render(DRAFT)))
    sheet = book["ПК и индикаторы"]
    (head,) = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("Основание")]
    for number, basis in enumerate(bases):
        row = head.row + 1 + number
        sheet.cell(row, 3, f"ПК-{number + 1}. Способен проектировать программное обеспечение")
        sheet.cell(row, head.column, basis)
    path = tmp_path / "links.xlsx"
    book.save(path)
    return read(path)


def test_only_the_basis_links(tmp_path: Path) -> None:
    """The requirements of the function before the edit still stand in the last column."""
    assert "D/03.6" not in str(links(with_basis(tmp_path, "06.001 А/02.3")))


def test_a_basis_may_name_a_generalized_function_several_or_the_standard_alone(tmp_path: Path) -> None:
    program = with_basis(tmp_path, "06.003 E", "06.001 D/03.6; 06.003 А", "06.001", "D/01.6")
    result = [(item.competence, item.standard, item.general_function, item.function) for item in program.declared]
    assert result == [
        ("ПК-1", "06.003", "E", ""),
        ("ПК-2", "06.001", "D", "D/03.6"),
        ("ПК-2", "06.003", "A", ""),
        ("ПК-3", "06.001", "", ""),
        ("ПК-4", "06.001", "D", "D/01.6"),  # the tables name one standard only
    ]
    assert not program.warnings


def test_a_basis_that_says_nothing_is_named_with_its_cell(tmp_path: Path) -> None:
    (warning,) = with_basis(tmp_path, "06.001 D/03.6", "анализ опыта").warnings
    assert "ПК-2" in warning.message
    assert warning.location.sheet == "ПК и индикаторы" and warning.location.cell


def test_an_edited_document_is_read_as_declared_links(tmp_path: Path) -> None:
    path = tmp_path / "links.docx"
    path.write_bytes(edited_docx(draft_docx.render(DRAFT), "ПК-1", "ПК-7"))
    program = read(path)
    assert links(program) == [("ПК-7", "06.001", "D/03.6")]
    assert program.competences[0].text == "Способен проектировать программное обеспечение"


def test_edited_yaml_is_read_as_declared_links(tmp_path: Path) -> None:
    path = tmp_path / "links.yaml"
    path.write_text(draft_yaml.render(DRAFT).replace("function: D/03.6", "function: А/02.3"), encoding="utf-8")
    program = read(path)
    assert links(program) == [("ПК-1", "06.001", "A/02.3")]


def test_what_is_drafted_is_no_evidence_that_it_is_taught(tmp_path: Path) -> None:
    path = tmp_path / "links.yaml"
    path.write_text(draft_yaml.render(DRAFT), encoding="utf-8")
    from alignment.model import Discipline

    plan = Program(title="Программная инженерия", disciplines=(Discipline(title="История"),))
    joined = join([FilePart(program=plan, kind="study plan"), *read_parts(path, Settings(cache=False))])
    assert not any(item.title.startswith(COMPETENCES) for item in joined.disciplines)
    assert links(joined) == [("ПК-1", "06.001", "D/03.6")]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("function: D/03.6", "function: D-3", "competences[0].function"),
        ("- code: ПК-1\n", "- code: первая\n", "competences[0].code"),
        ("format: align-draft/1", "format: other", ""),
    ],
)
def test_a_wrong_line_of_yaml_is_named(tmp_path: Path, old: str, new: str, place: str) -> None:
    path = tmp_path / "links.yaml"
    text = draft_yaml.render(DRAFT)
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_parts(path, Settings(cache=False))
    assert str(path) in str(caught.value) and place in str(caught.value)


def test_yaml_may_name_a_generalized_function(tmp_path: Path) -> None:
    path = tmp_path / "links.yaml"
    path.write_text(draft_yaml.render(DRAFT).replace("function: D/03.6", "function: Е"), encoding="utf-8")
    (link,) = read(path).declared
    assert (link.general_function, link.function) == ("E", "")


def test_a_row_without_a_function_is_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "links.xlsx"
    path.write_bytes(edited_xlsx(draft_xlsx.render(DRAFT), "06.001 D/03.6", "анализ опыта"))
    program = read(path)
    assert not program.declared
    assert any("ПК-1" in item.message for item in program.warnings)


def test_levels_and_education() -> None:
    fifth, sixth, seventh = STANDARD.functions
    assert fit_of(sixth, "6", (6,)) == "level"
    assert fit_of(fifth, "5", (6,)) == "education"
    assert fit_of(msgspec.structs.replace(fifth, education=()), "5", (6,)) == "below"
    assert fit_of(seventh, "7", (6,)) == "above"
    assert fit_of(sixth, "6", ()) == "unknown"


def test_functions_by_code_and_unknown_ones() -> None:
    assert asked_functions(["D", "c/01.5"], [STANDARD]) == {
        ("06.001", "D/01.6"),
        ("06.001", "D/03.6"),
        ("06.001", "C/01.5"),
    }
    with pytest.raises(NotFoundError, match="X/09"):
        asked_functions(["X/09.6"], [STANDARD])


def test_drift_of_declared_links() -> None:
    program = Program(
        title="",
        competences=(
            Competence(code="ПК-1", text="Способен проектировать программное обеспечение"),
            Competence(code="ПК-2", text="Способен рисовать эскизы"),
            Competence(code="ПК-3", text="Способен анализировать требования к программному обеспечению"),
            Competence(code="ПК-4", text="Способен разрабатывать процедуры интеграции модулей"),
        ),
        declared=(
            DeclaredLink(competence="ПК-1", standard="06.001", general_function="D", function="D/03.6"),
            DeclaredLink(competence="ПК-2", standard="06.001", general_function="D", function="D/01.6"),
            DeclaredLink(competence="ПК-3", standard="06.001"),
            DeclaredLink(competence="ПК-4", standard="06.001", general_function="C", function="C/01.4"),
        ),
    )
    result = {item.competence: item for item in drift(program, STANDARD, Letters())}
    assert [result[code].change for code in ("ПК-1", "ПК-2", "ПК-3", "ПК-4")] == [
        "kept",
        "reworded",
        "unnamed",
        "renumbered",
    ]
    assert result["ПК-3"].now == "D/01.6" and result["ПК-4"].now == "C/01.5"
    assert result["ПК-2"].proposal == "Способен анализировать требования к программному обеспечению"


def test_a_far_function_is_not_proposed() -> None:
    program = Program(
        title="",
        competences=(Competence(code="ПК-1", text="Способен рисовать эскизы"),),
        declared=(DeclaredLink(competence="ПК-1", standard="06.001"),),
    )
    (line,) = drift(program, STANDARD, Letters())
    assert (line.change, line.proposal) == ("far", "") and line.now and line.likeness < FAR


def test_a_standard_without_a_code_has_that_by_which_the_program_names_it() -> None:
    uncoded = msgspec.structs.replace(STANDARD, code="")
    named = Program(title="", standards=(NamedStandard(code="06.001", title="ПРОГРАММИСТ"),))
    assert coded(uncoded, named) == STANDARD
    assert coded(uncoded, Program(title="")) == uncoded
    assert (
        coded(STANDARD, Program(title="", standards=(NamedStandard(code="06.003", title="Программист"),))) == STANDARD
    )


def test_functions_stand_by_their_codes_whatever_the_order_of_the_file() -> None:
    backwards = msgspec.structs.replace(STANDARD, functions=STANDARD.functions[::-1])
    assert [function.code for _, function in in_order(backwards)] == ["C/01.5", "D/01.6", "D/03.6"]


def test_the_document_has_columns_as_wide_as_their_text_and_heads_on_each_page() -> None:
    document = docx.Document(io.BytesIO(draft_docx.render(DRAFT)))
    table = next(item for item in document.tables if item.rows[0].cells[0].text == "Задача ПД")
    widths = [cell.width for cell in table.rows[0].cells]
    assert widths[5] > 2 * widths[4] and sum(widths) <= document.sections[0].page_width
    assert all(item.rows[0]._tr.trPr.xpath("./w:tblHeader") for item in document.tables)
    # No profile is known: no line with empty quotes.
    assert not any("Направленность" in paragraph.text for paragraph in document.paragraphs)


def test_levels_as_users_write_them() -> None:
    assert levels_of("5-6") == levels_of("6, 5") == (5, 6)
    assert levels_of("") == ()
    with pytest.raises(SettingsError):
        levels_of("six")


def test_lint_names_a_function_that_the_standard_has_not() -> None:
    from alignment.programs.lint_links import unknown_functions

    program = Program(
        title="",
        declared=(
            DeclaredLink(competence="ПК-1", standard="06.001", general_function="D", function="D/03.6"),
            DeclaredLink(competence="ПК-2", standard="06.001", general_function="D", function="D/09.6"),
        ),
    )
    (finding,) = unknown_functions(program, [STANDARD])
    assert finding.severity == "error" and "D/09.6" in finding.message and "ПК-2" in finding.message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &a [x]\nb: *a\n", "aliases"),
        ("[" * 3000, "nested too deep|not readable"),
        ("program: {code: 2020-99-99}\n", "not readable as YAML"),
        (f"format: align-draft/1\nprogram: {{code: {'9' * 5000}}}\ncompetences: [{{code: ПК-1}}]\n", "not readable"),
    ],
)
def test_a_damaged_yaml_is_named_with_its_file(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "links.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        link_tables.read_yaml_links(path, Settings())
    assert caught.value.file == str(path)
    assert caught.value.hint
