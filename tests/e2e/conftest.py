"""Fixtures of the tests in a browser; what they need is imported on use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.helpers.browsing import Served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    from tests.helpers.browsing import CHROMIUM, FLAGS

    with sync_playwright() as tool:
        result = tool.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield result
        result.close()


@pytest.fixture
def local(tmp_path: Path, cache_dir: Path) -> Iterator[Served]:
    from tests.helpers.browsing import Served

    made = Served(tmp_path, cache_dir)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def team(tmp_path: Path, cache_dir: Path) -> Iterator[Served]:
    from alignment.review.tables import Role
    from tests.helpers.browsing import Served
    from tests.helpers.reviewing import PASSWORD

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
