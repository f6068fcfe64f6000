"""How a slow verdict model teaches the default one: pairs, labels, weights, and readings that are kept."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from alignment.encoders import Cache, Vectors, load_encoder
from alignment.errors import SettingsError
from alignment.matching.features import FEATURES
from alignment.matching.texts import Side
from alignment.matching.verdict import VerdictModel, load_model
from alignment.model import GeneralizedFunction, Kind, Requirement, Standard, WorkFunction
from alignment.tuning import teaching
from alignment.tuning.fitting import Data, Lesson, hard, with_lessons
from alignment.tuning.gold import Pair, read_pairs
from alignment.tuning.standard_pairs import Found, Miner, drawn
from alignment.tuning.teaching import KnownReadings, Lessons, Taught, lessons, measured
from tests.conftest import ROOT

MODELS = ROOT / "models"


class Counted:
    """A reader that knows nothing but counts, and says how long a text is."""

    name, version, dimension = "counted", "1", 2

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, texts: list[str]) -> Vectors:
        self.read += texts
        return np.asarray([[-len(text) / 1000, len(text) / 1000] for text in texts], dtype=np.float32)


@pytest.fixture(scope="module")
def teacher() -> VerdictModel:
    return load_model(MODELS, "teacher")


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    reader = Counted()
    monkeypatch.setattr(teaching, "load_reader", lambda model, cache: reader)
    return reader


def found(count: int, group: str) -> Found:
    side = Side.of(text="a", kind=Kind.SKILL, context="b")
    features = np.arange(count * len(FEATURES), dtype=np.float32).reshape(count, -1)
    return Found(pairs=((side, side),) * count, features=features, groups=np.asarray([group] * count))


def judged(count: int) -> Data:
    return Data(
        features=np.zeros((count, len(FEATURES)), dtype=np.float32),
        labels=np.arange(count) % 2 == 0,
        groups=np.asarray(["g"] * count),
        weights=np.ones(count),
        judged=np.ones(count, dtype=bool),
    )


def test_a_lesson_weighs_its_share_and_stands_with_either_answer() -> None:
    told = Lesson(found=found(3, "s"), yes=np.asarray([1.0, 0.25, 0.0]), share=0.5)
    data = with_lessons(judged(10), [told])
    assert len(data.labels) == 14  # sure answers stand once
    more = slice(10, None)
    assert data.weights[more].sum() == pytest.approx(5.0)
    yes = data.labels[more]
    assert data.weights[more][yes].sum() == pytest.approx(5 * 1.25 / 3)
    assert not data.judged[more].any()
    assert set(data.groups[more]) == {"s"}
    assert (data.features[more][yes] == told.found.features[:2]).all()


def test_one_answer_for_all_and_what_calibration_looks_at() -> None:
    data = with_lessons(judged(4), [hard(found(2, "t"), False, 0.5, judged=True)])
    assert not data.labels[4:].any()
    assert data.judged.all()
    assert data.weights[4:].tolist() == [1.0, 1.0]


def test_what_was_read_is_kept_and_not_read_again(teacher: VerdictModel, counted: Counted, tmp_path: Path) -> None:
    assert teacher.second is not None
    first = KnownReadings(tmp_path, teacher, Cache(None))
    said = first.encode(["one", "three", "one"])
    assert counted.read == ["one", "three"]
    assert said.shape == (3, 2)
    assert (said[0] == said[2]).all()
    first.write(tmp_path / teaching.FILE)

    second = KnownReadings(tmp_path, teacher, Cache(None))
    assert (second.encode(["three", "one"]) == said[[1, 0]]).all()
    assert counted.read == ["one", "three"]
    second.encode(["another"])
    assert counted.read[2:] == ["another"]
    assert second.encode([]).shape == (0, 2)

    other = msgspec.structs.replace(teacher, second=msgspec.structs.replace(teacher.second, reader="another"))
    assert KnownReadings(tmp_path, other, Cache(None)).encode(["one"]).shape == (1, 2)
    assert counted.read[3:] == ["one"]  # another reader may think otherwise


def test_a_model_that_reads_nothing_cannot_teach(teacher: VerdictModel, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot teach"):
        KnownReadings(tmp_path, msgspec.structs.replace(teacher, second=None), Cache(None))


def test_damaged_readings_are_named(teacher: VerdictModel, tmp_path: Path) -> None:
    (tmp_path / teaching.FILE).write_bytes(b"no archive")
    with pytest.raises(SettingsError, match="readings of the pairs that teach") as raised:
        KnownReadings(tmp_path, teacher, Cache(None))
    assert raised.value.file == str(tmp_path / teaching.FILE)


def standard(code: str, *functions: tuple[str, tuple[str, ...]]) -> Standard:
    return Standard(
        code=code,
        title=f"Стандарт {code}",
        functions=(
            GeneralizedFunction(
                code="A",
                name="Все",
                level="6",
                functions=tuple(
                    WorkFunction(
                        code=f"A/0{number}.6",
                        name=name,
                        level="6",
                        requirements=tuple(
                            Requirement(id=f"{code}-{number}-{place}", kind=Kind.ACTION, text=text)
                            for place, text in enumerate(texts)
                        ),
                    )
                    for number, (name, texts) in enumerate(functions, 1)
                ),
            ),
        ),
    )


def parts(told: Lessons) -> tuple[Taught, ...]:
    return told.near, told.far, told.abroad, told.programs


def test_the_teacher_labels_what_the_pupil_takes_for_best(teacher: VerdictModel, cache_dir: Path) -> None:
    standards = [
        standard("16.001", ("Кладка", ("Класть кирпич", "Готовить раствор")), ("Отделка", ("Красить стены",))),
        standard("25.001", ("Полеты", ("Прокладывать курс корабля", "Готовить запуск"))),
    ]
    gold = [pair for pair in read_pairs(ROOT / "corpora" / "gold" / "pairs.tsv") if pair.group == "welding"]
    assert gold
    reader = Counted()
    with Cache(cache_dir) as cache:
        miner = Miner(load_encoder("adapted"), cache, {})
        sources = drawn(standards, miner, 1)
        pupil = msgspec.structs.replace(teacher, second=None)
        told = lessons(sources, gold, miner, teacher, reader)
        again = measured(told, sources, Miner(load_encoder("use"), cache, {}))
        same = measured(told, sources, miner)
    near = {(left.text, right.text) for left, right in told.near.found.pairs}
    assert near == {
        ("Класть кирпич", "Красить стены"),
        ("Готовить раствор", "Красить стены"),
        ("Красить стены", "Класть кирпич"),
        ("Красить стены", "Готовить раствор"),
    }
    fields = {left.context: right.context for left, right in told.far.found.pairs}
    assert all(("Стандарт 16" in above) == (below == "Полеты") for above, below in fields.items())
    known = {(pair.requirement.text, pair.statement) for pair in gold}
    shown = [(left.text, right) for left, right in told.programs.found.pairs]
    assert not known & set(shown)
    assert len(shown) == teaching.PROGRAMS_BEST * len({pair.requirement_id for pair in gold}) == len(set(shown))
    assert {right for _, right in told.abroad.found.pairs} <= {pair.statement for pair in gold}
    assert len(told.abroad.found.pairs) == teaching.BEST * sum(len(source.requirements) for source in sources)
    for part in parts(told):
        assert part.chances.shape == (len(part.found.pairs), 2)
        assert (part.chances[:, 0] <= part.chances[:, 1]).all()
    by_pupil = pupil.probability(told.programs.found.features)
    each = by_pupil.reshape(-1, teaching.PROGRAMS_BEST)
    assert (np.diff(each, axis=1) <= 1e-9).all()

    # Another engine meets the same pairs and labels; only what it measures differs.
    for part, other, once_more in zip(parts(told), parts(again), parts(same), strict=True):
        assert other.found.pairs == part.found.pairs
        assert (other.chances == part.chances).all()
        assert not np.allclose(other.found.features[:, 0], part.found.features[:, 0], atol=0.01)
        assert once_more.found.features == pytest.approx(part.found.features, abs=1e-4)


def test_topics_are_of_the_right_discipline_and_short() -> None:
    topics = read_pairs(ROOT / "corpora" / "gold" / "topics.tsv")
    pairs = read_pairs(ROOT / "corpora" / "gold" / "pairs.tsv")
    covering: dict[str, set[str]] = {}
    for pair in pairs:
        if pair.label == "covered":
            covering.setdefault(pair.requirement_id, set()).add(pair.statement.context)
    first: dict[str, Pair] = {pair.requirement_id: pair for pair in pairs}
    assert len(topics) == len({pair.requirement_id for pair in topics}) == 172
    for topic in topics:
        assert topic.label == "none"
        assert topic.requirement == first[topic.requirement_id].requirement
        assert topic.group == first[topic.requirement_id].group
        assert topic.statement.context in covering[topic.requirement_id]
        assert len(topic.statement.text.split()) <= 4
