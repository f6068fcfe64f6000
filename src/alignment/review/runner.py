"""Works on checks started in the browser, one after another, in child processes; continues after a restart."""

from __future__ import annotations

import time
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Thread

import msgspec

from alignment.errors import AlignmentError, NotFoundError
from alignment.i18n import _, plural
from alignment.review.child import Child
from alignment.review.concurrency import BusyError
from alignment.review.runs import WORKING, CheckedStandard, Run, Runs, Step, read_struct, write_file

# Checks that are worked on at a time, as many as the child process has places for them.
AT_ONCE = 1
# Checks that one person may have waiting or in work: a group's programs, and others still have their turn.
MOST = 5
# Seconds after which a person who has as many may try again: about one check.
AGAIN = 30
# Seconds until a full house is tried again: short beside a check.
PAUSE = 3.0
# A folder of many files is given more time than one upload: one share for so many files.
SHARE = 20


class Runner:
    """A queue of checks, with threads that start with the first check.

    Args:
        runs: the folder of all checks.
        child: runs the tasks in child processes.
    """

    def __init__(self, runs: Runs, child: Child) -> None:
        self._runs, self._child = runs, child
        self._waiting: SimpleQueue[str] = SimpleQueue()
        self._threads: list[Thread] = []
        self._turn = Lock()

    def resume(self) -> None:
        """Queue the checks that were waiting or in work when the server stopped."""
        self._runs.purge()
        for run in reversed(self._runs.all()):
            if run.state in WORKING:
                self._put(run.id)

    def submit(self, run: Run) -> None:
        """Queue a check; its state says what to do with it."""
        self._put(run.id)

    def admit(self, owner: str, number: str = "") -> None:
        """Refuse a check if its owner has too many.

        Args:
            owner: login of the person.
            number: id of the check itself, which is not counted; empty for a new one.

        Raises:
            BusyError: `MOST` other checks of the person are waiting or in work.
        """
        busy = [run for run in self._runs.all(owner) if run.state in WORKING and run.id != number]
        if len(busy) >= MOST:
            raise BusyError(
                plural(
                    "{n} check of yours is still being worked on.",
                    "{n} checks of yours are still being worked on.",
                    len(busy),
                ),
                seconds=AGAIN,
                hint=_("Wait until one is done, or delete one."),
            )

    def _put(self, number: str) -> None:
        self._waiting.put(number)
        with self._turn:
            if len(self._threads) < AT_ONCE:
                thread = Thread(target=self._work, daemon=True, name=f"checks-{len(self._threads)}")
                self._threads.append(thread)
                thread.start()

    def _work(self) -> None:
        while True:
            number = self._waiting.get()
            try:
                self._one(number)
            except NotFoundError:
                continue  # deleted meanwhile
            except BusyError:
                time.sleep(PAUSE)
                self._waiting.put(number)
            except Exception as error:  # the thread goes on with other people's checks
                with suppress(AlignmentError, OSError):
                    self._failed(number, type(error).__name__)

    def _one(self, number: str) -> None:
        run = self._runs.get(number)
        if run.state not in WORKING:
            return
        folder = self._runs.path(number)
        write_file(folder / "progress.json", msgspec.json.encode(Step(stage="start")))
        try:
            patience = 1 + len(self._runs.files(number)) // SHARE
            self._child.run("run", {}, run.state, str(folder), patience=patience)
        except BusyError:
            raise
        except AlignmentError as error:
            # If only the search for proposals failed, the program has been read and can be compared.
            if run.state != "reading" or self._runs.seen(number) is None:
                self._failed(number, str(error))
                return
        done = self._runs.change(number, self._read if run.state == "reading" else self._checked)
        if done.state in WORKING:
            self._waiting.put(number)

    def _read(self, run: Run) -> Run:
        """The check after reading: "checking" if standards were chosen meanwhile, else "choosing"."""
        seen = self._runs.seen(run.id)
        program = " ".join(part for part in (seen.code, seen.title) if part) if seen else ""
        return msgspec.structs.replace(
            run, state="checking" if run.wanted else "choosing", program=program, error="", choices=()
        )

    def _checked(self, run: Run) -> Run:
        earlier = read_struct(self._runs.path(run.id) / "results.json", list[CheckedStandard]) or []
        return msgspec.structs.replace(run, state="done", results=tuple(earlier), error="")

    def _failed(self, number: str, message: str) -> None:
        """Note the error. The choices of the person stay, so that only the error needs to be corrected."""
        choices = tuple(read_struct(self._runs.path(number) / "choices.json", list[str]) or ())

        def failed(run: Run) -> Run:
            known = self._runs.seen(number) is not None and run.state == "checking"
            return msgspec.structs.replace(
                run, state="choosing" if known else "failed", error=message, wanted=False, choices=choices
            )

        self._runs.change(number, failed)
