"""A second process for the language models, so that they load and work beside reading and encoding."""

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
    """The child: load, then analyse one batch that the parent sends, if it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle; closing the pipe ends the child
    with suppress(Exception):  # whatever it is, the parent does the work itself then and says what is wrong
        analyse(["проверка"])
        pipe.send(analyse(pipe.recv()))


class Worker:
    """One batch of analyses in a forked process; without it (it died) the work is done here."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("fork")
        self._pipe, other = context.Pipe()
        self._process: ForkProcess = context.Process(target=_serve, args=(other,), daemon=True)
        self._process.start()
        other.close()
        self._texts: Sequence[str] = ()

    @classmethod
    def preload(cls) -> None:
        """Begin to load the models now, where a fork is safe; the next `take` of this thread hands the worker out."""
        if _ahead.get() is None and can_fork():
            _ahead.set(cls())

    @classmethod
    def take(cls) -> Worker | None:
        """The worker that was started ahead, or a new one, or None where a fork is not safe."""
        worker = _ahead.get()
        _ahead.set(None)
        if worker is None and can_fork():
            worker = cls()
        return worker

    def submit(self, texts: Sequence[str]) -> None:
        """Send the batch."""
        self._texts = texts
        with suppress(OSError):
            self._pipe.send(list(texts))

    def result(self) -> list[Analysis]:
        """Wait for the analyses of the batch."""
        try:
            result: list[Analysis] = self._pipe.recv()
        except (EOFError, OSError):
            result = analyse(self._texts)
        self._pipe.close()
        self._process.join()
        return result


# The worker that was started ahead: it belongs to the thread or task that will need it.
_ahead: ContextVar[Worker | None] = ContextVar("language_worker", default=None)
