import io
import json
from pathlib import Path

from msgspec import structs
from rich.console import Console

from alignment.analysis.general import is_general, specific
from alignment.analysis.suggest import Reason, Suggestion, direction_naming, fit_scores
from alignment.api import suggest
from alignment.catalogue import find
from alignment.catalogue.index import of_standards
from alignment.encoders import load_encoder
from alignment.model import Code, Discipline, GeneralizedFunction, Program, Standard
from alignment.programs import load
from alignment.reports.suggest import draw
from alignment.settings import Settings
from tests.conftest import MODELS, ROOT, Run

SAMPLE = ROOT / "tests" / "data" / "programs" / "11.03.03"


def test_the_standard_that_the_sample_was_written_for_comes_first(settings: Settings) -> None:
    ranked = suggest(load([SAMPLE], settings), settings=settings)
    assert ranked[0].code == "06.005"
    assert ranked[0].declared
    assert [item.fit for item in ranked] == sorted((item.fit for item in ranked), reverse=True)
    assert ranked[0].named == "code"
    assert "11.03.03" in ranked[0].direction
    assert ranked[0].levels
    assert ranked[0].low <= ranked[0].expected <= ranked[0].high
    assert ranked[0].reasons[0].discipline
    assert all(not is_general(reason.discipline) for item in ranked for reason in item.reasons)
    assert {item.among for item in ranked} == {17}


def test_concrete_is_far_from_electronics(settings: Settings) -> None:
    standards = [find(code, settings) for code in ("06.005", "16.095", "40.035")]
    engine = load_encoder(MODELS)
    scores = fit_scores(load([SAMPLE], settings), of_standards(standards, engine), engine)
    assert scores.argmin() == 1


def test_what_every_program_teaches_is_general_and_a_field_of_study_is_not() -> None:
    general = (
        "История", "История России", "Философия", "Иностранный язык в профессиональной деятельности",
        "Безопасность жизнедеятельности", "Физическая культура и спорт", "Foreign language",
    )  # fmt: skip
    assert all(is_general(title) for title in general)
    special = (
        "История искусств",
        "Экономика",
        "Языки программирования",
        "Безопасность информационных систем",
        "Физика",
    )
    assert not any(is_general(title) for title in special)
    program = Program(title="x", disciplines=tuple(Discipline(title=title) for title in (*general, *special)))
    assert [item.title for item in specific(program).disciplines] == list(special)
    only = Program(title="x", disciplines=(Discipline(title="Философия"),))
    assert specific(only) == only  # nothing else is left to go by


def test_an_empty_program_fits_nothing(settings: Settings) -> None:
    engine = load_encoder(MODELS)
    register = of_standards([find("06.005", settings)], engine)
    assert fit_scores(Program(title="x"), register, engine).tolist() == [0.0]


def test_how_a_standard_names_a_direction() -> None:
    engine = load_encoder(MODELS)

    def named(code: str, name: str, title: str = "Радиотехника", own: str = "11.03.01") -> str:
        general = GeneralizedFunction(code="A", name="a", codes=(Code(system="ОКСО", code=code, name=name),))
        standard = Standard(code="1", title="t", functions=(general,))
        return direction_naming(Program(title=title, code=own), standard, engine).how

    assert named("2.11.03.01", "") == "code"
    assert named("2.11.04.01", "") == "group"
    assert named("210300", "Радиотехника") == "name"
    assert named("270101", "Архитектура зданий") == ""
    assert named("270101", "") == ""


def test_titles_alone_give_no_percentage() -> None:
    item = Suggestion(
        code="06.001", title="Программист", fit=1.2, expected=0.2, coverage=0.15, low=0.1, high=0.9, among=17
    )
    few = structs.replace(item, known=13, disciplines=147, enough=False)

    def shown(found: Suggestion) -> str:
        screen = Console(width=80, record=True, file=io.StringIO())
        screen.print(draw([found]))
        return " ".join(screen.export_text().split())

    assert "coverage 15%, between 10% and 90%" in shown(item)
    assert "%" not in shown(few)
    assert "The content of 13 of 147 disciplines is known" in shown(few)


def test_the_command(align: Run, corpora: Path) -> None:
    among = [item for code in ("06.001", "16.095") for item in ("--among", corpora / "standards" / f"{code}.xml")]
    syllabus = ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md"
    result = align("suggest", syllabus, *among, "--json")
    assert result.returncode == 0, result.stderr
    assert [item["code"] for item in json.loads(result.stdout)] == ["06.001", "16.095"]
    lines = align("suggest", syllabus, *among).stdout.splitlines()
    assert len(lines) <= 3 * 2 + 4  # three a standard, an empty one, and what the order is
    assert lines[7].startswith("Chosen from 2 standards at hand")


def test_a_reason_shows_both_what_is_asked_and_what_answers() -> None:
    reason = Reason(
        function="E/04.7",
        name="Проектирование",
        level="7",
        coverage=0.2,
        requirement="Специализированные топологические системы автоматизированного проектирования и их настройка",
        discipline="Технологии построения специализированных систем",
        statement="Системы автоматизированного проектирования",
    )
    item = Suggestion(
        code="40.040",
        title="Инженер",
        fit=1.2,
        expected=0.2,
        coverage=0.1,
        low=0.1,
        high=0.9,
        among=17,
        levels=("6", "3", "4"),
    )
    screen = Console(width=80, record=True, file=io.StringIO())
    screen.print(draw([structs.replace(item, reasons=(reason,))]))
    text = screen.export_text()
    assert "E/04.7 Специализированные" in text
    assert "← Технологии построения" in text
    assert "levels 3, 4, 6" in text
