"""``align tune``, ``evaluate`` and ``explain`` as a user runs them."""

import csv
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
    result = align("tune", labels, "--name", "our", "--chart", chart, "--chart", picture, "--yes", env=env)
    assert result.returncode == 0, result.stderr
    assert "macro-F1" in result.stdout
    assert "McNemar" in result.stdout
    saved = tmp_path / "profiles" / "our.json"
    assert json.loads(saved.read_text())["engine"] == "default"
    page = chart.read_text(encoding="utf-8")
    assert "<script src" not in page  # nothing from outside
    assert picture.read_bytes().startswith(b"\x89PNG")
    plain, tuned = (
        json.loads(align("check", SYLLABUS, "-s", "06.005", "-f", "json", *more, env=env).stdout)
        for more in ((), ("--profile", "our"))
    )
    assert tuned["versions"]["verdict"].endswith("+our.1")
    assert tuned["thresholds"] != plain["thresholds"]
    again = align("tune", labels, "--name", "our", "--target-precision", "0.8", "--yes", env=env)
    assert again.returncode == 0, again.stdout
    assert json.loads(saved.read_text())["revision"] == 2
    assert (tmp_path / "profiles" / "our.r1.json").is_file()


def test_bad_labels_leave_the_profile_alone(align: Run, labels: Path, tmp_path: Path) -> None:
    env = {"ALIGN_PROFILES_DIR": str(tmp_path / "profiles")}
    asked = align("tune", labels, "--name", "our", env=env)
    assert asked.returncode == 2
    assert "--yes" in asked.stderr
    assert align("tune", labels, "--name", "our", "--yes", env=env).returncode == 0
    before = (tmp_path / "profiles" / "our.json").read_bytes()
    lines = labels.read_text(encoding="utf-8").splitlines()
    labels.write_text("\n".join([*lines, lines[1].replace("\tcovered", "\tnone")]), encoding="utf-8")
    contrary = align("tune", labels, "--name", "our", env=env)
    assert contrary.returncode == 2
    assert "different labels" in contrary.stderr
    labels.write_text("\n".join(lines[:10]), encoding="utf-8")
    assert "too few" in align("tune", labels, "--name", "our", env=env).stderr
    assert (tmp_path / "profiles" / "our.json").read_bytes() == before
    missing = align("check", SYLLABUS, "-s", "06.005", "--profile", "their", env=env)
    assert missing.returncode == 2
    assert "--profile our" in missing.stderr


def test_a_corrected_report_of_check_is_learned_from(align: Run, tmp_path: Path) -> None:
    env = {"ALIGN_PROFILES_DIR": str(tmp_path / "profiles")}
    report = tmp_path / "report.csv"
    check = ("check", SYLLABUS, "-s", "06.001", "--engine", "fast")
    assert align(*check, "-f", "csv", "-o", report, "--ui-lang", "ru").returncode == 0
    same = align("tune", report, "--name", "our", "--yes", env=env)
    assert same.returncode == 1
    assert "Verdicts that you changed: 0 of 220" in same.stdout
    assert "1.00 [1.00–1.00]" in same.stdout
    assert not (tmp_path / "profiles").exists()
    rows = list(csv.DictReader(report.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    for row in rows:  # an expert who is kinder than the check by far
        chance = float(row["probability"].replace(",", "."))
        row["verdict"] = "покрыто" if chance > 0.2 else "частично" if chance > 0.1 else "нет"
    with report.open("w", encoding="cp1251", newline="") as target:
        writer = csv.DictWriter(target, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    fitted = align("tune", report, "--name", "our", "--yes", env=env)
    assert fitted.returncode == 0, fitted.stdout + fitted.stderr
    again = json.loads(align(*check, "--profile", "our", "-f", "json", env=env).stdout)
    assert again["versions"]["requirement"].endswith("+our.1")
    wanted = {"покрыто": "covered", "частично": "partial", "нет": "gap"}
    pairs = zip(rows, again["findings"], strict=True)
    right = sum(wanted[row["verdict"]] == finding["verdict"] for row, finding in pairs if not finding["title_only"])
    assert right > 0.9 * sum(not finding["title_only"] for finding in again["findings"])


def test_evaluate_a_graded_and_a_retrieval_set(align: Run, labels: Path, tmp_path: Path) -> None:
    graded = align("evaluate", "--graded", labels, "--engine", "fast", "--json")
    assert graded.returncode == 0, graded.stderr
    result = json.loads(graded.stdout)
    for key in ("auc_covered_none", "auc_covered_partial", "auc_partial_none", "macro_f1", "ece"):
        assert 0 <= result[key] <= 1
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "queries.tsv").write_text("1\tdebugging of programs\n2\tуборка картофеля\n", encoding="utf-8")
    (folder / "corpus_elements.tsv").write_text("a\tharvesting potatoes\nb\tотладка программ\n", encoding="utf-8")
    (folder / "annotations.tsv").write_text("1\t0\tb\t1\n2\t0\ta\t1\n", encoding="utf-8")
    both = align("evaluate", "--retrieval", folder, "--graded", labels, "--engine", "fast", "--json")
    assert [item["kind"] for item in json.loads(both.stdout)] == ["graded", "retrieval"]
    assert json.loads(both.stdout)[1]["mrr"] == 1
    table = align("evaluate", "--retrieval", folder)
    assert "adapted" in table.stdout
    assert align("evaluate", "--retrieval", folder, "--engine", "minilm").returncode == 2
    assert "char TF-IDF" in table.stdout
    assert align("evaluate", "--retrieval", tmp_path / "absent").returncode == 2
    assert align("evaluate", "--graded", labels, "--engine", "word2vec").returncode == 2
    assert align("evaluate", "--data", tmp_path / "absent").returncode == 2


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
    assert "Did you mean" not in unknown.stderr  # nothing is like that
    misspelt = align(
        "explain", SYLLABUS, "-s", "06.001", "-r", "Проверка коректности алгоритмов решения поставленых задач"
    )
    assert misspelt.returncode == 2
    assert "Did you mean" in misspelt.stderr


def test_a_former_engine_is_refused_with_the_way_out_in_both_languages(align: Run) -> None:
    """Before anything is read: a program may take minutes."""
    for language, hint in (
        ("en", "The engine thorough was removed in 0.2; use default or fast."),
        ("ru", "Движок thorough удалён в версии 0.2; возьмите default или fast."),
    ):
        given = align("check", "absent.pdf", "-s", "06.001", "--engine", "thorough", "--ui-lang", language)
        assert given.returncode == 2
        assert hint in given.stderr
    for name in ("index", "doctor"):
        given = align(name, env={"ALIGN_ENGINE": "e5"})
        assert given.returncode == 2
        assert "The engine e5 was removed in 0.2" in given.stdout + given.stderr


def test_the_doctor_names_engine_and_encoder(align: Run) -> None:
    given = align("doctor", env={"ALIGN_ENGINE": "fast"})
    assert given.returncode == 0, given.stdout + given.stderr
    assert "fast adapted 2-" in given.stdout
    assert "(default, fast)" in given.stdout
