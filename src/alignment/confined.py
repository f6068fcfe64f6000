"""The child process that reads files for its parent (`alignment.isolated`): it limits itself and answers calls.

``python -m alignment.confined HANDLE`` starts such a process in a new interpreter.
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


class ProcessAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the child sends its parent: a result, an error or its progress.

    It holds data only. The parent never unpickles an answer, so a file that takes over the child cannot run code there.
    ``used`` is in seconds of processor time; ``progress`` is (stage, name, done, total).
    """

    data: bytes | None = None
    used: float = 0.0
    error: str = ""
    message: Text = ""
    file: str | None = None
    place: Text | None = None
    hint: Text | None = None
    progress: tuple[str, str, int, int] | None = None


def inside() -> bool:
    """Whether this is a reading process, that is, the child of an `alignment.isolated.Pool`."""
    return _pipe is not None


def report_progress(stage: str, name: str, done: int, total: int) -> bool:
    """Send the progress to the parent, which also takes it as a sign of life.

    Returns True in a reading process. Elsewhere it does nothing and returns False.
    """
    if _pipe is None:
        return False
    _pipe.send_bytes(packed(ProcessAnswer(progress=(stage, name, done, total))))
    return True


def serve(pipe: Connection) -> None:
    """Answer calls until the parent closes the pipe."""
    global _pipe
    _pipe = pipe
    if not os.environ.get("ALIGN_TRACE"):
        # Libraries that abort print traces of their own; the parent reports the error instead.
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
        task, arguments, seconds, memory, surroundings = pickle.loads(request)
        if surroundings:
            folder, environment, language = surroundings
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(environment)
            i18n.activate(language)
        pipe.send_bytes(packed(ProcessAnswer(progress=BEGUN)))
        _limit(seconds, memory)
        answer = _answer(task, arguments)
        _unlimit()
        pipe.send_bytes(packed(answer))


def _answer(task: Task, arguments: tuple[Any, ...]) -> ProcessAnswer:
    began = time.process_time()
    try:
        return ProcessAnswer(data=task(*arguments), used=time.process_time() - began)
    except AlignmentError as error:
        # The parent knows the classes of `errors` alone: an error of another class is sent as its nearest base there.
        known = next(kind for kind in type(error).__mro__ if kind.__module__ == AlignmentError.__module__)
        return ProcessAnswer(
            error=known.__name__,
            message=error.text,
            file=error.file,
            place=error.place,
            hint=error.hint,
            used=time.process_time() - began,
        )
    except BaseException as error:  # a panic of a Rust library is not a subclass of Exception
        if os.environ.get("ALIGN_TRACE"):
            traceback.print_exception(error)
        return ProcessAnswer(error=type(error).__name__, used=time.process_time() - began)


def packed(value: Any) -> bytes:
    """Structs as MessagePack, to send between processes; bytes of file names that are not UTF-8 become U+FFFD."""
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
    """Bound this process from now on: ``seconds`` more of processor time, ``memory`` MB beside what it already uses."""
    if sys.platform == "win32":
        return
    import resource

    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    _soft(resource.RLIMIT_CPU, int(used) + seconds + 1)
    _soft(resource.RLIMIT_CORE, 0)
    with suppress(OSError, ValueError), open("/proc/self/statm", encoding="ascii") as source:  # noqa: PTH123
        in_use = int(source.read().split()[0]) * resource.getpagesize()
        _soft(resource.RLIMIT_AS, in_use + memory * MB)


def _unlimit() -> None:
    """Lift the bound on memory, so that the answer itself can be packed and sent."""
    if sys.platform != "win32":
        import resource

        _soft(resource.RLIMIT_AS, resource.RLIM_INFINITY)


def more(seconds: int) -> None:
    """In a reading process: allow ``seconds`` more of processor time, for work that is known to take long."""
    if _pipe is not None and sys.platform != "win32":
        import resource

        _soft(resource.RLIMIT_CPU, resource.getrlimit(resource.RLIMIT_CPU)[0] + seconds)


def lifted() -> None:
    """Lift the bound on memory for a program that a reader starts, such as LibreOffice (used as ``preexec_fn``)."""
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
    # Here the module is called __main__; the tasks use the copy that is imported under its real name.
    from alignment import confined

    confined.serve(pipe)


if __name__ == "__main__":
    _main()
