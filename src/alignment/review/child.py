"""Work on files of strangers in a child process with bounded memory and time.

The web process never parses an upload itself: `Child` starts this module anew,
which limits itself first and then reads a result, checks a program, or draws a
page. The answer is a file in the same folder.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import BoundedSemaphore

from alignment.errors import AlignmentError, LimitError
from alignment.i18n import _, activate, choose, language

WAIT = 30.0
DPI = 110
# Points of a page's picture: an A2 sheet at that resolution.
MOST_POINTS = 5_000_000
# A name of one file, without a folder: Linux allows 255 bytes.
LONGEST = 80


class BusyError(AlignmentError):
    """Too many such tasks at once."""


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
        seconds: float = 300,
        memory_mb: int = 8000,
        at_once: int = 2,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.seconds, self.memory_mb = seconds, memory_mb
        self._environment = {**os.environ, **(environment or {})}
        self._free = BoundedSemaphore(at_once)

    def run(self, task: str, files: Mapping[str, bytes], *arguments: str) -> bytes:
        """The answer of a task on some files.

        Args:
            task: "result", "check", "suggest", "overlap" or "page".
            files: contents by name; names are only used for their last part.
            arguments: what the task needs beside.

        Raises:
            AlignmentError: what the task says of its input.
            LimitError: it took too long or too much memory.
            BusyError: others are running.
        """
        if not self._free.acquire(timeout=WAIT):
            raise BusyError(_("others are being worked on just now."), hint=_("Try again in a minute."))
        try:
            with tempfile.TemporaryDirectory(prefix="align-upload-") as folder:
                return self._run(Path(folder), task, files, arguments)
        finally:
            self._free.release()

    def _run(self, folder: Path, task: str, files: Mapping[str, bytes], arguments: Sequence[str]) -> bytes:
        inside = folder / "in"
        inside.mkdir()
        for number, (name, data) in enumerate(files.items()):
            (inside / safe_name(name, number)).write_bytes(data)
        answer = folder / "answer"
        command = [sys.executable, "-m", "alignment.review.child", str(self.memory_mb), task, str(inside), str(answer)]
        try:
            done = subprocess.run(
                [*command, *arguments],
                capture_output=True,
                timeout=self.seconds,
                check=False,
                env={**self._environment, "ALIGN_UI_LANG": language()},
                cwd=folder,
                stdin=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired as error:
            raise LimitError(
                _("it took longer than {n} seconds.").format(n=round(self.seconds)),
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
    return f"{stem[:LONGEST]}{dot}{suffix[:10]}" if dot and stem else last[:LONGEST]


def _limit(memory_mb: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has none
        return
    most = memory_mb * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _result(files: list[Path], _arguments: list[str]) -> bytes:
    import msgspec

    from alignment.review.results import read_result

    return msgspec.json.encode([alignment for path in files for alignment in read_result(path)])


def _check(files: list[Path], arguments: list[str]) -> bytes:
    import msgspec

    from alignment import api

    program = api.load_program(*files)
    found = [api.check(program, api.load_standard(name)) for name in arguments]
    return msgspec.json.encode(found)


def _suggest(files: list[Path], arguments: list[str]) -> bytes:
    import msgspec

    from alignment import api

    return msgspec.json.encode(api.suggest(api.load_program(*files), count=int(arguments[0])))


def _overlap(files: list[Path], arguments: list[str]) -> bytes:
    from alignment import api
    from alignment.reports.overlap import Found, as_json

    found, areas, each = api.overlap(*files, least=float(arguments[0]))
    return as_json(Found(overlap=found, areas=areas, standards=each)).encode()


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


TASKS = {"result": _result, "check": _check, "suggest": _suggest, "overlap": _overlap, "page": _page}


def main(arguments: list[str]) -> int:
    """Limit this process, do the task, write the answer; errors go to stderr as one line."""
    memory, task, inside, answer, *rest = arguments
    _limit(int(memory))
    activate(choose(os.environ.get("ALIGN_UI_LANG", "")))
    try:
        made = TASKS[task](sorted(Path(inside).iterdir()), rest)
    except AlignmentError as error:
        sys.stderr.write(str(error))
        return error.exit_code
    except Exception as error:  # a reader that a stranger's file broke is said as a limit, not as a traceback
        sys.stderr.write(type(error).__name__)
        return 3
    # Nobody needs to know where the files lay for a moment.
    Path(answer).write_bytes(made if task == "page" else made.replace(f"{inside}{os.sep}".encode(), b""))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
