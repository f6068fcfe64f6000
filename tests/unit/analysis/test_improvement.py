"""The smallest set of changes.

It reaches the target, fits the room, and is no dearer than what a plain search finds.
"""

import io
import itertools
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from msgspec import structs
from rich.console import Console

from alignment import api
from alignment.analysis import coverage
from alignment.analysis.improvement import DISTANCE_COST, NEW_TOPIC_HOURS, ImprovementPlan, Solution, solve
from alignment.errors import InputError
from alignment.model import Alignment, Kind, Verdict
from alignment.reports.json_text import render as as_json
from alignment.reports.plan import as_csv, as_xlsx, draw
from alignment.settings import Settings
from tests.conftest import ROOT, Run

SAMPLE = ROOT / "corpora" / "programs" / "11.03.03-2018"


@pytest.fixture(scope="module")
def checked(cache_dir: Path) -> Alignment:
    settings = Settings(cache_dir=str(cache_dir))
    program = api.load_program(SAMPLE, settings=settings)
    return api.check(program, api.load_standard("06.005", settings=settings), settings=settings)


def test_the_plan_reaches_the_target_within_the_room(checked: Alignment, settings: Settings) -> None:
    made = api.plan(checked, 0.35, settings=settings)
    assert made.reached
    assert made.after >= 0.35 > made.before == coverage(checked).total.coverage
    closed = {item for step in made.steps for item in step.ids}
    assert len(closed) == sum(len(step.ids) for step in made.steps)
    open_ones = {item.requirement.id for item in checked.findings if item.verdict is not Verdict.COVERED}
    assert closed <= open_ones
    room = {item.title: 0.1 * 36 * (item.credits or 3.0) for item in checked.program.disciplines}
    for title in {step.discipline for step in made.steps}:
        assert sum(step.hours for step in made.steps if step.discipline == title) <= room[title] + 1e-6
    gain = sum(step.gain for step in made.steps)
    assert made.after == pytest.approx(made.before + gain, abs=0.002)
    more = api.plan(checked, 0.45, settings=settings)
    assert more.hours > made.hours


def test_the_hours_that_a_discipline_gives_are_its_room(checked: Alignment, settings: Settings) -> None:
    """A college gives hours and no credits; the plan took 3 credits for 201 hours: 10 hours instead of 20."""
    best = max(checked.program.disciplines, key=lambda item: len(item.statements))
    college = structs.replace(best, credits=None, hours=201.0)
    program = structs.replace(checked.program, disciplines=(college,))
    made = api.plan(structs.replace(checked, program=program), 0.6, settings=settings)
    assert not made.reached
    assert made.room == pytest.approx(20.1)
    assert 18 < made.hours <= 20.1
    assert made.assumed == 0
    text = said(made)
    assert "there is room for 20 hours of new content (10% of the 201 hours of the program)." in text
    assert f"{made.left} more changes do not fit" in text
    assert "credits are assumed" not in text
    bare = structs.replace(
        checked, program=structs.replace(program, disciplines=(structs.replace(best, credits=None),))
    )
    unknown = api.plan(bare, 0.6, settings=settings)
    assert (unknown.assumed, unknown.program_hours) == (1, 108.0)
    assert "hours or credits of some disciplines (1): 3 credits are assumed" in said(unknown)


def test_out_of_reach_is_said_with_the_most_that_fits(checked: Alignment, settings: Settings) -> None:
    little = api.plan(checked, 1.0, share=0.02, settings=settings)
    assert not little.reached
    assert little.before < little.after < 1
    free = api.plan(checked, 0.6, share=0.02, free_credits=40, settings=settings)
    assert free.reached
    assert any(step.discipline == "" for step in free.steps)
    assert api.plan(checked, 0.1, settings=settings).steps == ()


def said(plan: ImprovementPlan) -> str:
    screen = Console(width=120, record=True, file=io.StringIO())
    screen.print(draw(plan))
    return " ".join(screen.export_text().split())


def test_a_search_that_runs_out_of_time_does_not_say_out_of_reach(
    checked: Alignment, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alignment.analysis.improvement.SECONDS", 0.0)
    made = api.plan(checked, 0.6, settings=settings)
    assert made.undecided
    assert not made.reached
    assert "ended before any changes were found" in said(made)
    assert "out of reach" not in said(made)


def test_a_search_without_the_cheapest_plan_still_stops_at_the_target(
    checked: Alignment, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unfinished(*given: Any) -> Solution:
        return Solution(None, proven=False) if given[-1] is not None else solve(*given)

    monkeypatch.setattr("alignment.analysis.improvement.solve", unfinished)
    made = api.plan(checked, 0.3, settings=settings)
    assert made.undecided
    assert made.reached
    assert 0.3 <= made.after < 0.31
    assert "there may be cheaper ones" in said(made)
    far = api.plan(checked, 1.0, share=0.02, settings=settings)
    assert far.undecided
    assert not far.reached
    assert "best changes that were found" in said(far)


def test_what_only_titles_tell_is_no_gap_to_close(checked: Alignment, settings: Settings) -> None:
    """Nobody knows whether it is taught; and what a description promises is no discipline to change."""
    silent = [item.requirement.id for item in checked.findings if item.verdict is Verdict.GAP][:20]
    findings = tuple(
        structs.replace(item, verdict=Verdict.UNKNOWN) if item.requirement.id in silent else item
        for item in checked.findings
    )
    made = api.plan(structs.replace(checked, findings=findings), 1.0, free_credits=60, settings=settings)
    unknown = {item.requirement.id for item in findings if item.verdict is Verdict.UNKNOWN}
    assert made.unknown == len(unknown)
    assert not unknown & {item for step in made.steps for item in step.ids}
    assert not any(step.discipline.startswith("Компетенции программы") for step in made.steps)
    screen = Console(width=80, record=True, file=io.StringIO())
    screen.print(draw(made))
    shown = " ".join(screen.export_text().split())
    assert f"Only titles speak for {len(unknown)} requirements" in shown
    assert made.steps[0].ids[0] in shown


def test_titles_alone_are_no_ground_for_a_plan(checked: Alignment, settings: Settings) -> None:
    bare = tuple(
        structs.replace(item, statements=tuple(structs.replace(one, kind=Kind.TITLE) for one in item.statements[:1]))
        for item in checked.program.disciplines
    )
    with pytest.raises(InputError, match="the content of only 0 of"):
        api.plan(
            structs.replace(checked, program=structs.replace(checked.program, disciplines=bare)), 0.9, settings=settings
        )


def cost_of(chosen, near, hours) -> float:  # type: ignore[no-untyped-def]
    own = sum(hours[row] * (1 + DISTANCE_COST * (near[row].max() - near[row, column])) for row, column in chosen)
    return own + NEW_TOPIC_HOURS * len({column for _, column in chosen})


@hypothesis_settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31))
def test_no_other_choice_is_cheaper(seed: int) -> None:
    random = np.random.default_rng(seed)
    near = random.random((4, 2))
    hours, gains = random.integers(1, 7, 4).astype(float), random.integers(1, 4, 4).astype(float)
    capacity = random.integers(2, 14, 2).astype(float)
    missing = float(random.integers(1, 9))
    pairs = [(row, column) for row in range(4) for column in range(2)]
    best = None
    for places in itertools.product((None, 0, 1), repeat=4):
        chosen = [(row, place) for row, place in enumerate(places) if place is not None]
        loads = [sum(hours[row] for row, place in chosen if place == column) for column in range(2)]
        if sum(gains[row] for row, _ in chosen) >= missing and all(np.asarray(loads) <= capacity + 1e-9):
            best = min(best, cost_of(chosen, near, hours)) if best is not None else cost_of(chosen, near, hours)
    result, proven = solve(pairs, near, hours, gains, capacity, missing)
    assert proven
    assert (result is None) == (best is None)
    if result is not None:
        assert cost_of(result, near, hours) <= best * 1.006 + 1e-6


def test_the_tables_can_be_edited(checked: Alignment, settings: Settings, tmp_path: Path) -> None:
    made = api.plan(checked, 0.3, settings=settings)
    (tmp_path / "p.xlsx").write_bytes(as_xlsx(made))
    sheet = openpyxl.load_workbook(tmp_path / "p.xlsx").worksheets[0]
    first = [row[0].value for row in sheet.iter_rows()]
    head = first.index("What to add") + 1
    assert sheet.max_row - head == len(made.steps)
    assert sheet.cell(head, 14).value == "Decision"
    assert as_csv(made).count("\n") == len(made.steps) + 1
    assert json.loads(as_json(made))["reached"] is True


def test_the_command(align: Run, tmp_path: Path) -> None:
    made = align("plan", SAMPLE, "-s", "06.005", "--target", "30", "--engine", "fast", "--ui-lang", "ru")
    assert made.returncode == 0, made.stderr
    assert re.search(r"Покрытие \d+\s% → 3\d\s%", made.stdout)
    far = align(
        "plan",
        SAMPLE,
        "-s",
        "06.005",
        "-t",
        "100",
        "--share",
        "1",
        "--engine",
        "fast",
        "-f",
        "xlsx",
        "-o",
        tmp_path / "p.xlsx",
    )
    assert far.returncode == 1
    assert (tmp_path / "p.xlsx").is_file()
    assert align("plan", SAMPLE, "-s", "06.005", "-f", "xlsx").returncode == 2
