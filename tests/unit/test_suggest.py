import json
from pathlib import Path

from alignment.analysis.register import of_standards
from alignment.analysis.suggest import naming_of, quick_scores
from alignment.api import suggest
from alignment.encoders import load_encoder
from alignment.model import Code, GeneralizedFunction, Program, Standard
from alignment.programs import load
from alignment.settings import Settings
from alignment.standards import find
from tests.conftest import MODELS, ROOT, Run

SAMPLE = ROOT / "tests" / "data" / "programs" / "11.03.03"


def test_the_standard_that_the_sample_was_written_for_comes_first(settings: Settings) -> None:
    ranked = suggest(load([SAMPLE], settings), settings=settings)
    assert ranked[0].code == "06.005"
    assert ranked[0].declared
    assert [item.score for item in ranked] == sorted((item.score for item in ranked), reverse=True)
    assert ranked[0].named == "code"
    assert "11.03.03" in ranked[0].direction
    assert ranked[0].levels
    assert ranked[0].low <= ranked[0].expected <= ranked[0].high
    assert ranked[0].reasons[0].discipline


def test_concrete_is_far_from_electronics(settings: Settings) -> None:
    standards = [find(code, settings) for code in ("06.005", "16.095", "40.035")]
    engine = load_encoder(MODELS)
    scores = quick_scores(load([SAMPLE], settings), of_standards(standards, engine), engine)
    assert scores.argmin() == 1


def test_an_empty_program_fits_nothing(settings: Settings) -> None:
    engine = load_encoder(MODELS)
    register = of_standards([find("06.005", settings)], engine)
    assert quick_scores(Program(title="x"), register, engine).tolist() == [0.0]


def test_how_a_standard_names_a_direction() -> None:
    engine = load_encoder(MODELS)

    def named(code: str, name: str, title: str = "Радиотехника", own: str = "11.03.01") -> str:
        general = GeneralizedFunction(code="A", name="a", codes=(Code(system="ОКСО", code=code, name=name),))
        standard = Standard(code="1", title="t", functions=(general,))
        return naming_of(Program(title=title, code=own), standard, engine).how

    assert named("2.11.03.01", "") == "code"
    assert named("2.11.04.01", "") == "group"
    assert named("210300", "Радиотехника") == "name"
    assert named("270101", "Архитектура зданий") == ""
    assert named("270101", "") == ""


def test_the_command(align: Run, corpora: Path) -> None:
    among = [item for code in ("06.001", "16.095") for item in ("--among", corpora / "standards" / f"{code}.xml")]
    syllabus = ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md"
    result = align("suggest", syllabus, *among, "--json")
    assert result.returncode == 0, result.stderr
    assert [item["code"] for item in json.loads(result.stdout)] == ["06.001", "16.095"]
    table = align("suggest", syllabus, *among).stdout
    assert "What speaks for it" in table
