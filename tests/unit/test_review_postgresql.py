"""The same store on a real PostgreSQL: a cluster of its own in a temporary folder."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("psycopg")

from alignment.errors import OutputError
from alignment.model import Verdict
from alignment.review.store import ConflictError, Store
from tests.unit.test_description import alignment
from tests.unit.test_review import worded


def _bin() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    programs = _bin()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    # PostgreSQL refuses to run as root; its own account needs a folder that it can reach.
    root = Path(subprocess.run(["mktemp", "-d", "/tmp/alignpg.XXXXXX"], capture_output=True, text=True).stdout.strip())
    as_owner: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(root, "postgres")
        as_owner = ["runuser", "-u", "postgres", "--"]
    data = root / "data"
    run = {"check": True, "capture_output": True, "cwd": root}
    subprocess.run([*as_owner, programs / "initdb", "-D", data, "-U", "align", "-A", "trust", "-E", "UTF8"], **run)
    options = f"-k {root} -c listen_addresses='' -c fsync=on"
    subprocess.run(
        [*as_owner, programs / "pg_ctl", "-D", data, "-w", "-l", root / "log", "-o", options, "start"], **run
    )
    try:
        yield f"postgresql+psycopg://align@/postgres?host={root}"
    finally:
        subprocess.run(
            [*as_owner, programs / "pg_ctl", "-D", data, "-m", "fast", "stop"], cwd=root, capture_output=True
        )
        shutil.rmtree(root, ignore_errors=True)


def test_the_store_on_postgresql(url: str) -> None:
    store = Store(url)
    store.migrate()
    store.migrate()
    number, _ = store.add(worded(alignment(())), "экспертиза", "local")
    user = store.local_user()
    item = store.review(number).items[0].id
    store.judge(item, user, Verdict.GAP, version=0, comment="«кавычки» и 'апострофы'; drop table items;")
    with pytest.raises(ConflictError):
        store.judge(item, user, Verdict.COVERED, version=0)
    assert [entry.comment for entry in store.review(number).items[0].judgements] == [
        "«кавычки» и 'апострофы'; drop table items;"
    ]


def test_of_many_at_once_one_wins_each_round(url: str) -> None:
    store = Store(url)
    store.migrate()
    number, _ = store.add(worded(alignment(())), "r", "local")
    user = store.local_user()
    item = store.review(number).items[1].id

    def attempt(version: int) -> bool:
        try:
            store.judge(item, user, Verdict.PARTIAL, version=version)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(max_workers=8) as pool:
        for version in range(5):
            assert sum(pool.map(attempt, [version] * 8)) == 1
    assert len(store.review(number).items[1].judgements) == 5


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be opened"):
        Store(f"postgresql+psycopg://align@/postgres?host={tmp_path}").migrate()
