"""POST /check, /suggest and /overlap.

Right answers, refusals in JSON, and what Schemathesis makes of the description.
"""

import json
from pathlib import Path

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("schemathesis")

import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, settings

from alignment import i18n
from alignment.review.child import Child
from alignment.review.store import ReviewStore
from alignment.review.tables import Role
from alignment.review.web import create_app
from tests.conftest import ROOT
from tests.helpers.reviewing import PASSWORD

SYLLABUS = ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md"
STANDARDS = ROOT / "corpora" / "standards"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ReviewStore:
    i18n.activate("en")
    result = ReviewStore(f"sqlite:///{tmp_path_factory.mktemp('machine') / 'm.db'}")
    result.migrate()
    result.add_user("robot", "Robot", Role.EXPERT, PASSWORD)
    return result


@pytest.fixture(scope="module")
def child(cache_dir: Path) -> Child:
    return Child(seconds=600, environment={"ALIGN_CACHE_DIR": str(cache_dir)})


@pytest.fixture(scope="module")
def browser(store: ReviewStore, child: Child) -> TestClient:
    return TestClient(create_app(store, secret="s" * 32, local=True, child=child, upload_mb=5))


def given(path: Path) -> tuple[str, tuple[str, bytes]]:
    return ("files", (path.name, path.read_bytes()))


def test_a_program_is_checked(browser: TestClient) -> None:
    answer = browser.post("/check", files=[given(SYLLABUS)], data={"standard": ["40.034", "06.005"]})
    assert answer.status_code == 200, answer.text
    result = answer.json()
    assert [item["standard"]["code"] for item in result] == ["40.034", "06.005"]
    assert result[0]["findings"]
    assert "/tmp" not in answer.text
    assert {"06.005", "40.034"} <= {item["code"] for item in browser.get("/standards").json()}


@pytest.mark.slow
def test_standards_are_suggested(browser: TestClient) -> None:
    answer = browser.post("/suggest", files=[given(SYLLABUS)], data={"count": "2"})
    assert answer.status_code == 200, answer.text
    assert len(answer.json()) == 2


def test_overlap_of_given_standards(browser: TestClient) -> None:
    files = [given(STANDARDS / "40.003.xml"), given(STANDARDS / "40.007.xml")]
    answer = browser.post("/overlap", files=files, data={"least": "0.4"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["overlap"]["links"]


@pytest.mark.parametrize(
    ("values", "status", "words"),
    [
        ({"standard": "nothing at all"}, 400, "no standard"),
        ({"standard": "../../etc/passwd"}, 400, "code or title"),
        ({}, 422, "standard"),
    ],
)
def test_refusals_are_json(browser: TestClient, values: dict[str, str], status: int, words: str) -> None:
    answer = browser.post("/check", files=[given(SYLLABUS)], data=values)
    assert answer.status_code == status
    assert words in answer.json()["error"]
    assert "Traceback" not in answer.text


def test_accounts_are_asked_for_and_other_sites_refused(store: ReviewStore, child: Child, browser: TestClient) -> None:
    closed = TestClient(create_app(store, secret="s" * 32, local=False, child=child))
    assert closed.get("/standards").status_code == 401
    assert "Basic" in closed.get("/standards").headers["www-authenticate"]
    assert closed.get("/standards", auth=("robot", "wrong password")).status_code == 401
    assert closed.get("/standards", auth=("robot", PASSWORD)).status_code == 200
    evil = browser.post("/suggest", files=[given(SYLLABUS)], headers={"origin": "https://evil.example"})
    assert evil.status_code == 403


def test_the_description_is_complete(browser: TestClient) -> None:
    described = browser.get("/openapi.json").json()
    assert set(described["paths"]) == {"/standards", "/check", "/suggest", "/overlap"}
    assert json.dumps(described).count("description") > 10


class Quick:
    """A child that answers at once: Schemathesis is after the web layer, not after the readers."""

    def run(self, task: str, files: dict[str, bytes], *arguments: str) -> bytes:
        assert task in ("check", "suggest", "overlap")
        assert all(isinstance(data, bytes) for data in files.values())
        return b"{}" if task == "overlap" else b"[]"


@pytest.mark.parametrize(("local", "examples"), [(True, 40), (False, 8)])
def test_schemathesis_finds_no_fault(store: ReviewStore, local: bool, examples: int) -> None:
    from hypothesis import given
    from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

    app = create_app(store, secret="s" * 32, local=local, child=Quick())  # type: ignore[arg-type]
    # A description cannot say which bytes are a program; and who has to log in is tested by hand below.
    aside = [ignored_auth, positive_data_acceptance]
    tried = 0
    for result in schemathesis.openapi.from_asgi("/openapi.json", app).get_all_operations():

        @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=result.ok().as_strategy())
        def fuzz(case) -> None:  # type: ignore[no-untyped-def]
            nonlocal tried
            tried += 1
            case.validate_response(case.call(auth=None if local else ("robot", PASSWORD)), excluded_checks=aside)
            if not local:
                case.headers.pop("Authorization", None)
                assert case.call().status_code in (401, 413)

        fuzz()
    assert tried >= examples
