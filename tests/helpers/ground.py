"""Broken ground to stand on: a small disk, a read-only one, a process that is killed at a random moment."""

import os
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

ROUNDS = 100


@contextmanager
def disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of so many megabytes in memory; the test is skipped where it cannot be mounted."""
    folder.mkdir(exist_ok=True)
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("a file system cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> None:
    """Leave no byte free."""
    with (folder / "ballast").open("wb", buffering=0) as ballast:
        for size in (65536, 4096, 1):
            try:
                while True:
                    ballast.write(b"\0" * size)
            except OSError:
                continue


@contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """The same folder, where even root cannot write."""
    made = subprocess.run(["mount", "--bind", str(folder), str(folder)], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("a folder cannot be mounted here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def started(work: Callable[..., None], *arguments: object) -> tuple[BaseProcess, Connection]:
    """``work(*arguments, said)`` in a process of its own, and the end of the pipe on which it is heard."""
    context = get_context("forkserver")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(*arguments, theirs), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def killed(
    work: Callable[[int, Connection], None],
    check: Callable[[int, list[object]], None],
    *,
    longest: float = 0.03,
) -> None:
    """A hundred times: ``work(round, said)`` in a process is killed with SIGKILL at a random moment.

    ``work`` sends what it has acknowledged; ``check`` gets the round and all of that. ``longest`` is in seconds.
    """
    chance = random.Random(11)
    for number in range(ROUNDS):
        child, ours = started(work, number)
        assert ours.poll(60)
        time.sleep(chance.random() * longest)
        os.kill(child.pid, 9)
        child.join()
        said = []
        try:
            while ours.poll():
                said.append(ours.recv())
        except EOFError:
            pass
        check(number, said)
