"""Files of strangers are read in other processes, each with bounded memory and time.

A `Pool` gives calls to its processes and takes their answers: bytes, or what
is wrong. A process that needs too much memory or time, or that a file breaks,
ends alone; its file is refused and the others go on. Processes are forked
where that is safe. Elsewhere (threads, Windows) they are new interpreters,
which cost half a second and are kept for the next pool. Memory is bounded by
the system (RLIMIT_AS), which macOS and Windows do not offer: there only time is.
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
from alignment.confined import BEGUN, CLOSED, Answer, Task, inside, lifted, more, packed, report_progress, serve
from alignment.errors import AlignmentError, InputError, LimitError
from alignment.i18n import message as _
from alignment.settings import Settings
from alignment.workers import may_fork

__all__ = ["Call", "Done", "Pool", "Task", "call", "inside", "kept", "lifted", "more", "packed", "report_progress"]

# Seconds of the clock in which a call must show a sign of life, for each second of processor time that it may use:
# on a busy machine a process gets a twentieth of it at worst.
PATIENCE = 20
# Seconds that a process may take to begin: a new interpreter imports the readers.
START = 120.0
GRACE = 10.0  # seconds in which a process that is told to end may end itself, before it is killed
LOOK = 0.002  # seconds between two looks whether it has ended: short beside what a file takes
FileProgress = Callable[[str, str, int, int], None]


# A sleep until a moment fails where a library moves the clock (libfaketime); a wait for what never happens does not.
_pause = threading.Event().wait


class Call(msgspec.Struct, frozen=True, eq=False):
    """A function of a module to be called in another process; ``file`` is what it reads, as users know it."""

    task: Task
    arguments: tuple[Any, ...]
    file: str
    seconds: int


class Done(msgspec.Struct, frozen=True, eq=False):
    """The end of a call: its data or its error, and the seconds of processor time that it took."""

    call: Call
    data: bytes = b""
    error: AlignmentError | None = None
    used: float = 0.0

    def result(self) -> bytes:
        """The data.

        Raises:
            AlignmentError: what went wrong instead.
        """
        if self.error:
            raise self.error
        return self.data


_idle: list[_Process] = []
_ends: set[Connection] = set()
_keep = 0  # how many blocks `kept` are open now


@contextmanager
def kept() -> Iterator[None]:
    """Inside, processes go on from one pool to the next: for many files that are read one after the other."""
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
    """The answer of one call in a process of its own; in this one where it reads already, or limits are off.

    Raises:
        AlignmentError: what the task says of its input.
        LimitError: it took too long or too much memory, or broke the reader.
    """
    if inside() or not settings.read_seconds:
        return task(*arguments)
    with Pool(settings, most=1) as pool:
        pool.submit(Call(task, arguments, file, seconds or settings.read_seconds))
        return next(iter(pool.wait())).result()


class Pool:
    """At most ``most`` processes that read; they start when there is work for them.

    Args:
        settings: ``read_memory_mb`` bounds each process.
        most: default: one for each core.
        progress: told stage, name, done and total of what the processes tell.
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
        """Take calls out of the queue; those that run go on."""
        self._waiting = deque(call for call in self._waiting if not unwanted(call))

    def wait(self) -> Iterable[Done]:
        """Calls that have ended, at least one unless there are none."""
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
    """One process and its pipe."""

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
        around = None if self.forked else (os.getcwd(), dict(os.environ), i18n.language())  # noqa: PTH109
        with suppress(OSError):  # it has died: `take` will say so
            self.pipe.send_bytes(pickle.dumps((call.task, call.arguments, call.seconds, memory, around)))

    def take(self, progress: FileProgress | None) -> Done | None:
        """What has come through the pipe: the end of the call, or None for a sign of life."""
        assert self.call
        try:
            answer = msgspec.msgpack.decode(self.pipe.recv_bytes(), type=Answer)
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
        """The refusal of a call that gave no sign of life for too long; its process is ended."""
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
        """End it, or keep it for the next pool."""
        if self.call:
            self.end()
        elif self.forked and not _keep:
            with suppress(OSError):
                self.pipe.send_bytes(CLOSED)
            self.end(at_once=False)
        else:
            _idle.append(self)

    def end(self, *, at_once: bool = True) -> int | None:
        """Kill it, or first give it time to end itself; returns its exit code, negative for a signal."""
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


def _error(answer: Answer, call: Call) -> AlignmentError | None:
    if not answer.error:
        return None
    kind = getattr(errors, answer.error, None)
    if not (isinstance(kind, type) and issubclass(kind, AlignmentError)):
        if answer.error == "MemoryError":
            return _too_much(call, None)
        return InputError(
            _("the reader broke on it ({error}).", error=answer.error),
            file=call.file,
            hint=_("Save it again in its program, or as another type; if it is sound, report this."),
        )
    return kind(answer.message, file=answer.file, place=answer.place, hint=answer.hint)


def _too_long(call: Call) -> LimitError:
    return LimitError(
        _("reading it takes more than {n} seconds.", n=call.seconds),
        file=call.file,
        hint=_("Split it, or raise read_seconds (ALIGN_READ_SECONDS)."),
    )


def _too_much(call: Call, code: int | None) -> LimitError:
    names = {-int(item): item.name for item in signal.Signals}
    how = f" ({names.get(code, code)})" if code else ""
    return LimitError(
        _("reading it needs too much memory, or broke the reader{how}.", how=how),
        file=call.file,
        hint=_("Split it or save it again; read_memory_mb (ALIGN_READ_MEMORY_MB) is the limit."),
    )


def _start() -> _Process:
    """A process: one that is kept, a fork of this one, or a new interpreter."""
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
    # -P: the working folder, where the files of strangers lie, is no place for modules.
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
    """In the fork: the ends of the parent are closed, so that its death is noticed."""
    for end in (other, *_ends):
        end.close()
    _ends.clear()
    _idle.clear()
    serve(pipe)
