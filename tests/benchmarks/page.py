"""The pages of figures in docs/: where and when they were made, and writing them."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from datetime import date

from tests.conftest import ROOT


def made(arguments: str) -> str:
    """By what command, on what day and machine; ``arguments`` are those of ``python -m tests.benchmarks.``."""
    return (
        f"Made by `python -m tests.benchmarks.{arguments}` on {date.today().isoformat()} ({os.cpu_count()} cores, Python "
        f"{platform.python_version()})"
    )


def publish(name: str, lines: Sequence[str]) -> None:
    """Write docs/NAME.md and show it."""
    text = "\n".join(lines) + "\n"
    (ROOT / "docs" / f"{name}.md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)
