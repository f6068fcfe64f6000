"""Sets of recalled standards: models learn from them, no figure is measured on them."""

from __future__ import annotations

import pytest

from alignment.evaluation.judged_sets import RECALLED_FOLDER, JudgedSet, training_sets
from alignment.model import Verdict
from alignment.settings import Settings

SETTINGS = Settings()
CORPORA = SETTINGS.data_path("corpora")
# The programs that are kept to measure with (card of corpora/gold/real).
KEPT = {
    ("12.03.05", "Лазерные технологии"),
    ("09.03.02", "Программирование и интернет-технологии"),
    ("16.03.01", "Нанофотоника и квантовая оптика"),
    ("09.03.04", "Системное и прикладное программное обеспечение"),
}


@pytest.fixture(scope="module")
def sets() -> list[JudgedSet]:
    return training_sets(CORPORA, SETTINGS)


@pytest.fixture(scope="module")
def recalled(sets: list[JudgedSet]) -> list[JudgedSet]:
    return [where for where in sets if where.recalled]


def test_recalled_sets_follow_the_real_ones(sets: list[JudgedSet], recalled: list[JudgedSet]) -> None:
    with (CORPORA / RECALLED_FOLDER / "sets.tsv").open(encoding="utf-8") as file:
        names = [line.split("\t")[0] for line in file][1:]
    assert [where.name for where in recalled] == names
    assert sets[-len(names) :] == recalled


def test_no_recalled_standard_stands_among_the_real_ones_and_no_kept_program_is_used(
    sets: list[JudgedSet], recalled: list[JudgedSet]
) -> None:
    real = {where.standard.code for where in sets if not where.recalled}
    assert not real & {where.standard.code for where in recalled}
    assert not KEPT & {(where.program.code, where.program.title) for where in recalled}


def test_verdicts_of_recalled_sets_agree_with_their_grades(recalled: list[JudgedSet]) -> None:
    for where in recalled:
        for item in where.requirements:
            best = max(item.grades.values())
            assert (item.verdict is Verdict.GAP) == (best == 0), (where.name, item.requirement.id)
            if item.verdict is Verdict.COVERED:
                assert best == 2 or sum(grade == 1 for grade in item.grades.values()) > 1
