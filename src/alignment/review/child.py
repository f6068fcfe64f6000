"""Work on uploaded files in a child process with limited memory and time.

The web process never parses an upload itself. `Child` starts this module as a
new process, which first limits itself and then reads a result, checks a
program, or draws a page. It writes its answer to a file.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from alignment.errors import AlignmentError, InputError, LimitError
from alignment.i18n import _, activate, language, supported_language
from alignment.review.concurrency import ConcurrencyLimit
from alignment.review.file_names import distinct_names, safe_name

# Seconds for which a web thread waits for its turn, which browsers and proxies bear, and how many threads may wait
# so: a tenth of the server's forty.
WAIT, WAITING = 30.0, 4
DPI = 110  # of a page's picture: small print is readable on a screen at it; more only takes longer to load
# How far work steps back behind the answers of the pages (nice): halfway, a tenth of the time where both want
# it (docs/storm.md is measured with it).
BEHIND = 10
# How often a child looks whether its server is still there, in seconds: an orphan works no longer than this.
LOOK = 1.0
# Points of a page's picture: an A2 sheet at that resolution.
MOST_POINTS = 5_000_000
# Tasks that draw what was read before, so that other files would not help.
DRAWING = ("page", "report", "draft")
FAULT = 3  # the exit code of a fault of align itself, as of the command


class Child:
    """Runs tasks in child processes, a few at a time.

    Args:
        seconds: time limit of one task, in seconds.
        memory_mb: limit of its address space, in megabytes (not on Windows).
        at_once: how many tasks may run at a time.
        environment: variables for the child, in addition to those of this process.
    """

    def __init__(
        self,
        *,
        seconds: float = 300,  # as `upload_seconds` of the settings
        memory_mb: int = 8000,  # as `upload_memory_mb` of the settings
        at_once: int = 2,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.seconds, self.memory_mb = seconds, memory_mb
        self._environment = {**os.environ, **(environment or {})}
        self._limit_of_tasks = ConcurrencyLimit(at_once, WAITING, WAIT)
        # Work for pages has a limit of its own, so that it never waits behind a check. So have the checks started in
        # the browser, which take minutes and run one after another (`Runner`).
        self._limits = {
            "page": (shown := ConcurrencyLimit(at_once, WAITING, WAIT)),
            "report": shown,
            "draft": shown,
            "run": ConcurrencyLimit(1, WAITING, WAIT),
        }

    def run(self, task: str, files: Mapping[str, bytes], *arguments: str, patience: int = 1) -> bytes:
        """Run a task on some files and return its answer.

        Args:
            task: a name in `TASKS`.
            files: contents by name; of a name only the part after the last slash is used.
            arguments: what else the task needs.
            patience: the time limit is this many times ``seconds``.

        Raises:
            AlignmentError: the task refuses its input.
            LimitError: the task took too long or too much memory.
            BusyError: too many tasks are waiting.
        """
        with (
            self._limits.get(task, self._limit_of_tasks).slot(),
            tempfile.TemporaryDirectory(prefix="align-upload-") as folder,
        ):
            try:
                return self._run(Path(folder), task, files, arguments, self.seconds * patience)
            except LimitError as error:
                if task in DRAWING:  # the files were read before; what takes long is the machine's other work
                    error.hint = _("The computer is busy: try again in a few minutes.")
                raise

    def _run(
        self, folder: Path, task: str, files: Mapping[str, bytes], arguments: Sequence[str], seconds: float
    ) -> bytes:
        inside = folder / "in"
        inside.mkdir()
        names = distinct_names(safe_name(name, number) for number, name in enumerate(files))
        for name, data in zip(names, files.values(), strict=True):
            (inside / name).write_bytes(data)
        answer = folder / "answer"
        command = [sys.executable, "-m", "alignment.review.child", str(self.memory_mb), task, str(inside), str(answer)]
        try:
            done = subprocess.run(
                [*command, *arguments],
                capture_output=True,
                timeout=seconds,
                check=False,
                env={**self._environment, "ALIGN_UI_LANG": language()},
                cwd=folder,
                stdin=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired as error:
            raise LimitError(
                _("it took longer than {n} seconds.").format(n=round(seconds)),
                hint=_("Give fewer or smaller files."),
            ) from error
        if done.returncode == 0 and answer.is_file():
            return answer.read_bytes()
        if done.returncode == AlignmentError.exit_code:
            raise AlignmentError(done.stderr.decode("utf-8", "replace").strip().replace(f"{inside}{os.sep}", ""))
        raise LimitError(
            _("the files needed too much memory, or the reader crashed."), hint=_("Give fewer or smaller files.")
        )


def library_name(text: str) -> str:
    """The name of a standard (code or title) from a request; never a path, which could reach files of this machine.

    Raises:
        InputError: the name could be a path.
    """
    cleaned = text.strip()
    if not cleaned or any(sign in cleaned for sign in "/\\\0#:") or cleaned.startswith(".") or Path(cleaned).exists():
        raise InputError(_("name a standard by its code or title."))
    return cleaned


def _limit(memory_mb: int) -> None:
    """Limit this process: lower priority, and a bound on its address space."""
    if hasattr(os, "nice"):
        os.nice(BEHIND)
    try:
        import resource
    except ImportError:  # Windows has none
        return
    most = memory_mb * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _end_with(parent: int) -> None:
    """End this process when the server that started it (``parent``) is gone: nobody waits for the answer any more."""

    def look(*_signal: object) -> None:
        if os.getppid() != parent:
            os._exit(FAULT)

    def watch() -> None:
        while True:
            look()
            time.sleep(LOOK)

    if sys.platform == "win32":
        threading.Thread(target=watch, daemon=True).start()
        return
    # A timer, not a thread: forking with threads is unsafe, and files are read and texts analysed in forked processes.
    signal.signal(signal.SIGALRM, look)
    signal.siginterrupt(signal.SIGALRM, False)
    signal.setitimer(signal.ITIMER_REAL, LOOK, LOOK)


def _end_alone() -> None:
    """Stop the timer: once the interpreter has dropped its signal handlers, the timer would kill the process."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, 0)


def _result(files: list[Path], _arguments: list[str]) -> bytes:
    import msgspec

    from alignment.review.results import read_result

    return msgspec.json.encode([alignment for path in files for alignment in read_result(path)])


def _check(files: list[Path], arguments: list[str]) -> bytes:
    import msgspec

    from alignment import api

    program = api.load_program(*files)
    alignments = [api.check(program, api.load_standard(library_name(name))) for name in arguments]
    return msgspec.json.encode(alignments)


def _suggest(files: list[Path], arguments: list[str]) -> bytes:
    import msgspec

    from alignment import api

    return msgspec.json.encode(api.suggest(api.load_program(*files), count=int(arguments[0])))


def _overlap(files: list[Path], arguments: list[str]) -> bytes:
    from alignment import api
    from alignment.reports import json_text

    return json_text.render(api.overlap(*files, least=float(arguments[0]))).encode()


def _page(files: list[Path], arguments: list[str]) -> bytes:
    import io

    import pypdfium2

    from alignment.documents.limits import drawn_scale

    document = pypdfium2.PdfDocument(str(files[0]))
    number = int(arguments[0])
    if not 1 <= number <= len(document):
        raise AlignmentError(
            _("the file has {n} pages; there is no page {number}.").format(n=len(document), number=number)
        )
    out = io.BytesIO()
    page = document[number - 1]
    page.render(scale=drawn_scale(page, DPI, MOST_POINTS)).to_pil().save(out, "PNG", optimize=True)
    return out.getvalue()


def _run(_files: list[Path], arguments: list[str]) -> bytes:
    from alignment.review.run_tasks import run_task

    task, folder, *rest = arguments
    run_task(task, Path(folder), *rest)
    return b""


def _report(_files: list[Path], arguments: list[str]) -> bytes:
    return _run([], ["report", *arguments])


def _draft(_files: list[Path], arguments: list[str]) -> bytes:
    return _run([], ["draft", *arguments])


TASKS = {
    "result": _result,
    "check": _check,
    "suggest": _suggest,
    "overlap": _overlap,
    "page": _page,
    "run": _run,
    "report": _report,
    "draft": _draft,
}


def main(arguments: list[str]) -> int:
    """Limit this process, do the task, write the answer; returns the exit code. An error is one line on stderr."""
    memory, task, inside, answer, *rest = arguments
    _end_with(os.getppid())
    _limit(int(memory))
    activate(supported_language(os.environ.get("ALIGN_UI_LANG", "")))
    try:
        result = TASKS[task](sorted(Path(inside).iterdir()), rest)
    except AlignmentError as error:
        sys.stderr.write(str(error))
        return error.exit_code
    except Exception as error:  # `Child` reports a reader that crashed on a file as a limit, without a traceback
        sys.stderr.write(type(error).__name__)
        return FAULT
    finally:
        _end_alone()
    # The answer must not tell the path of the temporary folder.
    Path(answer).write_bytes(result if task == "page" else result.replace(f"{inside}{os.sep}".encode(), b""))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
