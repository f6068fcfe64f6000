"""How good is a draft? ``python -m tests.benchmarks.draft``; writes the figures of docs/draft.md (its Russian twin
repeats them).

Origin: competences and indicators of real programs (../shared/data/itmo_programs) that declare a shipped standard, each
with the function that it was worded from (tests/data/itmo_origins.tsv), sought among all functions and generalized
functions of all shipped standards. Wording: tests/data/infinitives_blind.tsv. Time: one program, with an empty cache.
"""

from __future__ import annotations

import csv
import re
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from alignment import api, catalogue
from alignment.analysis.draft.drift import NamedFunction, named_functions, nearest_functions
from alignment.api import open_cache
from alignment.engine import cached_encoder
from alignment.model import Standard
from alignment.settings import Settings, load_settings
from tests.benchmarks.page import made
from tests.conftest import ROOT

ORIGINS = ROOT / "tests" / "data" / "itmo_origins.tsv"
PAGE = ROOT / "docs" / "draft.md"
FIGURES = re.compile(r"(<!-- draft figures -->\n).*?(<!-- /draft figures -->)", re.DOTALL)
# The edition that the programs were written from, and the standard whose file gives it no code.
OLD, UNCODED = "06.001@679н", {"Специалист по проектированию систем в корпусе": "29.006"}
PROGRAM, STANDARDS = ROOT / "corpora" / "programs" / "09.03.03-2018", ("06.001", "06.003")
RANKS = (1, 3)


class Recall(NamedTuple):
    """Texts of one kind, and the share of them whose function, and whose standard, stands among the first so many."""

    texts: int
    function: dict[int, float]
    standard: dict[int, float]


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table whose first lines are remarks."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def library(settings: Settings) -> dict[str, Standard]:
    """The shipped standards by code, 06.001 in the edition of the programs."""
    result = {item.code or UNCODED.get(item.title, item.title): item for item in api.all_standards(settings=settings)}
    return {**result, "06.001": catalogue.find(OLD, settings)}


def recalls(settings: Settings) -> dict[str, Recall]:
    """Recall by kind of text ("competence", "indicator")."""
    functions: list[tuple[str, NamedFunction]] = [
        (code, item) for code, standard in library(settings).items() for item in named_functions(standard)
    ]
    texts = rows(ORIGINS)
    with open_cache(settings) as cache:
        encoder = cached_encoder(settings, cache)
        ranked = nearest_functions([row["text"] for row in texts], [item for _, item in functions], encoder)
    tops = [[(functions[place][0], functions[place][1].code) for place, _ in near[: max(RANKS)]] for near in ranked]
    return {
        kind: recall([(row, top) for row, top in zip(texts, tops, strict=True) if row["kind"] == kind])
        for kind in ("competence", "indicator")
    }


def recall(found: Sequence[tuple[dict[str, str], list[tuple[str, str]]]]) -> Recall:
    """Recall of texts with their nearest functions; texts that rest on no function count for the standard alone."""
    known = [
        ({(row["standard"], code) for code in row["functions"].split()}, top) for row, top in found if row["functions"]
    ]
    return Recall(
        texts=len(known),
        function={n: sum(bool(right & set(top[:n])) for right, top in known) / len(known) for n in RANKS},
        standard={
            n: sum(row["standard"] in {code for code, _ in top[:n]} for row, top in found) / len(found) for n in RANKS
        },
    )


def minutes() -> tuple[float, float]:
    """Minutes by the clock and of the processor that a draft of a program of 75 work programmes takes."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(cache_dir=folder)
        began, used = time.monotonic(), _used()
        program = api.load_program(PROGRAM, settings=settings)
        api.draft(program, [api.load_standard(name, settings=settings) for name in STANDARDS], settings=settings)
        return (time.monotonic() - began) / 60, (_used() - used) / 60


def _used() -> float:
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def worded() -> tuple[int, int, int]:
    """Functions worded blind, how many the program words alike, and how many right."""
    from tests.helpers.infinitives import BLIND, agreement

    same, right = agreement()
    return len(rows(BLIND)), same, right


def lines() -> list[str]:
    """The figures of docs/draft.md."""
    result = recalls(load_settings())
    clock, processor = minutes()
    total, same, right = worded()
    return [
        f"{made('draft')}.",
        "",
        "| | n | function @1 | @3 | standard @1 | @3 |",
        "|---|---:|---:|---:|---:|---:|",
        *(
            f"| {kind} | {own.texts} | {own.function[1]:.2f} | {own.function[3]:.2f} | {own.standard[1]:.2f} | "
            f"{own.standard[3]:.2f} |"
            for kind, own in result.items()
        ),
        "",
        f"- wording: {right} of {total} right ({right / total:.0%}), {same} word for word as written without seeing it",
        f"- time: {clock:.1f} minutes by the clock, {processor:.1f} of one processor core, for "
        f"`{PROGRAM.name}` with {' and '.join(STANDARDS)} and an empty cache",
    ]


if __name__ == "__main__":
    text = "\n".join(lines())
    PAGE.write_text(FIGURES.sub(lambda match: f"{match[1]}{text}\n{match[2]}", PAGE.read_text(encoding="utf-8")))
    sys.stdout.write(text + "\n")
