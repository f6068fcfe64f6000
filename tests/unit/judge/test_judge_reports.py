"""A check with a judge, from the command to the reports, and what a judge is worth on judged programs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import msgspec
import numpy as np
import openpyxl
import pytest
from rich.console import Console

from alignment import api
from alignment.api.judging import explain_judged, judge, judge_estimate
from alignment.cache import Cache
from alignment.evaluation.crossvalidation import HeldOutPrediction
from alignment.evaluation.judged_sets import JudgedRequirement, JudgedSet
from alignment.evaluation.llm_judge import judge_curve as curve
from alignment.evaluation.llm_judge import measure_judge
from alignment.evaluation.training_rows import TrainingRow
from alignment.judge import Judge
from alignment.judge.measured import ORDER, counted, save_worth
from alignment.model import (
    Alignment,
    Discipline,
    Kind,
    Program,
    Requirement,
    Standard,
    Statement,
    Verdict,
    WorkFunction,
    from_json,
    to_json,
)
from alignment.reports import explanation, judge_words, render, terminal
from alignment.settings import Settings
from tests import judge_curve
from tests.conftest import ROOT, Run
from tests.helpers.scripted_judge import MODEL, Asked, Scripted, completion, data_of, graded, serving

if TYPE_CHECKING:
    from alignment.review.store import ReviewStore

SYLLABUS = ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md"
STANDARD = "06.001"
REASON = "Назван тот же предмет"


def part(asked: Asked) -> str:
    """The first candidate is a part, the others are nothing."""
    first = data_of(asked)["candidates"]["1"]["text"]
    return graded(asked, lambda _, text: int(text == first), reason=REASON)


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Settings:
    """The engine of vectors alone, with a place of its own for what is measured; answers are not kept between tests."""
    return msgspec.structs.replace(settings, engine="fast", profiles_dir=str(tmp_path / "profiles"))


@pytest.fixture(scope="module")
def checked(cache_dir: Path) -> Alignment:
    own = Settings(cache_dir=str(cache_dir), engine="fast")
    return api.check(api.load_program(SYLLABUS, settings=own), api.load_standard(STANDARD, settings=own), settings=own)


def asking(own: Settings, script: Scripted, tmp_path: Path, **options: object) -> Settings:
    # A model's name of its own keeps the answers of tests apart in the cache that they share.
    named = {"judge": script.url, "judge_model": f"{MODEL} {tmp_path}", "judge_share": 0.05, **options}
    return msgspec.structs.replace(own, **named)


def test_the_judge_decides_the_share_that_is_least_sure_and_nothing_else(
    checked: Alignment, own: Settings, tmp_path: Path
) -> None:
    said: list[str] = []
    with serving(Scripted(part)) as script:
        alignment = judge(checked, settings=asking(own, script, tmp_path), say=said.append)
    count = len(script.of_program)
    assert count == 11 and alignment.judge is not None and alignment.judge.sent == alignment.judge.accepted == count
    decided = [item for item in alignment.findings if item.judged]
    assert len(decided) == count and {item.verdict for item in decided} == {Verdict.PARTIAL}
    assert all(len(item.evidence) == 1 and item.judged and item.judged.reason == REASON for item in decided)
    same = [(a, b) for a, b in zip(alignment.findings, checked.findings, strict=True) if a.judged is None]
    assert all(a == b for a, b in same) and len(same) == len(checked.findings) - count
    assert "12 of 12 plain cases" in said[0]
    assert from_json(to_json(alignment), Alignment) == alignment


def test_a_second_run_sends_nothing(checked: Alignment, own: Settings, tmp_path: Path) -> None:
    with serving(Scripted(part)) as script:
        first = judge(checked, settings=asking(own, script, tmp_path))
        asked = len(script.asked)
        second = judge(checked, settings=asking(own, script, tmp_path))
    assert len(script.asked) == asked and second.judge is not None
    assert (second.judge.calls, second.judge.sent, second.judge.kept) == (0, 0, 11)
    assert second.findings == first.findings


def test_an_estimate_of_a_check_sends_nothing(checked: Alignment, own: Settings, tmp_path: Path) -> None:
    with serving(Scripted(part)) as script:
        result = judge_estimate(checked, settings=asking(own, script, tmp_path))
    assert not script.asked and (result.requirements, result.calls) == (11, 23)


def test_every_report_says_first_what_was_sent_where_and_gives_the_judge_s_reason(
    checked: Alignment, own: Settings, tmp_path: Path
) -> None:
    with serving(Scripted(part)) as script:
        alignment = judge(checked, settings=asking(own, script, tmp_path))
    sent = f"Judge {MODEL} {tmp_path} at {script.url}: 11 requirements"
    for details in (False, True):
        console = Console(file=io.StringIO(), width=400)
        terminal.draw([alignment], console, details=details)
        text = console.file.getvalue()  # type: ignore[attr-defined]
        assert text.startswith(sent) and text.count(sent) == 1 and "not measured" in text
        assert text.count(REASON) == text.count("built in: ") == (11 if details else 0)
    for name in ("markdown", "html"):
        page = str(render([alignment], name)).replace("\\_", "_")
        # The page shows the most important gaps and the weakest verdicts once more.
        assert sent.split(" at ")[1] in page and page.count(REASON) >= 11
    book = openpyxl.load_workbook(io.BytesIO(bytes(render([alignment], "xlsx"))))  # type: ignore[arg-type]
    sheets = [[str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value] for sheet in book]
    # The second sheet lists gaps and parts; those behind it, one a generalized function, list every finding once.
    given = [sum(REASON in cell for cell in cells) for cells in sheets]
    assert given[:2] == [0, 11] and sum(given[2:]) == 11
    assert any(cell.startswith(sent) for cell in sheets[0])
    letter = docx.Document(io.BytesIO(bytes(render([alignment], "docx"))))  # type: ignore[arg-type]
    title = [item.text for item in letter.paragraphs][: [item.text for item in letter.paragraphs].index("Contents")]
    assert any(line.startswith(sent) for line in title)
    rows = list(csv.DictReader(io.StringIO(str(render([alignment], "csv")))))
    assert [row["judge_reason"] for row in rows if row["judge"] == "accepted"] == [REASON] * 11
    data = json.loads(render([alignment], "json"))
    assert list(data)[:2] == ["schema_version", "judge"] and data["judge"]["url"] == script.url
    assert all(REASON not in str(render([checked], name)) for name in ("markdown", "html", "csv", "json"))


def test_an_explanation_shows_the_grades_and_the_words_they_rest_on(
    checked: Alignment, own: Settings, tmp_path: Path
) -> None:
    requirement = checked.findings[0].requirement.id
    with serving(Scripted(part)) as script:
        settings = asking(own, script, tmp_path)
        plain = api.explain(checked.program, checked.standard, requirement, settings=settings)
        result = explain_judged(plain, checked.program, checked.standard, settings, None)
    assert len(script.of_program) == 1
    console = Console(file=io.StringIO(), width=300)
    for item in explanation.draw(result):
        console.print(item)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert REASON in text and "1: «" in text and script.url in text


def test_an_expert_reads_the_judge_s_reason_beside_the_built_in_verdict(
    checked: Alignment, own: Settings, tmp_path: Path, store: ReviewStore, english: None
) -> None:
    testclient = pytest.importorskip("fastapi.testclient")
    from alignment.review.web import create_app

    with serving(Scripted(part)) as script:
        alignment = judge(checked, settings=asking(own, script, tmp_path))
    few = [item for item in alignment.findings if item.judged][:2] + [
        item for item in alignment.findings if not item.judged
    ][:2]
    number, _ = store.add(msgspec.structs.replace(alignment, findings=tuple(few)), "judged", "local")
    browser = testclient.TestClient(create_app(store, secret="s" * 32, local=True))
    pages = [browser.get(f"/reviews/{number}/{position}").text for position in range(4)]
    assert sum(REASON in page and "built in: " in page for page in pages) == 2
    assert sum(REASON in page for page in pages) == 2


def test_what_was_measured_of_the_model_is_what_its_verdicts_count(
    checked: Alignment, own: Settings, tmp_path: Path
) -> None:
    with serving(Scripted(part)) as script:
        settings = asking(own, script, tmp_path)
        certain = judge(checked, settings=settings)
        assert certain.judge is not None
        pairs = [(Verdict.PARTIAL, value) for value in ORDER for _ in range(50)]
        save_worth(counted(settings.judge_model, certain.judge.guide, pairs), settings.profiles_path())
        alignment = judge(checked, settings=settings)
    (one,) = {(item.verdict, item.covers, item.at_least_partial) for item in alignment.findings if item.judged}
    assert one == (Verdict.PARTIAL, pytest.approx(1 / 3, abs=0.01), pytest.approx(2 / 3, abs=0.01))
    assert alignment.judge is not None and alignment.judge.measured_on == 150
    assert {(item.covers, item.at_least_partial) for item in certain.findings if item.judged} == {(0, 1)}


def test_a_model_whose_answers_cannot_be_used_leaves_the_built_in_verdicts_and_the_report_says_so(
    checked: Alignment, own: Settings, tmp_path: Path
) -> None:
    with serving(Scripted(lambda asked: "чепуха")) as script:
        alignment = judge(checked, settings=asking(own, script, tmp_path))
    same = zip(alignment.findings, checked.findings, strict=True)
    assert all((new.verdict, new.covers, new.evidence) == (old.verdict, old.covers, old.evidence) for new, old in same)
    page = str(render([alignment], "markdown"))
    assert "decided 0 findings" in page and "11 answers could not be used" in page
    assert page.count("its answer did not have the required form; the built-in verdict stands") >= 11


@pytest.mark.parametrize("kind", ["plain", "gone"])
def test_a_model_that_fails_or_a_server_that_is_gone_leaves_the_check_as_it_was(
    checked: Alignment, own: Settings, tmp_path: Path, kind: str
) -> None:
    with serving(Scripted(lambda asked: graded(asked, lambda *_: 2), plain=False)) as script:
        settings = asking(own, script, tmp_path)
        if kind == "plain":
            alignment = judge(checked, settings=settings)
            assert not [item for item in script.asked if item not in script.asked[:12]]
    if kind == "gone":
        alignment = judge(checked, settings=settings)
    assert alignment.findings == checked.findings and alignment.judge is not None and alignment.judge.problem
    console = Console(file=io.StringIO(), width=300)
    terminal.draw([alignment], console)
    assert "The judge was not used" in console.file.getvalue()  # type: ignore[attr-defined]
    assert alignment.judge.sent == 0 and "nothing of the program" in judge_words.judge_lines(alignment.judge)[0]


def test_the_command(align: Run, tmp_path: Path) -> None:
    with serving(Scripted(part)) as script:
        url = ("--judge", script.url, "--judge-model", f"{MODEL} {tmp_path}", "--judge-share", "0.03")
        given = ("check", SYLLABUS, "-s", STANDARD, "--engine", "fast", *url)
        dry = align(*given, "--judge-dry-run")
        assert dry.returncode == 0 and "nothing was sent" in dry.stdout and not script.asked
        result = align(*given, "--details", env={"ALIGN_JUDGE_KEY": "of-the-environment"})
        assert result.returncode == 0, result.stderr
        assert result.stdout.startswith("Judge ") and REASON in result.stdout and "12 of 12" in result.stderr
        assert "of-the-environment" not in result.stdout + result.stderr
        assert all(item["Authorization"] == "Bearer of-the-environment" for item in script.headers)
        sent = len(script.asked)
        russian = align(*given, "-f", "markdown", "--ui-lang", "ru", "--quiet")
        assert "Судья" in russian.stdout and russian.stderr == "" and len(script.asked) > sent
    wrong = align("check", SYLLABUS, "-s", STANDARD, "--judge", "http://localhost:1/v1")
    assert wrong.returncode == 2 and "--judge-model" in wrong.stderr and not wrong.stdout
    assert align("check", SYLLABUS, "-s", STANDARD, "--judge-dry-run").returncode == 2
    assert align("evaluate", "--judge", "http://localhost:1/v1", "--judge-model", "m").returncode == 2


# Judged programs.

STATEMENTS = tuple(f"Положение номер {number} о своём предмете" for number in range(6))
# Grades of the six statements for four requirements, the reader's verdict, and the built-in one.
LABELS = (
    ((2, 0, 0, 0, 0, 0), Verdict.COVERED, Verdict.PARTIAL),
    ((1, 1, 0, 0, 0, 0), Verdict.COVERED, Verdict.GAP),
    ((0, 1, 0, 0, 0, 0), Verdict.PARTIAL, Verdict.COVERED),
    ((0, 0, 0, 0, 0, 0), Verdict.GAP, Verdict.PARTIAL),
)


def held() -> list[HeldOutPrediction]:
    program = Program(
        title="п",
        disciplines=(
            Discipline(
                title="Д",
                statements=tuple(
                    Statement(id=f"s{number}", text=text, kind=Kind.SKILL, discipline="Д")
                    for number, text in enumerate(STATEMENTS)
                ),
            ),
        ),
    )
    asked = [Requirement(id=f"r{number}", text=f"требование {number}", kind=Kind.SKILL) for number in range(4)]
    function = WorkFunction(code="A/01.6", name="ф", level="6", requirements=tuple(asked))
    judged = tuple(
        JudgedRequirement(
            requirement=item,
            function=function,
            verdict=verdict,
            grades={f"s{number}": grade for number, grade in enumerate(grades)},
        )
        for item, (grades, verdict, _) in zip(asked, LABELS, strict=True)
    )
    where = JudgedSet(
        name="set",
        program=program,
        standard=Standard(code="1", title="с"),
        field="",
        relation="",
        requirements=judged,
    )
    none = np.zeros((6, 2), dtype=np.float32)
    return [
        HeldOutPrediction(
            item=TrainingRow(
                where=where,
                index=index,
                features=none,
                vectors=none,
                pairs=(("", ""),) * 6,
                reranker_log_odds=none,
                grades=np.asarray(grades),
                candidates=np.arange(6),
                summary=lambda chances: np.zeros(1, dtype=np.float32),
                best=lambda value: [int(place) for place in np.argsort(-value, kind="stable")],
            ),
            covers=0.2 + 0.1 * index,
            at_least_partial=0.6,
            verdict=said,
            pairs=np.linspace(1, 0, 12).reshape(6, 2),
        )
        for index, (grades, _, said) in enumerate(LABELS)
    ]


def of_the_reader(asked: Asked) -> str:
    data = data_of(asked)
    grades, verdict, _ = LABELS[int(data["requirement"]["text"].split()[-1])]
    own = {text: grades[number] for number, text in enumerate(STATEMENTS)}
    together = verdict is Verdict.COVERED and 2 not in grades
    return graded(asked, lambda _, text: own[text], together=together)


def test_a_judge_that_answers_with_the_labels_agrees_with_them_through_the_whole_protocol(
    own: Settings, tmp_path: Path
) -> None:
    said: list[str] = []
    with serving(Scripted(of_the_reader)) as script:
        settings = asking(own, script, tmp_path, judge_share=1.0)
        figures = measure_judge(held(), 0.05, Judge(settings, Cache(None)), settings, said.append)
    assert figures.judge is not None and figures.built_in is not None and figures.with_judge is not None
    assert figures.judge.kappa == figures.with_judge.kappa == 1 and figures.built_in.kappa < 0.2
    assert figures.status == {"accepted": 4} and said and figures.worth is not None and figures.worth.total == 4


def test_a_share_and_the_bound_on_calls_limit_what_is_measured(own: Settings, tmp_path: Path) -> None:
    with serving(Scripted(of_the_reader)) as script:
        half = asking(own, script, tmp_path, judge_share=0.5)
        assert measure_judge(held(), 0.05, Judge(half, Cache(None)), half, lambda _: None).asked == 2
        few = asking(own, script, tmp_path, judge_share=1.0, judge_calls=13)
        assert measure_judge(held(), 0.05, Judge(few, Cache(None)), few, lambda _: None).asked == 1


def test_a_judge_that_fails_the_plain_cases_is_not_measured(own: Settings, tmp_path: Path) -> None:
    refusing = Scripted(lambda asked: completion("чепуха"), plain=False)
    with serving(refusing) as script:
        settings = asking(own, script, tmp_path, judge_share=1.0)
        figures = measure_judge(held(), 0.05, Judge(settings, Cache(None)), settings, lambda _: None)
    assert figures.judge is None and figures.asked == 0 and "0 of 12" in figures.problem


def test_the_curve_goes_from_the_built_in_verdicts_to_the_reader_s_own() -> None:
    points = curve(held(), 6, (0.0, 0.5, 1.0))
    assert [point.asked for point in points] == [0, 2, 4]
    kappas = [point.perfect["kappa_all"] for point in points]
    assert kappas[0] < kappas[1] < kappas[2] == 1 == points[2].seen["kappa_all"]
    # One candidate shown: the second requirement's other half is not seen, the third's only part neither.
    assert curve(held(), 1, (1.0,))[0].seen["kappa_all"] < 1


def test_the_page_s_table_of_the_curve_has_a_row_for_each_share() -> None:
    points = [msgspec.to_builtins(point) for point in curve(held(), 6, (0.0, 1.0))]
    page = judge_curve.written(f"before {judge_curve.BEGIN} old {judge_curve.END} after", points)
    assert (
        page.startswith("before <!-- curve -->\n| share")
        and page.endswith("<!-- /curve --> after")
        and "old" not in page
    )
    assert "\n| 0% | 0 | " in page and "\n| 100% | 4 | 1.00, 1.00 | " in page
