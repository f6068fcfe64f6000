"""The same store on a real PostgreSQL: a cluster of its own in a temporary folder."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("psycopg")

from alignment.errors import OutputError

pytest.importorskip("fastapi")

from alignment.model import Verdict
from alignment.review import queries
from alignment.review.queries import Filters
from alignment.review.store import ConflictError, ReviewStore
from alignment.review.tables import Role
from tests.helpers.postgresql import Cluster
from tests.helpers.results import alignment, worded
from tests.helpers.reviewing import client, post


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Cluster() as cluster:
        yield cluster.url


def test_the_store_on_postgresql(url: str) -> None:
    store = ReviewStore(url)
    store.migrate()
    store.migrate()
    number, _ = store.add(worded(alignment(())), "экспертиза", "local")
    user = store.local_user()
    item = store.review(number).items[0].id
    store.judge(item, user, Verdict.GAP, version=0, comment="«кавычки» и 'апострофы'; drop table items;")
    with pytest.raises(ConflictError):
        store.judge(item, user, Verdict.COVERED, version=0)
    assert [entry.comment for entry in store.review(number).items[0].decisions] == [
        "«кавычки» и 'апострофы'; drop table items;"
    ]


def test_of_many_at_once_one_wins_each_round(url: str) -> None:
    store = ReviewStore(url)
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
    assert len(store.review(number).items[1].decisions) == 5


def test_people_sessions_and_odd_text_on_postgresql(url: str) -> None:
    """PostgreSQL refuses a NUL in a text; nobody's request may end in that."""
    store = ReviewStore(url)
    store.migrate()
    number, _ = store.add(worded(alignment(())), "имя\x00", "local")
    store.add_user("egor", "Егор\x00", Role.EXPERT, "correct horse battery")
    assert store.login("egor\x00", "wrong horse battery") is None
    egor = store.login("egor", "correct horse battery")
    assert not store.may_see(egor, number)
    store.join(number, ["egor"])
    assert store.may_see(egor, number)
    token = store.open_session(egor, "192.0.2.1", "browser\x00")
    assert store.person_of(token).login == "egor"
    item = queries.item(store, number, 5)
    store.judge(item.id, egor, Verdict.GAP, version=item.version, comment="a\x00b", evidence=("s1", "\x00"))
    assert queries.item(store, number, 5).decisions[-1].comment == "ab"
    assert [count for name, count, _ in queries.team_progress(store, number, egor).people if name == "Егор"] == [1]
    assert queries.standing_verdicts(store, number, egor) == {5: "gap"}
    assert queries.page_of_findings(store, number, egor, Filters(general="%", state="offered"), 1)[1] == 0
    browser = client(store, local=False)
    page = browser.get("/login").text
    assert post(browser, "/login", page, login="eg\x00or", password="\x00").status_code == 401
    assert browser.get(f"/reviews/{number}?general=%00").status_code == 404
    store.disable("egor")
    assert store.person_of(token) is None


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be opened"):
        ReviewStore(f"postgresql+psycopg://align@/postgres?host={tmp_path}").migrate()
