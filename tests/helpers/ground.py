"""Faults of the environment: a small disk, a read-only folder, a process that is killed at a random moment."""

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
    """A file system of ``megabytes`` in memory; the test is skipped if it cannot be mounted."""
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a file system cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> None:
    """Fill the disk, so that no byte is free."""
    with (folder / "ballast").open("wb", buffering=0) as ballast:
        for size in (65536, 4096, 1):
            try:
                while True:
                    ballast.write(b"\0" * size)
            except OSError:
                continue


@contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """The folder, mounted read-only, so that even root cannot write."""
    mounted = subprocess.run(["mount", "--bind", str(folder), str(folder)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("a folder cannot be mounted here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def started(work: Callable[..., None], *arguments: object) -> tuple[BaseProcess, Connection]:
    """Run ``work(*arguments, pipe)`` in a process; returns the process and the end of the pipe that receives."""
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
    """Run ``work(round, pipe)`` in a process `ROUNDS` times, and kill it with SIGKILL at a random moment.

    ``work`` sends through the pipe everything that it has acknowledged. ``check`` gets the round and all that was sent.
    ``longest`` is the latest moment of the kill, in seconds after the first message.
    """
    chance = random.Random(11)
    for number in range(ROUNDS):
        child, ours = started(work, number)
        assert ours.poll(60)
        time.sleep(chance.random() * longest)
        os.kill(child.pid, 9)
        child.join()
        received = []
        try:
            while ours.poll():
                received.append(ours.recv())
        except EOFError:
            pass
        check(number, received)
