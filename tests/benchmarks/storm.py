"""Hostile load on a real `align serve`: ``python -m tests.benchmarks.storm``; writes docs/storm.md.

1. A login storm: 150 wrong passwords at once, without a name, over and over for some seconds, while one person works.
2. A full queue: 30 experts give 60 programs to check, and read and judge meanwhile.
"""

from __future__ import annotations

import os
import platform
import re
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import httpx
import numpy as np

from alignment.review.tables import Role
from tests.benchmarks.page import publish
from tests.conftest import ROOT
from tests.e2e.browsing import Served
from tests.unit.test_description import alignment
from tests.unit.test_review import PASSWORD, field, worded

EXPERTS, CHECKS, AT_ONCE = 30, 60, 150
STORM_SECONDS = 20.0
# The pages are measured for so long, or until all checks are done.
QUEUE_SECONDS = 120.0
SYLLABUS = ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md"


def memory(process: int) -> int:
    """Megabytes that a process holds, and held at most."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) // 1000 if found else 0


def served(folder: Path, *arguments: str) -> Served:
    made = Served(folder, Path(os.environ.get("ALIGN_CACHE_DIR", folder / "cache")), "--accounts", *arguments)
    number, _ = made.store.add(worded(alignment(())), "storm", "local")
    for each in range(EXPERTS):
        made.store.add_user(f"expert{each}", f"Эксперт {each}", Role.EXPERT, PASSWORD)
    made.store.join(number, [f"expert{each}" for each in range(EXPERTS)])
    made.start()
    return made


def entered(url: str, login: str) -> httpx.Client:
    # The server closes an idle line after 5 s; a browser would open another, this client would call it an error.
    browser = httpx.Client(base_url=url, timeout=120, limits=httpx.Limits(keepalive_expiry=2))
    for _ in range(60):
        page = browser.get("/login").text
        answer = browser.post("/login", data={"csrf": field(page, "csrf"), "login": login, "password": PASSWORD})
        if answer.status_code == 303:
            return browser
        time.sleep(int(answer.headers.get("retry-after", 1)))
    raise AssertionError(answer.text)


def reader(browser: httpx.Client, stop: threading.Event, times: list[float], codes: Counter[int], pause: float) -> None:
    """A person who reads findings until told to stop."""
    number = 0
    while not stop.is_set():
        number += 1
        began = time.perf_counter()
        answer = browser.get("/reviews/1" if number % 5 == 0 else f"/reviews/1/{number % 6}")
        times.append(time.perf_counter() - began)
        codes[answer.status_code] += 1
        stop.wait(pause)


def storm() -> list[str]:
    """Rows for the login storm."""
    with tempfile.TemporaryDirectory() as name:
        server = served(Path(name))
        try:
            before = memory(server.process.pid)
            stop, pages, codes = threading.Event(), [], Counter()
            browser = entered(server.url, "expert0")
            own = threading.Thread(target=reader, args=(browser, stop, pages, codes, 0.1))
            own.start()
            answers, wrong = [], Counter()

            def attempt(number: int) -> None:
                with httpx.Client(base_url=server.url, timeout=120) as client:
                    page = client.get("/login").text
                    while time.perf_counter() < end:
                        data = {"csrf": field(page, "csrf"), "login": f"expert{number % EXPERTS}", "password": "wrong"}
                        began = time.perf_counter()
                        wrong[client.post("/login", data=data).status_code] += 1
                        answers.append(time.perf_counter() - began)

            end = time.perf_counter() + STORM_SECONDS
            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(attempt, range(AT_ONCE)))
            stop.set()
            own.join()
            peak = memory(server.process.pid)
        finally:
            server.stop()
    half, most = np.percentile(np.asarray(answers) * 1000, [50, 95])
    page_half, page_most = np.percentile(np.asarray(pages) * 1000, [50, 95])
    return [
        f"| wrong logins, {AT_ONCE} at once for {STORM_SECONDS:.0f} s | {len(answers)}: "
        f"{', '.join(f'{code}: {count}' for code, count in sorted(wrong.items()))} | {half:.0f} | {most:.0f} |",
        f"| pages of a person who works meanwhile | {len(pages)}: "
        f"{', '.join(f'{code}: {count}' for code, count in sorted(codes.items()))} | {page_half:.0f} | {page_most:.0f} |",
        "",
        f"Memory of the server: {before} MB before, {peak} MB at most.",
    ]


def full_queue() -> list[str]:
    """Rows for the full queue."""
    with tempfile.TemporaryDirectory() as name:
        server = served(Path(name))
        try:
            browsers = [entered(server.url, f"expert{each}") for each in range(EXPERTS)]
            stop, pages, codes = threading.Event(), [], Counter()
            readers = [threading.Thread(target=reader, args=(browser, stop, pages, codes, 1.0)) for browser in browsers]
            checks: Counter[str] = Counter()
            refused: list[float] = []
            lasted: list[float] = []

            def check(number: int) -> None:
                began = time.perf_counter()
                with httpx.Client(base_url=server.url, timeout=3000) as client:
                    while not stop.is_set():
                        try:
                            answer = client.post(
                                "/check",
                                auth=(f"expert{number % EXPERTS}", PASSWORD),
                                files=[("files", (SYLLABUS.name, SYLLABUS.read_bytes()))],
                                data={"standard": "40.034"},
                            )
                        except httpx.TransportError:  # the server was stopped: it was still waiting
                            break
                        if answer.status_code != 429:
                            checks[str(answer.status_code)] += 1
                            lasted.append(time.perf_counter() - began)
                            return
                        refused.append(answer.elapsed.total_seconds())
                        stop.wait(int(answer.headers["retry-after"]))
                checks["waiting when it ended"] += 1

            # Calls log in once before, so that the queue of checks is measured and not that of passwords.
            for each in range(EXPERTS):
                while httpx.get(f"{server.url}/standards", auth=(f"expert{each}", PASSWORD), timeout=60).is_error:
                    time.sleep(1)
            threads = [threading.Thread(target=check, args=(number,)) for number in range(CHECKS)]
            for thread in [*threads, *readers]:
                thread.start()
            end = time.perf_counter() + QUEUE_SECONDS
            while time.perf_counter() < end and any(thread.is_alive() for thread in threads):
                time.sleep(0.5)
            peak = memory(server.process.pid)
            stop.set()
            for thread in readers:
                thread.join()
        finally:
            server.stop()
        for thread in threads:
            thread.join()
    half, most = np.percentile(np.asarray(pages) * 1000, [50, 95])
    ends = np.percentile(np.asarray(lasted or [0.0]) * 1000, [50, 95])
    return [
        f"| pages of {EXPERTS} experts with a second of thought | {len(pages)}: "
        f"{', '.join(f'{code}: {count}' for code, count in sorted(codes.items()))} | {half:.0f} | {most:.0f} |",
        f"| {CHECKS} checks given at once | {', '.join(f'{code}: {count}' for code, count in sorted(checks.items()))}; "
        f"429: {len(refused)} | {ends[0]:.0f} | {ends[1]:.0f} |",
        "",
        f"Memory of the server {peak} MB at most.",
    ]


def main() -> None:
    """Measure and write."""
    head = ["| request | answers | median, ms | 95 %, ms |", "|---|---|---:|---:|"]
    lines = [
        "# Storms",
        "",
        f"Made by `python -m tests.benchmarks.storm` on {date.today().isoformat()} ({os.cpu_count()} cores shared by server, "
        f"checks and clients, load of other work before {os.getloadavg()[0]:.0f}, Python {platform.python_version()}, "
        f"SQLite). Aim: pages under 300 ms at 95 % while the "
        "queue is full, no error but 429 with Retry-After.",
        "",
        "## Wrong logins",
        "",
        *head,
        *storm(),
        "",
        "## A full queue",
        "",
        *head,
        *full_queue(),
    ]
    publish("storm", lines)


if __name__ == "__main__":
    main()
