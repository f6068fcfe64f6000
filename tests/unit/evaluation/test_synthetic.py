"""Sets of synthetic standards: models learn from them, no figure is measured on them."""

from __future__ import annotations

import pytest

from alignment.evaluation.judged_sets import SYNTHETIC_FOLDER, JudgedSet, training_sets
from alignment.model import Verdict
from alignment.settings import Settings
from tests.helpers.kept import KEPT

SETTINGS = Settings()
CORPORA = SETTINGS.data_path("corpora")


@pytest.fixture(scope="module")
def sets() -> list[JudgedSet]:
    return training_sets(CORPORA, SETTINGS)


@pytest.fixture(scope="module")
def synthetic(sets: list[JudgedSet]) -> list[JudgedSet]:
    return [where for where in sets if where.synthetic]


def test_synthetic_sets_follow_the_real_ones(sets: list[JudgedSet], synthetic: list[JudgedSet]) -> None:
    with (CORPORA / SYNTHETIC_FOLDER / "sets.tsv").open(encoding="utf-8") as file:
        names = [line.split("\t")[0] for line in file][1:]
    assert [where.name for where in synthetic] == names
    assert sets[-len(names) :] == synthetic


def test_no_synthetic_standard_stands_among_the_real_ones_and_no_kept_program_is_used(
    sets: list[JudgedSet], synthetic: list[JudgedSet]
) -> None:
    real = {where.standard.code for where in sets if not where.synthetic}
    assert not real & {where.standard.code for where in synthetic}
    kept = {(direction, profile) for direction, profile, _ in KEPT}
    assert not kept & {(where.program.code, where.program.title) for where in synthetic}


def test_verdicts_of_synthetic_sets_agree_with_their_grades(synthetic: list[JudgedSet]) -> None:
    for where in synthetic:
        for item in where.requirements:
            best = max(item.grades.values())
            assert (item.verdict is Verdict.GAP) == (best == 0), (where.name, item.requirement.id)
            if item.verdict is Verdict.COVERED:
                assert best == 2 or sum(grade == 1 for grade in item.grades.values()) > 1
