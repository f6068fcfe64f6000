"""The link tables of a check in a real browser: tick, reload, take away; in Russian and English, wide and narrow."""

from pathlib import Path

import pytest

pytest.importorskip("playwright")
pytest.importorskip("sqlalchemy")

from playwright.sync_api import Browser, Page, expect

from alignment.review.runs import Runs, folder_for
from alignment.settings import load_settings
from tests.e2e.browsing import NEEDED, WAIT, Served, checked, watched
from tests.unit.test_review_draft import drafted
from tests.unit.test_review_runs import finished

pytestmark = NEEDED


def box(page: Page, code: str):  # type: ignore[no-untyped-def]
    return page.locator(f"input[value='{code} 06.001']")


def test_functions_are_ticked_kept_and_taken_away(local: Served, browser: Browser, tmp_path: Path) -> None:
    runs = Runs(folder_for(local.store.engine.url, load_settings()))
    run = finished(runs, drafted(), "Программная инженерия")
    page = watched(browser.new_context(locale="ru-RU", accept_downloads=True), local.url)
    page.set_default_timeout(WAIT)
    page.goto(f"{local.url}/runs/{run.id}/draft")
    expect(page.get_by_role("heading", level=1)).to_have_text("Таблицы связи программы с профессиональными стандартами")
    expect(box(page, "B/02.6")).to_be_checked()
    expect(page.get_by_text("ПК-2. Способен проектировать программное обеспечение")).to_be_visible()
    page.locator("details", has_text="ПК-2.1.").last.locator("summary").click()
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


def test_the_page_is_there_in_english(local: Served, browser: Browser) -> None:
    local.stop()
    local.environment["ALIGN_UI_LANG"] = "en"
    local.arguments = ("--ui-lang", "en")
    local.start()
    runs = Runs(folder_for(local.store.engine.url, load_settings()))
    run = finished(runs, drafted(), "Software engineering")
    page = watched(browser.new_context(locale="en-GB"), local.url)
    page.set_default_timeout(WAIT)
    page.goto(f"{local.url}/runs/{run.id}")
    page.get_by_role("link", name="Draft the link tables").click()
    expect(page.get_by_role("heading", name="Was, is, proposal")).to_be_visible()
    checked(page, "18-link-tables-english")
