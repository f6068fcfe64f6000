"""The encoder of models/encoder.npz."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from alignment.encoders import unit
from alignment.encoders.fine_tuned import COMMON_COSINE, FineTunedEncoder, quantize, recentre
from alignment.errors import SettingsError
from tests.conftest import MODELS

ENCODER = FineTunedEncoder(MODELS)


def test_one_space_for_many_languages() -> None:
    texts = [
        "отладка программ",
        "debugging of programs",
        "Fehlersuche in Programmen",
        "débogage de programmes",
        "уборка картофеля",
    ]
    vectors = ENCODER.encode(texts)
    assert vectors.shape == (5, 512)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    near, far = vectors[1:4] @ vectors[0], vectors[4] @ vectors[:4].T
    assert near.min() > far.max()


@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
@hypothesis_settings(max_examples=40, deadline=None)
def test_a_text_has_the_same_vector_in_any_company(texts: list[str]) -> None:
    together = ENCODER.encode(texts)
    alone = np.concatenate([ENCODER.encode([text]) for text in texts])
    assert np.isfinite(together).all()
    assert together == pytest.approx(alone, abs=2e-4)


def test_a_long_text_and_no_text() -> None:
    assert ENCODER.encode([]).shape == (0, 512)
    assert np.isfinite(ENCODER.encode(["слово " * 5000])).all()


def test_four_bits_keep_the_direction_of_a_row() -> None:
    table = np.random.default_rng(1).normal(size=(50, 512)).astype(np.float32)
    codes, low, step = quantize(table)
    assert codes.shape == (50, 256)
    whole = np.empty_like(table)
    whole[:, 0::2], whole[:, 1::2] = codes >> 4, codes & 15
    whole = whole * step[:, None].astype(np.float32) + low[:, None].astype(np.float32)
    cosine = (whole * table).sum(1) / np.linalg.norm(whole, axis=1) / np.linalg.norm(table, axis=1)
    assert cosine.min() > 0.98


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "encoder.npz"
    path.write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(SettingsError, match="cannot be read") as caught:
        FineTunedEncoder(tmp_path)
    assert str(path) in str(caught.value)


def test_it_is_numpy_s_version_of_the_network_that_was_trained() -> None:
    torch = pytest.importorskip("torch", reason="the extra [train] is not installed")
    from alignment.encoders.fine_tuned import _Net
    from models.recipe.encoder_net import EncoderNet, flat

    net = _Net(ENCODER.path)
    table = net._tokens(np.arange(len(net.codes)))
    same = EncoderNet(table, net.weights)
    texts = ["Проверка работоспособности узлов", "test boards", "x"]
    with torch.no_grad():
        vectors = same(flat(net.pieces.encode(texts, add_bos=True, add_eos=True))).numpy()
    assert recentre(vectors, net.centre) == pytest.approx(ENCODER.encode(texts), abs=1e-3)


def test_what_all_texts_have_in_common_is_the_same_share_of_every_cosine() -> None:
    random = np.random.default_rng(3)
    for cone in (0.2, 1.0, 3.0):  # narrower and narrower
        rows = unit(random.normal(size=(400, 64)) + cone * np.sqrt(64) * np.eye(64)[0])
        vectors = recentre(rows, rows.mean(axis=0))
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)
        assert np.median(vectors[:200] @ vectors[200:].T) == pytest.approx(COMMON_COSINE, abs=0.02)
    assert recentre(rows, np.zeros(64, dtype=np.float32)) == pytest.approx(rows)
