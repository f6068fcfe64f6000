"""Digests of model files, so that a file that was changed without a new version counts as another model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from alignment.cache import Cache, content_key
from alignment.errors import SettingsError, why
from alignment.i18n import message as _

# Bytes of a digest: two files share one by chance in 2**128.
SIZE = 16


def digest_of(paths: Iterable[Path], cache: Cache) -> str:
    """Digest of the bytes of some files, as hexadecimal digits; "" if there are no files.

    Reading 80 MB takes a third of a second, so the digest of each file is cached
    under its path, size, inode and times. The last of these times, ctime, is set
    by the system itself whenever the file changes.

    Raises:
        SettingsError: a file cannot be read.
    """
    whole = hashlib.blake2b(digest_size=SIZE)
    count = 0
    for count, path in enumerate(paths, 1):  # noqa: B007
        whole.update(_file_digest(path, cache))
    return whole.hexdigest() if count else ""


def _file_digest(path: Path, cache: Cache) -> bytes:
    try:
        state = path.stat()
        named = f"{path.resolve()}\0{state.st_size}\0{state.st_ino}\0{state.st_mtime_ns}\0{state.st_ctime_ns}"
        key = content_key("file-digest/1", named)
        known = cache.get([key]).get(key)
        if known is not None and len(known) == SIZE:
            return known
        with path.open("rb") as source:
            digest = hashlib.file_digest(source, lambda: hashlib.blake2b(digest_size=SIZE)).digest()
    except OSError as error:
        raise SettingsError(
            _("the file cannot be read ({reason}).", reason=why(error)),
            file=str(path),
            hint=_("Install the package again."),
        ) from error
    cache.put([(key, digest)])
    return digest
