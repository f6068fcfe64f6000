"""Untrusted files are read in child processes, each with bounded memory and time.

A `Pool` sends calls to its processes and receives their answers: bytes or an
error. If a process needs too much memory or time, or a file crashes it, only
that process ends; its file is refused and the other files are still read.
Processes are forked where that is safe. Elsewhere (beside threads, on Windows)
they are new interpreters, which take half a second to start and are kept for the
next pool. The system bounds memory (RLIMIT_AS); macOS and Windows offer no such
limit, so there only time is bounded.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from typing import Any

import msgspec

from alignment import errors, i18n
from alignment.confined import BEGUN, CLOSED, ProcessAnswer, Task, inside, lifted, more, packed, report_progress, serve
from alignment.errors import AlignmentError, InputError, LimitError
from alignment.i18n import message as _
from alignment.settings import Settings
from alignment.workers import may_fork

__all__ = [
    "Call",
    "Done",
    "Pool",
    "Task",
    "call",
    "inside",
    "kept_processes",
    "lifted",
    "more",
    "packed",
    "report_progress",
]

# Seconds of the clock in which a call must show a sign of life, for each second of processor time that it may use:
# on a busy machine a process gets a twentieth of it at worst.
PATIENCE = 20
# Seconds that a process may take to begin: a new interpreter imports the readers.
START = 120.0
GRACE = 10.0  # seconds in which a process that is told to end may end itself, before it is killed
LOOK = 0.002  # seconds between two looks whether it has ended: short beside what a file takes
FileProgress = Callable[[str, str, int, int], None]


# A wait for an event that never happens, since `time.sleep` fails under a library that moves the clock (libfaketime).
_pause = threading.Event().wait


class Call(msgspec.Struct, frozen=True, eq=False):
    """A module-level function to call in another process.

    ``file`` is the user's name of the file that it reads; ``seconds`` is the processor time that it may use.
    """

    task: Task
    arguments: tuple[Any, ...]
    file: str
    seconds: int


class Done(msgspec.Struct, frozen=True, eq=False):
    """The outcome of a call: its data or its error; ``used`` is the processor time that it took, in seconds."""

    call: Call
    data: bytes = b""
    error: AlignmentError | None = None
    used: float = 0.0

    def result(self) -> bytes:
        """The data.

        Raises:
            AlignmentError: the call failed.
        """
        if self.error:
            raise self.error
        return self.data


_idle: list[_Process] = []
_ends: set[Connection] = set()
_keep = 0  # how many blocks `kept` are open now


@contextmanager
def kept_processes() -> Iterator[None]:
    """Within the block, pools reuse each other's processes: for many files that are read one after the other."""
    global _keep
    _keep += 1
    try:
        yield
    finally:
        _keep -= 1
        if not _keep:
            for process in [process for process in _idle if process.forked]:
                with suppress(ValueError):  # another thread has just taken it
                    _idle.remove(process)
                    process.end()


def call(task: Task, *arguments: Any, file: str, settings: Settings, seconds: int = 0) -> bytes:
    """The answer of one call in a process of its own.

    The call runs in this process if this is a reading process already, or if limits are switched off.

    Args:
        task: a module-level function.
        arguments: its arguments, which must be picklable.
        file: the user's name of the file that it reads.
        settings: the bounds on time and memory.
        seconds: processor time allowed; default: ``read_seconds`` of the settings.

    Raises:
        AlignmentError: the task raised it.
        LimitError: the call took too much time or memory, or crashed its process.
    """
    if inside() or not settings.read_seconds:
        return task(*arguments)
    with Pool(settings, most=1) as pool:
        pool.submit(Call(task, arguments, file, seconds or settings.read_seconds))
        return next(iter(pool.wait())).result()


class Pool:
    """At most ``most`` reading processes, which start when there are calls for them.

    Args:
        settings: ``read_memory_mb`` bounds each process.
        most: number of processes; default: one for each core.
        progress: called with the stage, name, done and total that a process reports.
    """

    def __init__(self, settings: Settings, *, most: int = 0, progress: FileProgress | None = None) -> None:
        self._memory = settings.read_memory_mb
        self._most = most or os.cpu_count() or 1
        self._progress = progress
        self._waiting: deque[Call] = deque()
        self._all: list[_Process] = []

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_error: object) -> None:
        for process in self._all:
            process.leave()

    def submit(self, call: Call) -> None:
        """Put a call at the end of the queue."""
        self._waiting.append(call)

    def drop(self, unwanted: Callable[[Call], bool]) -> None:
        """Remove the unwanted calls from the queue; calls that are running go on."""
        self._waiting = deque(call for call in self._waiting if not unwanted(call))

    def wait(self) -> Iterable[Done]:
        """Wait until calls end; returns their outcomes, none only when no call is left."""
        done: list[Done] = []
        while not done:
            self._give()
            busy = [process for process in self._all if process.call]
            if not busy:
                break
            pause = max(min(process.deadline for process in busy) - time.monotonic(), 0.0)
            ready = set(wait([process.pipe for process in busy], pause))
            for process in busy:
                outcome = process.take(self._progress) if process.pipe in ready else process.overdue()
                if outcome:
                    done.append(outcome)
                    if not process.alive:
                        self._all.remove(process)
        return done

    def _give(self) -> None:
        for process in self._all:
            if not process.call and self._waiting:
                process.give(self._waiting.popleft(), self._memory)
        while self._waiting and len(self._all) < self._most:
            process = _start()
            self._all.append(process)
            process.give(self._waiting.popleft(), self._memory)


class _Process:
    """One process and its pipe; ``kill`` ends it, ``code`` gives its exit code (None while it runs)."""

    def __init__(
        self, pipe: Connection, kill: Callable[[], None], code: Callable[[], int | None], *, forked: bool
    ) -> None:
        self.pipe, self._kill, self.code, self.forked = pipe, kill, code, forked
        self.call: Call | None = None
        self.deadline = 0.0
        self.alive = True
        _ends.add(pipe)

    def give(self, call: Call, memory: int) -> None:
        self.call = call
        self.deadline = time.monotonic() + START + call.seconds * PATIENCE
        surroundings = None if self.forked else (os.getcwd(), dict(os.environ), i18n.language())  # noqa: PTH109
        with suppress(OSError):  # the process has died; `take` will report it
            self.pipe.send_bytes(pickle.dumps((call.task, call.arguments, call.seconds, memory, surroundings)))

    def take(self, progress: FileProgress | None) -> Done | None:
        """Receive one answer: the outcome of the call, or None if it was only progress."""
        assert self.call
        try:
            answer = msgspec.msgpack.decode(self.pipe.recv_bytes(), type=ProcessAnswer)
        except (EOFError, OSError, msgspec.MsgspecError):
            return self._dead()
        if answer.progress:
            self.deadline = time.monotonic() + self.call.seconds * PATIENCE
            if progress and answer.progress != BEGUN:
                progress(*answer.progress)
            return None
        done, self.call = Done(self.call, answer.data or b"", _error(answer, self.call), answer.used), None
        return done

    def overdue(self) -> Done | None:
        """End the process if its call has passed the deadline; returns the call's error, None before the deadline."""
        if not self.call or time.monotonic() < self.deadline:
            return None
        refused = Done(self.call, error=_too_long(self.call), used=float(self.call.seconds))
        self.end()
        return refused

    def _dead(self) -> Done:
        assert self.call
        call, code = self.call, self.end(at_once=False)
        if code == -getattr(signal, "SIGXCPU", 0):
            return Done(call, error=_too_long(call), used=float(call.seconds))
        return Done(call, error=_too_much(call, code))

    def leave(self) -> None:
        """End the process, or keep it for the next pool."""
        if self.call:
            self.end()
        elif self.forked and not _keep:
            with suppress(OSError):
                self.pipe.send_bytes(CLOSED)
            self.end(at_once=False)
        else:
            _idle.append(self)

    def end(self, *, at_once: bool = True) -> int | None:
        """Kill the process, ``at_once`` or after `GRACE` seconds; returns its exit code, negative for a signal."""
        self.call, self.alive = None, False
        limit = time.monotonic() + (0 if at_once else GRACE)
        while self.code() is None and time.monotonic() < limit:
            _pause(LOOK)
        if self.code() is None:
            self._kill()
            while self.code() is None:
                _pause(LOOK)
        _ends.discard(self.pipe)
        self.pipe.close()
        return self.code()


def _error(answer: ProcessAnswer, call: Call) -> AlignmentError | None:
    if not answer.error:
        return None
    kind = getattr(errors, answer.error, None)
    if not (isinstance(kind, type) and issubclass(kind, AlignmentError)):
        if answer.error == "MemoryError":
            return _too_much(call, None)
        return InputError(
            _("reading the file failed ({error}).", error=answer.error),
            file=call.file,
            hint=_("Save the file again or in another format. If the file is sound, please report this error."),
        )
    return kind(answer.message, file=answer.file, place=answer.place, hint=answer.hint)


def _too_long(call: Call) -> LimitError:
    return LimitError(
        _("reading the file takes more than {n} seconds.", n=call.seconds),
        file=call.file,
        hint=_("Split the file, or raise read_seconds (ALIGN_READ_SECONDS)."),
    )


def _too_much(call: Call, code: int | None) -> LimitError:
    names = {-int(item): item.name for item in signal.Signals}
    how = f" ({names.get(code, code)})" if code else ""
    return LimitError(
        _("reading the file needs too much memory or crashes the reader{how}.", how=how),
        file=call.file,
        hint=_("Split the file or save it again; the limit is read_memory_mb (ALIGN_READ_MEMORY_MB)."),
    )


def _start() -> _Process:
    """A process for calls: an idle one, a fork of this one, or a new interpreter."""
    with suppress(IndexError):  # none is left, or another thread has just taken the last one
        while (process := _idle.pop()).code() is not None:
            pass
        return process
    return _forked() if may_fork() else _new()


def _forked() -> _Process:
    import multiprocessing

    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve_forked, args=(theirs, ours), daemon=True)
    process.start()
    theirs.close()
    return _Process(ours, process.kill, lambda: process.exitcode, forked=True)


def _new() -> _Process:
    import multiprocessing

    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    # -P: no modules are imported from the working folder, where untrusted files may be.
    command = [sys.executable, "-P", "-m", "alignment.confined"]
    if sys.platform == "win32":
        handle = theirs.fileno()
        os.set_handle_inheritable(handle, True)
        how = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})
        started = subprocess.Popen([*command, str(handle)], stdin=subprocess.DEVNULL, startupinfo=how)
    else:
        handle = theirs.fileno()
        path = os.pathsep.join(filter(None, sys.path))
        started = subprocess.Popen(
            [*command, str(handle)],
            stdin=subprocess.DEVNULL,
            pass_fds=[handle],
            env={**os.environ, "PYTHONPATH": path},
        )
    theirs.close()
    return _Process(ours, started.kill, started.poll, forked=False)


@atexit.register
def _close() -> None:
    while _idle:
        _idle.pop().end()


def _serve_forked(pipe: Connection, other: Connection) -> None:
    """In the fork: close the parent's ends of all pipes, so that this process notices when the parent dies."""
    for end in (other, *_ends):
        end.close()
    _ends.clear()
    _idle.clear()
    serve(pipe)
