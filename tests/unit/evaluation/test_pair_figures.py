"""Figures of judged pairs, and scores of engines, against loops by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from alignment.evaluation.pair_figures import classes, figures
from alignment.evaluation.scorers import BATCH, engine_scorer, tfidf, token_set_ratio


@given(st.integers(0, 2**31), st.integers(3, 60))
@hypothesis_settings(max_examples=20, deadline=None)
def test_figures_of_judged_pairs_by_loops(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    at_least_partial = random.random(count)
    chances = np.stack([at_least_partial * random.random(count), at_least_partial], axis=1)
    labels = [("covered", "partial", "none")[n] for n in random.integers(0, 3, count)]
    three = classes(chances)
    assert three.shape == (count, 3)
    assert three.sum(axis=1) == pytest.approx(1)
    assert three.min() >= 0
    result = figures(labels, three)
    right = np.asarray([("covered", "partial", "none").index(label) for label in labels])
    precision, recall, score, _ = precision_recall_fscore_support(
        right, three.argmax(axis=1), labels=[0, 1, 2], zero_division=0
    )
    assert result["macro_f1"] == pytest.approx(score.mean())
    assert [result[f"precision_{name}"] for name in ("covered", "partial", "none")] == pytest.approx(list(precision))
    assert [result[f"recall_{name}"] for name in ("covered", "partial", "none")] == pytest.approx(list(recall))
    credit = {"covered": 1.0, "partial": 0.5, "none": 0.0}
    brier = np.mean([(row[0] + row[1] / 2 - credit[label]) ** 2 for row, label in zip(three, labels, strict=True)])
    assert result["brier"] == pytest.approx(brier)
    error = 0.0
    for tenth in range(10):
        inside = [n for n in range(count) if tenth / 10 <= three[n].max() < (tenth + 1) / 10 + (tenth == 9)]
        if inside:
            sure = np.mean([three[n].max() for n in inside])
            hit = np.mean([three[n].argmax() == right[n] for n in inside])
            error += abs(sure - hit) * len(inside) / count
    assert result["ece"] == pytest.approx(error)


def test_an_engine_is_scored_by_its_cosines_and_tells_how_far_it_is() -> None:
    texts = [f"text {n}" for n in range(BATCH + 100)]
    stated: list[tuple[int, int]] = []

    class Fake:
        name, version, dimension = "fake", "1", 4

        def encode(self, given: list[str]) -> np.ndarray:
            rows_ = np.asarray([[len(text), int(text[5:]) % 7, 1, 2] for text in given], dtype=np.float32)
            return rows_ / np.linalg.norm(rows_, axis=1, keepdims=True)

    block = engine_scorer(Fake(), lambda done, total: stated.append((done, total)))(texts[:5], texts)
    vectors = Fake().encode(texts)
    assert block(1, 4) == pytest.approx(vectors[1:4] @ vectors.T)
    assert stated[-1] == (BATCH + 100, BATCH + 100)
    assert [done for done, _ in stated] == [BATCH, BATCH + 100]
    for scorer in (tfidf, token_set_ratio):
        scores = scorer(["пайка плат", "отладка"], ["отладка программ", "пайка печатных плат", "суп"])(0, 2)
        assert scores.shape == (2, 3)
        assert list(scores.argmax(axis=1)) == [1, 0]
