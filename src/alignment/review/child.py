"""Work on files of strangers in a child process with bounded memory and time.

The web process never parses an upload itself: `Child` starts this module anew,
which limits itself first and then reads a result, checks a program, or draws a
page. The answer is a file in the same folder.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from alignment.errors import AlignmentError, InputError, LimitError
from alignment.i18n import _, activate, choose, language
from alignment.review.busy import Lane

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
# A name of one file, without a folder: Linux allows 255 bytes.
LONGEST = 80
LONGEST_SUFFIX = 10  # letters: real ones have five at most
FAULT = 3  # the exit code of a fault of align itself, as of the command


class Child:
    """Runs tasks, few at a time.

    Args:
        seconds: wall-clock limit of one task.
        memory_mb: limit of its address space (not on Windows).
        at_once: tasks that may run at a time.
        environment: variables for the child beside those of this process.
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
        self._lane = Lane(at_once, WAITING, WAIT)
        # What pages show has a lane of its own, so that no check stands before it; so have the checks of the browser,
        # which take minutes and come one after another (`Runner`).
        self._lanes = {
            "page": (shown := Lane(at_once, WAITING, WAIT)),
            "report": shown,
            "draft": shown,
            "run": Lane(1, WAITING, WAIT),
        }

    def run(self, task: str, files: Mapping[str, bytes], *arguments: str, patience: int = 1) -> bytes:
        """The answer of a task on some files.

        Args:
            task: "result", "check", "suggest", "overlap", "page", "run", "report" or "draft".
            files: contents by name; names are only used for their last part.
            arguments: what the task needs beside.
            patience: how many times the usual limit of seconds it may take.

        Raises:
            AlignmentError: what the task says of its input.
            LimitError: it took too long or too much memory.
            BusyError: others are being worked on.
        """
        with self._lanes.get(task, self._lane).place(), tempfile.TemporaryDirectory(prefix="align-upload-") as folder:
            return self._run(Path(folder), task, files, arguments, self.seconds * patience)

    def _run(
        self, folder: Path, task: str, files: Mapping[str, bytes], arguments: Sequence[str], seconds: float
    ) -> bytes:
        inside = folder / "in"
        inside.mkdir()
        names = distinct(safe_name(name, number) for number, name in enumerate(files))
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
        raise LimitError(_("it needed too much memory or broke the reader."), hint=_("Give fewer or smaller files."))


def safe_name(name: str, number: int) -> str:
    """The last part of a name that came from outside, short enough and never empty or a dot."""
    last = name.replace("\\", "/").rpartition("/")[2].replace("\0", "").strip()
    stem, dot, suffix = last.rpartition(".")
    if not last or last.strip(".") == "":
        return f"file {number}"
    return f"{stem[:LONGEST]}{dot}{suffix[:LONGEST_SUFFIX]}" if dot and stem else last[:LONGEST]


def distinct(names: Iterable[str]) -> list[str]:
    """The names, a number added where one stands before already (whatever its case: so do some disks)."""
    taken: dict[str, str] = {}
    for name in names:
        stem, dot, suffix = name.rpartition(".") if "." in name.strip(".") else (name, "", "")
        unique, number = name, 1
        while unique.casefold() in taken:
            number += 1
            unique = f"{stem} ({number}){dot}{suffix}"
        taken[unique.casefold()] = unique
    return list(taken.values())


def library_name(text: str) -> str:
    """A code or title of a standard, never a path: what a stranger names must not reach into this machine's files.

    Raises:
        InputError: it could be a path.
    """
    cleaned = text.strip()
    if not cleaned or any(sign in cleaned for sign in "/\\\0#:") or cleaned.startswith(".") or Path(cleaned).exists():
        raise InputError(_("name a standard by its code or title."))
    return cleaned


def _limit(memory_mb: int) -> None:
    if hasattr(os, "nice"):
        os.nice(BEHIND)
    try:
        import resource
    except ImportError:  # Windows has none
        return
    most = memory_mb * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _end_with(parent: int) -> None:
    """End this process when the server that began it is gone: nobody waits for the answer any more."""

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
    # A timer, not a thread: beside a thread no process may be forked, and files are read and texts analysed in forks.
    signal.signal(signal.SIGALRM, look)
    signal.siginterrupt(signal.SIGALRM, False)
    signal.setitimer(signal.ITIMER_REAL, LOOK, LOOK)


def _end_alone() -> None:
    """Stop looking: an interpreter that ends has given up its handlers, and the timer would kill it."""
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
            _("the file has {n} pages, {number} was asked for.").format(n=len(document), number=number)
        )
    out = io.BytesIO()
    page = document[number - 1]
    page.render(scale=drawn_scale(page, DPI, MOST_POINTS)).to_pil().save(out, "PNG", optimize=True)
    return out.getvalue()


def _run(_files: list[Path], arguments: list[str]) -> bytes:
    from alignment.review.run_tasks import work

    task, folder, *rest = arguments
    work(task, Path(folder), *rest)
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
    """Limit this process, do the task, write the answer; errors go to stderr as one line."""
    memory, task, inside, answer, *rest = arguments
    _end_with(os.getppid())
    _limit(int(memory))
    activate(choose(os.environ.get("ALIGN_UI_LANG", "")))
    try:
        made = TASKS[task](sorted(Path(inside).iterdir()), rest)
    except AlignmentError as error:
        sys.stderr.write(str(error))
        return error.exit_code
    except Exception as error:  # a reader that a stranger's file broke is said as a limit, not as a traceback
        sys.stderr.write(type(error).__name__)
        return FAULT
    finally:
        _end_alone()
    # Nobody needs to know where the files lay for a moment.
    Path(answer).write_bytes(made if task == "page" else made.replace(f"{inside}{os.sep}".encode(), b""))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
