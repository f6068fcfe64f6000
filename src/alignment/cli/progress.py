"""Progress of long work on stderr, and a console that escapes the control characters of the texts it shows."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any

from alignment.i18n import _
from alignment.shown import ACTING, escaped

if TYPE_CHECKING:
    from rich.console import Console

SHOW_AFTER = 0.5  # seconds: what is done sooner shows no bar, which would only flicker
NAME = 40  # characters of a file's name beside the bar


@lru_cache(maxsize=1)
def safe_console() -> type[Console]:
    """The class of Rich's console (imported on use), changed so that control characters in texts are shown escaped."""
    from rich.console import Console
    from rich.segment import Segment

    class SafeConsole(Console):
        def render(self, *arguments: Any, **options: Any) -> Iterator[Segment]:
            for segment in super().render(*arguments, **options):
                foreign = not segment.control and ACTING.search(segment.text)
                yield Segment(escaped(segment.text), segment.style) if foreign else segment

    return SafeConsole


def _short(name: str) -> str:
    return name if len(name) <= NAME else f"{name[: NAME - 1]}…"


STAGES = {
    "read": _("Reading files"),
    "pages": _("Reading pages"),
    "ocr": _("Recognising pages"),
    "analyse": _("Analysing texts"),
    "encode": _("Computing vectors"),
    "match": _("Matching"),
    "pairs": _("Reranking the best candidates"),
    "judge": _("Asking the judge"),
    "link": _("Comparing standards"),
    "check": _("Checking"),
    "suggest": _("Looking for standards"),
    "write": _("Writing the report"),
    "fit": _("Fitting"),
    "try": _("Trying"),
    "folds": _("Cross-validating"),
    "precedents": _("Looking up precedents"),
}


class ProgressBar:
    """Progress bars on stderr, one for each stage; silent if ``quiet`` or if stderr is not a terminal.

    They appear after half a second of work. Until a stage reports, there is only a spinner with the time that passed.
    """

    def __init__(self, *, quiet: bool) -> None:
        self.silent = quiet or not sys.stderr.isatty()
        if quiet:
            logging.getLogger("alignment").setLevel(logging.ERROR)
        self._bar: Any = None
        self._lock = threading.Lock()
        self._tasks: dict[str, Any] = {}
        self._timer = threading.Timer(SHOW_AFTER, self._start)
        self._timer.daemon = True

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` steps of a stage are done. "STAGE: DETAIL" also names what is worked on."""
        if self.silent:
            return
        stage, _colon, detail = stage.partition(": ")
        shown = " ".join(filter(None, (STAGES.get(stage, stage), _short(detail))))
        with self._lock:
            self._tasks[stage] = (shown, done, total)
            if self._bar is not None:
                self._show(stage)

    def _start(self) -> None:
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        with self._lock:
            if self._bar is not None:
                return
            self._bar = RichProgress(
                SpinnerColumn(),
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=24),
                TextColumn("{task.fields[count]}"),
                TimeElapsedColumn(),
                console=safe_console()(stderr=True),
                transient=True,
            )
            self._rows: dict[str, Any] = {"": self._bar.add_task(_("Working"), total=None, count="")}
            for stage in self._tasks:
                self._show(stage)
            self._bar.start()

    def _show(self, stage: str) -> None:
        """Update the row of a stage; its first row hides the row that says only "working"."""
        shown, done, total = self._tasks[stage]
        if stage not in self._rows:
            self._rows[stage] = self._bar.add_task(shown, total=total, count="")
            self._bar.update(self._rows[""], visible=False)
        self._bar.update(
            self._rows[stage], description=shown, completed=done, total=total or None, count=f"{done}/{total}"
        )

    def __enter__(self) -> ProgressBar:
        if not self.silent:
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            if self._bar is not None:
                self._bar.stop()
