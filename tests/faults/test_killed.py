"""kill -9, a hundred times each: nothing acknowledged is lost, nothing half-written is read.

Index builds: tests/unit/catalogue/test_register.py; decisions of experts: tests/unit/review/test_review_kill.py.
"""

import sqlite3
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from alignment import i18n, reports
from alignment.cache import CACHE_FILE, Cache, content_key
from alignment.cli.common import whole_file
from tests.helpers.ground import killed
from tests.helpers.results import alignment, worded


def value_of(number: int) -> bytes:
    return content_key("value", str(number)) * 128


def put(folder: str, number: int, said: Connection) -> None:
    """Batches of ten, each said when it is stored."""
    with Cache(Path(folder)) as cache:
        at = number * 1_000_000
        while True:
            cache.put([(content_key("k", str(at + step)), value_of(at + step)) for step in range(10)])
            said.send(at)
            at += 10


def test_writes_of_the_cache(tmp_path: Path) -> None:
    acknowledged: list[int] = []

    def check(number: int, said: list[object]) -> None:
        acknowledged.extend(said)
        with Cache(tmp_path) as cache:
            assert not cache.warning
            wanted = {content_key("k", str(at + step)): value_of(at + step) for at in said for step in range(10)}
            assert cache.get(list(wanted)) == wanted
            # Of the batch that was under way all rows are there or none.
            last = said[-1] + 10
            rows = cache.get([content_key("k", str(last + step)) for step in range(10)])
            assert len(rows) in (0, 10)

    killed(partial(put, str(tmp_path)), check)
    base = sqlite3.connect(tmp_path / CACHE_FILE)
    assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert base.execute("SELECT count(*) FROM item").fetchone()[0] >= len(acknowledged) * 10
    assert not (tmp_path / CACHE_FILE).with_suffix(".damaged").exists()


def made(language: str) -> bytes:
    i18n.activate(language)
    result = reports.render([worded(alignment(()))], "xlsx")
    i18n.activate("en")
    assert isinstance(result, bytes)
    return result


def write(folder: str, both: tuple[bytes, bytes], number: int, said: Connection) -> None:
    """Two reports in turn into one file."""
    at = 0
    while True:
        with whole_file(str(Path(folder) / "report.xlsx"), binary=True) as target:
            for start in range(0, len(both[at % 2]), 4096):
                target.write(both[at % 2][start : start + 4096])
        said.send(at)
        at += 1


def test_writes_of_a_report(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    both = (made("en"), made("ru"))
    assert both[0] != both[1]

    def check(number: int, said: list[object]) -> None:
        kept = (tmp_path / "report.xlsx").read_bytes()
        # The last one acknowledged, or the next one, whole.
        assert kept in (both[said[-1] % 2], both[(said[-1] + 1) % 2])

    killed(partial(write, str(tmp_path), both), check)
