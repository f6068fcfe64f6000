"""Vectors of judged texts as the encoder would give them had it not seen their field."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from alignment.encoders import Cache, unit
from alignment.encoders.adapted import AdaptedEncoder
from alignment.errors import SettingsError
from alignment.settings import load_settings
from alignment.tuning import unseen
from alignment.tuning.gold import read_pairs
from alignment.tuning.links import half_of
from alignment.tuning.unlinked import descriptions, judged_texts


class Plain:
    """Texts to a vector of ones."""

    name, version, dimension = "plain", "3", 8

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        return unit(np.ones((len(texts), 8), dtype=np.float32))


def test_known_texts_have_their_kept_vectors_and_others_the_encoders(tmp_path: Path) -> None:
    kept = unit(np.random.default_rng(1).normal(size=(2, 8)).astype(np.float32))
    unseen.write(tmp_path / unseen.FILE, "3", ["one", "two"], kept)
    encoder = unseen.UnseenEncoder(Plain(), tmp_path)
    vectors = encoder.encode(["two", "three", "one", "two"])
    assert np.allclose(vectors[[2, 0]], kept, atol=0.01)
    assert np.allclose(vectors[1], Plain().encode(["three"])[0])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert encoder.version != Plain.version  # what a cache keeps for the one is not the other's
    assert encoder.encode([]).shape == (0, 8)


def test_vectors_of_another_encoder_are_refused(tmp_path: Path) -> None:
    unseen.write(tmp_path / unseen.FILE, "2", ["one"], np.ones((1, 8), dtype=np.float32))
    with pytest.raises(SettingsError, match="belong to the encoder 2, not to 3"):
        unseen.UnseenEncoder(Plain(), tmp_path)
    (tmp_path / unseen.FILE).write_bytes(b"PK nothing")
    with pytest.raises(SettingsError, match="cannot be read"):
        unseen.UnseenEncoder(Plain(), tmp_path)
    (tmp_path / unseen.FILE).unlink()
    with pytest.raises(SettingsError, match="cannot be read"):
        unseen.UnseenEncoder(Plain(), tmp_path)


def test_the_shipped_file_has_the_texts_of_all_judged_pairs() -> None:
    pairs = read_pairs(load_settings().data_path("corpora") / "gold" / "pairs.tsv")
    first, second = (set(judged_texts(pairs, part)) for part in (0, 1))
    apart = sorted(first ^ second)
    assert 0.35 < len(first) / (len(first) + len(second)) < 0.65
    assert len(first & second) < 0.03 * len(apart)  # titles, and traps from another field
    encoder, plain = unseen.load_unseen("adapted", Cache(None)), AdaptedEncoder()
    some = apart[::40]
    cosines = (encoder.encode(some) * plain.encode(some)).sum(axis=1)
    assert float(cosines.min()) > 0.7  # two networks of one family
    assert float(cosines.max()) < 0.9999  # and yet another one


def test_a_field_is_in_one_half_and_sentences_are_cut(tmp_path: Path) -> None:
    assert {half_of(f"field {number}") for number in range(20)} == {0, 1}
    table = tmp_path / "d.csv"
    table.write_text(
        "id;description\n1;Изучаются методы анализа данных. Цель: навыки работы.\n2;\n3;Кратко.\n", encoding="utf-8-sig"
    )
    assert descriptions(table) == ["Изучаются методы анализа данных.", "Цель: навыки работы."]
