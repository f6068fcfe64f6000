"""What no program says: verbatim lines of real bundles that were once read as statements; and nothing takes long."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alignment.cli.app import app
from alignment.documents import AnyBlock, Cell, Document, Heading, Paragraph, Table
from alignment.errors import InputError
from alignment.model import Issue, Kind, Location, Program
from alignment.programs import load, workprogramme
from alignment.programs.noise import is_activity, is_noise
from alignment.programs.passport import majority, passport
from alignment.programs.statement_text import competence_code, competence_codes, is_topic
from alignment.settings import Settings

LOOKS_WRONG = (
    "Повторите запись в условиях моделируемой угрозы",
    "от 9 до 10 баллов – цели и задачи работы чётко сформулированы",
    "# get text cleaned_text = soup.get_text()",
    "Data _____ (input) into computer",
    "Evaluation criteria (part-time)",
    "https://urait.ru/bcode/511121",
    "Задачи",
    "С целью овладения указанным видом деятельности обучающийся должен:",
)
WORK = (
    "Test on the basics of operating systems",
    "Контроль по модулям 1-3",
    "Входное тестирование/установочная лекция",
    "Case No",
    "контроль знаний и умений",
    "с контрольной работой",
)
# Half of a footnote of the college's template.
FOOTNOTE = (
    "профессионального модуля может состоять из междисциплинарного курса или его части и соответствующих частей учебной "
    "и производственной практик"
)
OF_A_FUND = ("a single sequence of operations on the database rejected by the DBMS", *LOOKS_WRONG, *WORK)


@pytest.mark.parametrize("text", LOOKS_WRONG)
def test_what_looks_like_no_statement_is_none_anywhere(text: str) -> None:
    assert is_noise(text)


@pytest.mark.parametrize("text", WORK)
def test_forms_of_work_are_no_topics(text: str) -> None:
    assert is_activity(text)
    assert not is_topic(text)


@pytest.mark.parametrize(
    "text",
    [
        "Критерии оценки эффективности проектов",
        "Контроль версий",
        "Контроль знаний экспертных систем",
        "Использование баллистических расчётов",
        "Что такое API?",
    ],
)
def test_topics_that_come_near(text: str) -> None:
    assert is_topic(text)


def test_a_footnote_is_no_topic() -> None:
    assert not is_topic(FOOTNOTE)


def test_nothing_of_an_assessment_fund_is_read() -> None:
    lines = ["Рабочая программа дисциплины «Операционные системы»", "1. Содержание дисциплины", "Управление процессами"]
    blocks: list[AnyBlock] = [
        Heading(text=lines[0]),
        Heading(text=lines[1], level=2),
        Paragraph(text=lines[2], item=True),
    ]
    blocks.append(Heading(text="2. Фонд оценочных средств", level=2))
    blocks += [Paragraph(text=text, item=True) for text in OF_A_FUND]
    program = workprogramme.read(Document(file="x.docx", format="docx", blocks=tuple(blocks)))
    assert [item.text for item in program.statements()] == ["Управление процессами"]


def test_short_names_stand_in_lists_and_tables_only() -> None:
    assert is_topic("CSS", listed=True)
    assert not is_topic("CSS")
    assert not is_topic("ч.", listed=True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ПК-С1.1. Способен", "ПК-С1.1"),
        ("ПК- С2.2..2 Обрабатывает", "ПК-С2.2.2"),
        ("ПК-8. 1 Способен", "ПК-8.1"),
        ("ПК-11 .5 Ведёт", "ПК-11.5"),
    ],
)
def test_codes_with_letters_and_blanks(text: str, code: str) -> None:
    assert competence_codes(text) == [code]
    assert competence_code(code) == code


def page(*cells: str, number: int) -> tuple[Cell, ...]:
    return tuple(Cell(text=text, merged=text == "^", location=Location(page=number)) for text in cells)


def test_english_labels_and_rows_over_a_page() -> None:
    head = ("Competence", "Indicators", "Learning outcomes")
    first = Table(
        rows=(
            page(*head, number=1),
            page("PC-1. Able to design", "PC-1.1. Designs systems for", "Knowledge:\n• kinds of systems", number=1),
            page("", "", "Skills:\n• to design a system", number=1),
        )
    )
    second = Table(
        rows=(page(*head, number=2), page("", "hard purposes", "Skills:\n• design of real systems", number=2))
    )
    blocks = (
        Heading(text="Work program of the discipline"),
        Heading(text="1. Learning outcomes", level=2),
        first,
        second,
    )
    program = workprogramme.read(Document(file="x.pdf", format="pdf", blocks=blocks))
    result = {item.text: item.kind for item in program.statements()}
    assert result["kinds of systems"] is Kind.KNOWLEDGE
    assert result["to design a system"] is Kind.SKILL
    assert result["design of real systems"] is Kind.EXPERIENCE
    assert result["Designs systems for hard purposes"] is Kind.COMPETENCE


def test_the_passport_by_majority_names_who_differs() -> None:
    lines = [
        "Рабочая программа дисциплины",
        "«Физика»",
        "Направление подготовки 09.03.02 Информационные системы и технологии",
        "Год набора 2024",
    ]
    given = passport([*lines, "Содержание", "1. Цели освоения дисциплины", "Профиль: не отсюда"])
    assert (given.code, given.direction, given.year, given.profile) == (
        "09.03.02",
        "Информационные системы и технологии",
        "2024",
        "",
    )
    programs = [
        Program(title="", code=code, sources=(f"{code}.pdf{number}",))
        for number, code in enumerate(("09.03.02", "09.03.02", "09.03.03"))
    ]
    warnings: list[Issue] = []
    assert majority(programs, warnings)["code"] == "09.03.02"
    assert [item.location.file for item in warnings] == ["09.03.03.pdf2"]


def syllabus(title: str, topic: str) -> str:
    return f"# Рабочая программа дисциплины «{title}»\n\n## Содержание дисциплины\n\n- {topic}\n- Виды памяти\n"


def test_a_discipline_in_two_languages_is_one(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "a.md").write_text(syllabus("Операционные системы", "Управление процессами"), "utf-8")
    (tmp_path / "b.md").write_text(
        syllabus("Operating Systems (Операционные системы)", "Process control blocks"), "utf-8"
    )
    program = load([tmp_path], settings)
    assert [item.title for item in program.disciplines] == ["Операционные системы"]
    assert {"Управление процессами", "Process control blocks"} <= {item.text for item in program.statements()}


def test_what_is_no_programme_is_named_and_not_used(tmp_path: Path, settings: Settings) -> None:
    fund = tmp_path / "kos.md"
    fund.write_text("# Фонд оценочных средств\n\n## Вопросы к экзамену\n\n- Что такое память?\n", "utf-8")
    with pytest.raises(InputError, match="assessment fund"):
        load([fund], settings)
    with pytest.raises(InputError, match="none of the files"):
        load([tmp_path], settings)
    (tmp_path / "a.md").write_text(syllabus("Память", "Кэш-память"), "utf-8")
    for paths in ([tmp_path], [fund, tmp_path / "a.md"]):
        program = load(paths, settings)
        assert [Path(item.file).name for item in program.unread] == ["kos.md"]
        assert {item.text for item in program.statements()} == {"Кэш-память", "Виды памяти"}


def test_what_is_found_with_nothing_in_it_is_said_first(
    tmp_path: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALIGN_CACHE_DIR", str(cache_dir))
    (tmp_path / "a.md").write_text(syllabus("Память", "Кэш-память"), "utf-8")
    shown = CliRunner().invoke(app, ["show", str(tmp_path), "--ui-lang", "en"], catch_exceptions=False).output
    assert "0 competences" in shown.splitlines()[1]


UNITS = (
    "1",
    " ",
    ".",
    "-",
    "–",
    "а",
    "А",
    '"',
    "«",
    "x",
    "_",
    "1.",
    "а.",
    "А, ",
    "балл ",
    "IV ",
    "ПК-1 ",
    ". .",
    "a@",
    "=(",
)
LONG = """
import sys
from alignment.documents import Document, Paragraph
from alignment.model import Location
from alignment.programs import noise, outline, passport, statement_text, workprogramme
unit = sys.argv[1]
text = "a" + unit * (100_000 // len(unit)) + "!"
noise.is_noise(text); noise.is_activity(text); statement_text.topic(text, Location()); statement_text.competence_codes(text)
passport.passport([text] * 3); outline.has_leaders(text); workprogramme.CREDITS.search(text)
outline.Outline(Document(file="x", format="pdf", blocks=(Paragraph(text=text),)))
"""


@pytest.mark.parametrize("unit", UNITS)
def test_a_long_run_of_anything_ends_soon(unit: str) -> None:
    # The limit is generous: a quadratic pattern needs minutes for 100,000 characters.
    subprocess.run([sys.executable, "-c", LONG, unit], check=True, timeout=60)
