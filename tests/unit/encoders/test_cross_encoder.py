"""The reranker: its network, its cache, and how its answers enter a verdict."""

import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment.cache import Cache
from alignment.encoders.cross_encoder import DESCRIPTION_FILE, LOWER_FILE, CachedCrossEncoder, CrossEncoder
from alignment.errors import SettingsError
from alignment.matching.contextual_text import TextInContext
from alignment.matching.features import PAIR_FEATURES
from alignment.matching.profile import Calibration
from alignment.matching.reranking import rerank, reranker_input
from alignment.matching.verdict_model import Logit, SecondStage, VerdictModel
from alignment.model import Kind
from tests.conftest import ROOT

MODELS = ROOT / "models"


def side(text: str, kind: Kind, context: str) -> TextInContext:
    return TextInContext.of(text=text, kind=kind, context=context).normalized


ASKED = side(
    "Методы и средства проектирования баз данных",
    Kind.KNOWLEDGE,
    "Программист: Проектирование программного обеспечения",
)
GOOD = side("Проектирование баз данных: методы, нормализация, CASE-средства", Kind.TOPIC, "Базы данных")
BAD = side("Русская революция 1917 года", Kind.TOPIC, "История")


def test_a_topic_of_the_matter_is_above_one_of_another_field() -> None:
    good, bad = rerank(CrossEncoder(MODELS), [(ASKED, GOOD), (ASKED, BAD)])
    assert (good > bad).all()
    assert good[1] > 0 > bad[1]


def test_a_pair_has_one_answer_in_any_company() -> None:
    encoder = CrossEncoder(MODELS)
    pairs = [(ASKED, GOOD), (ASKED, BAD), (GOOD, ASKED)]
    together = rerank(encoder, pairs)
    alone = np.concatenate([rerank(encoder, [pair]) for pair in pairs])
    np.testing.assert_array_equal(together, alone)


def test_what_does_not_matter_in_a_text_changes_no_answer() -> None:
    loud = side(f"–  {'ПРОЕКТИРОВАНИЕ БАЗ ДАННЫХ: МЕТОДЫ,'}  «нормализация», CASE-средства.", Kind.TOPIC, "БАЗЫ ДАННЫХ")
    assert reranker_input(ASKED, loud) == reranker_input(ASKED, GOOD)


def test_what_stands_above_both_is_read_without_the_title_of_the_standard() -> None:
    left, right = reranker_input(ASKED, GOOD)
    assert left == "знание: методы и средства проектирования баз данных ; проектирование программного обеспечения"
    assert right.startswith("тема: ")
    assert right.endswith(" ; базы данных")


def test_a_text_without_context_stands_alone() -> None:
    assert reranker_input(side("Сети", Kind.TOPIC, ""), GOOD)[0] == "тема: сети"


def test_the_cache_keeps_answers_of_a_version() -> None:
    class Counting:
        version, dimension = "1", 2

        def __init__(self) -> None:
            self.asked: list[tuple[str, str]] = []

        def scores(self, pairs: list[tuple[str, str]]) -> np.ndarray:
            self.asked += pairs
            return np.asarray([[len(left), len(right)] for left, right in pairs], dtype=np.float32)

    inner, cache = Counting(), Cache(None)
    stated: list[tuple[int, int]] = []
    pairs = [("a", "bb"), ("ccc", "d"), ("a", "bb")]
    result = CachedCrossEncoder(inner, cache, lambda done, total: stated.append((done, total))).scores(pairs)  # type: ignore[arg-type]
    assert result.tolist() == [[1, 2], [3, 1], [1, 2]]
    assert stated == [(2, 2)]
    CachedCrossEncoder(inner, cache).scores(pairs)  # type: ignore[arg-type]
    assert len(inner.asked) == 2
    inner.version = "2"
    CachedCrossEncoder(inner, cache).scores(pairs)  # type: ignore[arg-type]
    assert len(inner.asked) == 4
    assert CachedCrossEncoder(inner, cache).scores([]).shape == (0, 2)  # type: ignore[arg-type]


def test_missing_weights_are_an_error_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="the reranker cannot be read"):
        CrossEncoder(tmp_path)


def test_damaged_weights_are_an_error_with_a_way_out(tmp_path: Path) -> None:
    for path in MODELS.glob("reranker*"):
        shutil.copy(path, tmp_path)
    (tmp_path / LOWER_FILE).write_bytes(b"nothing")
    assert (tmp_path / DESCRIPTION_FILE).is_file()
    with pytest.raises(SettingsError, match="weights of the reranker cannot be read"):
        CrossEncoder(tmp_path).scores([("a", "b")])


def test_what_no_judged_program_teaches_is_not_denied_to_one_that_does() -> None:
    # A network of all judged sets alone gave -3.0 and less: it knew that no program of the corpus meets these.
    repair = "Специалист по эксплуатации радиоэлектронных средств (инженер-электроник): Текущий ремонт"
    safety = "Безопасность жизнедеятельности"
    pairs = [
        (
            side("Виды и правила применения средств индивидуальной и коллективной защиты", Kind.KNOWLEDGE, repair),
            side("средства индивидуальной и коллективной защиты и правила их применения", Kind.KNOWLEDGE, safety),
        ),
        (
            side("Требования пожарной безопасности", Kind.KNOWLEDGE, "Управление проектами в области ИТ: Закрытие"),
            side("Пожарная безопасность", Kind.TOPIC, safety),
        ),
    ]
    assert (rerank(CrossEncoder(MODELS), pairs)[:, 1] > -2).all()


def logit(seed: int, count: int) -> Logit:
    random = np.random.default_rng(seed)
    return Logit(weights=random.normal(size=count).tolist(), bias=float(random.normal()))


def model(second: SecondStage | None) -> VerdictModel:
    count = len(PAIR_FEATURES)
    return VerdictModel(
        version="test",
        encoder="adapted",
        features=PAIR_FEATURES,
        centre=[0.1] * count,
        scale=[0.7] * count,
        covers=logit(1, count),
        at_least_partial=logit(2, count),
        covered=0.6,
        partial=0.3,
        common={},
        average_statement=[0.0] * 512,
        average_requirement=[0.0] * 512,
        second=second,
    )


SECOND = SecondStage(
    reranker="r", covers=logit(3, len(PAIR_FEATURES) + 2), at_least_partial=logit(4, len(PAIR_FEATURES) + 2)
)


def test_a_pair_that_was_not_read_keeps_what_its_features_say() -> None:
    features = np.random.default_rng(1).normal(size=(2, len(PAIR_FEATURES))).astype(np.float32)
    read = np.asarray([[1.0, 2.0], [np.nan, np.nan]], dtype=np.float32)
    result, plain = model(SECOND).log_odds(features, read), model(None).log_odds(features)
    np.testing.assert_allclose(result[1], plain[1])
    row = [*model(None).standardised(features[0]), *read[0]]
    wanted = [np.dot(row, each.weights) + each.bias for each in (SECOND.covers, SECOND.at_least_partial)]
    np.testing.assert_allclose(result[0], wanted)


def test_contributions_add_up_with_and_without_the_reranker() -> None:
    features = np.random.default_rng(2).normal(size=(1, len(PAIR_FEATURES))).astype(np.float32)
    read = np.asarray([[0.7, -1.3]], dtype=np.float32)
    for judge, stated in ((model(SECOND), read), (model(None), None)):
        added = sum(part.weight for part in judge.explain(features[0], stated[0] if stated is not None else None))
        assert judge.constant(reranked=stated is not None) + added == pytest.approx(
            float(judge.log_odds(features, stated).mean()), abs=0.005
        )


@given(st.tuples(*[st.floats(0.3, 3)] * 2), st.tuples(*[st.floats(-2, 2)] * 2))
@settings(max_examples=25, deadline=None)
def test_a_profile_shifts_what_comes_out_in_the_end(slopes: tuple[float, float], offsets: tuple[float, float]) -> None:
    shifts = tuple(Calibration(slope=slope, offset=offset) for slope, offset in zip(slopes, offsets, strict=True))
    before = model(SECOND)
    covers, at_least_partial = shifts
    second = SecondStage(
        reranker="r",
        covers=covers.apply(SECOND.covers),
        at_least_partial=at_least_partial.apply(SECOND.at_least_partial),
    )
    after = msgspec.structs.replace(
        before,
        covers=covers.apply(before.covers),
        at_least_partial=at_least_partial.apply(before.at_least_partial),
        second=second,
    )
    features = np.random.default_rng(4).normal(size=(3, len(PAIR_FEATURES))).astype(np.float32)
    read = np.asarray([[1, 2], [-1, 0.5], [np.nan, np.nan]], dtype=np.float32)
    np.testing.assert_allclose(
        after.log_odds(features, read), before.log_odds(features, read) * slopes + offsets, rtol=1e-6, atol=1e-6
    )
