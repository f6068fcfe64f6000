import json
from pathlib import Path

from alignment.analysis.suggest import quick_scores
from alignment.api import suggest
from alignment.encoders import load_encoder
from alignment.model import Program
from alignment.programs import load
from alignment.settings import Settings
from alignment.standards import find
from tests.conftest import ROOT, Run

SAMPLE = ROOT / "corpora" / "programs" / "11.03.03"


def test_the_standard_that_the_sample_was_written_for_comes_first(settings: Settings) -> None:
    ranked = suggest(load([SAMPLE], settings), settings=settings)
    assert ranked[0].code == "06.005"
    assert ranked[0].declared
    assert [item.expected for item in ranked] == sorted((item.expected for item in ranked), reverse=True)
    assert ranked[0].low <= ranked[0].expected <= ranked[0].high
    assert ranked[0].reasons[0].discipline


def test_concrete_is_far_from_electronics(settings: Settings) -> None:
    standards = [find(code, settings) for code in ("06.005", "16.095", "40.035")]
    scores = quick_scores(load([SAMPLE], settings), standards, load_encoder("adapted"))
    assert scores.argmin() == 1


def test_an_empty_program_fits_nothing(settings: Settings) -> None:
    scores = quick_scores(Program(title="x"), [find("06.005", settings)], load_encoder("adapted"))
    assert scores.tolist() == [0.0]


def test_the_command(align: Run, corpora: Path) -> None:
    among = [item for code in ("06.001", "16.095") for item in ("--among", corpora / "standards" / f"{code}.xml")]
    result = align("suggest", corpora / "programs" / "embedded_systems_syllabus.md", *among, "--json")
    assert result.returncode == 0, result.stderr
    assert [item["code"] for item in json.loads(result.stdout)] == ["06.001", "16.095"]
    table = align("suggest", corpora / "programs" / "embedded_systems_syllabus.md", *among).stdout
    assert "What speaks for it" in table
