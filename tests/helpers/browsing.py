"""Run `align serve` on a database, and check its pages in a browser with axe."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("playwright")
pytest.importorskip("sqlalchemy")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from alignment.review.store import ReviewStore
from tests.helpers.reviewing import PASSWORD

CHROMIUM = shutil.which("chromium")
NEEDED = pytest.mark.skipif(CHROMIUM is None, reason="Chromium (Debian package chromium) is not installed")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
# Folder for screenshots of the pages: ALIGN_SHOTS=folder pytest tests/e2e/test_browser.py
SHOTS = os.environ.get("ALIGN_SHOTS")
# Folder for the pictures of the tutorials (docs/pictures).
PICTURES = os.environ.get("ALIGN_PICTURES")


# Milliseconds that a check may take on a busy machine.
WAIT = 400_000
WIDE, NARROW = {"width": 1280, "height": 860}, {"width": 390, "height": 844}


def free_port() -> int:
    with socket.socket() as result:
        result.bind(("127.0.0.1", 0))
        return int(result.getsockname()[1])


class Served:
    """The installed command `align serve` with a database of its own."""

    def __init__(self, folder: Path, cache: Path, *arguments: str) -> None:
        self.database = f"sqlite:///{folder / 'review.db'}"
        self.store = ReviewStore(self.database)
        self.store.migrate()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder, self.cache, self.arguments = folder, cache, arguments
        # No page depends on the engine, so the faster one is used.
        self.environment = {"ALIGN_UI_LANG": "ru", "ALIGN_ENGINE": "fast"}

    def start(self) -> None:
        command = [str(Path(sys.executable).with_name("align")), "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--database", self.database, "--ui-lang", "ru", *self.arguments],
            env={**os.environ, "HOME": str(self.folder), "ALIGN_CACHE_DIR": str(self.cache), **self.environment},
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


def checked(page: Page, name: str, *, fits: bool = True) -> None:
    """Assert that there are no accessibility violations in both widths and schemes, and no horizontal scrolling."""
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            result = Axe().run(page)
            assert result.violations_count == 0, result.generate_report()
        page.emulate_media(color_scheme="light")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"] or not fits, f"{name}: {wide} wide at {size['width']}"
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{size['width']}.png", full_page=True)
    page.set_viewport_size(WIDE)


def pictured(page: Page, name: str) -> None:
    """Save a picture of the visible part of the page, for the tutorials."""
    assert Axe().run(page).violations_count == 0
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png")


def watched(context: BrowserContext, url: str) -> Page:
    """A page that fails the test on a script error, or on a request to another server."""
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.on("request", lambda request: _assert_same_server(request.url, url))
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    return page


def _assert_same_server(requested: str, url: str) -> None:
    assert requested.startswith((url, "data:")), requested


def russian(page: Page, letter: str) -> None:
    """Press a key of the Russian layout, which Playwright's keyboard lacks."""
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
