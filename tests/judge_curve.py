"""The cost of ``--judge-share`` against its gain, in docs/judge.md.

``align evaluate --real --judge-curve --engine fast --format json -o FILE`` measures it; ``python -m tests.judge_curve
FILE`` writes the part of the page between its two marks.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parent.parent / "docs" / "judge.md"
BEGIN, END = "<!-- curve -->", "<!-- /curve -->"
HEAD = (
    "| share | requirements asked | kappa: mean over sets, all requirements | “covered” right / found "
    "| coverage said: off by | kappa where it sees only what a check shows it |\n"
    "|---:|---:|---:|---:|---:|---:|"
)


def table(points: list[dict[str, Any]]) -> str:
    """A row for each share."""
    rows = [
        f"| {point['share']:.0%} | {point['asked']:,} | {best['kappa_mean']:.2f}, {best['kappa_all']:.2f} "
        f"| {best['covered_right']:.0%} / {best['covered_found']:.0%} | {100 * best['coverage_off']:.0f} points "
        f"| {seen['kappa_mean']:.2f}, {seen['kappa_all']:.2f} |"
        for point in points
        for best, seen in [(point["perfect"], point["seen"])]
    ]
    return "\n".join([HEAD, *rows])


def written(page: str, points: list[dict[str, Any]]) -> str:
    """The page with the table between its marks."""
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n{table(points)}\n{END}{after}"


if __name__ == "__main__":
    found = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), found["judge_curve"]), encoding="utf-8")
