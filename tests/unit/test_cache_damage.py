"""The cache proves itself: whatever byte of it is changed, no wrong value comes out and no run breaks."""

import json
import random
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from alignment.cache import CACHE_FILE, Cache, content_key, verified, with_checksum
from alignment.encoders import CachedEncoder
from alignment.encoders.digest import digest_of
from alignment.errors import SettingsError
from tests.conftest import ROOT, Run
from tests.helpers.letters import Letters

SYLLABUS = ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md"


def flipped(path: Path, count: int, seed: int) -> None:
    """Invert so many bytes at random places."""
    data = bytearray(path.read_bytes())
    chance = random.Random(seed)
    for _ in range(count):
        data[chance.randrange(len(data))] ^= 0xFF
    path.write_bytes(data)


def test_every_flipped_bit_of_an_entry_is_seen() -> None:
    key, value = content_key("k", "text"), bytes(range(40))
    entry = with_checksum(key, value)
    assert verified(key, entry) == value
    for position in range(len(entry) * 8):
        changed = bytearray(entry)
        changed[position // 8] ^= 1 << position % 8
        assert verified(key, bytes(changed)) is None
    assert verified(content_key("k", "other"), entry) is None
    assert verified(key, entry[:5]) is None
    for odd in (None, 7, "text"):  # what SQLite gives for a column whose type byte is damaged
        assert verified(key, odd) is None


def test_a_damaged_entry_is_said_and_computed_anew(tmp_path: Path) -> None:
    inner = Letters()
    with Cache(tmp_path) as cache:
        right = CachedEncoder(inner, cache).encode(["aab", "c"])
    with sqlite3.connect(tmp_path / CACHE_FILE) as base:
        base.execute(
            "UPDATE item SET value = zeroblob(length(value)) WHERE key = ?", (content_key("vector/letters/1/", "c"),)
        )
    with Cache(tmp_path) as cache:
        again = CachedEncoder(inner, cache).encode(["aab", "c"])
        assert cache.damaged == 1
        assert cache.warning
    assert np.array_equal(again, right)
    assert inner.asked == ["aab", "c", "c"]
    with Cache(tmp_path) as cache:
        assert np.array_equal(CachedEncoder(inner, cache).encode(["aab", "c"]), right)
        assert (cache.damaged, cache.warning) == (0, "")
    assert inner.asked == ["aab", "c", "c"]


@pytest.mark.parametrize("count", [1, 40, 300, 3000])
def test_flipped_bytes_anywhere_give_no_wrong_value(tmp_path: Path, count: int) -> None:
    keys = [content_key("k", str(number)) for number in range(3000)]
    with Cache(tmp_path / "whole") as cache:
        cache.put([(key, key * (1 + number % 90)) for number, key in enumerate(keys)])
    right = {key: key * (1 + number % 90) for number, key in enumerate(keys)}
    lost = 0
    for seed in range(12):
        folder = tmp_path / str(seed)
        folder.mkdir()
        shutil.copy(tmp_path / "whole" / CACHE_FILE, folder / CACHE_FILE)
        flipped(folder / CACHE_FILE, count, seed)
        with Cache(folder) as cache:
            result = cache.get(keys)
            assert result.items() <= right.items()
            lost += len(keys) - len(result)
            cache.put([(key, right[key]) for key in keys if key not in result])
            # A key that is out of order in the damaged tree may be missed again; it is never answered wrongly.
            assert cache.get(keys).items() <= right.items()
    assert lost > 0


def test_a_changed_model_of_an_old_version_has_vectors_of_its_own(tmp_path: Path) -> None:
    class FromFile(Letters):
        files = (tmp_path / "weights.npz",)

    FromFile.files[0].write_bytes(b"one")
    with Cache(tmp_path) as cache:
        first = FromFile()
        encoder = CachedEncoder(first, cache)
        encoder.encode(["aab"])
        CachedEncoder(first, cache).encode(["aab"])
        assert first.asked == ["aab"]
        before = encoder.digest
        assert cache.count() == 2  # the vector, and the digest of the file
        FromFile.files[0].write_bytes(b"two")
        second = FromFile()
        changed = CachedEncoder(second, cache)
        assert changed.version == encoder.version
        assert changed.digest != before
        changed.encode(["aab"])
        assert second.asked == ["aab"]
        FromFile.files[0].write_bytes(b"one")
        assert CachedEncoder(second, cache).digest == before
    assert digest_of((), Cache(None)) == ""
    with pytest.raises(SettingsError, match=r"none\.npz"):
        digest_of((tmp_path / "none.npz",), Cache(None))


def judged(report: str) -> list[tuple[str, float]]:
    return [(item["verdict"], round(item["probability"], 3)) for item in json.loads(report)["findings"]]


def test_a_check_on_a_damaged_cache_says_so_and_changes_no_verdict(align: Run, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    command = ("check", SYLLABUS, "-s", "40.034", "-f", "json", "--engine", "fast")
    expected = align(*command, env={"ALIGN_CACHE_DIR": str(folder)})
    assert expected.returncode == 0, expected.stderr
    with sqlite3.connect(folder / CACHE_FILE) as base:
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = (folder / CACHE_FILE).read_bytes()
    said = 0
    for seed, count in enumerate((40, 40, 300)):
        for path in folder.iterdir():
            path.unlink()
        (folder / CACHE_FILE).write_bytes(whole)
        flipped(folder / CACHE_FILE, count, seed)
        result = align(*command, env={"ALIGN_CACHE_DIR": str(folder)})
        assert result.returncode == 0, result.stderr
        assert "Traceback" not in result.stderr
        # A text that is computed anew in other company may differ in the last digit of its vector.
        assert judged(result.stdout) == judged(expected.stdout)
        said += "cache" in result.stderr
    assert said
