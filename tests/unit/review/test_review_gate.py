"""Hostile clients: other hosts and sites, bodies of strangers, faults, odd addresses and names."""

import asyncio
import io
import logging
import re
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("fastapi")


from alignment.model import Verdict, to_json
from alignment.review import queries
from alignment.review.child import library_name
from alignment.review.concurrency import BusyError, ConcurrencyLimit, JobQueue
from alignment.review.file_names import distinct_names
from alignment.review.plain import plain
from alignment.review.store import ReviewStore
from alignment.review.web import HEADERS, LOCAL_HOSTS
from tests.helpers.results import alignment, worded
from tests.helpers.reviewing import PASSWORD, Quick, app_of, browser_of, field, files, people, post

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8765", 200),
        ("localhost", 200),
        ("[::1]:8765", 200),
        ("align.example.org", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example:80", 421),
        ("[::1", 421),
        ("", 421),
    ],
)
def test_only_own_names_are_answered(store: ReviewStore, host: str, status: int) -> None:
    app = app_of(store, local=True, hosts=(*LOCAL_HOSTS, "align.example.org"))
    answer = browser_of(app).get("/", headers={"host": host})
    assert answer.status_code == status
    assert answer.headers["x-frame-options"] == "DENY"


def test_every_answer_has_the_headers_and_a_fault_tells_nothing(
    store: ReviewStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    people(store)
    app = app_of(store, secure=True, hosts=("align.example.org",), upload_mb=1)
    browser = browser_of(app, "https://align.example.org")
    answers = {
        200: browser.get("/login"),
        303: browser.get("/"),
        401: browser.get("/standards"),
        404: browser.get("/nothing"),
        405: browser.put("/login"),
        413: browser.post("/login", content=b"x" * 1_100_000),
        421: browser.get("/", headers={"host": "evil.example"}),
    }

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(store, "person_of", broken)
    with caplog.at_level(logging.ERROR):
        browser.cookies.clear()
        page = browser.get("/login").text
        monkeypatch.setattr(store, "login", broken)
        answers[500] = post(browser, "/login", page, login="egor", password="x")
    assert "secret of the house" in caplog.text
    assert "secret" not in answers[500].text
    for status, answer in answers.items():
        assert answer.status_code == status
        assert not [name for name, value in HEADERS.items() if answer.headers.get(name) != value], status
        assert "max-age=31536000" in answer.headers["strict-transport-security"]
    cookie = answers[200].headers["set-cookie"].lower()
    assert cookie.startswith("__host-align_review=")
    assert all(word in cookie for word in ("; secure", "httponly", "samesite=strict", "path=/"))
    assert "strict-transport-security" not in browser_of(app_of(store)).get("/login").headers


def test_a_stranger_sends_no_bytes(store: ReviewStore) -> None:
    """The body is never asked for: who may not do something is told so before."""
    team = people(store)
    app = app_of(store)
    sent = []

    def body():  # type: ignore[no-untyped-def]
        sent.append(1)
        yield b"x" * 1000

    async def asked(path: str, headers: list[tuple[bytes, bytes]]) -> tuple[int, int]:
        """Status, and how often the body was read."""
        reads, statuses = 0, []

        async def receive() -> dict[str, object]:
            nonlocal reads
            reads += 1
            return {"type": "http.request", "body": b"x" * 1000, "more_body": True}

        async def send(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": path,
            "raw_path": path.encode(), "query_string": b"", "root_path": "", "scheme": "http",
            "headers": [(b"host", b"testserver"), (b"content-type", b"multipart/form-data; boundary=x"), *headers],
            "client": ("192.0.2.1", 1), "server": ("testserver", 80),
        }  # fmt: skip
        await app(scope, receive, send)
        return statuses[0], reads

    def of(login: str) -> list[tuple[bytes, bytes]]:
        return [(b"cookie", f"align_review={team[login].cookies.get('align_review')}".encode())]

    assert asyncio.run(asked("/upload", [])) == (303, 0)
    assert asyncio.run(asked("/reviews/1/1", [])) == (303, 0)
    assert asyncio.run(asked("/check", [])) == (401, 0)
    assert asyncio.run(asked("/check", of("head"))) == (401, 0)  # a cookie is no login of a call
    assert asyncio.run(asked("/upload", of("vera"))) == (403, 0)
    assert asyncio.run(asked("/upload", [(b"content-length", b"999999999999")])) == (413, 0)
    assert asyncio.run(asked("/upload", [*of("head"), (b"origin", b"https://evil.example")])) == (403, 0)
    assert not sent


def test_a_viewer_runs_nothing(store: ReviewStore) -> None:
    people(store)
    browser = browser_of(app_of(store))
    for path in ("/check", "/suggest", "/overlap"):
        answer = browser.post(path, auth=("vera", PASSWORD), files=files(("p.md", b"x")), data={"standard": "06.005"})
        assert answer.status_code == 403
        assert "error" in answer.json()
    assert browser.get("/standards", auth=("vera", PASSWORD)).status_code == 200
    answer = browser.post("/check", auth=("egor", PASSWORD), files=files(("p.md", b"x")), data={"standard": "06.005"})
    assert answer.status_code == 200


def test_the_queue_is_bounded_for_one_and_for_all_and_says_so_at_once(store: ReviewStore) -> None:
    people(store)
    child = Quick(held=True)
    app = app_of(store, child=child, jobs=JobQueue(at_once=1, waiting=4, per_user=2))
    with browser_of(app) as browser, ThreadPoolExecutor(16) as pool:

        def check(login: str) -> tuple[int, str]:
            answer = browser.post(
                "/check", auth=(login, PASSWORD), files=files(("p.md", b"x")), data={"standard": "06.005"}
            )
            return answer.status_code, answer.headers.get("retry-after", "")

        for login in ("egor", "olga", "head"):
            assert browser.get("/standards", auth=(login, PASSWORD)).status_code == 200
        running = [pool.submit(check, login) for login in ("egor", "egor")]
        wait_for(lambda: app.state.services.jobs._of.total() == 2)
        status, seconds = check("egor")  # a third of the same person
        assert (status, int(seconds) > 0) == (429, True)
        running += [pool.submit(check, login) for login in ("olga", "olga", "head")]
        wait_for(lambda: app.state.services.jobs._of.total() == 5)
        assert check("head")[0] == 429  # all places are taken
        assert browser.get("/login").status_code == 200  # and pages are there
        child.free.set()
        assert [item.result()[0] for item in running] == [200] * 5
        assert check("egor")[0] == 200
    assert len(child.ran) == 6


def wait_for(what) -> None:  # type: ignore[no-untyped-def]
    for _ in range(3000):
        if what():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it did not come to that")


def test_a_job_that_nobody_waits_for_is_not_begun() -> None:
    held = threading.Event()
    jobs = JobQueue(at_once=1)
    begun = []

    async def gone() -> bool:
        return True

    async def main() -> None:
        first = asyncio.create_task(jobs.run(held.wait))
        await asyncio.sleep(0.05)
        with pytest.raises(BusyError):
            await jobs.run(lambda: begun.append(1), gone)
        held.set()
        assert await first

    asyncio.run(main())
    assert not begun


def test_a_queue_that_is_closed_begins_nothing_more() -> None:
    held, begun = threading.Event(), []
    jobs = JobQueue(at_once=1)

    async def main() -> None:
        first = asyncio.create_task(jobs.run(held.wait))
        second = asyncio.create_task(jobs.run(lambda: begun.append(1)))
        await asyncio.sleep(0.05)
        jobs.close()
        held.set()
        assert await first
        with pytest.raises(asyncio.CancelledError):
            await second

    asyncio.run(main())
    assert not begun


def test_a_lane_refuses_beyond_its_bounds() -> None:
    lane = ConcurrencyLimit(at_once=1, waiting=1, patience=0.01)
    with lane.slot():
        with pytest.raises(BusyError), lane.slot():
            pass
        inside = threading.Thread(target=lambda: None)
        inside.start()
    with lane.slot():
        pass


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "C:\\x", "in", ".", "", "a\0b", "40.003.xml#x", "file:x", "pyproject.toml"],
)
def test_a_standard_is_named_never_a_path(store: ReviewStore, name: str, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    for made in ("in", "pyproject.toml"):
        (tmp_path / made).write_text("SECRETDOC")
    with pytest.raises(Exception, match="code or title|код"):
        library_name(name)
    child = Quick()
    browser = browser_of(app_of(store, local=True, child=child))
    csrf = field(browser.get("/upload").text, "csrf")
    answer = browser.post("/upload", data={"csrf": csrf, "standard": name}, files=files(("p.md", b"x")))
    assert answer.status_code == 400
    assert "SECRETDOC" not in answer.text
    assert not child.ran


def test_the_child_itself_takes_no_path_for_a_standard(tmp_path: Path) -> None:
    from alignment.errors import AlignmentError
    from alignment.review.child import Child

    secret = tmp_path / "secret.yaml"
    secret.write_text("SECRETDOC")
    with pytest.raises(AlignmentError, match="code or title"):
        Child(seconds=60).run("check", {"p.md": "# Курс\n\nУметь:\n\n- паять платы\n".encode()}, str(secret))


def test_two_files_of_one_name_are_both_kept(store: ReviewStore) -> None:
    assert distinct_names(["a.pdf", "A.pdf", "a.pdf", "b", "b"]) == ["a.pdf", "A (2).pdf", "a (3).pdf", "b", "b (2)"]
    child = Quick()
    browser = browser_of(app_of(store, local=True, child=child))
    both = files(("курс.md", b"one"), ("курс.md", b"two"))
    assert browser.post("/check", files=both, data={"standard": "06.005"}).status_code == 200
    assert child.ran[0][1] == ["курс.md", "курс (2).md"]


def test_odd_addresses_are_not_found_and_a_percent_is_no_wildcard(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    browser = browser_of(app_of(store, local=True))
    for path in (
        "9" * 23,
        f"{number}/{'9' * 23}",
        "0",
        f"{number}/99",
        f"{number}/-1",
        f"{number}/page/x.pdf/{'9' * 23}.png",
    ):
        assert browser.get(f"/reviews/{path}").status_code == 404, path
    assert browser.get(f"/reviews/{number}?q=a%00b").status_code == 404
    for word in ("%25", "_", "%5C"):
        assert "Found: 0" in browser.get(f"/reviews/{number}?general={word}").text
    assert "Found: 4" in browser.get(f"/reviews/{number}?general=A").text
    page = browser.get(f"/reviews/{number}/0").text
    assert post(browser, f"/reviews/{number}/0", page, choice="gap", version="9" * 23).status_code == 422


def test_control_characters_break_no_document(store: ReviewStore) -> None:
    odd = "до\x00\x01\x1b[31m\u202e\ufffe\ud800после\r\nвторая"
    assert plain(odd) == "до[31mпосле\nвторая"
    number, _ = store.add(worded(alignment(())), "имя\x07", "local")
    browser = browser_of(app_of(store, local=True))
    page = browser.get(f"/reviews/{number}/0").text
    assert post(browser, f"/reviews/{number}/0", page, choice="gap", comment="до\x00\x01\x1bпосле").status_code == 303
    assert store.review(number).items[0].decisions[0].comment == "допосле"
    with store.writing() as session:  # one that an earlier version let in
        session.execute(queries.Decision.__table__.update().values(comment="до\x01\x1bпосле"))
    made = browser.get(f"/reviews/{number}/export/protocol.docx")
    assert made.status_code == 200
    text = zipfile.ZipFile(io.BytesIO(made.content)).read("word/document.xml").decode()
    assert "допосле" in text


def test_evidence_that_the_program_does_not_have_is_not_kept(store: ReviewStore) -> None:
    number, _ = store.add(worded(alignment(())), "r", "local")
    result = store.review(number).items[0]
    store.judge(result.id, store.local_user(), Verdict.GAP, version=0, evidence=("s1", "../../x", "s9 s8"))
    assert store.review(number).items[0].decisions[0].evidence == "s1"


def test_numbers_of_a_result_are_believed_only_if_a_check_gives_such(store: ReviewStore, tmp_path: Path) -> None:
    from alignment.errors import InputError, LimitError
    from alignment.review import results

    good = worded(alignment(()))
    path = tmp_path / "r.json"
    for value in (1e300, -0.1, 1.0001):
        first = msgspec.structs.replace(good.findings[0], probability=value)
        path.write_bytes(to_json(msgspec.structs.replace(good, findings=(first, *good.findings[1:]))))
        with pytest.raises(InputError, match=rf"r\.json, {re.escape(first.requirement.id)}"):
            results.read_result(path)
    many = msgspec.structs.replace(good, findings=good.findings[:1] * (results.MAX_FINDINGS + 1))
    path.write_bytes(to_json(many))
    with pytest.raises(LimitError, match="20001"):
        results.read_result(path)
    path.write_bytes(to_json(good))
    assert results.read_result(path) == [good]
