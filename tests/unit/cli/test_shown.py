"""What commands show on the screen, in both languages: everything that was read, found or changed is there."""

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from alignment import api, i18n
from alignment.cli.app import app
from alignment.model import Kind
from alignment.settings import Settings
from tests.conftest import ROOT
from tests.helpers.cards import card
from tests.helpers.fgos import fgos_document

SAMPLE = ROOT / "tests" / "data" / "programs" / "11.03.03"
SYLLABUS = ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md"
STANDARDS = ROOT / "corpora" / "standards"
Run = Callable[..., Result]


@pytest.fixture
def run(cache_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The app in this process: what it printed, on a wide terminal."""
    monkeypatch.setenv("ALIGN_CACHE_DIR", str(cache_dir))
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str | Path, **more: str) -> Result:
        result = CliRunner().invoke(app, [str(item) for item in arguments], catch_exceptions=False, **more)  # type: ignore[arg-type]
        i18n.activate("en")
        return result

    return call


def flat(text: str) -> str:
    return " ".join(re.sub(r"[│├└─]+", " ", text).split())


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_standard_whole(language: str, run: Run, settings: Settings) -> None:
    shown = flat(run("show", "06.005", "--ui-lang", language).output)
    standard = api.load_standard("06.005", settings=settings)
    for general, function, item in standard.requirements():
        assert flat(general.name) in shown
        assert f"{function.code} {flat(function.name)}" in shown
        assert flat(item.text) in shown


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_program_whole(language: str, run: Run, settings: Settings, tmp_path: Path) -> None:
    fgos = fgos_document(tmp_path / "фгос.docx")
    shown = flat(run("show", SAMPLE, fgos, "--ui-lang", language).output)
    program = api.load_program(SAMPLE, fgos, settings=settings)
    for discipline in program.disciplines:
        assert discipline.title in shown
    for item in program.statements():
        assert item.title_only or flat(item.text) in shown
    for competence in program.competences:
        assert f"{competence.code} {flat(competence.text)}" in shown
    for named in (*program.standards, *program.fgos.standards):
        assert named.code in shown
    assert "ФГОС" in shown if language == "ru" else "FGOS" in shown
    assert shown.count("→ 06.005") >= len({(item.competence, item.function) for item in program.declared})


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_card_whole(language: str, run: Run, tmp_path: Path) -> None:
    path = card(tmp_path / "c.docx", codes=("А/01.5", "В/02.5"))
    shown = flat(run("show", path, "--ui-lang", language).output)
    for text in ("540н 31.07.2019", "A/01.5", "B/02.5", "Радиотехника", "Электроника", "3 года"):
        assert text in shown


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("report", ["terminal", "markdown", "csv", "json"])
def test_a_check_by_a_card_with_declared_links_and_an_fgos(
    report: str, language: str, run: Run, tmp_path: Path, settings: Settings
) -> None:
    path = card(tmp_path / "c.docx", codes=("А/01.5", "В/02.5"))
    fgos = fgos_document(tmp_path / "фгос.docx")
    result = run(
        *("check", SAMPLE, fgos, "--qualification", path, "-s", "06.005", "-f", report, "-q"),
        *("--ui-lang", language, "--kind-weight", "action=2", "--by-credits", "--details"),
    )
    assert result.exit_code == 0
    standard = api.load_standard("06.005", settings=settings)
    inside = {f.code for general in standard.functions for f in general.functions if f.code in ("A/01.5", "B/02.5")}
    shown = set(re.findall(r"\b[A-G]/0\d\.\d", result.output))
    assert inside <= shown
    if report == "csv":
        rows = list(csv.reader(io.StringIO(result.output.lstrip("\ufeff"))))
        wanted = sum(function.code in inside for _, function, _ in standard.requirements())
        assert len(rows) == wanted + 1
    elif report == "json":
        results = json.loads(result.output)
        assert {item["function"] for item in results["findings"]} == inside
        assert results["qualification"]["title"].startswith("Инженер-электроник")
    else:
        assert "40.058" in result.output  # a standard of the FGOS that the program does not name
        assert "Инженер-электроник (5 уровень квалификации)" in result.output


def test_programs_that_lose_by_a_new_edition(run: Run, tmp_path: Path) -> None:
    """Two editions, one with a third of its requirements replaced; a program and a file that is none."""
    old = STANDARDS / "06.001-2013.xml"
    text = old.read_text(encoding="utf-8")
    (tmp_path / "new.xml").write_text(text.replace("программного", "швейного"), encoding="utf-8")
    programs = tmp_path / "programs"
    (programs / "one").mkdir(parents=True)
    shutil.copy(SYLLABUS, programs / "one")
    (programs / "bad").mkdir()
    (programs / "bad" / "empty.docx").write_bytes(b"PK\x03\x04")
    for report in ("terminal", "csv", "json"):
        result = run("diff", old, tmp_path / "new.xml", "--programs", programs, "-f", report)
        assert result.exit_code == 0
        assert "швейного" in result.output
        assert "bad" in result.output
    bars = run("diff", old, tmp_path / "new.xml", "--programs", programs, "--details", "--ui-lang", "ru").output
    assert "%" in bars
    target = tmp_path / "d.csv"
    assert run("diff", old, tmp_path / "new.xml", "-f", "csv", "-o", target).exit_code == 0
    assert target.read_text(encoding="utf-8-sig").count("\n") > 100


@pytest.mark.parametrize("language", ["en", "ru"])
def test_explanations_of_each_verdict(language: str, run: Run, settings: Settings) -> None:
    program = api.load_program(SAMPLE, settings=settings)
    alignment = api.check(program, api.load_standard("06.005", settings=settings), settings=settings)
    chosen = {item.verdict: item for item in alignment.findings if not item.title_only}
    for way in (lambda item: item.together, lambda item: item.above is not None, lambda item: item.title_only):
        chosen |= {way: next((item for item in alignment.findings if way(item)), alignment.findings[0])}
    for item in chosen.values():
        shown = run("explain", SAMPLE, "-s", "06.005", "-r", item.requirement.id, "--ui-lang", language)
        assert shown.exit_code == 0
        assert flat(item.requirement.text) in flat(shown.output)
        if item.best:
            assert flat(item.best.statement.discipline) in flat(shown.output)
        as_json = json.loads(run("explain", SAMPLE, "-s", "06.005", "-r", item.requirement.id, "--json").output)
        assert as_json["finding"]["requirement"]["text"] == item.requirement.text


@pytest.mark.slow
def test_a_table_of_an_engine_and_baselines(run: Run, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.tsv"
    gold = (ROOT / "corpora" / "gold" / "pairs.tsv").read_text(encoding="utf-8").splitlines()
    pairs.write_text("\n".join(gold[:41]) + "\n", encoding="utf-8")
    folder = tmp_path / "set"
    folder.mkdir()
    texts = [line.split("\t") for line in gold[1:]]
    (folder / "queries.tsv").write_text("q1\tпайка печатных плат\nq2\tотладка программ\n", encoding="utf-8")
    (folder / "corpus_elements.tsv").write_text(
        "c1\tмонтаж и пайка плат\nc2\tпоиск ошибок в программе\n"
        + "".join(f"x{n}\t{row[-1]}\n" for n, row in enumerate(texts[:50])),
        encoding="utf-8",
    )
    (folder / "annotations.tsv").write_text("q1\t0\tc1\t1\nq2\t0\tc2\t1\n", encoding="utf-8")
    shown = run("evaluate", "--graded", pairs, "--retrieval", folder, "--ui-lang", "ru")
    assert shown.exit_code == 0
    for name in ("default", "adapted", "TF-IDF", "token_set_ratio"):
        assert name in shown.output
    result = json.loads(run("evaluate", "--retrieval", folder, "--engine", "fast", "--limit", "1", "--json").output)
    assert result["mrr"] == 1.0


def test_the_cache_is_shown_and_cleared(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIGN_CACHE_DIR", str(tmp_path / "own"))
    assert "empty" in run("cache", "info").output
    assert run("check", SYLLABUS, "-s", "06.001", "-f", "csv").exit_code == 0
    shown = run("cache", "info").output
    assert int(re.search(r"Items: (\d+)", shown)[1]) > 100
    assert "MB freed" in run("cache", "clear").output
    assert "empty" in run("cache", "info").output


def test_statements_nearest_to_a_text(settings: Settings) -> None:
    program = api.load_program(SYLLABUS, settings=settings)
    result = api.similar(program, "power supply of a device", settings=settings, count=3)
    assert any("power" in item.text for item in result)
    assert all(item.kind in Kind for item in result)
    assert api.similar(program, "  ", settings=settings) == []
