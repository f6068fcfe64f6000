"""What several commands share: options, console, progress, writing the result."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alignment import i18n
from alignment.errors import OutputError, SettingsError
from alignment.i18n import _
from alignment.settings import Settings, load_settings
from alignment.shown import ACTING, escaped

if TYPE_CHECKING:
    from rich.console import Console

SHOW_AFTER = 1.0
NAME = 40  # characters of a file's name beside the bar

UiLang = Annotated[
    str, typer.Option("--ui-lang", metavar="ru|en", help=_("Interface language (default: from the locale)."))
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help=_("No progress and no notes on stderr."))]
Strict = Annotated[bool, typer.Option("--strict", help=_("A file of a folder or zip that cannot be read is an error."))]
Index = Annotated[
    str, typer.Option("--index", metavar="FOLDER", help=_("An index of standards that align index made."))
]
Engine = Annotated[
    str,
    typer.Option(
        "--engine", metavar="default|fast", help=_("default: the best verdicts; fast: for thousands of programs.")
    ),
]
Output = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE", help=_("Write to this file instead of the screen."))
]


def settings_for(**options: Any) -> Settings:
    """Settings with the given options; the interface language is switched to theirs.

    A settings file of the working folder is named whenever it is in force, --quiet or not: who unpacks somebody's
    archive and checks it there must see that the archive had a say in the verdicts.
    """
    settings = load_settings(**{key: value for key, value in options.items() if value not in ("", None)})
    i18n.activate(i18n.choose(settings.ui_lang))
    if settings.folder_file:
        typer.echo(
            _("settings of this folder are in force: {file}").format(file=_one_line(settings.folder_file)), err=True
        )
    return settings


def _one_line(text: str) -> str:
    """A text of a stranger's file on one line of a terminal, control characters shown as codes."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def pairs(values: list[str] | None, option: str) -> dict[str, str]:
    """NAME=VALUE options as a dictionary.

    Raises:
        SettingsError: one has no "=".
    """
    found = {}
    for value in values or []:
        name, sign, number = value.partition("=")
        if not sign:
            raise SettingsError(f"'{value}' is not NAME=VALUE.", file=f"option {option}", hint="For example action=2.")
        found[name.strip()] = number.strip()
    return found


def console(file: Any = None) -> Console:
    """Console for results; in a pipe it is 120 columns wide and without colour."""
    target = file or sys.stdout
    width = None if target.isatty() or os.environ.get("COLUMNS") else 120
    return _safe_console()(file=target, width=width, highlight=False, soft_wrap=False, emoji=False, markup=False)


@lru_cache(maxsize=1)
def _safe_console() -> type[Console]:
    """Rich's console (imported on use) that shows control characters of foreign texts escaped."""
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


class Progress:
    """A bar on stderr for work over a second; silent when asked or when stderr is no terminal."""

    def __init__(self, *, quiet: bool) -> None:
        self.silent = quiet or not sys.stderr.isatty()
        if quiet:
            logging.getLogger("alignment").setLevel(logging.ERROR)
        self.began = time.monotonic()
        self._bar: Any = None
        self._tasks: dict[str, Any] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` steps of a stage are done; after a colon it says what is worked on."""
        if self.silent or (self._bar is None and time.monotonic() - self.began < SHOW_AFTER):
            return
        if self._bar is None:
            self._start()
        stage, _colon, detail = stage.partition(": ")
        names = {
            "read": _("Reading files"),
            "pages": _("Reading pages"),
            "ocr": _("Recognising pages"),
            "analyse": _("Analysing texts"),
            "encode": _("Computing vectors"),
            "match": _("Matching"),
            "pairs": _("Reading the best together"),
            "link": _("Comparing standards"),
            "check": _("Checking"),
        }
        shown = " ".join(filter(None, (names.get(stage, stage), _short(detail))))
        if stage not in self._tasks:
            self._tasks[stage] = self._bar.add_task(shown, total=total)
        self._bar.update(self._tasks[stage], description=shown, completed=done, total=total)

    def _start(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        self._bar = RichProgress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=_safe_console()(stderr=True),
            transient=True,
        )
        self._bar.start()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()


def check_writable(output: str) -> None:
    """Fail before the work begins when its result could not be written.

    Raises:
        OutputError: no such folder, a folder instead of a file, or no permission.
    """
    if not output:
        return
    path = Path(output)
    if path.is_dir():
        raise OutputError("this is a folder; a file is needed.", file=output, hint="Add a file name.")
    if not path.parent.is_dir():
        raise OutputError("its folder does not exist.", file=output, hint=f"Create {path.parent} first.")
    if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise OutputError("it cannot be written (no permission).", file=output, hint="Choose another place.")


def check_format(
    report: str, known: Sequence[str], *, binary: Sequence[str] = (), output: str = "", stem: str = ""
) -> None:
    """Fail before the work begins when there is no such format, or a binary one has no file to go to.

    Raises:
        SettingsError: says which formats there are, or how to name a file.
    """
    if report not in known:
        raise SettingsError(f"there is no report format '{report}'.", hint=f"Known formats: {', '.join(known)}.")
    if report in binary and not output:
        raise SettingsError(
            f"a {report} report is a file.", hint=f"Name it with --output, for example {stem}.{report}."
        )


def made_folder(name: str) -> Path:
    """The folder of that name, made if it is not there.

    Raises:
        OutputError: it is a file, or cannot be made or written.
    """
    path = Path(name)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"it cannot be made ({error.strerror}).", file=name, hint="Choose another place.") from error
    if not os.access(path, os.W_OK):
        raise OutputError("it cannot be written (no permission).", file=name, hint="Choose another place.")
    return path


@contextmanager
def whole_file(output: str, *, binary: bool = False) -> Iterator[Any]:
    """A file that appears whole or not at all; text in UTF-8 unless ``binary``.

    Raises:
        OutputError: the disk is full or the place cannot be written.
    """
    path = Path(output)
    how: dict[str, Any] = {"mode": "wb"} if binary else {"mode": "w", "encoding": "utf-8", "newline": ""}
    name = ""
    try:
        if path.exists() and not path.is_file():
            # A pipe or device (/dev/stdout) is written as it is; renaming a file over it would replace it.
            with path.open(**how) as target:
                yield target
            return
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False, **how) as target:
            name = target.name
            yield target
            target.flush()
            os.fsync(target.fileno())
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        Path(name).chmod(mode)
        Path(name).replace(path)
    except OSError as error:
        raise OutputError(
            f"it cannot be written ({error.strerror}).", file=output, hint="Choose another place."
        ) from error
    finally:
        if name:
            with suppress(FileNotFoundError):
                Path(name).unlink()


def deliver(made: str | bytes, output: str, *, quiet: bool) -> None:
    """A result into its file, with a note, or text on the screen where no file is named.

    In a pipe or a redirected output text is UTF-8 whatever the terminal's encoding: the reader is a program.
    """
    if isinstance(made, str):
        made = escaped(made)
    if not output:
        typer.echo(made if sys.stdout.isatty() or isinstance(made, bytes) else made.encode(), nl=False)
        return
    with whole_file(output, binary=isinstance(made, bytes)) as target:
        target.write(made)
    note(_("written: {file}").format(file=output), quiet=quiet)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def note(text: str, *, quiet: bool) -> None:
    """A line on stderr that is no part of the result."""
    if not quiet:
        typer.echo(escaped(text), err=True)


def say(text: str) -> None:
    """A line of the result on stdout; control characters of foreign texts are shown escaped."""
    typer.echo(escaped(text))
