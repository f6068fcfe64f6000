"""Inside a process that reads files for another one (`alignment.isolated`): limits on itself, calls and answers.

``python -m alignment.confined HANDLE`` is such a process as a new interpreter.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

import msgspec

from alignment import i18n
from alignment.errors import AlignmentError
from alignment.i18n import Text

MB = 1 << 20  # bytes of a megabyte, in which settings count memory
CLOSED = b""
BEGUN = ("", "", 0, 0)  # the first sign of life of a call: no stage, no file, nothing done
Task = Callable[..., bytes]

_pipe: Connection | None = None  # the way to the parent


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a process sends: the result, what is wrong, or how far it is; no code, whatever the file did to it."""

    data: bytes | None = None
    used: float = 0.0
    error: str = ""
    message: Text = ""
    file: str | None = None
    place: Text | None = None
    hint: Text | None = None
    progress: tuple[str, str, int, int] | None = None


def inside() -> bool:
    """Whether this process reads for another one."""
    return _pipe is not None


def report_progress(stage: str, name: str, done: int, total: int) -> bool:
    """In a reading process: tell the parent how far it is, and that it lives. Elsewhere False."""
    if _pipe is None:
        return False
    _pipe.send_bytes(packed(Answer(progress=(stage, name, done, total))))
    return True


def serve(pipe: Connection) -> None:
    """Answer calls until the parent closes the pipe."""
    global _pipe
    _pipe = pipe
    if not os.environ.get("ALIGN_TRACE"):
        # Libraries that give up print their own traces; the parent says what is wrong.
        faulthandler.disable()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle; closing the pipe ends this process
    while True:
        try:
            request = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        if request == CLOSED:
            return
        task, arguments, seconds, memory, around = pickle.loads(request)
        if around:
            os.chdir(around[0])
            os.environ.clear()
            os.environ.update(around[1])
            i18n.activate(around[2])
        pipe.send_bytes(packed(Answer(progress=BEGUN)))
        _limit(seconds, memory)
        answer = _answer(task, arguments)
        _unlimit()
        pipe.send_bytes(packed(answer))


def _answer(task: Task, arguments: tuple[Any, ...]) -> Answer:
    began = time.process_time()
    try:
        return Answer(data=task(*arguments), used=time.process_time() - began)
    except AlignmentError as error:
        return Answer(
            error=type(error).__name__,
            message=error.text,
            file=error.file,
            place=error.place,
            hint=error.hint,
            used=time.process_time() - began,
        )
    except BaseException as error:  # a panic of a library in Rust is no Exception
        if os.environ.get("ALIGN_TRACE"):
            traceback.print_exception(error)
        return Answer(error=type(error).__name__, used=time.process_time() - began)


def packed(value: Any) -> bytes:
    """Structs as bytes for the way between processes; names of files that are not UTF-8 become readable ones."""
    try:
        return msgspec.msgpack.encode(value)
    except UnicodeEncodeError:
        return msgspec.msgpack.encode(_with_valid_text(msgspec.to_builtins(value)))


def _with_valid_text(element: Any) -> Any:
    if isinstance(element, str):
        return element.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if isinstance(element, dict):
        return {_with_valid_text(key): _with_valid_text(value) for key, value in element.items()}
    return [_with_valid_text(item) for item in element] if isinstance(element, list | tuple) else element


def _limit(seconds: int, memory: int) -> None:
    """Bound this process from now on: processor time, and memory beside what it has."""
    if sys.platform == "win32":
        return
    import resource

    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    _soft(resource.RLIMIT_CPU, int(used) + seconds + 1)
    _soft(resource.RLIMIT_CORE, 0)
    with suppress(OSError, ValueError), open("/proc/self/statm", encoding="ascii") as source:  # noqa: PTH123
        has = int(source.read().split()[0]) * resource.getpagesize()
        _soft(resource.RLIMIT_AS, has + memory * MB)


def _unlimit() -> None:
    """Memory for the answer itself."""
    if sys.platform != "win32":
        import resource

        _soft(resource.RLIMIT_AS, resource.RLIM_INFINITY)


def more(seconds: int) -> None:
    """In a reading process: allow it so many seconds of processor time more, for work that is known to be long."""
    if _pipe is not None and sys.platform != "win32":
        import resource

        _soft(resource.RLIMIT_CPU, resource.getrlimit(resource.RLIMIT_CPU)[0] + seconds)


def lifted() -> None:
    """For another program that a reader starts: its own need of address space is not ours (``preexec_fn``)."""
    _unlimit()


def _soft(kind: int, value: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    hard = resource.getrlimit(kind)[1]
    bounded = value if hard == resource.RLIM_INFINITY else min(value, hard) if value >= 0 else hard
    with suppress(OSError, ValueError):
        resource.setrlimit(kind, (bounded, hard))


def _main() -> None:
    handle = int(sys.argv[1])
    if sys.platform == "win32":
        from multiprocessing.connection import PipeConnection

        pipe: Any = PipeConnection(handle)
    else:
        pipe = Connection(handle)
    # The module's own name, under which the tasks know it.
    from alignment import confined

    confined.serve(pipe)


if __name__ == "__main__":
    _main()
