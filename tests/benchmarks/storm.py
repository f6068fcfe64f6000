"""Hostile load on a real `align serve`: ``python -m tests.benchmarks.storm``; writes docs/storm.md.

1. A login storm: 150 wrong passwords at once, without a name, over and over for some seconds, while one person works.
2. A full queue: 30 experts give 60 programs to check, and read and judge meanwhile.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import random
import re
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path

import httpx
import numpy as np

from alignment.review.tables import Role
from tests.benchmarks.page import publish
from tests.conftest import ROOT
from tests.helpers.browsing import Served
from tests.helpers.results import alignment, worded
from tests.helpers.reviewing import PASSWORD, field

EXPERTS, CHECKS, AT_ONCE = 30, 60, 150
STORM_SECONDS = 20.0
# The pages are measured for so long, or until all checks are done.
QUEUE_SECONDS = 120.0
QUIET_SECONDS = 15.0
SYLLABUS = ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md"


def memory(process: int) -> int:
    """Megabytes that a process holds, and held at most."""
    match = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return int(match[1]) // 1000 if match else 0


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


class Readers:
    """People who read findings, in a process of their own: threads that attack or wait must not slow their clocks."""

    def __init__(self, url: str, logins: Sequence[str], pause: float) -> None:
        context = multiprocessing.get_context("spawn")
        self._stop, began = context.Event(), context.Event()
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_read, args=(url, logins, pause, began, self._stop, theirs))
        self._process.start()
        assert began.wait(300), "nobody could log in"

    def row(self, name: str) -> str:
        """Stop them; a row of the table."""
        self._stop.set()
        times, codes = self._ours.recv()
        self._process.join()
        return row(name, times, codes)


def _read(url: str, logins: Sequence[str], pause: float, began: Event, stop: Event, pipe: Connection) -> None:
    browsers = [entered(url, login) for login in logins]
    times: list[float] = []
    codes: Counter[str] = Counter()

    def read(browser: httpx.Client, number: int) -> None:
        # People do not all turn the page in the same instant.
        chance = random.Random(number)
        while not stop.wait(pause * (0.5 + chance.random())):
            number += 1
            start = time.perf_counter()
            answer = browser.get("/reviews/1" if number % 5 == 0 else f"/reviews/1/{number % 6}")
            times.append(time.perf_counter() - start)
            codes[str(answer.status_code)] += 1

    threads = [threading.Thread(target=read, args=(browser, number)) for number, browser in enumerate(browsers)]
    for thread in threads:
        thread.start()
    began.set()
    for thread in threads:
        thread.join()
    pipe.send((times, codes))


def row(name: str, seconds: Sequence[float], codes: Counter[str]) -> str:
    """Answers by their code; the median and 95 % of their time."""
    half, most = np.percentile(np.asarray(seconds or [0.0]) * 1000, [50, 95])
    counted = ", ".join(f"{code}: {count}" for code, count in sorted(codes.items()))
    return f"| {name} | {len(seconds)}: {counted} | {half:.0f} | {most:.0f} |"


def storm() -> list[str]:
    """Rows for the login storm."""
    with tempfile.TemporaryDirectory() as name:
        server = served(Path(name))
        try:
            before = memory(server.process.pid)
            people = Readers(server.url, ["expert0"], 0.1)
            answers: list[float] = []
            wrong: Counter[str] = Counter()

            def attempt(number: int) -> None:
                with httpx.Client(base_url=server.url, timeout=120) as client:
                    page = client.get("/login").text
                    while time.perf_counter() < end:
                        data = {"csrf": field(page, "csrf"), "login": f"expert{number % EXPERTS}", "password": "wrong"}
                        began = time.perf_counter()
                        wrong[str(client.post("/login", data=data).status_code)] += 1
                        answers.append(time.perf_counter() - began)

            end = time.perf_counter() + STORM_SECONDS
            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(attempt, range(AT_ONCE)))
            pages = people.row("pages of a person who works meanwhile")
            peak = memory(server.process.pid)
        finally:
            server.stop()
    return [
        row(f"wrong logins, {AT_ONCE} at once for {STORM_SECONDS:.0f} s", answers, wrong),
        pages,
        "",
        f"Memory of the server: {before} MB before, {peak} MB at most.",
    ]


class Checks:
    """Programs given to ``POST /check`` at once, each until it is answered with something else than 429."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.codes: Counter[str] = Counter()
        self.lasted: list[float] = []
        self.refused: list[float] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._give, args=(number,)) for number in range(CHECKS)]
        for thread in self._threads:
            thread.start()

    def wait(self, seconds: float) -> None:
        """Until all are done, or for so long."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end and any(thread.is_alive() for thread in self._threads):
            time.sleep(0.5)
        self._stop.set()

    def rows(self) -> list[str]:
        """Rows of the table, when the server has ended."""
        for thread in self._threads:
            thread.join()
        result = [row(f"{CHECKS} checks given at once", self.lasted, self.codes)]
        if self.refused:
            result.append(row("refusals of them", self.refused, Counter({"429": len(self.refused)})))
        return result

    def _give(self, number: int) -> None:
        began = time.perf_counter()
        with httpx.Client(base_url=self.url, timeout=3000) as client:
            while not self._stop.is_set():
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
                    self.codes[str(answer.status_code)] += 1
                    self.lasted.append(time.perf_counter() - began)
                    return
                self.refused.append(answer.elapsed.total_seconds())
                self._stop.wait(int(answer.headers["retry-after"]))
        self.codes["waiting when it ended"] += 1


def full_queue() -> list[str]:
    """Rows for the full queue."""
    with tempfile.TemporaryDirectory() as name:
        server = served(Path(name))
        try:
            # Calls log in once before, so that the queue of checks is measured and not that of passwords.
            for each in range(EXPERTS):
                while httpx.get(f"{server.url}/standards", auth=(f"expert{each}", PASSWORD), timeout=60).is_error:
                    time.sleep(1)
            logins = [f"expert{each}" for each in range(EXPERTS)]
            people = Readers(server.url, logins, 1.0)
            time.sleep(QUIET_SECONDS)
            quiet = people.row(f"pages of {EXPERTS} experts with a second of thought, before")
            people = Readers(server.url, logins, 1.0)
            checks = Checks(server.url)
            checks.wait(QUEUE_SECONDS)
            pages = people.row("the same while the queue is full")
            peak = memory(server.process.pid)
        finally:
            server.stop()
    return [quiet, pages, *checks.rows(), "", f"Memory of the server {peak} MB at most."]


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
