"""A methodologist's and an expert's day in a real browser, both widths, light and dark; axe on every page."""

import re
from pathlib import Path

import pytest

pytest.importorskip("playwright")
pytest.importorskip("sqlalchemy")

from playwright.sync_api import Browser, expect

from alignment.model import Alignment, to_json
from tests.helpers.browsing import (
    NARROW,
    NEEDED,
    PICTURES,
    WAIT,
    WIDE,
    Served,
    checked,
    log_in,
    pictured,
    russian,
    watched,
)
from tests.helpers.results import EVIL, alignment, planted, worded

pytestmark = NEEDED


def test_a_day_from_import_to_signed_export_by_keyboard_and_mouse(
    local: Served, browser: Browser, tmp_path: Path
) -> None:
    result = tmp_path / "result.json"
    result.write_bytes(to_json(worded(alignment(()))))
    page = watched(browser.new_context(locale="ru-RU", accept_downloads=True), local.url)
    page.goto(local.url)
    checked(page, "1-start")
    page.get_by_role("link", name="Добавить экспертизу").click()
    checked(page, "2-upload")
    page.get_by_role("button", name="Добавить").click()
    expect(page.get_by_role("alert")).to_contain_text("Сначала выберите файлы")
    (tmp_path / "видео.mp4").write_bytes(b"no program")
    page.locator("input[name=files]").set_input_files(tmp_path / "видео.mp4")
    page.get_by_label("Название экспертизы").fill("Экспертиза 11.03.03")
    page.get_by_role("button", name="Добавить").click()
    expect(page.get_by_role("alert")).to_contain_text("видео.mp4: файлы такого вида не принимаются", timeout=WAIT)
    expect(page.locator("#upload-chosen")).to_have_text("видео.mp4")
    checked(page, "2-upload-refused")
    page.locator("input[name=files]").set_input_files(result)
    page.get_by_role("button", name="Добавить").click()
    page.wait_for_url("**/reviews/1", timeout=WAIT)
    expect(page.get_by_role("heading", name="Экспертиза 11.03.03")).to_be_visible()
    checked(page, "3-review")
    page.goto(f"{local.url}/reviews/1/0")
    checked(page, "4-finding")
    # By mouse: take the evidence away, look for other in the program, decide.
    page.locator(".evidence input[type=checkbox]").first.uncheck()
    page.get_by_role("button", name="частично").first.click()
    page.wait_for_url(lambda url: not url.endswith("/0"))
    # By keyboard, in the Russian layout: с – comment, Escape leaves it, 3 – gap, ф – accept.
    russian(page, "с")
    page.keyboard.type("не изучается")
    page.keyboard.press("Escape")
    first = page.url
    page.keyboard.press("3")
    page.wait_for_url(lambda url: url != first)
    expect(page.get_by_role("status")).to_contain_text("Решение сохранено.")
    for number in range(4):
        before = page.url
        russian(page, "ф") if number % 2 else page.keyboard.press("1")
        page.wait_for_url(lambda url, before=before: url != before)
    page.wait_for_url(re.compile(r"/reviews/\d+$"))
    expect(page.get_by_text("6 из 6").first).to_be_visible()
    expect(page.get_by_role("link", name="Подписать")).to_have_count(0)
    page.get_by_role("link", name="Указать имя").click()
    checked(page, "5-name")
    page.get_by_label("Фамилия, имя, отчество").fill("Петрова Анна Сергеевна")
    page.get_by_role("button", name="Сохранить").click()
    page.goto(f"{local.url}/reviews/1")
    expect(page.get_by_text("Подписывает: Петрова Анна Сергеевна")).to_be_visible()
    page.get_by_role("link", name="Подписать и закрыть…").click()
    expect(page.get_by_text("подпись нельзя отозвать")).to_be_visible()
    checked(page, "5-sign")
    page.get_by_role("button", name="Подписать").click()
    expect(page.get_by_text("Подписан").first).to_be_visible()
    with page.expect_download() as caught:
        page.get_by_role("link", name="docx").click()
    assert Path(caught.value.path()).read_bytes()[:2] == b"PK"
    page.goto(first)
    expect(page.get_by_text("не изучается")).to_be_visible()
    expect(page.get_by_role("button", name="покрыто")).to_have_count(0)
    page.goto(f"{local.url}/reviews/1/team")
    checked(page, "5-team")
    page.goto(f"{local.url}/nowhere")
    expect(page.get_by_role("alert")).to_have_text("Такой страницы нет.")
    checked(page, "5-nowhere")


def test_two_browsers_at_once_never_lose_a_word(team: Served, browser: Browser) -> None:
    number, _ = team.store.add(worded(alignment(())), "вдвоём", "head", double=0.5)
    team.store.join(number, ["egor", "olga"])
    one, two = log_in(browser, team, "egor"), log_in(browser, team, "olga")
    both = [item.position for item in team.store.review(number).items if item.needed == 2]
    assert len(both) == 3
    for page in (one, two):
        page.goto(f"{team.url}/reviews/{number}/{both[0]}")
    one.get_by_label("Комментарий").fill("слово Егора")
    two.get_by_label("Комментарий").fill("слово Ольги")
    one.get_by_role("button", name="пробел").click()
    one.wait_for_url(lambda url: not url.endswith(f"/{both[0]}"))
    two.get_by_role("button", name="покрыто").first.click()
    expect(two.get_by_role("alert")).to_contain_text("оценил другой эксперт")
    checked(two, "6-conflict")
    two.go_back()
    two.reload()
    expect(two.get_by_text("слово Егора")).to_have_count(0)  # blind until she has decided
    two.get_by_label("Комментарий").fill("слово Ольги")
    two.get_by_role("button", name="покрыто").first.click()
    two.wait_for_url(lambda url: not url.endswith(f"/{both[0]}"))
    head = log_in(browser, team, "head")
    head.goto(f"{team.url}/reviews/{number}?state=disputed")
    head.locator("tbody a").first.click()
    expect(head.get_by_text("слово Егора")).to_be_visible()
    expect(head.get_by_text("слово Ольги")).to_be_visible()
    checked(head, "7-dispute")
    head.get_by_label("Это решает спор").check()
    head.get_by_role("button", name="частично").first.click()
    head.wait_for_url(lambda url: not url.endswith(f"/{both[0]}"))
    assert team.store.decided(number) == {both[0]: "partial"}
    head.goto(f"{team.url}/reviews/{number}")
    expect(head.get_by_role("link", name="Подписать")).to_have_count(0)
    expect(head.get_by_text("Подписать можно, когда")).to_contain_text("осталось 5.")


def test_an_expert_takes_back_searches_and_accepts_many(local: Served, browser: Browser) -> None:
    number, _ = local.store.add(worded(alignment(())), "экспертиза", "local")
    context = browser.new_context(locale="ru-RU", timezone_id="Asia/Vladivostok")
    page = watched(context, local.url)
    page.goto(f"{local.url}/reviews/{number}")
    page.get_by_role("link", name="Начать").click()
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        for word in ("покрыто", "частично", "пробел", "Согласиться"):
            expect(page.get_by_role("button", name=word)).to_be_in_viewport(ratio=1)
        expect(page.get_by_label("Комментарий")).to_be_in_viewport(ratio=1)
    first = f"{local.url}/reviews/{number}/0"
    page.goto(first)
    page.get_by_label("Комментарий").fill("моё слово")
    page.locator(".evidence input").first.check()
    page.get_by_label("Искать в программе").fill("схема")
    page.get_by_role("button", name="Искать").click()
    expect(page.locator("#hits h2")).to_contain_text("схема")
    assert page.url == first
    expect(page.get_by_label("Комментарий")).to_have_value("моё слово")
    expect(page.locator(".evidence input").first).to_be_checked()
    # Away and back again: what was typed is still there.
    russian(page, "т")
    page.wait_for_url(lambda url: url != first)
    page.goto(first)
    expect(page.get_by_label("Комментарий")).to_have_value("моё слово")
    page.locator("h1").click()
    page.keyboard.press("2")
    page.wait_for_url(lambda url: url != first)
    expect(page.get_by_text("1 из 6")).to_be_visible()
    expect(page.get_by_label("Комментарий")).to_have_value("")
    russian(page, "з")
    page.wait_for_url(first)
    expect(page.get_by_role("button", name="частично")).to_have_attribute("aria-pressed", "true")
    assert "UTC" not in page.get_by_role("list").last.inner_text()
    page.keyboard.press("u")
    page.wait_for_load_state()
    expect(page.get_by_text("0 из 6")).to_be_visible()
    expect(page.get_by_label("Комментарий")).to_have_value("моё слово")
    expect(page.get_by_role("button", name="частично")).to_have_attribute("aria-pressed", "false")
    page.goto(f"{local.url}/reviews/{number}")
    page.get_by_label("Текст требования").fill("номер 3")
    page.get_by_role("button", name="Показать").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_label("Текст требования").fill("узла")
    page.get_by_role("button", name="Принять показанное").click()
    checked(page, "12-accept")
    page.get_by_role("button", name="Принять 6 выводов").click()
    expect(page.get_by_text("Принято: 6")).to_be_visible()
    assert len(local.store.decided(number)) == 6


def test_a_planted_script_does_not_run(local: Served, browser: Browser) -> None:
    number, _ = local.store.add(planted(EVIL), EVIL, "local")
    page = watched(browser.new_context(), local.url)
    page.on("dialog", lambda dialog: pytest.fail("the script ran"))
    for path in ("/", f"/reviews/{number}", f"/reviews/{number}/0", f"/reviews/{number}/team"):
        page.goto(local.url + path)
        assert page.locator("main img[src=x], main script").count() == 0


def test_report_pages_pass_axe_and_fetch_nothing(browser: Browser, tmp_path: Path, cache_dir: Path) -> None:
    from alignment import api, i18n
    from alignment.batches import CheckedPair
    from alignment.reports import batch, html_report, overlap_page
    from alignment.settings import Settings
    from tests.conftest import ROOT
    from tests.helpers.results import both

    settings = Settings(cache_dir=str(cache_dir))
    paths = [ROOT / "corpora" / "standards" / f"{code}.xml" for code in ("40.003", "40.007")]
    shared = api.overlap(*paths, settings=settings)
    pairs = [
        CheckedPair(
            program="П",
            path="п",
            faculty="Ф",
            standard="06.005",
            standard_title="Инженер",
            coverage=0.6,
            low=0.5,
            high=0.7,
        ),
        CheckedPair(program="", path="плохая.docx", faculty="Ф", error="повреждена"),
    ]
    try:
        i18n.activate("ru")
        pages = {
            "8-report": html_report.render([both()]),
            "9-overlap": overlap_page.render(shared),
            "10-batch": batch.as_html(pairs),
        }
    finally:
        i18n.activate("en")
    for name, text in pages.items():
        path = tmp_path / f"{name}.html"
        path.write_text(text, encoding="utf-8")
        page = watched(browser.new_context(locale="ru-RU"), f"file://{path}")
        page.goto(f"file://{path}")
        checked(page, name)
        if name == "8-report":
            for width in (1280, 390):
                page.set_viewport_size({"width": width, "height": 844})
                checked(page, f"{name}-{width}")
                wide = (
                    "found => [...found.querySelectorAll('html, .scroll')].filter(e => e.scrollWidth > e.clientWidth)"
                )
                assert page.evaluate(f"({wide})(document).length") == 0
    page.locator("thead button").last.click()


def test_a_real_program_is_reviewed_with_its_pages(
    local: Served, browser: Browser, cache_dir: Path, tmp_path: Path
) -> None:
    """The sample against 06.005, as in the tutorials, whose pictures are taken here (`just pictures`)."""
    from alignment import api, i18n
    from alignment.reports import html_report
    from alignment.review.sources import read_sources
    from alignment.settings import Settings
    from tests.conftest import ROOT

    settings = Settings(cache_dir=str(cache_dir))
    folder = ROOT / "tests" / "data" / "programs" / "11.03.03"
    program = api.load_program(folder, settings=settings)
    result = api.check(program, api.load_standard("06.005", settings=settings), settings=settings)
    number, _ = local.store.add(result, "11.03.03 – 06.005", "local", sources=read_sources(result, [folder]))
    page = watched(browser.new_context(locale="ru-RU", viewport={"width": 1280, "height": 800}), local.url)
    page.goto(f"{local.url}/reviews/{number}")
    expect(page.get_by_text(f"0 из {len(result.findings)}").first).to_be_visible()
    pictured(page, "review")
    from_pdf = next(
        position
        for position, item in enumerate(result.findings)
        if item.best and item.best.statement.location.page and item.best.statement.location.file.endswith(".pdf")
    )
    page.goto(f"{local.url}/reviews/{number}/{from_pdf}")
    page.locator("details summary").first.click()
    image = page.locator("img").first
    image.scroll_into_view_if_needed()
    page.wait_for_function("(found) => found.complete && found.naturalWidth > 300", arg=image.element_handle())
    page.evaluate("window.scrollTo(0, 0)")
    pictured(page, "finding")
    page.keyboard.press("2")
    page.wait_for_url(lambda url: not url.endswith(f"/{from_pdf}"))
    page.goto(f"{local.url}/reviews/{number}")
    expect(page.get_by_text(f"1 из {len(result.findings)}").first).to_be_visible()
    try:
        i18n.activate("ru")
        (tmp_path / "report.html").write_text(html_report.render([result]), encoding="utf-8")
    finally:
        i18n.activate("en")
    report = watched(browser.new_context(locale="ru-RU", viewport={"width": 1280, "height": 1000}), "file://")
    report.goto(f"file://{tmp_path / 'report.html'}")
    expect(report.get_by_text("06.005").first).to_be_visible()
    pictured(report, "report")
    if PICTURES:
        sample = api.load_program(ROOT / "corpora" / "programs" / "11.03.03-2018", settings=settings)
        of_sample = api.check(sample, api.load_standard("06.005", settings=settings), settings=settings)
        terminal_picture(of_sample, Path(PICTURES) / "terminal.svg")


def terminal_picture(found: Alignment, path: Path) -> None:
    """The first lines of `align check` as a terminal shows them."""
    import io

    from rich.console import Console
    from rich.text import Text

    from alignment.reports import terminal

    screen = Console(file=io.StringIO(), width=110, force_terminal=True, color_system="truecolor", highlight=False)
    terminal.draw([found], screen, details=False)
    lines = screen.file.getvalue().splitlines()[:34]
    shown = Console(file=io.StringIO(), width=110, record=True, highlight=False)
    shown.print(Text.from_ansi("\n".join(lines)))
    svg = shown.export_svg(title="align check corpora/programs/11.03.03-2018 --standard 06.005", unique_id="terminal")
    # Without the fonts that Rich would have the reader's browser fetch from elsewhere.
    path.write_text(re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL), encoding="utf-8")
