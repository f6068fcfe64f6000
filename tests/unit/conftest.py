"""Fixtures of several unit tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from alignment import i18n

if TYPE_CHECKING:
    from alignment.review.store import ReviewStore


@pytest.fixture
def english() -> None:
    i18n.activate("en")


@pytest.fixture
def store(tmp_path: Path) -> ReviewStore:
    """An empty store of reviews."""
    from alignment.review.store import ReviewStore

    result = ReviewStore(f"sqlite:///{tmp_path / 'review.db'}")
    result.migrate()
    return result
