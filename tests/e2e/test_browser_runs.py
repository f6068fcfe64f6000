"""A methodologist's path in a real browser: from a folder to a downloaded report."""

import shutil
from pathlib import Path

import pytest

pytest.importorskip("playwright")
pytest.importorskip("sqlalchemy")

from playwright.sync_api import Browser, FrameLocator, Page, expect

from alignment.review.runs import Runs
from tests.helpers.browsing import NEEDED, WAIT, Served, checked, pictured, watched
from tests.helpers.results import alignment, worded
from tests.helpers.reviewing import finished

pytestmark = NEEDED


def test_a_methodologist_gets_a_report_without_a_terminal(local: Served, browser: Browser, tmp_path: Path) -> None:
    from tests.conftest import ROOT

    sample = ROOT / "tests" / "data" / "programs" / "11.03.03"
    folder = tmp_path / "ОП 11.03.03"
    folder.mkdir()
    for name in ("00 Учебный план.xlsx", "05 Схемотехническое проектирование средств защиты информации.md"):
        shutil.copy(sample / name, folder)
    (folder / "сломанная.pdf").write_bytes(b"no pdf")
    page = watched(browser.new_context(locale="ru-RU", accept_downloads=True), local.url)
    page.set_default_timeout(WAIT)
    page.goto(local.url)
    page.get_by_role("button", name="Далее").click()
    expect(page.get_by_role("alert")).to_contain_text("Сначала выберите файлы")
    page.locator("input[webkitdirectory]").set_input_files(folder)
    expect(page.get_by_text("Файлов: 3")).to_be_visible()
    checked(page, "13-picked")
    pictured(page, "check-files")
    page.get_by_role("button", name="Далее").click()
    page.wait_for_url("**/runs/*")
    address = page.url
    # Chosen before the proposals are there; kept when they come, and when the page is loaded again.
    page.get_by_label("Поиск по коду или названию").fill("эксплуатации радиоэлектр")
    expect(page.locator(".options .option:visible")).to_have_count(1)
    page.locator(".options .option:visible input").check()
    expect(page.get_by_text("Подходят программе")).to_be_visible(timeout=WAIT)
    expect(page.locator("input[value='06.005']")).to_have_count(1)
    expect(page.locator("input[value='06.005']")).to_be_checked()
    expect(page.get_by_text("сломанная.pdf")).to_be_visible()
    checked(page, "14-choosing")
    pictured(page, "check-standards")
    expect(page.locator("#picked")).to_have_text("Выбрано: 1 – 06.005")
    page.reload()
    expect(page.locator("input[value='06.005']")).to_be_checked()
    # Nothing ticked: said once, not for ever.
    page.locator("input[value='06.005']").uncheck()
    page.get_by_role("button", name="Сравнить").click()
    expect(page.get_by_role("alert").first).to_contain_text("Выберите хотя бы один стандарт")
    page.reload()
    expect(page.get_by_text("Выберите хотя бы один стандарт")).to_have_count(0)
    page.locator("input[value='06.005']").check()
    page.get_by_role("button", name="Сравнить").click()
    local.stop()  # as a machine that is switched off while it works
    local.start()
    page.goto(address)
    expect(page.locator("iframe")).to_be_visible(timeout=WAIT)
    expect(page.frame_locator("iframe").get_by_text("06.005").first).to_be_visible(timeout=WAIT)
    filtered(page.frame_locator("iframe"))
    checked(page, "15-report")
    for form, start in (("Word", b"PK"), ("Excel", b"PK"), ("json", b"{"), ("HTML", b"<!")):
        with page.expect_download() as caught:
            page.get_by_role("link", name=form).click()
        assert Path(caught.value.path()).read_bytes().startswith(start)
        assert "06.005" in caught.value.suggested_filename
    # The same program with one more document, dropped this time: what has changed is said.
    page.goto(local.url)
    files = [sample / "01 Метрология стандартизация и сертификация.docx", *folder.glob("*.*")]
    dropped(page, [path for path in files if path.suffix != ".pdf"])
    page.get_by_role("button", name="Далее").click()
    page.wait_for_url("**/runs/*")
    page.locator("input[value='06.005']").check()
    page.get_by_role("button", name="Сравнить").click()
    expect(page.get_by_role("heading", name="По сравнению с прошлой проверкой")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("Покрыто больше, чем раньше:").first).to_be_visible()
    checked(page, "16-compared")
    page.evaluate("window.scrollTo(0, 0)")
    expect(page.frame_locator("iframe").get_by_text("06.005").first).to_be_visible(timeout=WAIT)
    pictured(page, "check-report")
    page.get_by_text("Удалить проверку").click()
    page.get_by_role("button", name="Удалить").click()
    expect(page.locator("#checks li")).to_have_count(1)


def test_the_report_of_a_check_is_filtered_and_sorted_on_the_site(local: Served, browser: Browser) -> None:
    run = finished(Runs(local.folder / "checks"), worded(alignment(())), "ОП", owner="local")
    page = watched(browser.new_context(locale="ru-RU", accept_downloads=True), local.url)
    page.set_default_timeout(WAIT)  # the report is made while the page loads
    page.goto(f"{local.url}/runs/{run.id}")
    filtered(page.frame_locator("iframe"))
    with page.expect_download(timeout=WAIT) as caught:
        page.get_by_role("link", name="Markdown").click()
    assert "06.005" in caught.value.suggested_filename
    page.goto(f"{local.url}/runs/{run.id}/report")
    filtered(page)


def filtered(frame: Page | FrameLocator) -> None:
    """The script of a report runs: a text hides rows, a head sorts them, a number of the heat map shows its findings.

    It did not on the site: the content security policy named the digest of another text.
    """
    rows, whole = frame.locator(".findings tbody tr:visible"), frame.locator(".findings tbody tr")
    expect(whole.first).to_be_visible(timeout=WAIT)
    count = whole.count()
    frame.get_by_label("Текст").fill("нигде такого нет")
    expect(rows).to_have_count(0)
    expect(frame.locator("[data-count]")).to_have_text("0")
    frame.get_by_label("Текст").fill("")
    expect(rows).to_have_count(count)
    frame.locator(".findings thead button").first.click()
    expect(frame.locator(".findings thead th").first).to_have_attribute("aria-sort", "ascending")
    cell = frame.locator(".heat button").first
    code = cell.get_attribute("data-function")
    cell.click()
    expect(frame.locator(f'.findings tbody tr:not([data-function="{code}"]):visible')).to_have_count(0)
    expect(rows.first).to_be_visible()


def test_a_hundred_files_are_sent_in_portions_and_taken_back(local: Served, browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "ОП"
    (folder / "Рабочие программы").mkdir(parents=True)
    for number in range(100):
        (folder / "Рабочие программы" / f"{number:03} Дисциплина.md").write_text(f"# Дисциплина {number}", "utf-8")
    page = watched(browser.new_context(locale="ru-RU"), local.url)
    page.goto(local.url)
    page.locator("input[webkitdirectory]").set_input_files(folder)
    expect(page.get_by_text("Файлов: 100")).to_be_visible()
    expect(page.get_by_text("и ещё 94")).to_be_visible()
    page.get_by_role("button", name="Убрать все").click()
    expect(page.locator(".chosen").first).to_be_hidden()
    page.locator("input[webkitdirectory]").set_input_files(folder)
    page.get_by_role("button", name="Далее").click()
    page.wait_for_url("**/runs/*")
    kept = list((local.folder / "checks").glob("*/files/ОП/Рабочие программы/*.md"))
    assert len(kept) == 100
    page.get_by_text("Удалить проверку").click()
    page.get_by_role("button", name="Удалить").click()
    expect(page.get_by_text("Проверок пока нет")).to_be_visible()


def dropped(page: Page, files: list[Path]) -> None:
    """Files let fall on the page, as the browser tells them."""
    import base64

    data = [{"name": path.name, "data": base64.b64encode(path.read_bytes()).decode()} for path in files]
    moved = page.evaluate_handle(
        """files => {
            const moved = new DataTransfer();
            for (const { name, data } of files) {
                moved.items.add(new File([Uint8Array.from(atob(data), sign => sign.charCodeAt(0))], name));
            }
            return moved;
        }""",
        data,
    )
    page.locator("form[data-files]").dispatch_event("drop", {"dataTransfer": moved})
