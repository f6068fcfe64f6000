"""Schemathesis on the forms and pages: whatever is sent to them, no answer is a fault, and a stranger gets nowhere."""

from collections import Counter

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("schemathesis")

import schemathesis
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alignment import i18n
from alignment.review.pages import findings, people, reviews, uploads
from alignment.review.store import ReviewStore
from alignment.review.tables import Role
from tests.helpers.results import alignment, worded
from tests.helpers.reviewing import PASSWORD, Quick, app_of, field

EXAMPLES = 25


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ReviewStore:
    i18n.activate("en")
    result = ReviewStore(f"sqlite:///{tmp_path_factory.mktemp('forms') / 'f.db'}")
    result.migrate()
    result.add(worded(alignment(())), "r", "local")
    result.add_user("egor", "Егор", Role.EXPERT, PASSWORD)
    return result


def described(app: FastAPI) -> dict[str, object]:
    """The description of the pages, which /openapi.json leaves out: it is for programs."""
    routes = []
    for part in (people, uploads, reviews, findings):
        for route in part.router.routes:
            assert isinstance(route, APIRoute)
            route.include_in_schema = True
            routes.append(route)
    try:
        return get_openapi(title="pages", version="1", routes=routes)
    finally:
        for route in routes:
            route.include_in_schema = False


@pytest.mark.parametrize("token", [True, False])
def test_no_form_and_no_page_breaks(store: ReviewStore, token: bool) -> None:
    app = app_of(store, local=True, child=Quick())
    schema = schemathesis.openapi.from_dict(described(app))
    schema.app = app
    browser = TestClient(app, follow_redirects=False)
    csrf = field(browser.get("/upload").text, "csrf")
    seen: Counter[str] = Counter()
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(), number=st.sampled_from([None, 1, 0, 10**9 - 1, 10**22]))
        def fuzz(case, number) -> None:  # type: ignore[no-untyped-def]
            answer = sent(browser, case, number, csrf if token else "")
            seen[f"{case.method} {answer.status_code}"] += 1
            assert answer.status_code < 500, answer.text
            assert answer.headers["x-content-type-options"] == "nosniff"
            if case.method.lower() == "post" and not token:
                assert answer.status_code in (400, 404, 422)

        fuzz()
    assert seen.total() > EXAMPLES
    assert any(name.lower().startswith("post") for name in seen)
    assert len(store.review(1).items) == 6


def sent(browser: TestClient, case, number: int | None, csrf: str):  # type: ignore[no-untyped-def]
    """The answer to what Schemathesis made up, as a form, with the token of the session and a review that exists."""
    path = dict(case.path_parameters or {})
    if number is not None and "number" in path:
        path["number"] = number
    body = dict(case.body) if isinstance(case.body, dict) else {}
    if csrf:
        body["csrf"] = csrf
    files = [("files", ("r.json", item)) for item in listed(body.pop("files", None))]
    address = case.operation.path
    for name, value in path.items():
        address = address.replace("{" + name + "}", quoted(value)).replace("{" + name + ":path}", quoted(value))
    return browser.request(
        case.method.upper(),
        address,
        params={key: text(value) for key, value in (case.query or {}).items()},
        data={key: list(map(text, value)) if isinstance(value, list) else text(value) for key, value in body.items()},
        files=files or None,
    )


def listed(value: object) -> list[bytes]:
    items = value if isinstance(value, list) else [value]
    return [item if isinstance(item, bytes) else text(item).encode() for item in items if item is not None]


def text(value: object) -> str:
    return str(value).encode("utf-8", "replace").decode()


def quoted(value: object) -> str:
    from urllib.parse import quote

    return quote(text(value), safe="") or "x"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    path=st.sampled_from(
        ["/", "/reviews/1", "/reviews/1/0", "/reviews/1/team", "/upload", "/reviews/1/export/labels.csv"]
    ),
    cookie=st.text(st.characters(codec="ascii", exclude_characters=";\r\n\0"), max_size=60),
    login=st.binary(max_size=60),
)
def test_a_stranger_gets_nowhere(store: ReviewStore, path: str, cookie: str, login: bytes) -> None:
    browser = TestClient(app_of(store), follow_redirects=False)
    headers = [(b"cookie", b"align_review=" + cookie.encode()), (b"authorization", b"Basic " + login.hex().encode())]
    answer = browser.get(path, headers=headers)
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/login")
    assert browser.post(path, headers=headers, data={"choice": "gap"}).status_code == 303
    assert browser.get("/standards", headers=headers).status_code in (401, 429)
