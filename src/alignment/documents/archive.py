"""Unpack a zip into a folder; entries outside it, links and nested archives are refused with a reason, bombs wholly."""

from __future__ import annotations

import shutil
import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

import msgspec

from alignment.documents.limits import check_unpacked, read_bytes, refuse_odd
from alignment.errors import InputError, LimitError, why
from alignment.i18n import Text
from alignment.i18n import message as _
from alignment.isolated import call, packed
from alignment.model import Issue, Location
from alignment.settings import Settings

# Files of an archive: a program's bundle has some hundred. Folders have the same bound.
MAX_ENTRIES = 5000
NESTED = (".zip", ".rar", ".7z", ".tar", ".gz", ".bz2", ".xz")
# Bits 0 and 11 of an entry's flags (APPNOTE.TXT of PKWARE, 4.4.4).
ENCRYPTED, UTF8_NAME = 0x1, 0x800
HIDDEN = ("__MACOSX", ".")
# What zipfile raises on damaged archives; an entry without a name is an IndexError.
DAMAGE = (
    zipfile.BadZipFile,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    LookupError,
    zlib.error,
    struct.error,
)


def entry_name(entry: zipfile.ZipInfo) -> str:
    """The entry's name; archives made on older Windows hold Cyrillic names in code page 866 without declaring it."""
    if entry.flag_bits & UTF8_NAME:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "cp866"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


class Unpacked(msgspec.Struct, frozen=True):
    """The unpacked files as (path, name in the archive), ordered by name, and an issue for each refused entry."""

    files: list[tuple[str, str]]
    refused: list[Issue]


def unpack(path: Path, folder: Path, settings: Settings) -> tuple[list[tuple[Path, str]], list[Issue]]:
    """Unpack a zip into ``folder``, in a process with bounded time and memory.

    Returns:
        The unpacked files as (path, name in the archive), ordered by name, and an issue for each refused entry.

    Raises:
        InputError: the file is not a complete zip.
        LimitError: it has too many entries, unpacks to more than ``max_unpacked_mb``, or takes too long.
    """
    refuse_odd(path)
    contents = call(_unpacked, path, folder, settings, file=str(path), settings=settings)
    unpacked = msgspec.msgpack.decode(contents, type=Unpacked)
    return [(Path(file), name) for file, name in unpacked.files], unpacked.refused


def _unpacked(path: Path, folder: Path, settings: Settings) -> bytes:
    """As `unpack`, in the reading process; returns an `Unpacked` as MessagePack."""
    read_bytes(path, settings)
    files: list[tuple[str, str]] = []
    refused: list[Issue] = []
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MAX_ENTRIES:
                raise LimitError(
                    _(
                        "the archive has {n} files; the limit is {max_entries}.",
                        n=len(entries),
                        max_entries=MAX_ENTRIES,
                    ),
                    file=str(path),
                    hint=_("Split it."),
                )
            check_unpacked(entries, str(path), settings, _("unpack it yourself"))
            for number, entry in enumerate(entries):
                name = entry_name(entry).replace("\\", "/")
                if any(part.startswith(HIDDEN) for part in PurePosixPath(name).parts if part != ".."):
                    continue
                reason = _reason(entry, name)
                if reason:
                    refused.append(Issue(message=reason, location=Location(file=f"{path.name}/{name}")))
                    continue
                # Each entry gets a numbered folder: two entries may have the same name, and no folder name of an entry
                # is used as a path here.
                target = folder / str(number) / PurePosixPath(name).name
                target.parent.mkdir(parents=True)
                with archive.open(entry) as source, target.open("wb") as output:
                    shutil.copyfileobj(source, output)
                files.append((str(target), name))
    except (*DAMAGE, OSError) as error:
        if isinstance(error, OSError) and not isinstance(error, zipfile.BadZipFile) and error.errno is not None:
            raise InputError(
                _("the archive cannot be unpacked ({reason}).", reason=why(error)), file=str(path)
            ) from error
        raise InputError(
            _("the archive is truncated or corrupt."), file=str(path), hint=_("Export or download the file again.")
        ) from error
    return packed(Unpacked(sorted(files, key=lambda item: item[1]), refused))


def _reason(entry: zipfile.ZipInfo, name: str) -> Text:
    """Why an entry is refused, or an empty string."""
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or (len(name) > 1 and name[1] == ":"):
        return _("refused: the entry points outside the archive")
    if not pure.name:
        return _("refused: the entry has no name")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return _("refused: the entry is a link")
    if entry.flag_bits & ENCRYPTED:
        return _("refused: the entry is protected by a password")
    if pure.suffix.lower() in NESTED:
        return _("refused: the entry is itself an archive; unpack it and give its files")
    return ""
