"""Checks that people start in the browser, kept as folders: what was given, how far it is, what came out.

A folder holds ``run.json`` (this module's `Run`), ``files/`` and ``standards/`` as they were given, ``progress.json``
while it is worked on, then ``program.json`` (`ReadSummary`), ``result.json`` (the report of ``align check``) and
``reports/``.
The folders are the list: nothing else knows of a check, so that nothing can disagree with them.
"""

from __future__ import annotations

import re
import secrets
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import BinaryIO, Literal, TypeVar

import msgspec
from filelock import FileLock, Timeout
from sqlalchemy import URL

from alignment.errors import InputError, LimitError, NotFoundError, OutputError, SettingsError, reason
from alignment.i18n import _
from alignment.model import Alignment
from alignment.review.child import safe_name
from alignment.settings import Settings
from alignment.whole import write_whole

# How long a check is kept before it is deleted with everything that was given for it: a term; reviews stay.
KEPT_DAYS = 90
MOST_FILES = 1000  # of one check: a program has some hundred (a folder on disk may have 5,000)
IDENTIFIER = re.compile(r"[0-9a-f]{16}")
# Files that file managers and editors leave behind.
LITTER = re.compile(r"^(\..*|~\$.*|thumbs\.db|desktop\.ini)$", re.IGNORECASE)

State = Literal["uploading", "reading", "choosing", "checking", "done", "failed"]
WORKING: tuple[State, ...] = ("reading", "checking")
NounT = TypeVar("NounT")


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A standard that was checked, with the number of requirements by verdict."""

    standard: str
    title: str
    counts: dict[str, int]


class LeftOutFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was not read, and why."""

    file: str
    reason: str


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A standard that fits the program; ``declared``: the program names it; ``reasons`` are work functions."""

    code: str
    title: str
    declared: bool
    reasons: tuple[str, ...]


class ReadSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What was read of a program; ``proposals`` is None until they are known."""

    title: str
    code: str
    profile: str
    files: int
    disciplines: int
    title_only: int
    statements: int
    promise_only: int = 0
    left: tuple[LeftOutFile, ...] = ()
    proposals: tuple[Proposal, ...] | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What is being done just now: ``done`` of ``total`` steps of a stage, the file or standard in ``detail``."""

    stage: str = ""
    detail: str = ""
    done: int = 0
    total: int = 0


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One check.

    ``standards`` are codes of the library, ``own`` files given with the check; ``wanted``: they are to be compared as
    soon as the program has been read. ``choice`` says which program of a workbook that holds several, ``choices``
    which there are. ``program`` is what the documents call it, ``error`` what went wrong last.
    """

    id: str
    owner: str
    created: datetime
    name: str = ""
    state: State = "uploading"
    standards: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    wanted: bool = False
    choice: str = ""
    choices: tuple[str, ...] = ()
    program: str = ""
    error: str = ""
    results: tuple[Result, ...] = ()

    @property
    def title(self) -> str:
        """What people call it: the name they gave, else the program's."""
        return self.name or self.program or _("Program of {date}").format(date=f"{self.created:%d.%m.%Y %H:%M}")

    @property
    def kept_until(self) -> datetime:
        """When it is deleted."""
        return self.created + timedelta(days=KEPT_DAYS)


class Runs:
    """The folder of all checks.

    Args:
        folder: made when the first check is.
        most_bytes: most bytes of files that one check may have; 400_000_000 is `max_unpacked_mb` of the settings.
    """

    def __init__(self, folder: Path, *, most_bytes: int = 400_000_000) -> None:
        self.folder, self.most_bytes = folder, most_bytes
        self._turn = Lock()

    def path(self, number: str) -> Path:
        """The folder of one check.

        Raises:
            NotFoundError: there is none of that number.
        """
        path = self.folder / number
        if not IDENTIFIER.fullmatch(number) or not (path / "run.json").is_file():
            raise NotFoundError(_("there is no such check; it may have been deleted."))
        return path

    def get(self, number: str) -> Run:
        """One check.

        Raises:
            NotFoundError: there is none of that number.
        """
        return msgspec.json.decode((self.path(number) / "run.json").read_bytes(), type=Run)

    def all(self, owner: str | None = None) -> list[Run]:
        """The checks of one person or of all, the newest first; a folder that cannot be read is passed over."""
        runs = []
        for path in self.folder.glob("*/run.json"):
            try:
                runs.append(msgspec.json.decode(path.read_bytes(), type=Run))
            except (OSError, msgspec.MsgspecError):
                continue
        return sorted((run for run in runs if owner in (None, run.owner)), key=lambda run: run.created, reverse=True)

    def add(self, owner: str, name: str = "") -> Run:
        """A new check without files."""
        run = Run(id=secrets.token_hex(8), owner=owner, created=datetime.now(UTC), name=name.strip())
        for part in ("files", "standards", "reports"):
            (self.folder / run.id / part).mkdir(parents=True)
        self._write(run)
        return run

    def change(self, number: str, how: Callable[[Run], Run]) -> Run:
        """Change a check; nobody else changes it meanwhile.

        Raises:
            NotFoundError: it has been deleted.
        """
        with self._turn:
            run = how(self.get(number))
            self._write(run)
            return run

    def delete(self, number: str) -> None:
        """Delete a check with everything that was given for it and came of it."""
        path = self.path(number)
        with self._turn:
            # Out of the list first: a folder half deleted must not be seen.
            (path / "run.json").unlink(missing_ok=True)
        shutil.rmtree(path, ignore_errors=True)

    def purge(self) -> None:
        """Delete what is kept no longer."""
        for run in self.all():
            if run.kept_until < datetime.now(UTC) and run.state not in WORKING:
                self.delete(run.id)

    def keep(self, number: str, shown: str, source: BinaryIO) -> None:
        """Put one file of the program into its folder; ``shown`` is its name with the folders it came in.

        A file of the same name and folders replaces the earlier one.

        Raises:
            LimitError: the check has too many files or bytes.
        """
        inside = self.path(number) / "files"
        parts = parts_of(shown)
        if not parts or LITTER.match(parts[-1]):
            return
        target = inside.joinpath(*parts)
        others = [path for path in inside.rglob("*") if path.is_file() and path != target]
        if len(others) >= MOST_FILES:
            raise LimitError(
                _("more than {n} files were given.").format(n=MOST_FILES), hint=_("Give the folder of one program.")
            )
        room = self.most_bytes - sum(path.stat().st_size for path in others)
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy(source, target, room)

    def keep_standard(self, number: str, name: str, source: BinaryIO) -> str:
        """Put a standard's file beside the check; its name there."""
        short = safe_name(name, 0)
        _copy(source, self.path(number) / "standards" / short, self.most_bytes)
        return short

    def files(self, number: str) -> list[str]:
        """Names of the program's files, with folders."""
        inside = self.path(number) / "files"
        return sorted(path.relative_to(inside).as_posix() for path in inside.rglob("*") if path.is_file())

    def step(self, number: str) -> Step:
        """What is being done just now."""
        return read(self.path(number) / "progress.json", Step) or Step()

    def seen(self, number: str) -> ReadSummary | None:
        """What was read of the program, if it has been."""
        return read(self.path(number) / "program.json", ReadSummary)

    def result(self, number: str) -> list[Alignment]:
        """What came out; empty before.

        Raises:
            InputError: the result is damaged.
        """
        path = self.path(number) / "result.json"
        try:
            return msgspec.json.decode(path.read_bytes(), type=list[Alignment]) if path.is_file() else []
        except msgspec.MsgspecError as error:
            raise InputError(
                _("the result of this check cannot be read."), hint=_("Run the check again with the same files.")
            ) from error

    def earlier(self, run: Run) -> list[Run]:
        """Finished checks of the same program by the same person, the newest first."""
        same = [
            other
            for other in self.all(run.owner)
            if other.created < run.created and other.state == "done" and alike(other, run)
        ]
        codes = {result.standard for result in run.results}
        return [other for other in same if codes & {result.standard for result in other.results}]

    def copy(self, run: Run) -> Run:
        """A new check of the same files, so that other standards can be chosen."""
        made = self.add(run.owner, run.name)
        shutil.copytree(self.path(run.id) / "files", self.path(made.id) / "files", dirs_exist_ok=True)
        return self.change(made.id, lambda new: msgspec.structs.replace(new, choice=run.choice))

    def _write(self, run: Run) -> None:
        write(self.folder / run.id / "run.json", msgspec.json.encode(run))


def alike(one: Run, other: Run) -> bool:
    """Whether two checks are of one program: of one name that was given, or of one title that was read."""
    return _plain(one.title) == _plain(other.title) or (
        bool(one.program) and _plain(one.program) == _plain(other.program)
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def parts_of(shown: str) -> list[str]:
    """Folders and name of a file as a browser tells them, without anything that would lead out of a folder."""
    given = PurePosixPath(shown.replace("\\", "/")).parts
    return [_short(part) for part in given if part not in ("/", ".", "..") and not part.endswith(":")]


def _short(part: str) -> str:
    """A name short enough for a disk; two long names that begin alike stay two."""
    cut = safe_name(part, 0)
    if len(cut) >= len(part.strip()):
        return cut
    stem, dot, suffix = cut.rpartition(".")
    mark = f"~{zlib.crc32(part.encode('utf-8', 'replace')):08x}"
    return f"{stem[: -len(mark)]}{mark}.{suffix}" if dot else f"{cut[: -len(mark)]}{mark}"


def read(path: Path, kind: type[NounT]) -> NounT | None:
    """A small JSON file of a check; None where there is none yet."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError):
        return None


def write(path: Path, data: bytes) -> None:
    """A file that is there whole or not at all."""
    write_whole(path, data, sync=False)


def inputs(folder: Path) -> list[Path]:
    """What `api.load_program` takes of a check's folder: zips one by one, everything else as folders."""
    inside = folder / "files"
    zips = sorted(path for path in inside.rglob("*.[zZ][iI][pP]") if path.is_file())
    rest = [path for path in inside.rglob("*") if path.is_file() and path not in zips]
    if not rest:
        return zips
    tops = sorted(inside.iterdir())
    # The folder that was dropped gives the program its name where no document does.
    return [tops[0] if len(tops) == 1 and tops[0].is_dir() else inside, *zips]


def restart(folder: Path) -> None:
    """Forget what was read before: files have been added or another program of the workbook was chosen."""
    for name in ("program.json", "choices.json", "progress.json"):
        (folder / name).unlink(missing_ok=True)


def folder_for(url: URL, settings: Settings) -> Path:
    """Where the checks of a review store lie: beside its SQLite file, else in the user's data folder."""
    database = url.database
    if url.get_backend_name() == "sqlite" and database and database != ":memory:":
        return Path(database).resolve().parent / "checks"
    return settings.review_path().parent / "checks"


@contextmanager
def served_once(folder: Path) -> Iterator[None]:
    """Inside, this process alone serves the checks of the folder, and what it counts (logins, jobs) is all there is.

    Raises:
        SettingsError: another process serves them.
    """
    lock = FileLock(folder / ".serving")
    # Where nothing can be written the pages are shown all the same; a check says what is wrong.
    with suppress(OSError, NotImplementedError):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise SettingsError(
                _("another align serve has these reviews open."),
                hint=_("Use that one, stop it, or name another store with --database, in a folder of its own."),
            ) from error
    try:
        yield
    finally:
        lock.release()


def _copy(source: BinaryIO, target: Path, room: int) -> None:
    """Write a file unless it is larger than ``room`` bytes.

    Raises:
        LimitError: it is.
        OutputError: the disk is full or cannot be written.
    """
    try:
        with target.open("wb") as out:
            while block := source.read(1 << 20):
                room -= len(block)
                if room < 0:
                    break
                out.write(block)
    except OSError as error:
        target.unlink(missing_ok=True)
        raise OutputError(
            _("the file cannot be kept ({reason}).").format(reason=reason(error)),
            file=target.name,
            hint=_("Try again; if it stays so, tell whoever looks after the server."),
        ) from error
    if room < 0:
        target.unlink()
        raise LimitError(
            _("the files of this check are too large together."),
            file=target.name,
            hint=_("Leave out what is no part of the program, for example videos."),
        )
