"""Fifty programs × twenty standards, one worker and two: ``python -m tests.benchmarks.batch``; writes docs/batch.md.

Programs are the sample 11.03.03 with other disciplines left out of each; standards are the shipped ones and five halves
of them. The cache of vectors is warm in both runs, so that the work of checking is what is shared.
"""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from pathlib import Path

import msgspec

from alignment import api
from alignment import batches as batch
from alignment.model import Standard
from alignment.settings import Settings
from tests.benchmarks.page import made, publish
from tests.conftest import ROOT

PROGRAMS, STANDARDS = 50, 20
SAMPLE = ROOT / "tests" / "data" / "programs" / "11.03.03"


def programs(folder: Path) -> list[Path]:
    """Copies of the sample, each without some of its work programmes."""
    chance = random.Random(5)
    files = sorted(path for path in SAMPLE.iterdir() if path.name[:2].isdigit())
    result = []
    for number in range(PROGRAMS):
        place = folder / f"program {number:02d}"
        place.mkdir()
        for path in files:
            if path.name.startswith("00") or chance.random() < 0.7:
                shutil.copy(path, place / path.name)
        result.append(place)
    return result


def standards(settings: Settings) -> list[Standard]:
    """The shipped standards, and halves of the first five under codes of their own."""
    whole = api.all_standards(settings=settings)
    halves = [
        msgspec.structs.replace(
            item, code=f"{item.code}-half", functions=item.functions[: len(item.functions) // 2 or 1]
        )
        for item in whole[: STANDARDS - len(whole)]
    ]
    return [*whole, *halves][:STANDARDS]


def main() -> None:
    """Measure and write."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(cache_dir=str(folder / "cache"))
        given, against = programs(folder), standards(settings)
        batch.run_batch(given[:4], against, folder / "warm", settings, workers=2)
        for workers in (1, 2):
            began = time.perf_counter()
            done = batch.run_batch(given, against, folder / f"out{workers}", settings, workers=workers)
            rows.append((workers, time.perf_counter() - began, len(done.pairs), done.failed))
        began = time.perf_counter()
        again = batch.run_batch(given, against, folder / "out2", settings, workers=2)
        reused = (time.perf_counter() - began, again.reused)
    lines = [
        "# Many programs at once",
        "",
        f"{made('batch')}: {PROGRAMS} programs × {STANDARDS} standards, local Dask processes, warm cache. "
        "Aim: a speed-up of 1.7 from one worker to two.",
        "",
        "| workers | seconds | pairs | not read | pairs/s | speed-up |",
        "|---:|---:|---:|---:|---:|---:|",
        *(
            f"| {workers} | {seconds:.1f} | {pairs} | {failed} | {pairs / seconds:.1f} | {rows[0][1] / seconds:.2f} |"
            for workers, seconds, pairs, failed in rows
        ),
        "",
        f"The same once more, nothing changed: {reused[0]:.1f} s, {reused[1]} pairs taken over.",
    ]
    publish("batch", lines)


if __name__ == "__main__":
    main()
