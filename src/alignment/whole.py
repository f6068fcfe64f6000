"""Files that are there whole or not at all, whatever cuts the writing off."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any


def _umask() -> int:
    """The mask of this process. Reading it sets it for a moment, which another thread must not see."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


UMASK = _umask()


@contextmanager
def whole_file(path: Path, *, binary: bool = False, sync: bool = True) -> Iterator[Any]:
    """A file to write that takes the place of ``path`` at the end of the block; an error leaves what was there.

    Args:
        path: where it will stand. A pipe or device there is written as it is: a file would replace it.
        binary: bytes; otherwise text in UTF-8.
        sync: wait until the bytes are on the disk, so that a power cut leaves the old file or the new.

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
    """The bytes as a file; raises as `whole_file`."""
    with whole_file(path, binary=True, sync=sync) as target:
        target.write(data)
