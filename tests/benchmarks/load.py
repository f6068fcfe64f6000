"""Thirty experts at once on ten thousand findings: ``python -m tests.benchmarks.load``; writes docs/load.md.

The server is the installed `align serve` on SQLite. Each expert opens a finding, judges it, and goes where the page
sends them; every tenth time they open the list. Once with a second of thought before each request, once without any.
"""

from __future__ import annotations

import os
import platform
import re
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import httpx
import msgspec
import numpy as np

from alignment.model import Alignment, Statement
from alignment.review.tables import Role
from tests.benchmarks.page import publish
from tests.benchmarks.storm import entered
from tests.helpers.browsing import Served
from tests.helpers.results import alignment, worded
from tests.helpers.reviewing import PASSWORD, field

EXPERTS, FINDINGS, STATEMENTS = 30, 10_000, 4_000
SECONDS = 40.0


def large() -> Alignment:
    """A report of ten thousand findings over four thousand statements."""
    result = worded(alignment(()))
    (discipline,) = result.program.disciplines
    statements = tuple(
        Statement(id=f"s{number}", text=f"измерять параметры узла {number} прибором", kind="skill", discipline="Схемотехника")
        for number in range(STATEMENTS)
    )  # fmt: skip
    findings = []
    random = np.random.default_rng(1)
    for number in range(FINDINGS):
        base = result.findings[number % 4]
        evidence = msgspec.structs.replace(base.evidence[0], statement=statements[number % STATEMENTS])
        requirement = msgspec.structs.replace(base.requirement, id=f"r{number}", text=f"требование номер {number}")
        chance = float(random.random())
        findings.append(
            msgspec.structs.replace(
                base,
                requirement=requirement,
                evidence=(evidence,) * 3,
                probability=chance,
                covers=chance**2,
                at_least_partial=chance,
            )
        )
    program = msgspec.structs.replace(
        result.program, disciplines=(msgspec.structs.replace(discipline, statements=statements),)
    )
    return msgspec.structs.replace(result, findings=tuple(findings), program=program)


def work(
    browser: httpx.Client, seed: int, thought: float, end: float, times: list[tuple[str, float]], wrong: list[str]
) -> None:
    """One expert, logged in, until ``end``."""
    random = np.random.default_rng(seed)

    def ask(name: str, method: str, path: str, **more: object) -> httpx.Response:
        time.sleep(thought * (0.5 + random.random()))
        began = time.perf_counter()
        answer = browser.request(method, path, **more)  # type: ignore[arg-type]
        times.append((name, time.perf_counter() - began))
        if answer.status_code not in (200, 303, 409):
            wrong.append(f"{path}: {answer.status_code}")
        return answer

    path, number = f"/reviews/1/{int(random.integers(FINDINGS))}", 0
    while time.perf_counter() < end:
        number += 1
        if number % 10 == 0:
            ask("list", "GET", "/reviews/1?state=open")
        page = ask("finding", "GET", path).text
        data = {"csrf": field(page, "csrf"), "version": field(page, "version"), "choice": "partial"}
        answer = ask("judge", "POST", path, data=data)
        path = answer.headers.get("location", "") if answer.status_code == 303 else ""
        if not re.fullmatch(r"/reviews/1/\d+", path):
            path = f"/reviews/1/{int(random.integers(FINDINGS))}"


def measured(thought: float) -> list[str]:
    """Rows of the table for one amount of thought."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        served = Served(folder, folder / "cache", "--accounts")
        review, _ = served.store.add(large(), "load", "local", double=0.3)
        for number in range(EXPERTS):
            served.store.add_user(f"expert{number}", f"Эксперт {number}", Role.EXPERT, PASSWORD)
        served.store.join(review, [f"expert{number}" for number in range(EXPERTS)])
        served.start()
        times: list[tuple[str, float]] = []
        wrong: list[str] = []
        browsers = [entered(served.url, f"expert{number}") for number in range(EXPERTS)]
        end = time.perf_counter() + SECONDS
        with ThreadPoolExecutor(EXPERTS) as pool:
            done = [
                pool.submit(work, browser, number, thought, end, times, wrong)
                for number, browser in enumerate(browsers)
            ]
            for item in done:
                item.result()
        served.stop()
    assert not wrong, wrong[:5]
    rows = []
    for kind in ("finding", "judge", "list", "all"):
        own = np.asarray([seconds for name, seconds in times if kind in (name, "all")]) * 1000
        half, most, last = np.percentile(own, [50, 95, 99])
        rows.append(
            f"| {thought:.0f} s | {kind} | {len(own)} | {len(own) / SECONDS:.0f} | {half:.0f} | {most:.0f} | {last:.0f} |"
        )
    return rows


def main() -> None:
    """Measure and write."""
    lines = [
        "# Load of the review pages",
        "",
        f"Made by `python -m tests.benchmarks.load` on {date.today().isoformat()} ({os.cpu_count()} cores shared by server "
        f"and clients, Python {platform.python_version()}, SQLite): {EXPERTS} experts at once, {FINDINGS:,} findings, "
        f"{SECONDS:.0f} s. Aim: 95 % of the answers under 200 ms.",
        "",
        "| thought before each request | request | answers | per second | median, ms | 95 %, ms | 99 %, ms |",
        "|---|---|---:|---:|---:|---:|---:|",
        *(row for thought in (1.0, 0.0) for row in measured(thought)),
    ]
    publish("load", lines)


if __name__ == "__main__":
    main()
