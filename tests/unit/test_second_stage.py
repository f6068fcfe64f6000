"""How far the reader is believed beside the features."""

import numpy as np
import pytest

from alignment.matching.verdict import Second
from alignment.tuning import readings
from alignment.tuning.gold import Pair, read_pairs
from alignment.tuning.judge import CREDIT
from alignment.tuning.measure import Scores
from alignment.tuning.second_stage import Mined, second_stage
from tests.conftest import ROOT

MODELS = ROOT / "models"


@pytest.fixture(scope="module")
def gold() -> list[Pair]:
    return read_pairs(ROOT / "corpora" / "gold" / "pairs.tsv")


@pytest.fixture(scope="module")
def held(gold: list[Pair]) -> Scores:
    """Probabilities of features that know something: the judgement under much noise."""
    noise = np.random.default_rng(1).normal(scale=2, size=(len(gold), 2))
    credit = np.asarray([CREDIT[pair.label] for pair in gold])
    return np.asarray(1 / (1 + np.exp(-(4 * np.stack([credit - 0.75, credit - 0.25], axis=1) + noise))))


def fitted(gold: list[Pair], held: Scores, belief: tuple[float, float]) -> tuple[Second, Scores]:
    random = np.random.default_rng(2)
    wrong = Mined(
        first=random.normal(size=(200, 2)), told=random.normal(size=(200, 2)).astype(np.float32), right=False, share=0.3
    )
    return second_stage(gold, held, MODELS / readings.FILE, ((wrong,), (wrong,)), belief)


def test_without_belief_the_features_decide(gold: list[Pair], held: Scores) -> None:
    second, chances = fitted(gold, held, (0.0, 0.0))
    assert (second.first, second.read, second.offset) == ((1.0, 1.0), (0.0, 0.0), (0.0, 0.0))
    assert chances == pytest.approx(held)


def test_half_the_belief_is_half_the_way(gold: list[Pair], held: Scores) -> None:
    whole, by_reader = fitted(gold, held, (1.0, 1.0))
    half, between = fitted(gold, held, (1.0, 0.5))
    for name, alone in (("first", 1.0), ("read", 0.0), ("offset", 0.0)):
        covers, touches = getattr(whole, name)
        assert getattr(half, name) == pytest.approx((covers, (touches + alone) / 2), abs=1e-4)
    assert between[:, 0] == pytest.approx(by_reader[:, 0])
    low, high = np.minimum(held[:, 1], by_reader[:, 1]), np.maximum(held[:, 1], by_reader[:, 1])
    assert ((between[:, 1] >= low - 1e-9) & (between[:, 1] <= high + 1e-9)).all()


def test_the_reader_knows_more_than_noisy_features(gold: list[Pair], held: Scores) -> None:
    second, chances = fitted(gold, held, (1.0, 1.0))
    assert min(second.read) > 0.2
    touched = np.asarray([pair.label != "none" for pair in gold])
    error = [float(np.mean((part[:, 1] - touched) ** 2)) for part in (held, chances)]
    assert error[1] < error[0] / 2
