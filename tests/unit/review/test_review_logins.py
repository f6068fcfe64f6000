"""Logins by the dozen: throttled, hashed few at a time, remembered for calls; and sessions that end on the server."""

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("fastapi")

from alignment.review.concurrency import BusyError
from alignment.review.logins import Logins
from alignment.review.store import ReviewStore
from alignment.review.tables import Role
from alignment.review.throttle import FREE_ACCOUNT, FREE_ADDRESS, LONGEST, Throttle
from tests.helpers.reviewing import PASSWORD, app_of, browser_of, people, post

pytestmark = pytest.mark.usefixtures("english")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_delay_doubles_for_an_account_and_ends_with_the_right_password() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    waits = []
    for _ in range(FREE_ACCOUNT + 12):
        assert throttle.begin("egor", "192.0.2.1") == 0
        waits.append(throttle.delay("EGOR", "192.0.2.9"))  # wherever the next attempt comes from
        clock.now += waits[-1]
    assert waits[: FREE_ACCOUNT - 1] == [0] * (FREE_ACCOUNT - 1)
    assert waits[FREE_ACCOUNT - 1 : FREE_ACCOUNT + 3] == [1, 2, 4, 8]
    assert max(waits) == LONGEST
    assert throttle.begin("egor", "192.0.2.1") == 0
    throttle.right("egor", "192.0.2.1")
    assert throttle.delay("egor", "192.0.2.9") == 0
    for number in range(FREE_ACCOUNT + 3):  # a stranger locks the account for himself, not its owner out
        clock.now += throttle.delay("egor", "198.51.100.7")
        throttle.begin("egor", f"198.51.100.{number}")
    assert throttle.begin("egor", "198.51.100.99") > 0
    assert throttle.begin("egor", "192.0.2.1") == 0


def test_an_address_that_tries_many_accounts_waits_and_forgets_after_an_hour() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    for number in range(FREE_ADDRESS):
        assert throttle.begin(f"login{number}", "2001:db8::1") == 0
    assert throttle.begin("another", "2001:db8::ffff") > 0  # the same customer's network
    assert throttle.begin("another", "2001:db8:0:1::1") == 0
    clock.now += 2 * 3600
    assert throttle.begin("another", "2001:db8::1") == 0


def test_many_wrong_logins_at_once_are_not_all_tried(store: ReviewStore, caplog: pytest.LogCaptureFixture) -> None:
    store.add_user("egor", "Егор", Role.EXPERT, PASSWORD)
    tried = []
    original = store.login
    store.login = lambda *given: tried.append(given) or original(*given)  # type: ignore[method-assign]
    logins = Logins(store)

    async def attempt(number: int) -> int:
        try:
            return 200 if await logins.check("egor", f"wrong {number}", "192.0.2.1") else 401
        except BusyError as error:
            assert error.seconds > 0
            return 429

    async def storm() -> list[int]:
        return await asyncio.gather(*(attempt(number) for number in range(150)))

    with caplog.at_level(logging.WARNING, logger="alignment"):
        result = asyncio.run(storm())
    assert result.count(401) == len(tried) <= FREE_ACCOUNT
    assert result.count(429) == 150 - len(tried)
    assert "login locked" in [event.action for event in store.events()]
    assert "too many wrong passwords for 'egor'" in caplog.text


def test_a_locked_account_is_told_how_long_on_page_and_call(store: ReviewStore) -> None:
    store.add_user("egor", "Егор", Role.EXPERT, PASSWORD)
    browser = browser_of(app_of(store, logins=Logins(store, Throttle(Clock()))))
    page = browser.get("/login").text
    codes = [post(browser, "/login", page, login="egor", password="wrong").status_code for _ in range(8)]
    assert codes == [401] * FREE_ACCOUNT + [429] * (8 - FREE_ACCOUNT)
    refused = post(browser, "/login", page, login="egor", password=PASSWORD)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 1
    call = browser.get("/standards", auth=("egor", PASSWORD))
    assert call.status_code == 429
    assert int(call.headers["retry-after"]) >= 1


def test_a_right_password_of_a_call_is_hashed_once_and_a_new_one_counts_at_once(store: ReviewStore) -> None:
    store.add_user("robot", "Robot", Role.EXPERT, PASSWORD)
    tried = []
    original = store.login
    store.login = lambda *given: tried.append(given) or original(*given)  # type: ignore[method-assign]
    browser = browser_of(app_of(store))
    assert {browser.get("/standards", auth=("robot", PASSWORD)).status_code for _ in range(5)} == {200}
    assert len(tried) == 1
    store.set_password("robot", PASSWORD + "!")
    assert browser.get("/standards", auth=("robot", PASSWORD)).status_code == 401
    assert browser.get("/standards", auth=("robot", PASSWORD + "!")).status_code == 200
    store.disable("robot")
    assert browser.get("/standards", auth=("robot", PASSWORD + "!")).status_code == 401


def test_logout_a_new_password_and_a_closed_account_end_the_session_on_the_server(store: ReviewStore) -> None:
    egor = people(store)["egor"]
    copied = egor.cookies.get("align_review")
    thief = browser_of(app_of(store))
    thief.cookies.set("align_review", copied)
    assert thief.get("/").status_code == 200
    post(egor, "/logout", egor.get("/").text)
    assert thief.get("/").headers["location"] == "/login"
    olga = browser_of(app_of(store))

    def enter(password: str) -> int:
        return post(olga, "/login", olga.get("/login").text, login="olga", password=password).status_code

    assert enter(PASSWORD) == 303
    assert [user.login for user, _ in store.sessions("olga")] == ["olga", "olga"]  # one is of `people`
    assert store.end_sessions("olga") == 2
    assert olga.get("/").status_code == 303
    assert enter(PASSWORD) == 303
    store.set_password("olga", PASSWORD + "!")
    assert olga.get("/").status_code == 303
    assert enter(PASSWORD + "!") == 303
    store.disable("olga")
    assert olga.get("/").status_code == 303
    assert enter(PASSWORD + "!") == 401
    store.disable("olga", False)
    assert enter(PASSWORD + "!") == 303


def test_a_new_login_has_a_new_token_and_sessions_grow_old(store: ReviewStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from alignment.review import sessions

    egor = people(store)["egor"]
    before = egor.cookies.get("align_review")
    post(egor, "/login", egor.get("/").text, login="egor", password=PASSWORD)
    assert egor.cookies.get("align_review") != before
    old = browser_of(app_of(store))
    old.cookies.set("align_review", before)
    assert old.get("/").status_code == 303  # the session before ended with the new login
    later = sessions.now() + sessions.IDLE + timedelta(minutes=1)
    monkeypatch.setattr(sessions, "now", lambda: later)
    assert egor.get("/").status_code == 303
    assert not store.sessions("egor")


def test_from_an_address_that_waits_no_password_is_read(store: ReviewStore) -> None:
    people(store)
    throttle = Throttle(Clock())
    app = app_of(store, logins=Logins(store, throttle))
    asked = browser_of(app)
    page = asked.get("/login").text
    assert post(asked, "/login", page, login="egor", password=PASSWORD).status_code == 303
    page = asked.get("/login").text
    for number in range(FREE_ADDRESS + 1):
        throttle.begin(f"login{number}", "testclient")
    read = []

    def body():  # type: ignore[no-untyped-def]
        read.append(1)
        yield b"login=egor&password=x"

    refused = asked.post("/login", content=body())
    assert (refused.status_code, int(refused.headers["retry-after"]) > 0, read) == (429, True, [])
    # Whoever is logged in works on, and another address logs in.
    assert asked.get("/").status_code == 200
    assert throttle.shut("192.0.2.1") == 0


def test_two_first_requests_at_once_make_one_person(store: ReviewStore) -> None:
    together = threading.Barrier(8)

    def first(_number: int) -> int:
        together.wait(30)
        return store.local_user().id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(first, range(8)))) == 1
