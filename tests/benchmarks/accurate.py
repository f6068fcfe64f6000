"""The slow engine on every set, MELO too: ``python -m tests.benchmarks.accurate``; writes docs/accurate.md (half an hour)."""

from __future__ import annotations

from alignment.settings import Settings
from tests.benchmarks import charts
from tests.benchmarks.engines import tables
from tests.benchmarks.page import made, publish
from tests.conftest import SHARED


def main() -> None:
    """Measure and write."""
    graded, retrieval = tables(SHARED, Settings(), ("accurate",), most=100_000)
    lines = [
        "# The engine accurate",
        "",
        f"{made('accurate')}. Held out by occupation, national concept, standard or title; MELO and graded_ru were "
        "never trained on. The other engines: [benchmarks](benchmarks.md).",
        "",
        *graded,
        "",
        *retrieval,
    ]
    publish("accurate", lines)
    charts.main()


if __name__ == "__main__":
    main()
