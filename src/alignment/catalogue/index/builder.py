"""Build or update the index of standards on disk; unchanged files keep their rows, the others are encoded."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import sqlite3
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np
from filelock import FileLock, Timeout

from alignment.catalogue.editions import newer
from alignment.catalogue.index import approximate, store
from alignment.catalogue.index.encode import encoded
from alignment.catalogue.index.register import IndexEntry, Register, VectorRows, centroids_of, listing, rows_of
from alignment.catalogue.inputs import input_files
from alignment.documents.limits import read_bytes
from alignment.documents.pooled import InputFile
from alignment.encoders import Encoder, Vectors
from alignment.errors import InputError, OutputError, shown_as, why
from alignment.i18n import message as _
from alignment.isolated import kept_processes
from alignment.model import Issue, Location, Standard
from alignment.progress import Progress
from alignment.settings import Settings
from alignment.standards.readers import read_file
from alignment.whole import write_whole

# Texts encoded at a time, so that memory does not grow with the register: 40 MB of vectors.
PART = 20_000
# Seconds to wait for another build: one that was killed leaves readers, which hold its lock until they notice.
LOCK_SECONDS = 5


class BuildResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a build.

    ``standards`` and ``requirements`` count what is in the index, ``kept`` the
    unchanged standards and ``encoded`` the requirements that were encoded anew.
    ``seconds`` is the time that the build took, ``size`` the index in bytes.
    ``warnings`` name files and editions that were left out.
    """

    standards: int
    kept: int
    requirements: int
    encoded: int
    seconds: float
    size: int
    warnings: tuple[Issue, ...] = ()


class _PreviousIndex:
    """The generation in use, from which unchanged standards are taken.

    ``files`` maps the digest of each file to the numbers of its standards; it is empty for a ``fresh`` build, without
    an index, or if another encoder made the index.
    """

    def __init__(self, folder: Path, encoder: Encoder, fresh: bool) -> None:
        self.files: dict[str, list[int]] = {}
        self.register: Register | None = None
        if fresh or store.generation(folder) is None:
            return
        info = store.info(folder)
        if (info.get("format"), info.get("engine"), info.get("version")) != (
            store.FORMAT,
            encoder.name,
            encoder.version,
        ):
            return  # another encoder: everything anew
        self.register = store.open_index(folder, encoder.name, encoder.version)
        assert self.register.folder is not None
        with closing(store.connect(self.register.folder / store.META)) as base:
            for digest, numbers in base.execute("SELECT digest, standards FROM file"):
                self.files[digest] = msgspec.json.decode(numbers, type=list[int])

    def rows(self, number: int) -> tuple[VectorRows, VectorRows]:
        """Vectors of the requirements and of the work functions of a standard, each of shape (rows, dimension)."""
        assert self.register is not None
        line = self.register.listed[number]
        end = line.first_function + line.functions
        above: VectorRows = self.register.functions[line.first_function : end]
        return self.register.vectors[line.first : line.first + line.count], above


class _Entry(msgspec.Struct, kw_only=True):
    """One standard of the new generation; ``old`` is its number in the previous one if its file is unchanged."""

    standard: Standard
    file: str
    digest: str
    old: int | None = None


def build(
    paths: Sequence[Path],
    folder: Path,
    encoder: Encoder,
    settings: Settings,
    *,
    fresh: bool = False,
    graph: bool = False,
    progress: Progress | None = None,
) -> BuildResult:
    """Build or update the index in ``folder``.

    Args:
        paths: files, folders and zips of standards; none: all available standards.
        folder: the folder of the index.
        encoder: the encoder of the vectors, without a cache.
        settings: limits on input; with ``strict`` an unreadable file is an error.
        fresh: encode everything, without reusing the existing index.
        graph: build the graph for approximate search even below a million requirements.
        progress: called with the stage, the number of steps done and of all steps.

    Raises:
        InputError: two standards with one code and date differ, or no standard can be read.
        OutputError: the folder cannot be written, the disk is full, or another build is running.
        DamagedIndexError: the old index cannot be read (and ``fresh`` is not set).
        MissingExtraError: an approximate index is needed, and its library is not installed.
    """
    report = progress or (lambda stage, done, total: None)
    began = time.monotonic()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "build.lock", timeout=LOCK_SECONDS):
            old = _PreviousIndex(folder, encoder, fresh)
            with input_files(paths, settings) as files, kept_processes():
                entries, warnings = _entries(files, old, settings, report)
            requirements, fresh_rows = _generation(folder, entries, old, encoder, report, graph=graph)
    except Timeout as error:
        raise OutputError(
            _("another build of this index is running."), file=str(folder), hint=_("Wait until it is done.")
        ) from error
    except (OSError, sqlite3.Error) as error:
        reason = why(error)
        raise OutputError(
            _("the index cannot be written ({reason}); the old index is unchanged.", reason=reason),
            file=str(folder),
            hint=_("Free some disk space, or choose another folder with --index."),
        ) from error
    return BuildResult(
        standards=len(entries),
        kept=sum(entry.old is not None for entry in entries),
        requirements=requirements,
        encoded=fresh_rows,
        seconds=time.monotonic() - began,
        size=store.size_of(folder),
        warnings=tuple(warnings),
    )


def _generation(
    folder: Path, entries: Sequence[_Entry], old: _PreviousIndex, encoder: Encoder, report: Progress, *, graph: bool
) -> tuple[int, int]:
    """Write a new generation and put it in use; how many requirements it has, and how many were encoded.

    An error leaves the old one in use and nothing of the new one.
    """
    name = f"gen-{secrets.token_hex(6)}"
    new = folder / name
    new.mkdir()
    try:
        fresh_rows = _write(new, entries, old, encoder, report)
        register = store.open_generation(folder, new)
        if graph or len(register) > approximate.EXACT:
            report("link", 0, 1)
            approximate.write_graph(new, register.vectors)
        _switch(folder, name)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    _clean(folder, name)
    return len(register), fresh_rows


def _entries(
    files: Sequence[InputFile], old: _PreviousIndex, settings: Settings, report: Progress
) -> tuple[list[_Entry], list[Issue]]:
    entries: list[_Entry] = []
    warnings: list[Issue] = []
    for number, item in enumerate(files, 1):
        report("read", number, len(files))
        try:
            with shown_as(item.path, item.shown):
                digest = hashlib.blake2b(read_bytes(item.path, settings), digest_size=16).hexdigest()
        except InputError as error:
            _skip(error, item, settings, warnings)
            continue
        numbers = old.files.get(digest)
        if numbers is not None and old.register is not None:
            known = [_Entry(standard=old.register.standard(n), file=item.shown, digest=digest, old=n) for n in numbers]
            entries += known
            continue
        try:
            with shown_as(item.path, item.shown):
                standards = read_file(item.path, settings)
        except InputError as error:
            _skip(error, item, settings, warnings)
            continue
        entries += [_Entry(standard=standard, file=item.shown, digest=digest) for standard in standards]
    kept, double = _deduplicate(entries)
    if not kept:
        raise InputError(_("no standard could be read."), hint=_("Give files, folders or zips with standards."))
    return kept, [*warnings, *double]


def _skip(error: InputError, item: InputFile, settings: Settings, warnings: list[Issue]) -> None:
    """Add a warning about a file that cannot be read; with the setting ``strict``, raise the error."""
    if settings.strict:
        raise error
    warnings.append(Issue(message=error.text, location=Location(file=item.shown)))


def _content(standard: Standard) -> str:
    """Digest of the functions' codes and of all texts; two files with equal digests hold the same standard."""
    texts = [f"{function.code} {item.kind} {item.text}" for _, function, item in standard.requirements()]
    return hashlib.blake2b("\n".join(texts).encode(), digest_size=16).hexdigest()


def _deduplicate(entries: Sequence[_Entry]) -> tuple[list[_Entry], list[Issue]]:
    """The newest edition of each code, and a warning for each older edition; equal copies count once.

    Raises:
        InputError: two standards with one code and date differ.
    """
    by_code: dict[str, _Entry] = {}
    warnings = []
    for entry in entries:
        key = entry.standard.code or entry.standard.title
        other = by_code.get(key)
        if other is None:
            by_code[key] = entry
            continue
        if _content(other.standard) == _content(entry.standard):
            continue
        later = newer(other.standard, entry.standard)
        if later is None:
            raise InputError(
                _(
                    "the code {key} stands for two different standards: {file} and {file2}.",
                    key=key,
                    file=other.file,
                    file2=entry.file,
                ),
                file=entry.file,
                hint=_("Remove one of the files, or give them different codes or dates."),
            )
        if later is entry.standard:
            by_code[key] = entry
        left = other if later is entry.standard else entry
        warnings.append(
            Issue(message=_("an older edition of {key} was left out", key=key), location=Location(file=left.file))
        )
    return list(by_code.values()), warnings


def _write(new: Path, entries: Sequence[_Entry], old: _PreviousIndex, encoder: Encoder, report: Progress) -> int:
    """Write the files of a generation; returns the number of requirements that were encoded."""
    rows = [rows_of(entry.standard) for entry in entries]
    todo = sum(
        len(texts) + len(contexts)
        for entry, (texts, contexts, _) in zip(entries, rows, strict=True)
        if entry.old is None
    )
    listed: list[IndexEntry] = []
    fresh = done = first = first_function = 0
    with (
        (new / store.VECTORS).open("wb") as vectors,
        (new / store.FUNCTIONS).open("wb") as functions,
        (new / store.CENTROIDS).open("wb") as centroids,
        closing(store.connect(new / store.META, new=True)) as base,
        encoded(encoder, todo) as encode,
    ):
        base.executescript(store.SCHEMA)
        for part in _parts(entries, rows):
            new_texts = [text for i in part if entries[i].old is None for text in (*rows[i][0], *rows[i][1])]
            new_vectors = iter(encode(new_texts))
            for i in part:
                texts, contexts, counts = rows[i]
                old_number = entries[i].old
                requirement_vectors: VectorRows
                if old_number is None:
                    requirement_vectors = _take(new_vectors, len(texts), encoder.dimension)
                    functions.write(_take(new_vectors, len(contexts), encoder.dimension).tobytes())
                    fresh += len(texts)
                else:
                    requirement_vectors, function_vectors = old.rows(old_number)
                    functions.write(function_vectors.tobytes())
                vectors.write(requirement_vectors.tobytes())
                centroids.write(centroids_of([requirement_vectors], encoder.dimension).astype("<f2").tobytes())
                standard = entries[i].standard
                listed.append(listing(standard, first, len(texts), first_function, len(contexts), entries[i].file))
                first, first_function = first + len(texts), first_function + len(contexts)
                data = zlib.compress(msgspec.msgpack.encode(standard))
                packed = np.asarray(counts, "<i4").tobytes()
                row = (i, msgspec.msgpack.encode(listed[-1]), packed, data, entries[i].digest)
                base.execute("INSERT INTO standard VALUES (?, ?, ?, ?, ?)", row)
            done += len(new_texts)
            if todo:
                report("encode", done, todo)
        _files(base, entries)
        for stream in (vectors, functions, centroids):
            stream.flush()
            os.fsync(stream.fileno())
        numbers = {"standards": len(entries), "functions": first_function, "requirements": first}
        store.write_info(base, _facts(new, encoder) | numbers)
        base.commit()
    return fresh


def _facts(new: Path, encoder: Encoder) -> dict[str, object]:
    """The metadata of an index: the encoder and time of its making, and the digests of its arrays."""
    facts: dict[str, object] = {
        "format": store.FORMAT,
        "engine": encoder.name,
        "version": encoder.version,
        "dimension": encoder.dimension,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return facts | {f"digest {name}": store.file_digest(new / name) for name in store.ARRAYS}


def _take(vectors: Iterator[Vectors], count: int, width: int) -> VectorRows:
    rows = [next(vectors) for _ in range(count)]
    return np.asarray(rows, dtype="<f2").reshape(count, width)


def _parts(entries: Sequence[_Entry], rows: Sequence[tuple[list[str], list[str], list[int]]]) -> Iterator[list[int]]:
    """The numbers of the standards, in groups with about `PART` new texts each."""
    part: list[int] = []
    texts = 0
    for number, entry in enumerate(entries):
        part.append(number)
        texts += 0 if entry.old is not None else len(rows[number][0]) + len(rows[number][1])
        if texts >= PART:
            yield part
            part, texts = [], 0
    if part:
        yield part


def _files(base: sqlite3.Connection, entries: Sequence[_Entry]) -> None:
    """Store the standards of each file; the next build recognises an unchanged file by its digest."""
    numbers: dict[tuple[str, str], list[int]] = {}
    for number, entry in enumerate(entries):
        numbers.setdefault((entry.file, entry.digest), []).append(number)
    lines = [(file, digest, msgspec.json.encode(of_file).decode()) for (file, digest), of_file in numbers.items()]
    base.executemany("INSERT OR REPLACE INTO file VALUES (?, ?, ?)", lines)


def _switch(folder: Path, name: str) -> None:
    """Put a generation into use by one rename, after everything in it is on the disk."""
    meta = os.open(folder / name / store.META, os.O_RDONLY)
    os.fsync(meta)
    os.close(meta)
    write_whole(folder / store.CURRENT, name.encode())


def _clean(folder: Path, name: str) -> None:
    """Delete generations that are not in use; one that a reader still has open is deleted by a later build."""
    for path in folder.iterdir():
        if path.name.startswith("gen-") and path.name != name:
            with suppress(OSError):
                shutil.rmtree(path)
        elif path.name.startswith(f".{store.CURRENT}."):
            with suppress(OSError):
                path.unlink()
