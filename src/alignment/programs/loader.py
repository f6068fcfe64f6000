"""Paths → `Program`: recognise the kind of each file, read its parts and join them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

import msgspec

from alignment.cache import Cache
from alignment.documents import reading_key
from alignment.documents.limits import is_regular
from alignment.documents.pooled import read_pooled
from alignment.errors import AlignmentError, AmbiguousError, InputError, MissingExtraError, NotFoundError, choices
from alignment.i18n import after
from alignment.i18n import message as _
from alignment.language import SUPPORTED, language_of
from alignment.model import Program, SourceFile
from alignment.programs.bounds import bounded
from alignment.programs.bundle import BundleFile, open_bundle
from alignment.programs.file_part import FilePart, NoContentError, Unread
from alignment.programs.join import join
from alignment.programs.readers import READERS, read_parts
from alignment.progress import Progress
from alignment.settings import Settings

VERSION = "programs/20"
LISTED = 5  # files that a message names with the reason why they could not be read
DECODER = msgspec.msgpack.Decoder(list[FilePart])


def packed_parts(file: BundleFile, settings: Settings) -> bytes:
    """The parts of a file within the bounds, with the user's name of the file as their source, as MessagePack.

    Raises:
        InputError, MissingExtraError: the file cannot be read.
    """
    try:
        read = read_parts(file.path, settings)
    except NoContentError as error:
        if error.titled is None or not file.bundled or settings.strict:
            raise
        # One of many work programmes says nothing but its title: the discipline is there, and little known is no gap.
        read = [FilePart(program=error.titled, kind="work programme")]
    parts = [bounded(_renamed(part, file), file.shown) for part in read]
    return msgspec.msgpack.encode(parts)


def _unread(error: AlignmentError, file: BundleFile, settings: Settings) -> Unread:
    """The reason why a file of a bundle cannot be read, for the report.

    Raises:
        AlignmentError: ``error`` itself, if the file was named alone or the setting ``strict`` is on.
    """
    if not isinstance(error, InputError | MissingExtraError) or not file.bundled or settings.strict:
        error.file = error.file.replace(str(file.path), file.shown) if error.file else file.shown
        raise error
    return Unread(message=after(error.place, ": ", error.text))


def _key(file: BundleFile, settings: Settings) -> bytes | None:
    """Cache key of the parts of a file: its bytes, its name (which locations contain), settings, versions of readers.

    None if the file cannot be cached.
    """
    try:
        if not is_regular(file.path) or file.path.stat().st_size > settings.max_file_mb << 20:
            return None  # the reader will refuse the file
        data = file.path.read_bytes()
    except OSError:
        return None  # the reader will raise the error
    sections = str(sorted(settings.sections.items()))
    return reading_key(data, file.path.suffix, VERSION, file.shown, sections, settings.ocr, registry=READERS)


def _read_all(
    files: Sequence[BundleFile], settings: Settings, store: Cache | None, progress: Progress | None
) -> list[list[FilePart] | Unread]:
    """The parts of each file, from the cache ``store`` or read by several processes."""
    keys = [_key(file, settings) if store else None for file in files]
    stored = store.get([key for key in keys if key]) if store else {}
    known: dict[int, list[FilePart] | Unread] = {}
    for index, key in enumerate(keys):
        if key in stored:
            with suppress(msgspec.DecodeError):
                known[index] = DECODER.decode(stored[key])
    todo = [index for index in range(len(files)) if index not in known]

    with closing(read_pooled(packed_parts, [files[index] for index in todo], settings)) as read_anew:
        for done, (index, parts_read) in enumerate(zip(todo, read_anew, strict=True), 1):
            key = keys[index]
            if isinstance(parts_read, AlignmentError):
                known[index] = _unread(parts_read, files[index], settings)
            else:
                known[index] = DECODER.decode(parts_read)
                if store and key:
                    store.put([(key, parts_read)])
            if progress:
                progress(f"read: {Path(files[index].shown).name}", done, len(todo))
    return [known[index] for index in range(len(files))]


def _renamed(part: FilePart, file: BundleFile) -> FilePart:
    """The part with the user's name of the file as its source."""
    sources = tuple(source.replace(str(file.path), file.shown) for source in part.program.sources)
    return msgspec.structs.replace(part, program=msgspec.structs.replace(part.program, sources=sources))


def read(
    paths: Sequence[Path],
    settings: Settings,
    *,
    program: str | None = None,
    store: Cache | None = None,
    progress: Progress | None = None,
) -> tuple[list[FilePart], list[SourceFile]]:
    """The parts of a program before they are joined, and a summary of each file.

    The arguments are those of `load`.

    Raises: as `load`.
    """
    with open_bundle(paths, settings) as bundle:
        by_file = _read_all(bundle.files, settings, store, progress)
        parts: list[FilePart] = []
        sources: list[SourceFile] = []
        for file, of_file in zip(bundle.files, by_file, strict=True):
            if isinstance(of_file, Unread):
                sources.append(SourceFile(file=file.shown, error=of_file.message))
                continue
            chosen = of_file if len(of_file) == 1 else [_choose(of_file, program, file.shown)]
            parts += chosen
            sources += [_source_file(part, file.shown) for part in chosen]
    if not parts:
        reasons = "; ".join(f"{item.file}: {item.reason}".rstrip(".") for item in [*sources, *bundle.left_out][:LISTED])
        raise InputError(
            _("none of the files could be used: {reasons}.", reasons=reasons)
            if reasons
            else _("no files of a program were given."),
            hint=_("Give at least one study plan, work programme or syllabus."),
        )
    return parts, [*sources, *bundle.left_out]


def _source_file(part: FilePart, shown: str) -> SourceFile:
    program = part.program
    fgos = program.fgos
    return SourceFile(
        file=shown,
        kind=part.kind,
        disciplines=len(program.disciplines),
        statements=sum(1 for _ in program.statements()),
        competences=len(program.competences) + (len(fgos.competences) if fgos else 0),
        links=len(program.declared) + len(program.standards) + (len(fgos.standards) if fgos else 0),
        skipped=len(program.skipped),
    )


def load(
    paths: Sequence[Path],
    settings: Settings,
    *,
    program: str | None = None,
    store: Cache | None = None,
    progress: Progress | None = None,
) -> Program:
    """The program that the files describe together.

    A file of a folder or zip that cannot be read is listed in ``files`` of the
    program; with the setting ``strict`` it is an error.

    Args:
        paths: files, folders and zips.
        settings: limits, and how files are read.
        program: selects one of several programs in a workbook, by words of its name.
        store: a cache for the parts of each file.
        progress: called with "read: NAME", the number of files read and of all files to read.

    Raises:
        InputError: a file cannot be read or has no program, or its language is not supported.
        AmbiguousError: a workbook has several programs and ``program`` does not select exactly one.
        NotFoundError: ``program`` matches none of them.
    """
    parts, files = read(paths, settings, program=program, store=store, progress=progress)
    joined = with_title(join(parts, files), paths)
    _check_language(joined)
    if not joined.disciplines and parts and all(part.kind == "FGOS" for part in parts):
        raise InputError(
            _("this is a FGOS (a federal state educational standard), not a program: it names no disciplines."),
            file=", ".join(joined.sources),
            hint=_(
                "Give beside it the program's study plan, work programmes or syllabi, or a folder with all of them."
            ),
        )
    if not joined.disciplines:
        raise InputError(
            _("no disciplines were found."),
            file=", ".join(joined.sources),
            hint=_("Give at least one study plan, work programme or syllabus."),
        )
    return joined


def with_title(program: Program, paths: Sequence[Path]) -> Program:
    """The program with a title; if no document gives one, it is that of the only discipline or of the folder.

    A title that is the path of a file becomes the file's name.
    """
    if program.title in program.sources:
        return msgspec.structs.replace(program, title=Path(program.title).name)
    if program.title:
        return program
    if len(program.disciplines) == 1:
        return msgspec.structs.replace(program, title=program.disciplines[0].title)
    folder = (paths[0] if len(paths) == 1 else paths[0].parent).resolve()
    name = folder.stem if folder.suffix else folder.name
    return msgspec.structs.replace(program, title=name.replace("_", " "))


def label(program: Program) -> str:
    """The name of a program in lists of the programs of a workbook: code, name of the plan, year, title."""
    plan_name = program.sources[0].rpartition("#")[2] if "#" in program.sources[0] else ""
    return " ".join(part for part in (program.code, plan_name, program.year, program.title) if part)


def _choose(parts: list[FilePart], wanted: str | None, path: str) -> FilePart:
    programs = [part.program for part in parts]
    listing = choices(f"--program '{label(item)}'" for item in programs)
    if wanted is None:
        error = AmbiguousError(
            _("the workbook holds {n} programs.", n=len(programs)),
            file=path,
            hint=_("Choose one (a part of its name is enough):{choices}", choices=listing),
        )
        error.choices = tuple(label(item) for item in programs)
        raise error
    words = wanted.lower().split()
    hits = [part for part in parts if all(word in label(part.program).lower() for word in words)]
    if len(hits) == 1:
        return hits[0]
    if hits:
        listing = choices(f"--program '{label(part.program)}'" for part in hits)
        raise AmbiguousError(
            _("'{wanted}' matches {n} programs.", wanted=wanted, n=len(hits)),
            file=path,
            hint=_("Choose one:{choices}", choices=listing),
        )
    raise NotFoundError(
        _("there is no program '{wanted}' in the workbook.", wanted=wanted),
        file=path,
        hint=_("Choose one (a part of its name is enough):{choices}", choices=listing),
    )


def _check_language(program: Program) -> None:
    languages = Counter(language_of(item.text) for item in program.statements())
    languages.pop("und", None)
    known = sum(languages[code] for code in SUPPORTED)
    total = sum(languages.values())
    if total and known * 2 < total:
        worst = max((code for code in languages if code not in SUPPORTED), key=lambda code: languages[code])
        raise InputError(
            _("most of the text is in a language that is not supported ('{worst}').", worst=worst),
            file=", ".join(program.sources),
            hint=_("Russian and English are supported; translate the program first."),
        )
