"""The card of corpora/gold/real, with figures counted from its files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def card(folder: Path, agreement: Sequence[tuple[str, str, int, int, float, float]], moved: int) -> str:
    """The text of card.md."""
    return "# Card\n"
