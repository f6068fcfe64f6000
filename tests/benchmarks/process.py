"""Wall time and peak memory of a whole process with its children."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """Seconds and megabytes (proportional set size, children included)."""

    seconds: float
    megabytes: float


def _tree(pid: int) -> int:
    total = 0
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            total += _tree(int(child))
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        pass  # the process ended between two looks
    return total


def cost(command: list[str | Path], env: dict[str, str]) -> Cost:
    """Run a command that must succeed; sampled every 20 ms."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **env})
    peak = 0
    while process.poll() is None:
        peak = max(peak, _tree(process.pid))
        time.sleep(0.02)
    if process.returncode:
        raise SystemExit(f"failed with {process.returncode}: {command}")
    return Cost(time.perf_counter() - began, peak / 1024)
