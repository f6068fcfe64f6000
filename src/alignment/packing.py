"""The files of a program, packed for a worker of `alignment.batches`, and the names under which results are kept."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import metadata
from itertools import chain
from pathlib import Path

import msgspec

from alignment.documents.limits import MB, is_regular
from alignment.errors import AlignmentError, InputError, LimitError, NotFoundError, why
from alignment.i18n import message as _
from alignment.programs.bundle import entries
from alignment.settings import Settings

# The number grows with the form of a kept result.
FORMAT = "3"
# Settings that change no verdict: where a run keeps its files, in which language it speaks, and what no batch uses.
# All others are part of a result's name, a new one too.
WITHOUT_EFFECT = re.compile(r"cache|cache_dir|ui_lang|folder_file|judge.*|upload_.*")
# Files of the package on which verdicts depend, and the extras with packages that read documents.
SOURCES, EXTRAS = (".py", ".tsv"), ("ocr",)
# Groups of entry points by which other packages add readers; those of standards do not count, as a standard's contents
# are part of a result's name.
READERS = ("alignment.documents", "alignment.programs")
# Bytes that are read at once from a file that is only hashed: a mebibyte.
CHUNK = 1 << 20


class Packed(msgspec.Struct, frozen=True):
    """The files of one program by name, the path and faculty they come from, and a digest of their contents."""

    path: str
    faculty: str
    files: dict[str, bytes]
    digest: str


def shown(path: Path) -> str:
    """The path as valid text: bytes of a name that are not UTF-8 become replacement characters."""
    return os.fsencode(path).decode("utf-8", "replace")


def faculty_of(path: Path) -> str:
    """The name of the folder above a program."""
    return shown(Path(path.absolute().parent.name))


def digest_of(path: Path, settings: Settings) -> str:
    """The digest that `pack` gives; the files are read in pieces and not kept.

    Raises:
        As `pack`.
    """
    return _digest(path, ((name, _hashed(pieces)) for name, pieces in _contents(path, settings)))


def pack(path: Path, settings: Settings) -> Packed:
    """The files of the program at ``path`` (a file or a folder) with their digest.

    As in a check, a file of a folder that cannot be read, or is larger than ``max_file_mb``, is left out, unless the
    setting ``strict`` is on.

    Raises:
        NotFoundError: there is no such file or folder.
        InputError: the folder has no files, or a file cannot be read.
        LimitError: a file is larger than ``max_file_mb``.
    """
    files = {name: b"".join(pieces) for name, pieces in _contents(path, settings)}
    digest = _digest(path, ((name, _hashed([data])) for name, data in files.items()))
    return Packed(shown(path), faculty_of(path), files, digest)


def _contents(path: Path, settings: Settings) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The name of each file of a program, and its contents piece by piece."""
    error: AlignmentError | None = None
    used = 0
    for name, file in _files(path):
        pieces = _pieces(file, settings)
        try:
            first = next(pieces, b"")
            if file != path and file.stat().st_size > settings.max_file_mb * MB:
                raise _too_large(file, settings)
        except (AlignmentError, OSError) as caught:
            error = caught if isinstance(caught, AlignmentError) else _unreadable(file, caught)
            if file == path or settings.strict:
                raise error from caught
            continue
        used += 1
        yield name, chain([first], pieces)
    if error and not used:
        raise error


def _files(path: Path) -> list[tuple[str, Path]]:
    """The regular files of a program, each with its name inside; links that lead out of a folder are left out."""
    try:
        if not path.exists():
            raise NotFoundError(_("it does not exist."), file=shown(path))
        if not path.is_dir():
            return [(path.name, path)]
        inside = [item for item, refused in entries(path) if not refused]
    except OSError as error:
        raise _unreadable(path, error) from error
    if not inside:
        raise InputError(_("the folder has no files."), file=shown(path), hint=_("Give folders with programs."))
    return [(item.relative_to(path).as_posix(), item) for item in inside]


def _pieces(file: Path, settings: Settings) -> Iterator[bytes]:
    """The contents of a file, piece by piece.

    Raises:
        InputError: the file cannot be read.
        LimitError: it is larger than ``max_file_mb``.
    """
    try:
        if not is_regular(file):
            raise InputError(_("this is a device, a pipe or a socket, not a file."), file=shown(file))
        left = settings.max_file_mb * MB
        with file.open("rb") as source:
            while piece := source.read(CHUNK):
                left -= len(piece)
                if left < 0:
                    raise _too_large(file, settings)
                yield piece
    except OSError as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: OSError) -> InputError:
    return InputError(_("cannot be read: {reason}.", reason=why(error)), file=shown(file))


def _too_large(file: Path, settings: Settings) -> LimitError:
    return LimitError(
        _("the file has more than {max_file_mb} MB.", max_file_mb=settings.max_file_mb),
        file=shown(file),
        hint=_("Split it, or raise max_file_mb (ALIGN_MAX_FILE_MB)."),
    )


def _hashed(pieces: Iterable[bytes]) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for piece in pieces:
        digest.update(piece)
    return digest.digest()


def _digest(path: Path, files: Iterable[tuple[str, bytes]]) -> str:
    """A digest of the program's name, the names of its files and the digests of their contents."""
    digest = hashlib.blake2b(os.fsencode(path.name) + b"\0", digest_size=16)
    for name, contents in files:
        digest.update(os.fsencode(name) + b"\0" + contents)
    return digest.hexdigest()


def setup_of(settings: Settings, engine: str) -> str:
    """A digest of all that changes verdicts beside program and standard: settings, engine, and what reads and judges.

    Args:
        settings: all that may change a verdict count, those of reading too.
        engine: version of the engine.
    """
    values = {
        name: getattr(settings, name) for name in settings.__struct_fields__ if not WITHOUT_EFFECT.fullmatch(name)
    }
    data = msgspec.json.encode([FORMAT, engine, values, code_version()], order="deterministic")
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def key_of(program: str, standard: bytes, setup: str) -> str:
    """The name under which a pair's result is kept: a digest of all that changes a verdict.

    Args:
        program: digest of the program's files.
        standard: the standard as JSON.
        setup: digest of all else, of `setup_of`.
    """
    digest = hashlib.blake2b(f"{setup}\0{program}\0".encode(), digest_size=16)
    digest.update(hashlib.blake2b(standard, digest_size=16).digest())
    return digest.hexdigest()


@lru_cache
def code_version() -> str:
    """A digest of this package's code and of the versions of the packages that it reads and judges with.

    The code itself counts, as its version stays the same between two releases.
    """
    digest = hashlib.blake2b(digest_size=16)
    root = Path(__file__).resolve().parent
    for path in sorted(root.rglob("*")):
        if path.suffix in SOURCES:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    for line in _packages():
        digest.update(line.encode() + b"\0")
    return digest.hexdigest()


def _packages() -> Iterator[str]:
    """Name and version of each package that reading and judging need, and of those that add readers."""
    try:
        required = metadata.requires("profstandart-align") or []
    except metadata.PackageNotFoundError:
        required = []
    for line in required:
        name, extra = re.match(r"[\w.-]+", line), re.search(r"extra == ['\"](\w+)", line)
        if name and (extra is None or extra[1] in EXTRAS):
            try:
                yield f"{name[0]} {metadata.version(name[0])}"
            except metadata.PackageNotFoundError:
                yield f"{name[0]} -"
    for group in READERS:
        for point in metadata.entry_points(group=group):
            yield f"{group} {point.dist.name} {point.dist.version}" if point.dist else group
