"""The slow engine on every set, MELO too: ``python -m tests.benchmarks.accurate``; writes docs/accurate.md (half an hour)."""

from __future__ import annotations

import os
import platform
import sys
from datetime import date

from alignment.settings import Settings
from tests.benchmarks import charts
from tests.benchmarks.engines import tables
from tests.conftest import ROOT, SHARED


def main() -> None:
    """Measure and write."""
    graded, retrieval = tables(SHARED, Settings(), ("accurate",), most=100_000)
    lines = [
        "# The engine accurate",
        "",
        f"Made by `python -m tests.benchmarks.accurate` on {date.today().isoformat()} ({os.cpu_count()} cores, Python "
        f"{platform.python_version()}). Held out by occupation, national concept, standard or title; MELO and graded_ru were "
        "never trained on. The other engines: [benchmarks](benchmarks.md).",
        "",
        *graded,
        "",
        *retrieval,
    ]
    text = "\n".join(lines) + "\n"
    (ROOT / "docs" / "accurate.md").write_text(text, encoding="utf-8")
    charts.main()
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
