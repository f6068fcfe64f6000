"""Paths → `Program`: each file's kind is recognised, then the parts are joined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from alignment.documents import Document, Table, read_document
from alignment.errors import AmbiguousError, InputError, NotFoundError
from alignment.language import SUPPORTED, language_of
from alignment.model import Program
from alignment.programs import matrix, plan_export, plan_flat, workprogramme
from alignment.programs.join import join
from alignment.settings import Settings

POOL_FROM = 6


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


def load(paths: Sequence[Path], settings: Settings, *, program: str | None = None) -> Program:
    """The program that the files describe together; folders are read file by file.

    Raises:
        InputError: a file is unreadable, is no program, or its language is not supported.
        AmbiguousError: a workbook holds several programs and ``program`` does not choose one.
        NotFoundError: ``program`` fits none.
    """
    files = _files(paths)
    if len(files) >= POOL_FROM:
        with ProcessPoolExecutor(max_workers=2) as pool:
            read = list(pool.map(_read_one, map(str, files), [settings] * len(files)))
    else:
        read = [_read_one(str(path), settings) for path in files]
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
                raise InputError("the folder has no files.", file=str(path), hint="Give a folder with the program's files.")
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
        raise AmbiguousError(f"'{wanted}' fits {len(hits)} programs: {listing}.", file=str(path), hint="Say more of its name.")
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
