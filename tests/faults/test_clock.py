"""A clock that is wrong, or jumps while work is under way, changes no result and loses nothing."""

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tests.conftest import ROOT, Run

SYLLABUS = ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md"
LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


@pytest.fixture
def clock(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A file that says what time it is, and the environment of a process that believes it."""
    if LIBRARY is None:
        pytest.skip("needs libfaketime")
    file = tmp_path / "time"
    file.write_text("+0")
    return file, {
        "LD_PRELOAD": str(LIBRARY),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # as on a real machine whose clock is set
    }


@pytest.mark.parametrize(
    "when", ["1970-01-02 00:00:00", "1999-12-31 23:59:59", "2038-01-19 03:14:08", "2106-02-08 00:00:00"]
)
@pytest.mark.parametrize("report", ["docx", "xlsx", "json"])
def test_any_date(when: str, report: str, clock: tuple[Path, dict[str, str]], align: Run, tmp_path: Path) -> None:
    file, env = clock
    file.write_text(f"@{when}")
    target = tmp_path / f"r.{report}"
    result = align("check", SYLLABUS, "-s", "06.001", "-f", report, "-o", target, env=env)
    if report == "docx" and when.startswith("1970"):  # a zip cannot bear the date that python-docx takes from the clock
        assert (result.returncode, target.exists()) == (2, False)
        assert "Set the clock" in result.stderr
        return
    assert result.returncode == 0, result.stderr
    if report == "json":
        results = msgspec.json.decode(target.read_bytes())
        expected = msgspec.json.decode(align("check", SYLLABUS, "-s", "06.001", "-f", "json").stdout)
        assert results == expected
    else:
        assert target.read_bytes()[:2] == b"PK"


def test_jumps_during_a_check(clock: tuple[Path, dict[str, str]], align: Run, tmp_path: Path) -> None:
    file, env = clock
    expected = align("check", SYLLABUS, "-s", "06.005", "-f", "csv")
    over = threading.Event()

    def jump() -> None:
        while not over.is_set():
            for shift in ("-400d", "+0", "+10y", "-1h"):
                file.write_text(shift)
                time.sleep(0.05)

    thread = threading.Thread(target=jump)
    thread.start()
    try:
        env["ALIGN_CACHE_DIR"] = str(tmp_path / "cold")
        result = align("check", SYLLABUS, "-s", "06.005", "-f", "csv", env=env)
        index = align("index", "--index", tmp_path / "index", ROOT / "corpora" / "standards" / "06.001.xml", env=env)
    finally:
        over.set()
        thread.join()
    assert (result.returncode, result.stdout) == (0, expected.stdout), result.stderr
    assert index.returncode == 0, index.stderr
    assert "-" not in index.stdout.partition(" s")[0].rpartition(" ")[2]  # no negative seconds
    assert align("suggest", SYLLABUS, "--index", tmp_path / "index").returncode == 0


def test_decisions_stand_in_the_order_they_were_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sqlalchemy")
    from alignment.model import Verdict
    from alignment.review import tables
    from alignment.review.agreement import latest
    from alignment.review.store import ReviewStore
    from tests.helpers.results import alignment, worded
    from tests.helpers.reviewing import client

    class Clock(datetime):
        shift = timedelta()

        @classmethod
        def now(cls, tz=None):  # type: ignore[no-untyped-def]
            return datetime.now(tz or UTC) + cls.shift

    monkeypatch.setattr(tables, "datetime", Clock)
    store = ReviewStore(f"sqlite:///{tmp_path / 'r.db'}")
    store.migrate()
    number, _ = store.add(worded(alignment(())), "r", "local")
    user = store.local_user()
    item = store.review(number).items[0].id
    for version, (verdict, days) in enumerate([(Verdict.GAP, 0), (Verdict.COVERED, -30), (Verdict.PARTIAL, -400)]):
        Clock.shift = timedelta(days=days)
        store.judge(item, user, verdict, version=version, comment=str(version))
    result = store.review(number).items[0]
    assert [entry.comment for entry in result.decisions] == ["0", "1", "2"]
    assert latest(result)[user.id].comment == "2"
    assert client(store).get(f"/reviews/{number}/0").status_code == 200


@pytest.mark.parametrize(
    ("days", "status", "place"),
    [(-1, 303, "/login"), (13, 200, None), (15, 303, "/login")],
    ids=["clock set back", "within two weeks", "after two weeks"],
)
def test_a_session_of_the_future_or_of_long_ago_asks_for_the_password(
    days: int, status: int, place: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("fastapi")
    from alignment.review.store import ReviewStore
    from alignment.review.tables import Role
    from tests.helpers.reviewing import PASSWORD, client, post

    store = ReviewStore(f"sqlite:///{tmp_path / 'r.db'}")
    store.migrate()
    store.add_user("olga", "Olga", Role.EXPERT, PASSWORD)
    browser = client(store, local=False)
    page = browser.get("/login").text
    assert post(browser, "/login", page, login="olga", password=PASSWORD).status_code == 303
    assert browser.get("/").status_code == 200
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + days * 86_400)
    answer = browser.get("/")
    assert (answer.status_code, answer.headers.get("location")) == (status, place)
