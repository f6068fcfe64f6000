"""kill -9 at any moment loses no acknowledged decision: a hundred times on SQLite and on PostgreSQL."""

from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("sqlalchemy")

from alignment.model import Verdict
from alignment.review.store import ReviewStore
from tests.helpers.ground import ROUNDS, killed
from tests.helpers.postgresql import Cluster
from tests.helpers.results import alignment, worded


def kept_whatever_happens(url: str) -> None:
    """A process judges, is killed at a random moment, and all that it said is there."""
    store = ReviewStore(url)
    store.migrate()
    store.local_user()
    one = worded(alignment(()))
    review, _ = store.add(msgspec.structs.replace(one, findings=one.findings[:1] * ROUNDS), "r", "local")
    items = [item.id for item in store.review(review).items]

    def check(number: int, said: list[object]) -> None:
        kept = [entry.comment for entry in store.review(review).items[number].decisions]
        assert kept[: len(said)] == [f"{number}/{version}" for version in said]
        assert len(kept) - len(said) <= 1  # committed, and killed before it could say so

    killed(partial(judge, url, items), check, longest=0.05)


def judge(url: str, items: list[int], number: int, said: Connection) -> None:
    """Judge one finding over and over and say each decision after it is kept."""
    store = ReviewStore(url)
    user = store.local_user()
    version = 0
    while True:
        store.judge(items[number], user, Verdict.GAP, version=version, comment=f"{number}/{version}")
        said.send(version)
        version += 1


def test_on_sqlite(tmp_path: Path) -> None:
    kept_whatever_happens(f"sqlite:///{tmp_path / 'k.db'}")


@pytest.mark.slow
def test_on_postgresql() -> None:
    pytest.importorskip("psycopg")
    with Cluster() as cluster:
        kept_whatever_happens(cluster.url)


@pytest.mark.slow
def test_the_server_itself_is_killed() -> None:
    """The database's own processes die at once, with what they had in memory; after a restart every word is there."""
    pytest.importorskip("psycopg")
    with Cluster() as cluster:
        store = ReviewStore(cluster.url)
        store.migrate()
        review, _ = store.add(worded(alignment(())), "r", "local")
        item, user = store.review(review).items[0].id, store.local_user()
        for version in range(5):
            store.judge(item, user, Verdict.GAP, version=version, comment=str(version))
            cluster.crash()
            kept = [entry.comment for entry in store.review(review).items[0].decisions]
            assert kept == [str(number) for number in range(version + 1)]
