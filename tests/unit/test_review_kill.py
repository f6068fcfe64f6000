"""kill -9 at any moment loses no acknowledged decision: a hundred times on SQLite and on PostgreSQL."""

import os
import random
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("sqlalchemy")

from alignment.model import Verdict
from alignment.review.store import Store
from tests.unit.test_description import alignment
from tests.unit.test_review import worded
from tests.unit.test_review_postgresql import Cluster

ROUNDS = 100


def killed(url: str) -> None:
    """A hundred rounds: a process judges, is killed at a random moment, and all that it said is there."""
    store = Store(url)
    store.migrate()
    store.local_user()
    chance = random.Random(7)
    context = get_context("forkserver")
    lost = unsaid = 0
    one = worded(alignment(()))
    review, _ = store.add(msgspec.structs.replace(one, findings=one.findings[:1] * ROUNDS), "r", "local")
    items = [item.id for item in store.review(review).items]
    for number, item in enumerate(items):
        ours, theirs = context.Pipe(duplex=False)
        child = context.Process(target=judge, args=(url, number, item, theirs), daemon=True)
        child.start()
        theirs.close()
        assert ours.poll(60)
        time.sleep(chance.random() * 0.05)
        os.kill(child.pid, 9)
        child.join()
        said = []
        try:
            while ours.poll():
                said.append(ours.recv())
        except EOFError:
            pass
        kept = [entry.comment for entry in store.review(review).items[number].judgements]
        expected = [f"{number}/{version}" for version in said]
        lost += kept[: len(expected)] != expected
        assert len(kept) - len(expected) <= 1  # committed, and killed before it could say so
        unsaid += len(kept) - len(expected)
    assert lost == 0


def judge(url: str, number: int, item: int, said: Connection) -> None:
    """Judge one finding over and over and say each decision after it is kept."""
    store = Store(url)
    user = store.local_user()
    version = 0
    while True:
        store.judge(item, user, Verdict.GAP, version=version, comment=f"{number}/{version}")
        said.send(version)
        version += 1


def test_on_sqlite(tmp_path: Path) -> None:
    killed(f"sqlite:///{tmp_path / 'k.db'}")


def test_on_postgresql() -> None:
    pytest.importorskip("psycopg")
    with Cluster() as cluster:
        killed(cluster.url)


def test_the_server_itself_is_killed() -> None:
    """The database's own processes die at once, with what they had in memory; after a restart every word is there."""
    pytest.importorskip("psycopg")
    with Cluster() as cluster:
        store = Store(cluster.url)
        store.migrate()
        review, _ = store.add(worded(alignment(())), "r", "local")
        item, user = store.review(review).items[0].id, store.local_user()
        for version in range(5):
            store.judge(item, user, Verdict.GAP, version=version, comment=str(version))
            cluster.crash()
            kept = [entry.comment for entry in store.review(review).items[0].judgements]
            assert kept == [str(number) for number in range(version + 1)]
