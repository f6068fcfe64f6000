"""Paths → `Program`: each file's kind is recognised, then the parts are joined."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import msgspec

from alignment.documents import Document, Table, read_document
from alignment.errors import AmbiguousError, InputError, NotFoundError
from alignment.language import SUPPORTED, language_of
from alignment.model import Program
from alignment.programs import matrix, plan_export, plan_flat, workprogramme
from alignment.programs.join import join
from alignment.settings import Settings
from alignment.workers import can_fork

POOL_FROM = 3
HEAVY = (".pdf", ".docx")
VERSION = "programs/4"
DECODER = msgspec.msgpack.Decoder(list[tuple[Program, bool]])
Progress = Callable[[str, int, int], None]


class Store(Protocol):
    """Where parsed files are kept between runs."""

    def get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """Known values."""
        ...

    def put(self, items: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep values."""
        ...


def parts_of(document: Document) -> list[tuple[Program, bool]]:
    """Programs in one document; the flag marks a part that only enriches others."""
    if plan_flat.fits(document):
        return [(program, False) for program in plan_flat.read(document)]
    if plan_export.fits(document):
        return [(plan_export.read(document), False)]
    if document.format in ("workbook", "csv") and all(isinstance(block, Table) for block in document.blocks):
        return [matrix.read(document)]
    return [(workprogramme.read(document), False)]


def _read_one(path: str, settings: Settings) -> list[tuple[Program, bool]]:
    return parts_of(read_document(Path(path), settings))


def _key(path: Path, settings: Settings) -> bytes | None:
    """What the parts of a file depend on: its bytes, its path (kept in locations), the readers' version."""
    try:
        if path.stat().st_size > settings.max_file_mb << 20:
            return None  # the reader will refuse it
        digest = hashlib.blake2b(f"{VERSION}\0{path}\0".encode(errors="surrogateescape"), digest_size=16)
        digest.update(path.read_bytes())
    except OSError:
        return None  # the reader will say what is wrong
    return digest.digest()


def _read_all(
    files: list[Path], settings: Settings, store: Store | None, progress: Progress | None
) -> list[list[tuple[Program, bool]]]:
    """Parts of each file: from the store, or read anew by two processes when they are many."""
    keys = [_key(path, settings) if store else None for path in files]
    stored = store.get([key for key in keys if key]) if store else {}
    known: dict[int, list[tuple[Program, bool]]] = {}
    for index, key in enumerate(keys):
        if key in stored:
            with suppress(msgspec.DecodeError):
                known[index] = DECODER.decode(stored[key])
    todo = [index for index in range(len(files)) if index not in known]

    def keep(found: Iterable[list[tuple[Program, bool]]]) -> None:
        for done, (index, parts) in enumerate(zip(todo, found, strict=True), 1):
            known[index] = parts
            key = keys[index]
            if store and key:
                store.put([(key, msgspec.msgpack.encode(parts))])
            if progress:
                progress("read", done, len(todo))

    heavy = sum(files[index].suffix.lower() in HEAVY for index in todo)
    if heavy >= POOL_FROM and can_fork():
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(max_workers=min(len(todo), os.cpu_count() or 1), mp_context=context) as pool:
            keep(pool.map(_read_one, [str(files[index]) for index in todo], [settings] * len(todo)))
    else:
        keep(_read_one(str(files[index]), settings) for index in todo)
    return [known[index] for index in range(len(files))]


def load(
    paths: Sequence[Path],
    settings: Settings,
    *,
    program: str | None = None,
    store: Store | None = None,
    progress: Progress | None = None,
) -> Program:
    """The program that the files describe together; folders are read file by file.

    ``store`` keeps what was read of a file for the next run.

    Raises:
        InputError: a file is unreadable, is no program, or its language is not supported.
        AmbiguousError: a workbook holds several programs and ``program`` does not choose one.
        NotFoundError: ``program`` fits none.
    """
    files = _files(paths)
    read = _read_all(files, settings, store, progress)
    parts: list[tuple[Program, bool]] = []
    for path, found in zip(files, read, strict=True):
        parts += [(_choose([item for item, _ in found], program, path), found[0][1])] if len(found) > 1 else found
    if not parts:
        raise InputError("no files of a program were given.", hint="Give at least one file.")
    joined = join(parts)
    _check_language(joined)
    if not joined.disciplines:
        raise InputError("no disciplines were found.", file=", ".join(joined.sources))
    return joined


def _files(paths: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(item for item in path.iterdir() if item.is_file() and not item.name.startswith("."))
            inside = [item for item in inside if item.name.lower() not in ("card.md", "readme.md", "expected.csv")]
            if not inside:
                raise InputError(
                    "the folder has no files.", file=str(path), hint="Give a folder with the program's files."
                )
            files += inside
        else:
            files.append(path)
    return files


def label(program: Program) -> str:
    """How a program of a workbook is named in lists."""
    plan = program.sources[0].rpartition("#")[2] if "#" in program.sources[0] else ""
    return " ".join(part for part in (program.code, plan, program.year, program.title) if part)


def _choose(programs: list[Program], wanted: str | None, path: Path) -> Program:
    listing = "; ".join(label(item) for item in programs)
    if wanted is None:
        raise AmbiguousError(
            f"the workbook holds {len(programs)} programs: {listing}.",
            file=str(path),
            hint="Choose one with --program (its code, number or a part of its name).",
        )
    words = wanted.lower().split()
    hits = [item for item in programs if all(word in label(item).lower() for word in words)]
    if len(hits) == 1:
        return hits[0]
    if hits:
        listing = "; ".join(label(item) for item in hits)
        raise AmbiguousError(
            f"'{wanted}' fits {len(hits)} programs: {listing}.", file=str(path), hint="Say more of its name."
        )
    raise NotFoundError(f"no program '{wanted}' in the workbook; it holds: {listing}.", file=str(path))


def _check_language(program: Program) -> None:
    languages = Counter(language_of(item.text) for item in program.statements())
    languages.pop("und", None)
    known = sum(languages[code] for code in SUPPORTED)
    total = sum(languages.values())
    if total and known * 2 < total:
        worst = max((code for code in languages if code not in SUPPORTED), key=lambda code: languages[code])
        raise InputError(
            f"most of the text is in a language that is not supported ('{worst}').",
            file=", ".join(program.sources),
            hint="Russian and English are supported; translate the program first.",
        )
