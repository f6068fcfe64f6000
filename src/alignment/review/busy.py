"""Work with bounds: so much at once, so much waiting, so much of one person; beyond, a refusal at once."""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from typing import TypeVar

from alignment.errors import AlignmentError
from alignment.i18n import Text, _

Result = TypeVar("Result")
# Seconds that a piece of work is taken to last before any was measured: about one check.
GUESS = 20.0
# Seconds after which somebody may try again who found all places taken, or waited for one in vain.
FULL_AGAIN, SLOW_AGAIN = 5, 10
# Share of the newest piece of work in the mean of how long one takes: the last four count most.
NEWEST = 0.25
# How often a waiting job looks whether anybody still waits for it, in seconds: who left costs a second at most.
LOOK = 1.0


class BusyError(AlignmentError):
    """Too much at once; ``seconds`` says when it is worth trying again."""

    def __init__(self, message: Text, *, seconds: int, hint: Text | None = None) -> None:
        super().__init__(message, hint=hint or _("Try again in {n} s.").format(n=seconds))
        self.seconds = seconds


class Lane:
    """Short work of web threads: so many ``at_once``, so many ``waiting`` up to ``patience`` seconds, no more."""

    def __init__(self, at_once: int, waiting: int, patience: float) -> None:
        self._free = BoundedSemaphore(at_once)
        self._most, self._patience = at_once + waiting, patience
        self._inside = 0
        self._lock = Lock()

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place in the lane.

        Raises:
            BusyError: there is none, or none got free in time.
        """
        with self._lock:
            if self._inside >= self._most:
                raise BusyError(_("others are being worked on just now."), seconds=FULL_AGAIN)
            self._inside += 1
        try:
            if not self._free.acquire(timeout=self._patience):
                raise BusyError(_("others are being worked on just now."), seconds=SLOW_AGAIN)
            try:
                yield
            finally:
                self._free.release()
        finally:
            with self._lock:
                self._inside -= 1


class Jobs:
    """Heavy work (checks, imports) on threads of its own, so that pages never wait for it.

    Args:
        at_once: jobs that run at a time.
        waiting: jobs that wait behind them, of all people (64: with `GUESS` a wait of ten minutes).
        per_user: jobs of one person, running or waiting (4, so that sixteen people have their turn).
    """

    def __init__(self, *, at_once: int = 2, waiting: int = 64, per_user: int = 4) -> None:
        self.at_once, self.most, self.per_user = at_once, at_once + waiting, per_user
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="align-job")
        self._of: Counter[int] = Counter()
        self._lock = Lock()
        self._mean = GUESS

    @contextmanager
    def place(self, user: int) -> Iterator[None]:
        """A place in the queue, taken before a byte of the work is read.

        Raises:
            BusyError: the queue is full, or this person has as much in it as they may.
        """
        with self._lock:
            inside = self._of.total()
            if self._of[user] >= self.per_user:
                raise BusyError(
                    _("{n} of your checks are being worked on already; more are taken when one is done.").format(
                        n=self.per_user
                    ),
                    seconds=self._seconds(self.per_user),
                )
            if inside >= self.most:
                raise BusyError(_("the queue is full."), seconds=self._seconds(inside))
            self._of[user] += 1
        try:
            yield
        finally:
            with self._lock:
                self._of[user] -= 1
                if not self._of[user]:
                    del self._of[user]

    def _seconds(self, ahead: int) -> int:
        return max(1, math.ceil(self._mean * ahead / self.at_once))

    async def run(self, work: Callable[[], Result], gone: Callable[[], Awaitable[bool]] | None = None) -> Result:
        """What ``work`` gives, when its turn has come.

        Raises:
            BusyError: whoever asked was ``gone`` before the turn came; the work was not begun.
        """
        job = self._pool.submit(self._timed, work)
        future = asyncio.wrap_future(job)
        while True:
            done, _waiting = await asyncio.wait({future}, timeout=LOOK)
            if done:
                return future.result()
            if gone is not None and await gone() and job.cancel():
                raise BusyError(_("nobody waited for this any more."), seconds=1)

    def close(self) -> None:
        """Begin no job that waits: the server ends."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _timed(self, work: Callable[[], Result]) -> Result:
        began = time.monotonic()
        try:
            return work()
        finally:
            with self._lock:
                self._mean += (time.monotonic() - began - self._mean) * NEWEST
