"""Checks that people start in the browser; each is a folder.

A folder holds ``run.json`` (the `Run`), ``files/`` and ``standards/`` as they were sent, ``progress.json`` during the
work, then ``program.json`` (`ReadSummary`), ``result.json`` (the report of ``align check``) and ``reports/``.
There is no other list of checks, so that nothing can disagree with the folders.
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
from alignment.review.file_names import safe_name
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
StructT = TypeVar("StructT")


class CheckedStandard(msgspec.Struct, frozen=True, kw_only=True):
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
    """A summary of the program that was read (counts as in `analysis.Sight`).

    ``left`` are files that could not be read, ``unused`` those that are no documents of a program by their names;
    ``proposals`` is None until known.
    """

    title: str
    code: str
    profile: str
    files: int
    disciplines: int
    title_only: int
    statements: int
    promise_only: int = 0
    left: tuple[LeftOutFile, ...] = ()
    unused: tuple[str, ...] = ()
    proposals: tuple[Proposal, ...] | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """The present step of the work: ``done`` of ``total`` steps of a stage; ``detail`` is the file or standard."""

    stage: str = ""
    detail: str = ""
    done: int = 0
    total: int = 0


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One check.

    ``standards`` are codes from the library, ``own`` the names of standards' files that were sent. ``wanted``: compare
    with them as soon as the program has been read. ``choices`` are the programs of a workbook that holds several,
    ``choice`` is the chosen one. ``program`` is the title in the documents, ``error`` the last error. ``owner`` is a
    login.
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
    results: tuple[CheckedStandard, ...] = ()

    @property
    def title(self) -> str:
        """The name that people gave, else the program's title, else a name with the date."""
        return self.name or self.program or _("Program of {date}").format(date=f"{self.created:%d.%m.%Y %H:%M}")

    @property
    def kept_until(self) -> datetime:
        """When the check is deleted."""
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
        """The folder of one check; ``number`` is its id.

        Raises:
            NotFoundError: there is no check with that id.
        """
        path = self.folder / number
        if not IDENTIFIER.fullmatch(number) or not (path / "run.json").is_file():
            raise NotFoundError(_("there is no such check; it may have been deleted."))
        return path

    def get(self, number: str) -> Run:
        """The check with that id.

        Raises:
            NotFoundError: there is no check with that id.
        """
        return msgspec.json.decode((self.path(number) / "run.json").read_bytes(), type=Run)

    def all(self, owner: str | None = None) -> list[Run]:
        """The checks of one person (login) or of all, newest first; folders that cannot be read are skipped."""
        runs = []
        for path in self.folder.glob("*/run.json"):
            try:
                runs.append(msgspec.json.decode(path.read_bytes(), type=Run))
            except (OSError, msgspec.MsgspecError):
                continue
        return sorted((run for run in runs if owner in (None, run.owner)), key=lambda run: run.created, reverse=True)

    def add(self, owner: str, name: str = "") -> Run:
        """Add a check without files."""
        run = Run(id=secrets.token_hex(8), owner=owner, created=datetime.now(UTC), name=name.strip())
        for part in ("files", "standards", "reports"):
            (self.folder / run.id / part).mkdir(parents=True)
        self._write(run)
        return run

    def change(self, number: str, how: Callable[[Run], Run]) -> Run:
        """Change a check and save it; ``how`` makes the new state from the old. No other change happens meanwhile.

        Raises:
            NotFoundError: the check has been deleted.
        """
        with self._turn:
            run = how(self.get(number))
            self._write(run)
            return run

    def delete(self, number: str) -> None:
        """Delete a check with its files and results."""
        path = self.path(number)
        with self._turn:
            # First remove it from the list, so that nobody sees a folder that is half deleted.
            (path / "run.json").unlink(missing_ok=True)
        shutil.rmtree(path, ignore_errors=True)

    def purge(self) -> None:
        """Delete the checks whose time is over (`KEPT_DAYS`)."""
        for run in self.all():
            if run.kept_until < datetime.now(UTC) and run.state not in WORKING:
                self.delete(run.id)

    def keep(self, number: str, shown: str, source: BinaryIO) -> None:
        """Save one file of the program; ``shown`` is its name with folders, as the browser sent it.

        A file with the same name and folders is replaced. Files of file managers and editors are ignored.

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
        """Save a standard's file with the check; returns the name that it got."""
        short = safe_name(name, 0)
        _copy(source, self.path(number) / "standards" / short, self.most_bytes)
        return short

    def files(self, number: str) -> list[str]:
        """Names of the program's files with folders, sorted."""
        inside = self.path(number) / "files"
        return sorted(path.relative_to(inside).as_posix() for path in inside.rglob("*") if path.is_file())

    def step(self, number: str) -> Step:
        """The present step of the work."""
        return read_struct(self.path(number) / "progress.json", Step) or Step()

    def seen(self, number: str) -> ReadSummary | None:
        """The summary of the program, or None if it has not been read yet."""
        return read_struct(self.path(number) / "program.json", ReadSummary)

    def result(self, number: str) -> list[Alignment]:
        """The result of the check; empty if there is none yet.

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
        """Earlier finished checks of the same program and a common standard by the same person, newest first."""
        same = [
            other
            for other in self.all(run.owner)
            if other.created < run.created and other.state == "done" and alike(other, run)
        ]
        codes = {result.standard for result in run.results}
        return [other for other in same if codes & {result.standard for result in other.results}]

    def copy(self, run: Run) -> Run:
        """Add a check of the same files, so that other standards can be chosen."""
        copied = self.add(run.owner, run.name)
        shutil.copytree(self.path(run.id) / "files", self.path(copied.id) / "files", dirs_exist_ok=True)
        return self.change(copied.id, lambda new: msgspec.structs.replace(new, choice=run.choice))

    def _write(self, run: Run) -> None:
        write_file(self.folder / run.id / "run.json", msgspec.json.encode(run))


def alike(one: Run, other: Run) -> bool:
    """Whether two checks are of the same program: people gave the same name, or the documents have the same title."""
    return _plain(one.title) == _plain(other.title) or (
        bool(one.program) and _plain(one.program) == _plain(other.program)
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def parts_of(shown: str) -> list[str]:
    """Folders and name of a file as a browser sends them, without parts that could lead out of the folder."""
    parts = PurePosixPath(shown.replace("\\", "/")).parts
    return [_short(part) for part in parts if part not in ("/", ".", "..") and not part.endswith(":")]


def _short(part: str) -> str:
    """A name short enough for a disk. Long names that begin alike stay different (by a checksum)."""
    cut = safe_name(part, 0)
    if len(cut) >= len(part.strip()):
        return cut
    stem, dot, suffix = cut.rpartition(".")
    mark = f"~{zlib.crc32(part.encode('utf-8', 'replace')):08x}"
    return f"{stem[: -len(mark)]}{mark}.{suffix}" if dot else f"{cut[: -len(mark)]}{mark}"


def read_struct(path: Path, kind: type[StructT]) -> StructT | None:
    """A small JSON file of a check; None if it does not exist or cannot be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError):
        return None


def write_file(path: Path, data: bytes) -> None:
    """Write a file so that it appears whole or not at all."""
    write_whole(path, data, sync=False)


def inputs(folder: Path) -> list[Path]:
    """The paths in a check's folder for `api.load_program`: each zip, and one folder for all other files."""
    inside = folder / "files"
    zips = sorted(path for path in inside.rglob("*.[zZ][iI][pP]") if path.is_file())
    rest = [path for path in inside.rglob("*") if path.is_file() and path not in zips]
    if not rest:
        return zips
    tops = sorted(inside.iterdir())
    # If no document has a title, the loader uses the name of the folder, so it must be the folder that people sent.
    return [tops[0] if len(tops) == 1 and tops[0].is_dir() else inside, *zips]


def restart(folder: Path) -> None:
    """Delete what was read before, because files were added or another program of the workbook was chosen."""
    for name in ("program.json", "choices.json", "progress.json"):
        (folder / name).unlink(missing_ok=True)


def folder_for(url: URL, settings: Settings) -> Path:
    """The folder of the checks of a review store: beside its SQLite file, else in the user's data folder."""
    database = url.database
    if url.get_backend_name() == "sqlite" and database and database != ":memory:":
        return Path(database).resolve().parent / "checks"
    return settings.review_path().parent / "checks"


@contextmanager
def served_once(folder: Path) -> Iterator[None]:
    """While this context is open, no other process serves the checks of the folder (logins and jobs are counted here).

    Raises:
        SettingsError: another process serves them already.
    """
    lock = FileLock(folder / ".serving")
    # If the folder cannot be written, the pages still work; a check then reports the error.
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
        LimitError: the file is larger.
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
            _("the file cannot be saved ({reason}).").format(reason=reason(error)),
            file=target.name,
            hint=_("Try again; if it happens again, tell the administrator of the server."),
        ) from error
    if room < 0:
        target.unlink()
        raise LimitError(
            _("the files of this check are too large together."),
            file=target.name,
            hint=_("Leave out what is no part of the program, for example videos."),
        )
