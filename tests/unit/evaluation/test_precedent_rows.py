"""What judged requirements may see of the precedents: never the answer itself."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from alignment.evaluation import crossvalidation
from alignment.evaluation.crossvalidation import FoldModels, predictions, program_folds, standard_folds
from alignment.evaluation.judged_sets import JudgedRequirement, JudgedSet
from alignment.evaluation.precedent_rows import FIRST_COLUMN, JudgedPairs, View, both_views, precedent_tables
from alignment.evaluation.training_rows import TrainingRow
from alignment.matching.features import PAIR_FEATURES
from alignment.matching.precedents import PRECEDENT_FEATURES, Precedents
from alignment.model import Kind, Program, Requirement, Standard, Verdict, WorkFunction

COVERS = PRECEDENT_FEATURES.index("precedents_same_covers")
PROGRAMS, STANDARDS = ("алгебра", "оптика", "химия"), ("06.001", "40.037")


def row(program: str, standard: str) -> TrainingRow:
    """A judged requirement with one candidate; every one has the same texts, so that each pair is like each other."""
    judged = JudgedRequirement(
        requirement=Requirement(id="k1", text="Основы права", kind=Kind.KNOWLEDGE),
        function=WorkFunction(code="A/01.6", name="Работа", level="6", requirements=()),
        verdict=Verdict.COVERED,
        grades={"1": 2},
    )
    where = JudgedSet(
        name=f"{program}-{standard}",
        program=Program(title=program, disciplines=()),
        standard=Standard(code=standard, title=standard, functions=()),
        field="law",
        relation="own field",
        requirements=(judged,),
    )
    return TrainingRow(
        where=where,
        index=0,
        features=np.zeros((1, len(PAIR_FEATURES)), dtype=np.float32),
        vectors=np.ones((2, 1), dtype=np.float16),
        pairs=(("", ""),),
        reranker_log_odds=np.zeros((1, 2), dtype=np.float32),
        grades=np.asarray([2]),
        candidates=np.asarray([0]),
        summary=lambda chances: np.zeros(1, dtype=np.float32),
        best=lambda expected: [0],
    )


ITEMS = [row(program, standard) for program in PROGRAMS for standard in STANDARDS]


@pytest.fixture
def judged() -> JudgedPairs:
    """One pair of each program and standard, all of one requirement and one statement; all cover."""
    count = len(ITEMS)
    one = np.ones((1, 1), dtype=np.float32)
    precedents = Precedents(
        version="test",
        encoder="test",
        centre=np.zeros(1, dtype=np.float32),
        axes=one,
        requirement_vectors=one,
        statement_vectors=one,
        pair_requirement=np.zeros(count, dtype=np.int64),
        pair_statement=np.zeros(count, dtype=np.int64),
        grades=np.full(count, 2),
        requirements=("основы права",),
        statements=("право",),
        disciplines=("Право",),
    )
    return JudgedPairs(
        precedents,
        np.asarray([item.where.program.title for item in ITEMS]),
        np.asarray([item.where.standard.code for item in ITEMS]),
    )


def seen(weight: float) -> int:
    """How many pairs stand behind a feature "weight": each of them weighs one here."""
    return round(float(np.exp(weight)))


def test_a_row_sees_other_programs_and_its_own_standard_only_where_it_may(judged: JudgedPairs) -> None:
    every = np.ones(len(ITEMS), dtype=bool)
    (table, *_) = precedent_tables(ITEMS, judged, [View(every), View(every, own_standard=False), View(~every)])
    (without, *_) = precedent_tables(ITEMS, judged, [View(every)], same_words=False)
    weight = PRECEDENT_FEATURES.index("precedents_same_weight")
    # Of six pairs two are of its own program; of the other four two are of its own standard. All have the same words.
    assert [seen(view[0, weight]) for view in table] == [4, 2, 0]
    assert [seen(view[0, weight]) for view in without] == [0]


def test_rows_come_twice_with_their_precedents_in_place(judged: JudgedPairs) -> None:
    rows = both_views(ITEMS, judged)
    assert len(rows) == 2 * len(ITEMS)
    weight = FIRST_COLUMN + PRECEDENT_FEATURES.index("precedents_same_weight")
    assert [seen(item.features[0, weight]) for item in rows] == [4] * len(ITEMS) + [2] * len(ITEMS)
    assert (ITEMS[0].features == 0).all()


@pytest.mark.parametrize("make", [standard_folds, program_folds])
def test_a_fold_never_sees_what_it_holds_out(make: type, judged: JudgedPairs) -> None:
    folds = make(ITEMS, judged)
    weight = FIRST_COLUMN + PRECEDENT_FEATURES.index("precedents_same_weight")
    count = len(folds.left_out)
    assert set(folds.fold) <= set(range(count))
    for number in range(count):
        held = [item for item, fold in zip(ITEMS, folds.fold, strict=True) if fold == number]
        programs = {item.where.program.title for item in held}
        learned = folds.seen(number)
        assert not programs & {item.where.program.title for item in learned}
        if make is standard_folds:
            assert not {item.where.standard.code for item in held} & {item.where.standard.code for item in learned}
    # Two other programs were judged against both standards; a new standard leaves those of the other one.
    expected = 2 if make is standard_folds else 4
    assert [seen(item.features[0, weight]) for item in folds.held()] == [expected] * len(ITEMS)
    assert [seen(item.features[0, weight]) for item in folds.held_other_words(judged)] == [0] * len(ITEMS)


def test_nothing_is_measured_on_synthetic_standards(judged: JudgedPairs, monkeypatch: pytest.MonkeyPatch) -> None:
    last = ITEMS[-1]
    synthetic = msgspec.structs.replace(last, where=msgspec.structs.replace(last.where, synthetic=True))
    folds = program_folds([*ITEMS[:-1], synthetic], judged)
    assert any(synthetic.where.name == item.where.name for number in range(5) for item in folds.seen(number))
    monkeypatch.setattr(crossvalidation, "predict_held_out", lambda item, *models: item.where.name)
    none: FoldModels = ()  # type: ignore[assignment]
    said = predictions(folds, [none] * len(folds.left_out))
    assert list(map(str, said)) == [item.where.name for item in ITEMS[:-1]]
