"""Two processes on one store and one cache: every word is kept, and of two on one finding one is told so."""

from multiprocessing.connection import Connection
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")

from alignment.cache import Cache, content_key
from alignment.model import Verdict
from alignment.review.store import ConflictError, ReviewStore
from tests.helpers.ground import started
from tests.helpers.postgresql import Cluster
from tests.helpers.results import alignment, worded

TIMES = 50


def judge(url: str, name: str, item: int, said: Connection) -> None:
    """Fifty decisions on one finding, each on what was seen last; a conflict is seen and tried again.

    Says that it is done.
    """
    store = ReviewStore(url)
    user = store.local_user()
    version = 0
    for number in range(TIMES):
        while True:
            try:
                store.judge(item, user, Verdict.GAP, version=version, comment=f"{name}{number}")
                version += 1
                break
            except ConflictError:
                version = next(entry.version for entry in store.review(1).items if entry.id == item)
    said.send(True)


def two_on(url: str) -> None:
    store = ReviewStore(url)
    store.migrate()
    store.local_user()
    number, _ = store.add(worded(alignment(())), "r", "local")
    items = store.review(number).items
    given = (("a", items[0]), ("b", items[0]), ("c", items[1]))
    for process, ours in [started(judge, url, name, item.id) for name, item in given]:
        assert ours.poll(120)
        ours.recv()
        process.join()
        assert process.exitcode == 0
    kept = [[entry.comment for entry in item.decisions] for item in store.review(number).items]
    assert sorted(kept[0]) == sorted(f"{name}{number}" for name in "ab" for number in range(TIMES))
    assert kept[1] == [f"c{number}" for number in range(TIMES)]


def test_two_processes_on_one_sqlite_file(tmp_path: Path) -> None:
    two_on(f"sqlite:///{tmp_path / 'r.db'}")


def test_two_processes_on_one_server() -> None:
    pytest.importorskip("psycopg")
    with Cluster() as cluster:
        two_on(cluster.url)


def fill(folder: str, name: str, said: Connection) -> None:
    with Cache(Path(folder)) as cache:
        for number in range(TIMES):
            cache.put([(content_key(name, f"{number}/{step}"), f"{name}{number}".encode()) for step in range(20)])
        said.send(cache.warning)


def test_two_processes_fill_one_cache(tmp_path: Path) -> None:
    given = [started(fill, str(tmp_path), name) for name in "abc"]
    assert [ours.recv() for _, ours in given] == ["", "", ""]
    with Cache(tmp_path) as cache:
        keys = {content_key(name, f"{number}/{step}"): f"{name}{number}".encode() for name in "abc" for number in range(TIMES) for step in range(20)}  # fmt: skip
        assert cache.get(list(keys)) == keys
