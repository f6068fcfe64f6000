"""The index on disk: a folder with generations; the file CURRENT names the one in use.

A generation has vectors.f16, functions.f16 and centroids.f16 (rows of float16,
memory-mapped) and meta.sqlite (the standards as compressed MessagePack, the files
and their digests). It is written beside the old one and put into use by one
rename, so that an interrupted build leaves the index unchanged.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Mapping
from contextlib import closing, suppress
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np

from alignment.catalogue.index.register import IndexEntry, Register, VectorRows
from alignment.errors import AlignmentError, NotFoundError, why
from alignment.i18n import Text
from alignment.i18n import message as _
from alignment.model import Standard

FORMAT = "1"
CURRENT = "CURRENT"
VECTORS, FUNCTIONS, CENTROIDS, META = "vectors.f16", "functions.f16", "centroids.f16", "meta.sqlite"
ARRAYS = (VECTORS, FUNCTIONS, CENTROIDS)
SCHEMA = """
CREATE TABLE info (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE standard (number INTEGER PRIMARY KEY, listed BLOB NOT NULL, counts BLOB NOT NULL, data BLOB NOT NULL,
  digest TEXT NOT NULL);
CREATE TABLE file (name TEXT PRIMARY KEY, digest TEXT NOT NULL, standards TEXT NOT NULL);
"""


class DamagedIndexError(AlignmentError):
    """The index is damaged, or was made by another encoder or version."""


def damaged(folder: Path, message: Text) -> DamagedIndexError:
    """The error for a damaged index; ``message`` says what is wrong with it."""
    return DamagedIndexError(
        _("the index is damaged: {reason}.", reason=message),
        file=str(folder),
        hint=_("Build it again: align index --fresh."),
    )


def generation(folder: Path) -> Path | None:
    """The folder of the generation in use; None if there is no index.

    Raises:
        DamagedIndexError: CURRENT cannot be read, or names no generation.
    """
    try:
        name = (folder / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise damaged(folder, _("{name} cannot be read", name=CURRENT)) from error
    if not name or "/" in name or "\\" in name or not (folder / name / META).is_file():
        raise damaged(folder, _("its part '{name}' is missing", name=name))
    return folder / name


def info(folder: Path) -> dict[str, str]:
    """The metadata of an index: encoder, version, counts, digests, and when it was made.

    Raises:
        NotFoundError: there is no index.
        DamagedIndexError: it cannot be read.
    """
    place = generation(folder)
    if place is None:
        raise NotFoundError(_("there is no index."), file=str(folder), hint=_("Build it: align index."))
    return _info(folder, place)


def _info(folder: Path, place: Path) -> dict[str, str]:
    try:
        with closing(connect(place / META)) as base:
            return dict(base.execute("SELECT key, value FROM info").fetchall())
    except sqlite3.Error as error:
        raise damaged(folder, why(error)) from error


def open_index(folder: Path, engine: str, version: str) -> Register:
    """The register of an index.

    Raises:
        NotFoundError: there is no index.
        DamagedIndexError: it cannot be read, or was made by another encoder, version or format.
    """
    about = info(folder)
    place = generation(folder)
    assert place is not None
    if about.get("format") != FORMAT:
        raise damaged(
            folder, _("its format is {format}, but this version reads {ours}", format=about.get("format"), ours=FORMAT)
        )
    if (about.get("engine"), about.get("version")) != (engine, version):
        raise DamagedIndexError(
            _(
                "the index was made by the encoder {old_engine} {old_version}, not {engine} {version}.",
                old_engine=about.get("engine"),
                old_version=about.get("version"),
                engine=engine,
                version=version,
            ),
            file=str(folder),
            hint=_("Build it again: align index."),
        )
    return open_generation(folder, place)


def open_generation(folder: Path, place: Path) -> Register:
    """The register of one generation of an index.

    Raises:
        DamagedIndexError: it cannot be read.
    """
    info = _info(folder, place)
    try:
        with closing(connect(place / META)) as base:
            rows = base.execute("SELECT listed, counts FROM standard ORDER BY number").fetchall()
        listed = [msgspec.msgpack.decode(row[0], type=IndexEntry) for row in rows]
        counts = np.concatenate([np.zeros(0, np.int64), *(np.frombuffer(row[1], "<i4") for row in rows)])
    except (sqlite3.Error, msgspec.MsgspecError, ValueError) as error:
        raise damaged(folder, why(error)) from error
    width = int(info["dimension"])
    vectors = _mapped(folder, place / VECTORS, int(info["requirements"]), width)
    functions = _mapped(folder, place / FUNCTIONS, int(info["functions"]), width)
    centroids = np.asarray(_mapped(folder, place / CENTROIDS, len(listed), width), dtype=np.float32)
    if counts.sum() != len(vectors) or len(counts) != len(functions):
        raise damaged(folder, _("the sizes of its parts do not match"))

    @lru_cache(maxsize=256)
    def load(number: int) -> Standard:
        return standard_at(folder, place, number)

    return Register(
        listed, vectors, functions, centroids, counts.astype(np.int64), load, engine=info["engine"], folder=place
    )


def standard_at(folder: Path, place: Path, number: int) -> Standard:
    """The whole standard with that number in a generation.

    Raises:
        DamagedIndexError: it cannot be read.
    """
    try:
        with closing(connect(place / META)) as base:
            row = base.execute("SELECT data FROM standard WHERE number = ?", (number,)).fetchone()
        return msgspec.msgpack.decode(zlib.decompress(row[0]), type=Standard)
    except (sqlite3.Error, zlib.error, msgspec.MsgspecError, TypeError) as error:
        raise damaged(folder, _("standard {number} cannot be read", number=number)) from error


def verify(folder: Path) -> dict[str, str]:
    """Read the whole index and compare its files with their digests; returns its metadata.

    Raises:
        NotFoundError: there is no index.
        DamagedIndexError: a file differs or cannot be read.
    """
    about = info(folder)
    place = generation(folder)
    assert place is not None
    for name in ARRAYS:
        try:
            same = file_digest(place / name) == about.get(f"digest {name}")
        except OSError as error:
            raise damaged(folder, _("{name} cannot be read ({reason})", name=name, reason=why(error))) from error
        if not same:
            raise damaged(folder, _("the content of {name} has changed", name=name))
    with closing(connect(place / META)) as base:
        for number in range(int(about["standards"])):
            standard_at(folder, place, number)
        if base.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise damaged(folder, _("the content of {name} has changed", name=META))
    return about


def file_digest(path: Path) -> str:
    """Digest (blake2b, 16 bytes, hexadecimal) of a file's bytes."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def write_info(base: sqlite3.Connection, values: Mapping[str, object]) -> None:
    """Write the metadata of an index."""
    base.executemany("INSERT INTO info VALUES (?, ?)", [(key, str(value)) for key, value in values.items()])


def connect(path: Path, *, new: bool = False) -> sqlite3.Connection:
    """A connection to the metadata of a generation; read-only unless ``new``."""
    if new:
        return sqlite3.connect(path)
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def size_of(folder: Path) -> int:
    """The size of the generation in use, in bytes; 0 if there is no index."""
    place = generation(folder)
    return sum(item.stat().st_size for item in place.iterdir()) if place else 0


def _mapped(folder: Path, path: Path, rows: int, width: int) -> VectorRows:
    with suppress(FileNotFoundError):
        if path.stat().st_size == rows * width * 2:
            if not rows:
                return np.zeros((0, width), dtype=np.float16)
            return np.memmap(path, dtype="<f2", mode="r", shape=(rows, width))
    raise damaged(folder, _("the size of {name} has changed", name=path.name))
