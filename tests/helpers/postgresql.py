"""A PostgreSQL server in a temporary folder."""

import os
import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("psycopg")


def _bin() -> Path | None:
    result = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return result[-1].parent if result else None


class Cluster:
    """A PostgreSQL server with its data in a temporary folder; the test is skipped if PostgreSQL is not installed."""

    def __init__(self) -> None:
        programs = _bin()
        if programs is None:
            pytest.skip("PostgreSQL is not installed")
        self.programs = programs
        # PostgreSQL refuses to run as root, and the account postgres cannot enter pytest's folders.
        mktemp = subprocess.run(["mktemp", "-d", "/tmp/alignpg.XXXXXX"], capture_output=True, text=True, check=True)
        self.root = Path(mktemp.stdout.strip())
        self.owner: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(self.root, "postgres")
            self.owner = ["runuser", "-u", "postgres", "--"]
        self.url = f"postgresql+psycopg://align@/postgres?host={self.root}"

    def _run(self, name: str, *arguments: str | Path) -> None:
        command = [*self.owner, self.programs / name, "-D", self.root / "data", *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd=self.root)

    def start(self) -> None:
        options = f"-k {self.root} -c listen_addresses='' -c fsync=on"
        self._run("pg_ctl", "-w", "-l", self.root / "log", "-o", options, "start")

    def crash(self) -> None:
        """Kill every process of the server with -9 and start it again."""
        first = int((self.root / "data" / "postmaster.pid").read_text().split()[0])
        children = subprocess.run(["pgrep", "-P", str(first)], capture_output=True, text=True).stdout.split()
        for process in (first, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(process, 9)
        for _ in range(50):  # the processes take a moment to end
            time.sleep(0.1)
            with suppress(subprocess.CalledProcessError):
                return self.start()
        raise AssertionError((self.root / "log").read_text())

    def __enter__(self) -> "Cluster":
        self._run("initdb", "-U", "align", "-A", "trust", "-E", "UTF8")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "-m", "fast", "stop")
        shutil.rmtree(self.root, ignore_errors=True)
