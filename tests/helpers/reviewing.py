"""Helpers for tests of the review pages: clients, forms, users, checks."""

import re
import threading
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("fastapi")

from fastapi.testclient import TestClient

from alignment.model import Alignment, to_json
from alignment.review.child import Child
from alignment.review.runs import CheckedStandard, Run, Runs
from alignment.review.store import ReviewStore
from alignment.review.tables import Role
from alignment.review.web import create_app
from tests.helpers.results import alignment, worded

PASSWORD = "correct horse battery"


def client(store: ReviewStore, *, local: bool = True) -> TestClient:
    return TestClient(create_app(store, secret="s" * 32, local=local), follow_redirects=False)


def field(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def post(browser: TestClient, path: str, page: str, **values: str) -> object:
    data = {"csrf": field(page, "csrf"), **values}
    if 'name="version"' in page:
        data.setdefault("version", field(page, "version"))
    return browser.post(path, data=data)


def people(store: ReviewStore) -> dict[str, TestClient]:
    result = {}
    for login, role in (("vera", Role.VIEWER), ("egor", Role.EXPERT), ("olga", Role.EXPERT), ("head", Role.HEAD)):
        store.add_user(login, login.capitalize(), role, PASSWORD)
        browser = client(store, local=False)
        assert browser.get("/").headers["location"] == "/login"
        answer = post(browser, "/login", browser.get("/login").text, login=login, password=PASSWORD)
        assert answer.status_code == 303
        result[login] = browser
    for review, _total, _done in store.reviews():
        store.join(review.id, result)
    return result


class Quick:
    """A child that answers at once or, with ``held``, only after ``free`` is set; ``ran`` records its tasks."""

    def __init__(self, *, held: bool = False) -> None:
        self.free = threading.Event()
        self.ran: list[tuple[str, list[str], tuple[str, ...]]] = []
        if not held:
            self.free.set()

    def run(self, task: str, given: dict[str, bytes], *arguments: str) -> bytes:
        assert self.free.wait(30)
        self.ran.append((task, list(given), arguments))
        return to_json(worded(alignment(()))).join((b"[", b"]")) if task in ("check", "result") else b"{}"


def app_of(store: ReviewStore, *, local: bool = False, child: Quick | None = None, **more: object):  # type: ignore[no-untyped-def]
    return create_app(store, secret="s" * 32, local=local, child=child or Quick(), **more)  # type: ignore[arg-type]


def browser_of(app: object, base: str = "http://testserver") -> TestClient:
    return TestClient(app, base_url=base, follow_redirects=False)  # type: ignore[arg-type]


def files(*names: tuple[str, bytes]) -> list[tuple[str, tuple[str, bytes]]]:
    return [("files", item) for item in names]


def checker(store: ReviewStore, cache_dir: Path, **environment: str) -> TestClient:
    child = Child(environment={"ALIGN_CACHE_DIR": str(cache_dir), "ALIGN_ENGINE": "fast", **environment})
    return TestClient(create_app(store, secret="s" * 32, local=True, child=child), follow_redirects=False)


def finished(runs: Runs, found: Alignment, name: str, *, owner: str = "local", days: int = 0) -> Run:
    """Store a check with a result, as the child does, created some ``days`` ago."""
    run = runs.add(owner, name)
    (runs.path(run.id) / "result.json").write_bytes(msgspec.json.encode([found]))
    result = CheckedStandard(standard=found.standard.code, title=found.standard.title, counts={"gap": 6})
    return runs.change(
        run.id,
        lambda old: msgspec.structs.replace(
            old, state="done", results=(result,), created=old.created - timedelta(days=days)
        ),
    )
