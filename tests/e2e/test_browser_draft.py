"""The link tables of a check in a real browser: tick, reload, take away; in Russian and English, wide and narrow."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright")
pytest.importorskip("sqlalchemy")

from playwright.sync_api import Browser, Page, expect

from alignment.i18n import activate
from alignment.review.store import ReviewStore
from alignment.review.web import create_app
from tests.helpers.browsing import NEEDED, checked, free_port, watched
from tests.helpers.drafting import Here, drafted
from tests.helpers.reviewing import finished

pytestmark = NEEDED
# Milliseconds for a page whose tables are made anew, on a busy machine.
LONG = 90_000


@pytest.fixture
def address(tmp_path: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The draft of a finished check, served by this process: the models are loaded once."""
    import uvicorn

    monkeypatch.setenv("ALIGN_CACHE_DIR", str(cache_dir))
    monkeypatch.setenv("ALIGN_ENGINE", "fast")
    store = ReviewStore(f"sqlite:///{tmp_path / 'review.db'}")
    store.migrate()
    app = create_app(store, secret="s" * 32, local=True, child=Here())
    run = finished(app.state.services.runs, drafted(), "Программная инженерия")
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}/runs/{run.id}"
    server.should_exit = True
    thread.join()


@pytest.fixture(params=["ru"])
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    """The language of the interface."""
    activate(request.param)
    yield request.param
    activate("en")


def box(page: Page, code: str):  # type: ignore[no-untyped-def]
    return page.locator(f"input[value='{code} 06.001']")


def test_functions_are_ticked_kept_and_taken_away(address: str, spoken: str, browser: Browser) -> None:
    page = watched(browser.new_context(locale="ru-RU", accept_downloads=True), address.partition("/runs")[0])
    page.set_default_timeout(LONG)
    page.goto(f"{address}/draft")
    expect(page.get_by_role("heading", level=1)).to_have_text("Таблицы связи программы с профессиональными стандартами")
    expect(box(page, "B/02.6")).to_be_checked()
    expect(page.get_by_text("ПК-2. Способен проектировать программное обеспечение")).to_be_visible()
    page.locator("details", has_text="ПК-2.1 ").last.locator("summary").click()
    expect(page.get_by_text("«моделирует системы»").first).to_be_visible()
    checked(page, "17-link-tables")
    page.locator("summary", has_text="Кодирование").click()
    with page.expect_response("**/draft/choice"):
        box(page, "A/01.5").check()
    expect(page.get_by_role("status")).to_contain_text("Выбор сохранён")
    page.reload()
    expect(box(page, "A/01.5")).to_be_checked()
    expect(box(page, "B/02.6")).to_be_checked()
    expect(page.get_by_text("Способен проверять и отлаживать программный код")).to_be_visible()
    box(page, "B/01.6").uncheck()
    page.get_by_role("button", name="Обновить таблицы").click()
    expect(page.get_by_text("Способен анализировать требования к программному обеспечению")).to_have_count(1)  # drift
    for name, start in (("Word", b"PK"), ("Excel", b"PK"), ("yaml", b"format: align-draft/1")):
        with page.expect_download() as caught:
            page.get_by_role("link", name=name).click()
        assert Path(caught.value.path()).read_bytes().startswith(start)
        assert "таблицы связи" in caught.value.suggested_filename
    page.get_by_role("button", name="Вернуть предложенные функции").click()
    expect(box(page, "A/01.5")).not_to_be_checked()
    expect(box(page, "B/01.6")).to_be_checked()


@pytest.mark.parametrize("spoken", ["en"], indirect=True)
def test_the_page_is_there_in_english(address: str, spoken: str, browser: Browser) -> None:
    page = watched(browser.new_context(locale="en-GB"), address.partition("/runs")[0])
    page.set_default_timeout(LONG)
    page.goto(address)
    page.get_by_role("link", name="Draft the link tables").click()
    expect(page.get_by_role("heading", name="Was, is, proposal")).to_be_visible()
    checked(page, "18-link-tables-english")
