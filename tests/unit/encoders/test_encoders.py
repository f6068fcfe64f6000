import sqlite3
import threading
from pathlib import Path

import numpy as np

from alignment.cache import CACHE_FILE, Cache, clear, content_key, size
from alignment.encoders import CachedEncoder
from tests.helpers.letters import Letters


def test_each_text_is_computed_once(tmp_path: Path) -> None:
    inner = Letters()
    with Cache(tmp_path) as cache:
        first = CachedEncoder(inner, cache).encode(["aab", "c", "aab"])
    with Cache(tmp_path) as cache:
        second = CachedEncoder(inner, cache).encode(["c", "aab", "b"])
    assert inner.asked == ["aab", "c", "b"]
    assert np.array_equal(first[[1, 0]], second[:2])
    assert np.allclose(np.linalg.norm(second, axis=1), 1)


def test_another_version_is_another_vector() -> None:
    assert content_key("vector/use/1", "x") != content_key("vector/use/2", "x")


def test_a_damaged_cache_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / CACHE_FILE).write_bytes(b"not a database" * 100)
    with Cache(tmp_path) as cache:
        cache.put([(b"k", b"v")])
        assert cache.get([b"k"]) == {b"k": b"v"}
    assert (tmp_path / CACHE_FILE).with_suffix(".damaged").exists()


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with Cache(tmp_path / "file" / "cache") as cache:
        assert "cannot be used" in cache.warning
        cache.put([(b"k", b"v")])
        assert cache.get([b"k"]) == {b"k": b"v"}


def test_a_half_written_vector_is_computed_again(tmp_path: Path) -> None:
    inner = Letters()
    with Cache(tmp_path) as cache:
        cache.put([(content_key("vector/letters/1", "aab"), b"\x00" * 5)])
        assert CachedEncoder(inner, cache).encode(["aab"]).shape == (1, 3)
    assert inner.asked == ["aab"]


def test_concurrent_writers_lose_nothing(tmp_path: Path) -> None:
    def write(worker: int) -> None:
        with Cache(tmp_path) as cache:
            for number in range(50):
                cache.put([(f"{worker}-{number}".encode(), b"v")])

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Cache(tmp_path) as cache:
        assert cache.count() == 200


def test_a_cut_off_write_leaves_the_cache_whole(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        cache.put([(b"k", b"v")])
    base = sqlite3.connect(tmp_path / CACHE_FILE, isolation_level=None)
    base.execute("BEGIN")
    base.execute("INSERT INTO item VALUES (x'00', x'00')")
    base.close()  # as a killed process: no COMMIT
    with Cache(tmp_path) as cache:
        assert cache.count() == 1


def test_clear_frees_what_size_says(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        cache.put([(b"k", b"v" * 1000)])
    before = size(tmp_path)
    assert clear(tmp_path) == before > 0
    assert size(tmp_path) == 0
