import json
from pathlib import Path

import openpyxl
import pytest

from alignment.api import lint
from alignment.model import Discipline, Kind, NamedStandard, Program, Statement
from alignment.programs.file_part import FilePart
from alignment.programs.lint import LintFinding, out_of_force, run_checks
from alignment.settings import Settings
from tests.helpers.makers import plx, work_programme

COPIED = "методы расчета и моделирования электронных усилителей"


def found(folder: Path, settings: Settings) -> list[LintFinding]:
    return lint(folder, settings=settings)[1]


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """Documents that agree."""
    root = tmp_path / "p"
    root.mkdir()
    plx(root / "план.plx")
    work_programme(root / "с.docx", "Схемотехника", code="Б1.О.05")
    return root


def only(findings: list[LintFinding], check: str) -> list[LintFinding]:
    return [item for item in findings if item.check == check]


def test_documents_that_agree_have_one_note_at_most(sound: Path, settings: Settings) -> None:
    # The plan's competence ОПК-2 is formed; nothing else is wrong.
    assert found(sound, settings) == []


def test_competences_that_the_matrix_does_not_give_and_the_reverse(sound: Path, settings: Settings) -> None:
    work_programme(sound / "с.docx", "Схемотехника", code="Б1.О.05", competence="ОПК-2")
    messages = [item.message for item in only(found(sound, settings), "matrix")]
    assert any("forms ОПК-2" in message for message in messages)
    assert any("gives this discipline ПК-1," in message for message in messages)


def test_unknown_and_misspelt_codes(sound: Path, settings: Settings) -> None:
    work_programme(sound / "с.docx", "Схемотехника", competence="ПК-11")
    (finding,) = only(found(sound, settings), "unknown-code")
    assert "no competence ПК-11. Did you mean ПК-1?" in finding.message
    work_programme(sound / "с.docx", "Схемотехника", competence="ПK-1")  # a Latin K
    findings = found(sound, settings)
    assert "ПK-1 is written with Latin letters" in only(findings, "misspelt-code")[0].message
    assert not only(findings, "matrix")  # and it is understood


def test_hours_and_credits_that_differ(sound: Path, settings: Settings) -> None:
    work_programme(sound / "с.docx", "Схемотехника", credits=5, hours=180)
    findings = found(sound, settings)
    assert only(findings, "credits")[0].message == "5 credits in the work programme, 4 in the plan"
    assert only(findings, "hours")[0].message == "180 hours in the work programme, 144 in the plan"
    assert only(findings, "hours")[0].severity == "error"


def test_missing_outcomes(sound: Path, settings: Settings) -> None:
    work_programme(sound / "с.docx", "Схемотехника", master=())
    assert [item.message for item in only(found(sound, settings), "outcomes")] == ["there is nothing under “master”"]


def test_outcomes_of_several_indicators_count_for_each() -> None:
    def outcome(kind: Kind, competence: str) -> Statement:
        return Statement(id="", text="выполнять мероприятия защиты", kind=kind, competence=competence)

    statements = (
        outcome(Kind.KNOWLEDGE, "УК-8.1, УК-11.2"),
        outcome(Kind.SKILL, "УК-8.1, УК-11.2"),
        outcome(Kind.EXPERIENCE, "УК-8.1"),
    )
    work = Discipline(title="Безопасность", competences=("УК-8.1", "УК-11.2"), statements=statements)
    program = Program(title="", disciplines=(work,))
    findings = run_checks([FilePart(program=program, kind="work programme")], program, [])
    assert [item.message for item in only(findings, "outcomes")] == ["there is nothing under “master” for УК-11.2"]


def test_two_names_and_a_programme_without_a_place(sound: Path, settings: Settings) -> None:
    work_programme(sound / "с.docx", "Основы кулинарии", code="Б1.О.05")
    findings = found(sound, settings)
    assert "both “Схемотехника” and “Основы кулинарии” have the code Б1.О.05" in only(findings, "two-names")[0].message
    assert only(findings, "not-in-plan")


def test_copied_statements(sound: Path, settings: Settings) -> None:
    work_programme(sound / "с.docx", "Схемотехника", know=(COPIED,))
    work_programme(
        sound / "м.docx", "Метрология", competence="ОПК-2", credits=3, hours=108, know=(COPIED.capitalize(),)
    )
    (finding,) = only(found(sound, settings), "copied")
    assert {"Схемотехника", "Метрология"} == {finding.discipline} | {
        name for name in ("Схемотехника", "Метрология") if name in finding.message
    }


def test_a_competence_that_nobody_forms(sound: Path, settings: Settings) -> None:
    text = (sound / "план.plx").read_text("utf-16")
    (sound / "план.plx").write_text(text.replace('КодСтроки="102"', 'КодСтроки="777"'), "utf-16")
    (finding,) = only(found(sound, settings), "unformed")
    assert "ОПК-2" in finding.message
    assert finding.location.file == "план.plx"


def test_standards_out_of_force() -> None:
    named = [NamedStandard(code="06.001", order="679н"), NamedStandard(code="06.005", order="540н")]
    known = [
        NamedStandard(code="06.001", order="424н", date="20.07.2022"),
        NamedStandard(code="06.001", order="679н", date="18.11.2013"),
        NamedStandard(code="06.005", order="540н", date="31.07.2019"),
    ]
    (finding,) = out_of_force(named, known)
    assert "newest known order is 424н" in finding.message


def test_exit_codes_and_formats(sound: Path, align, tmp_path: Path) -> None:
    assert align("lint", sound).returncode == 0
    work_programme(sound / "с.docx", "Схемотехника", credits=5, hours=180)
    result = align("lint", sound, "-f", "json", "--table", tmp_path / "t.xlsx")
    assert result.returncode == 1
    data = json.loads(result.stdout)
    assert data["counts"] == {"error": 2, "warning": 0, "note": 0}
    assert {item["location"]["file"] for item in data["findings"]} == {"с.docx"}
    rows = list(openpyxl.load_workbook(tmp_path / "t.xlsx").active.iter_rows(values_only=True))
    assert rows[1][:6] == ("Б1.О.05", "Схемотехника", 4, "ПК-1", "knowledge", "методы расчета усилителей")
    assert align("lint", sound, "--fail-on", "never").returncode == 0
    assert align("lint", sound, "-f", "csv").stdout.startswith("\ufeffseverity,check,discipline,message,file,place")
    wrong = align("lint", sound, "--fail-on", "sometimes")
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr


def test_indicators_are_compared_where_both_sides_name_some(sound: Path, settings: Settings) -> None:
    work_programme(sound / "с.docx", "Схемотехника", code="Б1.О.05", competence="ПК-1\nПК-1.2")
    messages = [item.message for item in only(found(sound, settings), "matrix")]
    assert len(messages) == 2
    assert "forms ПК-1.2," in messages[0]
    assert "gives this discipline ПК-1.1," in messages[1]
