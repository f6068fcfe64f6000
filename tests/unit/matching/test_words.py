"""Words with a counterpart: in the same language, in another, and none."""

import numpy as np
import pytest

from alignment.encoders import load_encoder
from alignment.language.analysis import Analysis
from alignment.matching.word_vectors import WordVectors
from tests.conftest import MODELS

OWN = Analysis(language="ru", lemmas=("настраивать", "сетевой", "оборудование"), objects=("оборудование",))
NEAR = Analysis(language="ru", lemmas=("конфигурировать", "маршрутизатор"))
SAME = Analysis(language="en", lemmas=("configure", "network", "equipment"))
FAR = Analysis(language="ru", lemmas=("лист", "корень"))
EMPTY = Analysis(language="ru", lemmas=())


@pytest.fixture(scope="module")
def words() -> WordVectors:
    return WordVectors(load_encoder(MODELS), [OWN, NEAR, SAME, FAR, EMPTY])


def test_counterparts_are_ordered_by_meaning(words: WordVectors) -> None:
    own, near, same, far, empty = words.counterparts(OWN, [OWN, NEAR, SAME, FAR, EMPTY], {})
    assert own == pytest.approx([1, 1, 1], abs=1e-5)
    assert own[0] >= same[0] > near[0] > far[0]
    assert same[1] > far[1]
    assert empty == pytest.approx(0)
    assert np.all(words.counterparts(EMPTY, [OWN, FAR], {}) == 0)


def test_each_row_is_its_own(words: WordVectors) -> None:
    together = words.counterparts(OWN, [FAR, EMPTY, SAME], {"сетевой": 0.2})
    for index, other in enumerate([FAR, EMPTY, SAME]):
        assert together[index] == pytest.approx(words.counterparts(OWN, [other], {"сетевой": 0.2})[0], abs=1e-6)


def test_a_word_that_weighs_nothing_is_not_missed(words: WordVectors) -> None:
    part = Analysis(language="ru", lemmas=("оборудование",))
    all_alike = words.counterparts(OWN, [part], {})[0, 0]
    light = words.counterparts(OWN, [part], {"настраивать": 0.01, "сетевой": 0.01})[0, 0]
    assert light > 0.95 > all_alike


def test_missing_words_are_those_that_nothing_in_the_other_means(words: WordVectors) -> None:
    assert words.missing(OWN, OWN) == ()
    assert words.missing(OWN, SAME) == ()
    assert words.missing(OWN, FAR) == OWN.lemmas
    assert words.missing(OWN, EMPTY) == OWN.lemmas
    part = Analysis(language="ru", lemmas=("оборудование",))
    assert "оборудование" not in words.missing(OWN, part)
    assert "сетевой" in words.missing(OWN, part)
    assert words.missing(EMPTY, OWN) == ()
