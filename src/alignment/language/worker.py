"""A second process for the language models, which loads them and analyses texts while this process encodes."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Sequence
from contextlib import suppress
from contextvars import ContextVar
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from alignment.language.analysis import Analysis, analyse
from alignment.workers import can_fork

if TYPE_CHECKING:
    from multiprocessing.context import ForkProcess


def _serve(pipe: Connection) -> None:
    """In the child: load the models, then analyse one batch if the parent sends one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle; closing the pipe ends the child
    with suppress(Exception):  # after any error the parent does the work itself and raises what is wrong
        analyse(["проверка"])
        pipe.send(analyse(pipe.recv()))


class Worker:
    """A forked process that analyses one batch of texts; if it dies, the work is done in this process."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("fork")
        self._pipe, other = context.Pipe()
        self._process: ForkProcess = context.Process(target=_serve, args=(other,), daemon=True)
        self._process.start()
        other.close()
        self._texts: Sequence[str] = ()

    @classmethod
    def preload(cls) -> None:
        """Start a worker that loads the models now, if a fork is safe; the next `take` of this thread returns it."""
        if _ahead.get() is None and can_fork():
            _ahead.set(cls())

    @classmethod
    def take(cls) -> Worker | None:
        """The worker that `preload` started, or a new one; None if a fork is not safe."""
        worker = _ahead.get()
        _ahead.set(None)
        if worker is None and can_fork():
            worker = cls()
        return worker

    def submit(self, texts: Sequence[str]) -> None:
        """Send the batch to the worker."""
        self._texts = texts
        with suppress(OSError):
            self._pipe.send(list(texts))

    def result(self) -> list[Analysis]:
        """Wait for the analyses of the batch, in the order of its texts."""
        try:
            result: list[Analysis] = self._pipe.recv()
        except (EOFError, OSError):
            result = analyse(self._texts)
        self._pipe.close()
        self._process.join()
        return result


# The worker that `preload` started; it belongs to the thread or task that will use it.
_ahead: ContextVar[Worker | None] = ContextVar("language_worker", default=None)
