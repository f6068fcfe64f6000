"""An expert's day in a real browser: import, judging by keyboard and by mouse, dispute, signature, export; axe on every page."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright")
pytest.importorskip("sqlalchemy")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from alignment.model import Alignment, to_json
from alignment.review.store import Store
from alignment.review.tables import Role
from tests.unit.test_description import alignment
from tests.unit.test_report_files import EVIL, planted
from tests.unit.test_review import PASSWORD, worded

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium (Debian package chromium) is not installed")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
# Where pictures of the pages go, for people who want to look: ALIGN_SHOTS=folder pytest tests/e2e/test_browser.py
SHOTS = os.environ.get("ALIGN_SHOTS")
# Where the pictures of the tutorials go (docs/pictures).
PICTURES = os.environ.get("ALIGN_PICTURES")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Served:
    """The installed `align serve` on a database of its own."""

    def __init__(self, folder: Path, cache: Path, *arguments: str) -> None:
        self.database = f"sqlite:///{folder / 'review.db'}"
        self.store = Store(self.database)
        self.store.migrate()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder, self.cache, self.arguments = folder, cache, arguments

    def start(self) -> None:
        command = [str(Path(sys.executable).with_name("align")), "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--database", self.database, "--ui-lang", "ru", *self.arguments],
            env={**os.environ, "HOME": str(self.folder), "ALIGN_CACHE_DIR": str(self.cache), "ALIGN_UI_LANG": "ru"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=self.folder,
        )
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self.process.poll() is None, self.process.stderr.read().decode()
            time.sleep(0.1)
        raise AssertionError("align serve did not start")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as tool:
        found = tool.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def local(tmp_path: Path, cache_dir: Path) -> Iterator[Served]:
    made = Served(tmp_path, cache_dir)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def team(tmp_path: Path, cache_dir: Path) -> Iterator[Served]:
    made = Served(tmp_path, cache_dir, "--accounts")
    for login, name, role in (
        ("egor", "Егор", Role.EXPERT),
        ("olga", "Ольга", Role.EXPERT),
        ("head", "Вера", Role.HEAD),
    ):
        made.store.add_user(login, name, role, PASSWORD)
    made.start()
    yield made
    made.stop()


def checked(page: Page, name: str) -> None:
    """No accessibility violations, nothing from elsewhere, no error in the console."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def watched(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.on("request", lambda request: _own(request.url, url))
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    return page


def _own(asked: str, url: str) -> None:
    assert asked.startswith((url, "data:")), asked


def russian(page: Page, letter: str) -> None:
    """A key of the Russian layout, which Playwright's keyboard does not have."""
    page.evaluate(
        "key => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}))",
        letter,
    )


def log_in(browser: Browser, served: Served, login: str) -> Page:
    page = watched(browser.new_context(locale="ru-RU"), served.url)
    page.goto(served.url)
    page.get_by_label("Логин").fill(login)
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    expect(page).to_have_url(f"{served.url}/")
    return page


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
    page.get_by_label("Файлы программы", exact=False).set_input_files(result)
    page.get_by_label("Название экспертизы").fill("Экспертиза 11.03.03")
    page.get_by_role("button", name="Добавить").click()
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
    expect(page.get_by_role("status")).to_contain_text("сузил")
    for number in range(4):
        before = page.url
        russian(page, "ф") if number % 2 else page.keyboard.press("1")
        page.wait_for_url(lambda url, before=before: url != before)
    page.wait_for_url(re.compile(r"/reviews/\d+$"))
    expect(page.get_by_text("6 / 6").first).to_be_visible()
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


def test_two_browsers_at_once_never_lose_a_word(team: Served, browser: Browser) -> None:
    number, _ = team.store.add(worded(alignment(())), "вдвоём", "head", double=0.5)
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
    head.get_by_role("button", name="Подписать").click()
    expect(head.get_by_role("alert")).to_contain_text("без окончательного решения")


def test_a_planted_script_does_not_run(local: Served, browser: Browser) -> None:
    number, _ = local.store.add(planted(EVIL), EVIL, "local")
    page = watched(browser.new_context(), local.url)
    page.on("dialog", lambda dialog: pytest.fail("the script ran"))
    for path in ("/", f"/reviews/{number}", f"/reviews/{number}/0", f"/reviews/{number}/team"):
        page.goto(local.url + path)
        assert page.locator("main img[src=x], main script").count() == 0


def test_report_pages_pass_axe_and_fetch_nothing(browser: Browser, tmp_path: Path, cache_dir: Path) -> None:
    from alignment import api, i18n
    from alignment.batch import Pair
    from alignment.reports import batch, html_report, overlap
    from alignment.settings import Settings
    from tests.conftest import ROOT
    from tests.unit.test_report_files import both

    settings = Settings(cache_dir=str(cache_dir))
    paths = [ROOT / "corpora" / "standards" / f"{code}.xml" for code in ("40.003", "40.007")]
    whole, areas, each = api.overlap(*paths, settings=settings)
    pairs = [
        Pair(
            program="П",
            path="п",
            faculty="Ф",
            standard="06.005",
            standard_title="Инженер",
            coverage=0.6,
            low=0.5,
            high=0.7,
        ),
        Pair(program="", path="плохая.docx", faculty="Ф", error="повреждена"),
    ]
    try:
        i18n.activate("ru")
        pages = {
            "8-report": html_report.render([both()]),
            "9-overlap": overlap.as_html(overlap.Found(overlap=whole, areas=areas, standards=each)),
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
    found = api.check(program, api.load_standard("06.005", settings=settings), settings=settings)
    number, _ = local.store.add(found, "11.03.03 – 06.005", "local", sources=read_sources(found, [folder]))
    page = watched(browser.new_context(locale="ru-RU", viewport={"width": 1280, "height": 800}), local.url)
    page.goto(f"{local.url}/reviews/{number}")
    expect(page.get_by_text(f"0 / {len(found.findings)}")).to_be_visible()
    pictured(page, "review")
    from_pdf = next(
        position
        for position, item in enumerate(found.findings)
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
    expect(page.get_by_text(f"1 / {len(found.findings)}")).to_be_visible()
    try:
        i18n.activate("ru")
        (tmp_path / "report.html").write_text(html_report.render([found]), encoding="utf-8")
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


def pictured(page: Page, name: str) -> None:
    """A picture of what is seen at once, for the tutorials."""
    assert Axe().run(page).violations_count == 0
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png")
