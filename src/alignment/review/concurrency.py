"""Limits on simultaneous work: how much runs, how much waits, how much one person may have. More is refused."""

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

ResultT = TypeVar("ResultT")
# Seconds that a piece of work is taken to last before any was measured: about one check.
GUESS = 20.0
# Seconds after which somebody may try again who found all places taken, or waited for one in vain.
FULL_AGAIN, SLOW_AGAIN = 5, 10
# Share of the newest piece of work in the mean of how long one takes: the last four count most.
NEWEST = 0.25
# How often a waiting job looks whether anybody still waits for it, in seconds: who left costs a second at most.
LOOK = 1.0


class BusyError(AlignmentError):
    """Too much work at once; ``seconds`` is the time after which to try again."""

    def __init__(self, message: Text, *, seconds: int, hint: Text | None = None) -> None:
        super().__init__(message, hint=hint or _("Try again in {n} s.").format(n=seconds))
        self.seconds = seconds


class ConcurrencyLimit:
    """Limits short work of web threads.

    Args:
        at_once: how many threads may work at a time.
        waiting: how many more may wait.
        patience: seconds that each may wait.
    """

    def __init__(self, at_once: int, waiting: int, patience: float) -> None:
        self._free = BoundedSemaphore(at_once)
        self._most, self._patience = at_once + waiting, patience
        self._inside = 0
        self._lock = Lock()

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Hold a slot while the context is open.

        Raises:
            BusyError: too many are waiting, or no slot became free in time.
        """
        with self._lock:
            if self._inside >= self._most:
                raise BusyError(_("the server is working on other files at the moment."), seconds=FULL_AGAIN)
            self._inside += 1
        try:
            if not self._free.acquire(timeout=self._patience):
                raise BusyError(_("the server is working on other files at the moment."), seconds=SLOW_AGAIN)
            try:
                yield
            finally:
                self._free.release()
        finally:
            with self._lock:
                self._inside -= 1


class JobQueue:
    """Runs heavy work (checks, imports) on separate threads, so that pages never wait for it.

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
    def slot(self, user: int) -> Iterator[None]:
        """Hold a place in the queue for a person; it is taken before the body of the request is read.

        Raises:
            BusyError: the queue is full, or this person already has ``per_user`` jobs in it.
        """
        with self._lock:
            inside = self._of.total()
            if self._of[user] >= self.per_user:
                raise BusyError(
                    _("{n} of your checks are in work already; you can start another when one of them is done.").format(
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
        """How long ``ahead`` jobs probably take, in seconds."""
        return max(1, math.ceil(self._mean * ahead / self.at_once))

    async def run(self, work: Callable[[], ResultT], gone: Callable[[], Awaitable[bool]] | None = None) -> ResultT:
        """Run ``work`` when its turn comes, and return its result.

        Args:
            work: the job.
            gone: whether the client has disconnected; asked every second while the job waits.

        Raises:
            BusyError: the client was gone before the turn came; the job was not begun.
        """
        job = self._pool.submit(self._timed, work)
        future = asyncio.wrap_future(job)
        while True:
            done, _waiting = await asyncio.wait({future}, timeout=LOOK)
            if done:
                return future.result()
            if gone is not None and await gone() and job.cancel():
                raise BusyError(_("nobody is waiting for the result any more."), seconds=1)

    def close(self) -> None:
        """Cancel all jobs that wait, when the server stops."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _timed(self, work: Callable[[], ResultT]) -> ResultT:
        began = time.monotonic()
        try:
            return work()
        finally:
            with self._lock:
                self._mean += (time.monotonic() - began - self._mean) * NEWEST
