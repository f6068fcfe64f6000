"""A key-value cache in one SQLite file; the packages that use it make their keys from the content of their input.

SQLite's journal keeps the file consistent when several runs write at once or a
write is interrupted. Each value is stored with a checksum of its key and bytes.
An entry whose checksum is wrong is deleted, one warning is logged, and the caller
computes the value again. A damaged file is renamed and a new one is begun.
Without a writable folder, or on a full disk, a check goes on without the cache.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from alignment.errors import why
from alignment.i18n import Text
from alignment.i18n import message as _
from alignment.settings import Settings

# The number grows with the form of an entry: a file of another form is never read.
CACHE_FILE = "cache-2.sqlite"
# Keys of one query: SQLite allowed 999 variables before 3.32.
CHUNK = 500
# Bytes of the checksum before each value: a damaged value passes once in 2**64. Files of a cache are written with it.
CHECKSUM_BYTES = 8
# Seconds that a run waits for another one that is writing: a batch of vectors is written in less than one.
LOCK_SECONDS = 30.0
DAMAGE_CODES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_FORMAT)
log = logging.getLogger(__name__)


def content_key(space: str, text: str) -> bytes:
    """Key (16 bytes) of ``text`` in ``space``, which names what computes the value, with its version."""
    return hashlib.blake2b(f"{space}\0{text}".encode(), digest_size=16).digest()


def _locked(error: sqlite3.Error) -> bool:
    return "locked" in str(error) or "busy" in str(error)


def _damaged(error: sqlite3.Error) -> bool:
    """Whether the error means that the file is damaged; a full disk or a missing permission does not.

    SQLITE_ERROR counts as damage: our SQL never changes, so it can only fail where the table's definition is damaged.
    """
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in DAMAGE_CODES


def with_checksum(key: bytes, value: bytes) -> bytes:
    """The bytes that are stored for an entry: a checksum of key and value, then the value."""
    return _check(key, value) + value


def verified(key: object, entry: object) -> bytes | None:
    """The value of a stored entry; None if the checksum shows that its key or its bytes have changed."""
    if not isinstance(key, bytes) or not isinstance(entry, bytes):
        return None
    value = entry[CHECKSUM_BYTES:]
    return value if entry[:CHECKSUM_BYTES] == _check(key, value) else None


def _check(key: bytes, value: bytes) -> bytes:
    return hashlib.blake2b(value, digest_size=CHECKSUM_BYTES, key=key).digest()


class Cache:
    """Key-value store; without a ``folder`` everything stays in memory for one run.

    ``damaged`` counts the entries whose checksum was wrong; ``warning`` is the last warning, in the interface language.
    """

    def __init__(self, folder: Path | None) -> None:
        self.path = folder / CACHE_FILE if folder else None
        self.warning = ""
        self.damaged = 0
        self._base = self._open()

    def _open(self) -> sqlite3.Connection:
        if self.path is None:
            return self._prepare(sqlite3.connect(":memory:"))
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                return self._connect(self.path)
            except sqlite3.DatabaseError as error:
                if not _damaged(error):
                    raise
                self._put_aside()
                return self._connect(self.path)
        except (sqlite3.DatabaseError, OSError) as error:
            reason = why(error)
        return self._without(
            _("the cache {path} cannot be used ({reason}); the work goes on without it.", path=self.path, reason=reason)
        )

    def _put_aside(self) -> None:
        """Rename the damaged file and delete its journal, which SQLite would otherwise apply to the new file."""
        assert self.path is not None
        self.path.replace(self.path.with_suffix(".damaged"))
        for ending in ("-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)

    def _without(self, warning: Text) -> sqlite3.Connection:
        self._warn(warning)
        self.path = None
        return self._prepare(sqlite3.connect(":memory:"))

    def _connect(self, path: Path) -> sqlite3.Connection:
        """Open the file; retry while another run switches a new file to WAL, for which SQLite itself does not wait."""
        end = time.monotonic() + LOCK_SECONDS
        while True:
            base = sqlite3.connect(path, timeout=LOCK_SECONDS, isolation_level=None)
            try:
                return self._prepare(base)
            except sqlite3.Error as error:
                base.close()
                if not isinstance(error, sqlite3.OperationalError) or not _locked(error) or time.monotonic() > end:
                    raise
                time.sleep(0.05)  # short beside LOCK_SECONDS, long beside a query

    @staticmethod
    def _prepare(base: sqlite3.Connection) -> sqlite3.Connection:
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=NORMAL")
        base.execute("CREATE TABLE IF NOT EXISTS item (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")
        base.execute("SELECT key FROM item LIMIT 1").fetchone()
        return base

    def get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The stored values of those keys that are known; damage of the file found on the way empties the cache."""
        result: dict[bytes, bytes] = {}
        damaged: list[bytes] = []
        try:
            for start in range(0, len(keys), CHUNK):
                part = keys[start : start + CHUNK]
                marks = ",".join("?" * len(part))
                for key, entry in self._base.execute(f"SELECT key, value FROM item WHERE key IN ({marks})", part):
                    value = verified(key, entry)
                    if value is None:
                        damaged.append(key)
                    else:
                        result[key] = value
            if damaged:
                self._forget(damaged)
        except sqlite3.DatabaseError as error:
            self._give_up(error)
            return {}
        except (MemoryError, OverflowError):  # a damaged length field asks for more bytes than there are
            self._give_up(sqlite3.DatabaseError(), damaged=True)
            return {}
        return result

    def _forget(self, keys: Sequence[bytes]) -> None:
        """Delete entries with a wrong checksum, so that newly computed ones can be stored."""
        self.damaged += len(keys)
        self._warn(_("some entries of the cache are damaged; they are computed again."))
        with suppress(sqlite3.OperationalError):  # the file is read-only
            self._base.executemany("DELETE FROM item WHERE key = ?", [(key,) for key in keys])

    def _give_up(self, error: sqlite3.DatabaseError, *, damaged: bool = False) -> None:
        """Go on in memory; a damaged file is renamed, so that the next run begins a new one."""
        with suppress(sqlite3.Error):
            self._base.close()
        if self.path is not None and (damaged or _damaged(error)):
            with suppress(OSError):
                self._put_aside()
        reason = _("the file is damaged") if damaged else why(error)
        self._base = self._without(
            _("the cache {path} cannot be used ({reason}); the work goes on without it.", path=self.path, reason=reason)
        )

    def put(self, items: Iterable[tuple[bytes, bytes]]) -> None:
        """Store all items in one transaction; existing keys keep their values, and a full disk is only a warning.

        Two runs that compute a value at the same time may differ in the last digit; both then use the first one stored.
        """
        try:
            self._base.execute("BEGIN IMMEDIATE")
            entries = ((key, with_checksum(key, value)) for key, value in items)
            self._base.executemany("INSERT OR IGNORE INTO item VALUES (?, ?)", entries)
            self._base.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            with suppress(sqlite3.DatabaseError):
                self._base.execute("ROLLBACK")
            if _damaged(error):
                self._give_up(error)
            self._warn(_("the cache could not be written ({error}).", error=why(error)))

    def _warn(self, warning: Text) -> None:
        text = str(warning)
        if text != self.warning:  # once, not for every batch
            log.warning(text)
        self.warning = text

    def count(self) -> int:
        """Number of stored items."""
        return int(self._base.execute("SELECT count(*) FROM item").fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def __enter__(self) -> Cache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_cache(settings: Settings) -> Cache:
    """The user's cache, or one in memory when it is switched off."""
    return Cache(settings.cache_path() if settings.cache else None)


def size(folder: Path) -> int:
    """Bytes of the cache files of ``folder``."""
    return sum(path.stat().st_size for path in folder.glob("cache-*"))


def clear(folder: Path) -> int:
    """Delete the cache files of ``folder``; returns the bytes freed."""
    freed = size(folder)
    for path in folder.glob("cache-*"):
        path.unlink()
    return freed
