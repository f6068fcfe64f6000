"""Check many programs against many standards on Dask (extra ``[dask]``): in local processes or on an existing cluster.

The client sends each program's files with its task, so workers need no shared disk.
A worker reads a program once and checks it against several standards. Each result
is written as soon as it is finished, under a name made from the contents. A run
that was interrupted therefore continues where it stopped, and only changed pairs are checked again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import Any

import msgspec

from alignment import api
from alignment.analysis import coverage
from alignment.api.reading import given_paths
from alignment.cluster import Tls, cluster
from alignment.errors import AlignmentError, InputError, OutputError, why
from alignment.i18n import _, in_language, language
from alignment.model import Noun, Program, Standard
from alignment.packing import Packed, digest_of, faculty_of, key_of, pack, setup_of, shown
from alignment.progress import Progress
from alignment.settings import Settings, load_settings
from alignment.whole import write_whole

# Standards that one task checks a program against: enough that reading it once pays, few enough to share work evenly.
TOGETHER = 5
# Times that Dask gives a task to another worker when its worker died: a program that kills four workers is at fault
# itself.
RETRIES = 3
# Tasks sent ahead for each worker, so that packed programs do not fill the memory.
AHEAD = 3
FOLDER = "pairs"


class FunctionCoverage(Noun, frozen=True, kw_only=True):
    """Coverage of one work function; ``coverage`` and ``expected`` are shares from 0 to 1."""

    code: str
    name: str
    level: str
    coverage: float
    expected: float


class CheckedPair(Noun, frozen=True, kw_only=True):
    """The result of checking one program against one standard.

    ``coverage``, ``expected`` and the ends ``low`` and ``high`` of the interval are shares from 0 to 1;
    ``covered``, ``partial``, ``gap`` and ``unknown`` count requirements. ``enough`` is True if enough is
    known of the program to give a percentage (`alignment.analysis.Coverage`). ``error`` says why a
    program could not be checked; the other results are then empty.
    """

    program: str
    path: str
    faculty: str
    year: str = ""
    standard: str = ""
    standard_title: str = ""
    coverage: float = 0.0
    expected: float = 0.0
    low: float = 0.0
    high: float = 0.0
    covered: int = 0
    partial: int = 0
    gap: int = 0
    unknown: int = 0
    declared: bool = False
    enough: bool = True
    functions: tuple[FunctionCoverage, ...] = ()
    error: str = ""


class BatchTask(msgspec.Struct, frozen=True):
    """A program, and the standards to check it against: the key of each pair → the standard as JSON."""

    program: Packed
    standards: dict[str, bytes]
    settings: Settings
    language: str


class BatchResult(msgspec.Struct, frozen=True, kw_only=True):
    """All pairs in the order of programs and standards.

    ``reused`` counts pairs that an earlier run had finished, ``failed`` programs that could not be checked.
    """

    pairs: tuple[CheckedPair, ...]
    reused: int
    failed: int


def check_task(task: BatchTask) -> list[tuple[str, CheckedPair]]:
    """Read a program and check it against some standards, on a worker; returns (key, pair) for each standard."""
    with in_language(task.language):  # another thread of the worker may run a task in another language
        return _pairs(task)


def _pairs(task: BatchTask) -> list[tuple[str, CheckedPair]]:
    program = task.program
    empty = CheckedPair(program=Path(program.path).name, path=program.path, faculty=program.faculty)
    try:
        with tempfile.TemporaryDirectory(prefix="align-batch-") as name:
            folder = Path(name) / Path(program.path).name if len(program.files) > 1 else Path(name)
            for inner, data in program.files.items():
                place = folder / inner
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
            only = folder / next(iter(program.files)) if len(program.files) == 1 else folder
            loaded = api.load_program(only, settings=task.settings)
    except AlignmentError as error:
        return [(key, msgspec.structs.replace(empty, error=_short(error))) for key in task.standards]
    result = []
    for key, raw in task.standards.items():
        standard = _standard(raw)
        try:
            result.append((key, _pair(loaded, standard, task.settings, empty)))
        except AlignmentError as error:
            result.append((key, msgspec.structs.replace(empty, standard=standard.code, error=_short(error))))
    return result


def _short(error: AlignmentError) -> str:
    """The message with the file's name alone: the worker read it in a temporary folder."""
    return f"{Path(error.file).name}: {error.message}" if error.file else error.message


@lru_cache(maxsize=64)
def _standard(raw: bytes) -> Standard:
    return msgspec.json.decode(raw, type=Standard)


def _name(program: Program) -> str:
    profile = program.profile if program.profile != program.title else ""
    return " ".join(part for part in (program.code, program.title, profile) if part)


def _pair(program: Program, standard: Standard, settings: Settings, empty: CheckedPair) -> CheckedPair:
    alignment = api.check(program, standard, settings=settings)
    summary = coverage(alignment)
    named = {item.code for item in program.standards} | {link.standard for link in program.declared}
    return msgspec.structs.replace(
        empty,
        program=_name(program) or empty.program,
        year=program.year,
        standard=standard.code or standard.title,
        standard_title=standard.title,
        coverage=summary.total.coverage,
        expected=summary.total.expected,
        low=summary.total.low,
        high=summary.total.high,
        covered=summary.total.covered,
        partial=summary.total.partial,
        gap=summary.total.gap,
        unknown=summary.total.unknown,
        declared=standard.code in named,
        enough=summary.enough,
        functions=tuple(
            FunctionCoverage(
                code=part.code,
                name=part.name,
                level=part.level,
                coverage=part.tally.coverage,
                expected=part.tally.expected,
            )
            for general in summary.parts
            for part in general.parts
        ),
    )


class Results:
    """Finished pairs in a folder, one file each; a file is written whole or not at all.

    Raises:
        OutputError: the folder cannot be created.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                _("the folder cannot be created ({reason}).").format(reason=why(error)), file=str(folder)
            ) from error

    def get(self, key: str) -> CheckedPair | None:
        """The finished pair of that key; None if there is none or its file cannot be read."""
        try:
            return msgspec.json.decode((self.folder / f"{key}.json").read_bytes(), type=CheckedPair)
        except (OSError, msgspec.MsgspecError):
            return None

    def put(self, key: str, pair: CheckedPair) -> None:
        """Keep a finished pair.

        Raises:
            OutputError: the disk is full or the folder cannot be written.
        """
        try:
            write_whole(self.folder / f"{key}.json", msgspec.json.encode(pair), sync=False)
        except OSError as error:
            raise OutputError(
                _("a result cannot be written ({reason}); earlier results are kept.").format(reason=why(error)),
                file=str(self.folder),
                hint=_("Free some disk space and run the same command again."),
            ) from error


def batch(
    programs: Sequence[str | PathLike[str]],
    standards: Sequence[Standard],
    folder: str | PathLike[str],
    *,
    settings: Settings | None = None,
    workers: int | None = None,
    scheduler: str = "",
    tls: Tls | None = None,
    progress: Progress | None = None,
) -> BatchResult:
    """Check every program against every standard, on all cores or a cluster (`run_batch`).

    Args:
        programs: the path of each program: a file, folder or zip.
        standards: what to check against.
        folder: where finished pairs are kept; an interrupted run continues from them.
        settings: default: those of the environment and alignment.toml.
        workers: number of local processes; default: one for each core.
        scheduler: address of a cluster (tls://…); empty: local processes.
        tls: the files with which the cluster admits this client.
        progress: called with the stage, the number of pairs done and the number of all pairs.

    Raises:
        MissingExtraError: the extra ``[dask]`` is not installed.
        OutputError: the folder cannot be written, or the scheduler cannot be reached or was lost.
    """
    return run_batch(
        given_paths(programs),
        standards,
        Path(folder),
        settings or load_settings(),
        scheduler=scheduler,
        tls=tls,
        workers=workers,
        progress=progress,
    )


def run_batch(
    programs: Sequence[Path],
    standards: Sequence[Standard],
    folder: Path,
    settings: Settings,
    *,
    scheduler: str = "",
    tls: Tls | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    report_line: Callable[[str], None] | None = None,
) -> BatchResult:
    """Check every program against every standard; pairs that ``folder`` already has are reused.

    Arguments and errors are those of `batch`; ``report_line`` is called with a line for the user: the address of the
    dashboard.
    """
    say = progress or (lambda stage, done, total: None)
    results = Results(folder)
    setup = setup_of(settings, _engine(settings))
    packed_standards = [msgspec.json.encode(standard) for standard in standards]
    order, waiting = _planned(programs, packed_standards, results, settings, setup)
    reused = sum(pair is not None and not pair.error for _path, _key, pair in order)
    fresh: dict[str, CheckedPair] = {}
    if waiting:
        with cluster(scheduler, workers, tls) as client:
            if report_line:
                report_line(_("dashboard: {address}").format(address=client.dashboard_link))
            for key, pair in _finished(client, _tasks(waiting, packed_standards, settings, fresh)):
                fresh[key] = pair
                if not pair.error:
                    results.put(key, pair)
                say("check", reused + len(fresh), len(order))
    # Two programs with the same files have one result: each keeps its own place.
    pairs = [
        msgspec.structs.replace(pair or fresh[key], path=shown(path), faculty=faculty_of(path))
        for path, key, pair in order
    ]
    return BatchResult(pairs=tuple(pairs), reused=reused, failed=len({pair.path for pair in pairs if pair.error}))


class Waiting(msgspec.Struct, frozen=True):
    """A program to check: its path, the digest of its files, and the key of each pair → the standard's number."""

    path: Path
    digest: str
    keys: dict[str, int]


def _failed(path: Path, error: AlignmentError) -> CheckedPair:
    """What is said of a program that cannot be checked."""
    return CheckedPair(program=shown(Path(path.name)), path=shown(path), faculty=faculty_of(path), error=_short(error))


def _planned(
    programs: Sequence[Path], packed_standards: Sequence[bytes], results: Results, settings: Settings, setup: str
) -> tuple[list[tuple[Path, str, CheckedPair | None]], list[Waiting]]:
    """All pairs in order as (path, key, what is known of it), and for each program the standards to check, in parts."""
    order: list[tuple[Path, str, CheckedPair | None]] = []
    waiting: list[Waiting] = []
    for path in programs:
        try:
            digest = digest_of(path, settings)
        except AlignmentError as error:
            order.append((path, "", _failed(path, error)))
            continue
        keys = [key_of(digest, raw, setup) for raw in packed_standards]
        known = [results.get(key) for key in keys]
        order += [(path, key, pair) for key, pair in zip(keys, known, strict=True)]
        todo = [number for number, pair in enumerate(known) if pair is None]
        for start in range(0, len(todo), TOGETHER):
            part = {keys[number]: number for number in todo[start : start + TOGETHER]}
            waiting.append(Waiting(path, digest, part))
    return order, waiting


def _engine(settings: Settings) -> str:
    from alignment.engine import load_engine

    with api.open_cache(settings) as cache:
        return load_engine(settings, cache).version


def _tasks(
    waiting: Sequence[Waiting], standards: Sequence[bytes], settings: Settings, fresh: dict[str, CheckedPair]
) -> Iterator[BatchTask]:
    """A task for each part of the work.

    A program that has changed or vanished since the run was planned goes into ``fresh`` with that error: its result
    would be kept under the name of the old files.
    """
    for item in waiting:
        try:
            program = pack(item.path, settings)
            if program.digest != item.digest:
                raise InputError(_("it has changed since the run began."), hint=_("Run the same command again."))
        except AlignmentError as error:
            for key in item.keys:
                fresh.setdefault(key, _failed(item.path, error))
            continue
        yield BatchTask(program, {key: standards[number] for key, number in item.keys.items()}, settings, language())


def _finished(client: Any, tasks: Iterator[BatchTask]) -> Iterator[tuple[str, CheckedPair]]:
    """Results (key, pair) as they come; tasks of a worker that dies are given to the others.

    Raises:
        OutputError: the connection to the scheduler was lost; finished pairs are kept.
    """
    from distributed import as_completed
    from distributed.client import FutureCancelledError

    ahead = max(2, AHEAD * len(client.scheduler_info()["workers"]))
    try:
        queue = as_completed(with_results=False)
        sent = 0
        for task in tasks:
            queue.add(client.submit(check_task, task, pure=False, retries=RETRIES))
            sent += 1
            if sent >= ahead:
                break
        done = 0
        while done < sent:
            future = next(queue)
            yield from future.result()
            future.release()
            done += 1
            following = next(tasks, None)
            if following is not None:
                queue.add(client.submit(check_task, following, pure=False, retries=RETRIES))
                sent += 1
    except (OSError, TimeoutError, FutureCancelledError, StopIteration) as error:
        raise OutputError(
            _("the connection to the scheduler was lost ({name}); finished results are kept.").format(
                name=type(error).__name__
            ),
            hint=_("Start the scheduler again and run the same command: the work continues where it stopped."),
        ) from error
