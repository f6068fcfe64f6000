"""Precedents: graded pairs like a pair, as features of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.errors import SettingsError
from alignment.matching.precedents import (
    PRECEDENT_FEATURES,
    PRECEDENTS_FILE,
    PRIOR_AT_LEAST_PARTIAL,
    PRIOR_COVERS,
    Precedents,
    load_precedents,
    no_precedents,
    save_precedents,
)
from alignment.settings import Settings

BOTH = {name: PRECEDENT_FEATURES.index(f"precedents_same_{name}") for name in ("at_least_partial", "covers", "weight")}


def axis(*places: int) -> np.ndarray:
    """Unit vectors along axes, shape (len(places), 4)."""
    return np.eye(4, dtype=np.float32)[list(places)]


def precedents(grades: list[int]) -> Precedents:
    """Requirement 0 with the statements along axes 0, 1, …, graded so, and requirement 1 with none of its own."""
    count = len(grades)
    return Precedents(
        version="test",
        encoder="test",
        centre=np.zeros(4, dtype=np.float32),
        axes=np.eye(4, dtype=np.float32),
        requirement_vectors=axis(0, 1),
        statement_vectors=axis(*range(count)),
        pair_requirement=np.zeros(count, dtype=np.int64),
        pair_statement=np.arange(count, dtype=np.int64),
        grades=np.asarray(grades, dtype=np.int64),
        requirements=("уметь отлаживать программы", "знать оптику"),
        statements=tuple(f"положение {place}" for place in range(count)),
        disciplines=("Программирование",) * count,
    )


def share(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))


def test_the_very_pair_decides_and_another_statement_hardly_counts() -> None:
    table = precedents([2, 0]).features(axis(0)[0], axis(0, 1, 2))
    assert share(table[0, BOTH["covers"]]) > 0.9
    assert share(table[1, BOTH["covers"]]) < 0.1
    # A statement that is like none keeps nearly the prior.
    assert share(table[2, BOTH["covers"]]) == pytest.approx(PRIOR_COVERS, abs=0.01)


def test_what_is_unlike_all_requirements_knows_nothing() -> None:
    table = precedents([2, 1]).features(axis(3)[0], axis(0, 1))
    assert table == pytest.approx(np.repeat(no_precedents().features(np.zeros(1), np.zeros((1, 1))), 2, axis=0))
    assert share(table[0, BOTH["at_least_partial"]]) == pytest.approx(PRIOR_AT_LEAST_PARTIAL)


def test_a_requirement_was_judged_before_if_one_like_it_was() -> None:
    known = precedents([2, 1])
    assert known.known_share(axis(0, 3)) == 0.5
    assert known.known_share(axis(1)) == 1.0
    assert no_precedents().known_share(axis(0)) == 0.0


def test_a_statement_was_judged_before_only_in_its_own_words() -> None:
    known = precedents([2, 1])
    assert known.same_words_share(axis(0, 1, 3)) == pytest.approx(2 / 3)
    assert known.same_words_share(np.repeat(axis(0, 3), 2000, axis=0)) == 0.5
    assert no_precedents().same_words_share(axis(0)) == 0.0


def test_a_statement_of_several_requirements_adds_up() -> None:
    one = precedents([1, 0])
    pairs = {
        "pair_requirement": np.asarray([0, 0, 1, 1]),
        "pair_statement": np.asarray([1, 0, 1, 0]),
        "grades": np.asarray([0, 1, 2, 2]),
    }
    both = replace(one, requirement_vectors=axis(0, 0), **pairs)
    table = both.features(axis(0)[0], axis(0, 1))
    # Each statement has two pairs of the very same requirement: grades 1 and 2, and 0 and 2.
    assert [round(float(np.exp(row[BOTH["weight"]]))) for row in table] == [2, 2]
    assert share(table[0, BOTH["covers"]]) == pytest.approx(0.5, abs=0.01)
    assert share(table[1, BOTH["at_least_partial"]]) == pytest.approx(0.5, abs=0.01)


def test_hidden_pairs_count_for_nothing() -> None:
    known = precedents([2, 0])
    shown, hidden = known.features(axis(0)[0], axis(0), [np.zeros(2, dtype=bool), np.asarray([True, False])])
    assert shown == pytest.approx(known.features(axis(0)[0], axis(0)))
    assert share(hidden[0, BOTH["covers"]]) < 0.1


def test_without_the_same_words_only_other_statements_count() -> None:
    known = precedents([2, 1])
    all_words = known.features(axis(0)[0], axis(0), same_words=True)
    other_words = known.features(axis(0)[0], axis(0), same_words=False)
    assert all_words == pytest.approx(known.features(axis(0)[0], axis(0)))
    assert (other_words < all_words)[0, PRECEDENT_FEATURES.index("precedents_same_weight")]


@given(st.lists(st.integers(0, 2), min_size=1, max_size=4), st.data())
def test_a_better_grade_never_lowers_a_share(grades: list[int], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(grades) - 1))
    better = [max(grade, 2) if number == place else grade for number, grade in enumerate(grades)]
    one, two = (precedents(each).features(axis(0)[0], axis(0, 1, 2, 3)) for each in (grades, better))
    for name, column in BOTH.items():
        if name != "weight":
            assert (two[:, column] >= one[:, column] - 1e-5).all()


def test_the_nearest_are_the_pair_itself_and_then_the_rest() -> None:
    first, *_ = precedents([1, 0, 2]).nearest(axis(0)[0], axis(2)[0], 2)
    assert (first.statement, first.grade, first.requirement) == ("положение 2", 2, "уметь отлаживать программы")
    assert first.likeness == 1
    assert precedents([1]).nearest(axis(3)[0], axis(0)[0], 2) == []


def test_they_are_kept_in_a_file_and_come_back(tmp_path: Path) -> None:
    known = precedents([2, 1, 0])
    save_precedents(tmp_path / PRECEDENTS_FILE, known)
    again = load_precedents(tmp_path)
    assert (again.requirements, again.statements, again.version) == (known.requirements, known.statements, "test")
    assert again.features(axis(0)[0], axis(0, 1)) == pytest.approx(known.features(axis(0)[0], axis(0, 1)), abs=1e-3)


def test_a_damaged_or_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=PRECEDENTS_FILE):
        load_precedents(tmp_path)
    (tmp_path / PRECEDENTS_FILE).write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(SettingsError, match=PRECEDENTS_FILE):
        load_precedents(tmp_path)


def test_the_shipped_ones_fit_the_shipped_model(settings: Settings) -> None:
    models = settings.data_path("models")
    shipped = load_precedents(models)
    fitted = msgspec.json.decode((models / "verdict.json").read_bytes())
    assert shipped.version == fitted["precedents"]
    assert len(shipped.pair_requirement) == len(shipped.pair_statement) == len(shipped.grades) > 60_000
    assert (np.diff(shipped.pair_requirement) >= 0).all()
    assert set(np.unique(shipped.grades)) == {0, 1, 2}
    assert len(shipped.requirements) == len(shipped.requirement_vectors)
    assert len(shipped.statements) == len(shipped.disciplines) == len(shipped.statement_vectors)
