"""Atomic writing of files: a file is written whole or not at all, even if the writing is interrupted."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any


def _umask() -> int:
    """The umask of this process. It can only be read by setting it, so it is read once, before there are threads."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


UMASK = _umask()


@contextmanager
def whole_file(path: Path, *, binary: bool = False, sync: bool = True) -> Iterator[Any]:
    """A file to write, which replaces ``path`` at the end of the block; after an error the old file stays unchanged.

    Args:
        path: where the file will be. An existing pipe or device is written directly, since a file would replace it.
        binary: write bytes; otherwise text in UTF-8.
        sync: wait until the bytes are on the disk, so that a power cut leaves either the old file or the new one.

    Raises:
        OSError: the disk is full or the place cannot be written.
    """
    how: dict[str, Any] = {"mode": "wb"} if binary else {"mode": "w", "encoding": "utf-8", "newline": ""}
    if path.exists() and not path.is_file():
        with path.open(**how) as target:
            yield target
        return
    name = ""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False, **how) as target:
            name = target.name
            yield target
            target.flush()
            if sync:
                os.fsync(target.fileno())
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~UMASK
        Path(name).chmod(mode)
        Path(name).replace(path)
    finally:
        if name:
            with suppress(FileNotFoundError):
                Path(name).unlink()


def write_whole(path: Path, data: bytes, *, sync: bool = True) -> None:
    """Write the bytes to ``path`` as `whole_file` does.

    Raises:
        OSError: as `whole_file`.
    """
    with whole_file(path, binary=True, sync=sync) as target:
        target.write(data)
