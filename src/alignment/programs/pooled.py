"""Files of a program read by several processes: PDFs by ranges of pages, so that none waits for a long one."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from typing import Any, TypeVar

from alignment.dictionary import is_word
from alignment.documents import pdf_pages
from alignment.programs.bundle import BundleFile
from alignment.settings import Settings

T = TypeVar("T")
Reader = Callable[[BundleFile, Settings], T]


def read_pooled(read: Reader[T], files: Sequence[BundleFile], settings: Settings) -> Iterator[T]:
    """What ``read`` gives for each file, in their order; it must be a function of a module.

    Raises: as ``read``.
    """
    is_word("слово")  # the dictionary is loaded once here and shared by all processes
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(max_workers=os.cpu_count() or 1, mp_context=context) as pool:
        whole: dict[int, Future[T]] = {}
        parts: dict[int, list[Future[bytes]]] = {}
        owners: dict[Future[Any], tuple[int, int]] = {}  # of each range its file, and how many pages it has
        count = done = 0
        for number, file in enumerate(files):
            found = pdf_pages.ranges(file.path, settings) if file.path.suffix.lower() == ".pdf" else []
            if not found:
                whole[number] = pool.submit(read, file, settings)
                continue
            parts[number] = [pool.submit(pdf_pages.read_range, file.path, settings, part) for part in found]
            owners.update(
                (part, (number, last - first)) for part, (first, last) in zip(parts[number], found, strict=True)
            )
            count += found[-1][1]
        for number in range(len(files)):
            while number not in whole or not whole[number].done():
                mine: list[Future[Any]] = [whole[number]] if number in whole else []
                for part in wait([*owners, *mine], return_when=FIRST_COMPLETED).done - set(mine):
                    owner, size = owners.pop(part)
                    done += size
                    pdf_pages.report(files[owner].path.name, done, count)
                    if owner not in whole and all(other.done() for other in parts[owner]):
                        whole[owner] = pool.submit(_read, read, files[owner], settings, _packed(parts.pop(owner)))
            yield whole[number].result()


def _packed(parts: Sequence[Future[bytes]]) -> list[bytes]:
    """The ranges as they were read; none where one failed, so that the reader meets the failure itself."""
    return [] if any(part.exception() for part in parts) else [part.result() for part in parts]


def _read(read: Reader[T], file: BundleFile, settings: Settings, pages: list[bytes]) -> T:
    if pages:
        pdf_pages.given(file.path, pages)
    return read(file, settings)
