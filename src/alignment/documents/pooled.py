"""Read files in child processes (`alignment.isolated`); long PDFs are read by ranges of pages in several at once."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from alignment.dictionary import is_word
from alignment.documents import ocr, pdf_pages
from alignment.documents.limits import refuse_odd, seconds_for
from alignment.errors import AlignmentError, LimitError
from alignment.i18n import message as _
from alignment.isolated import Call, Done, Pool, inside
from alignment.settings import Settings

HEAVY = (".pdf", ".docx", ".doc", ".rtf", ".odt")
# From so many files on that take long, the dictionary is loaded before the processes are forked, which then share it.
MANY = 3
WHOLE, RANGES = b"\0", b"\1"


class InputFile(msgspec.Struct, frozen=True):
    """A file to read; ``shown`` is its name for users."""

    path: Path
    shown: str


ReadFunction = Callable[[Any, Settings], bytes]
ReadResult = bytes | AlignmentError


@dataclass
class _Long:
    """A PDF that is read by ranges of pages.

    ``parts`` are the ranges that are finished, ``awaited`` counts the others, ``used`` is the processor time so far, in
    seconds.
    """

    parts: dict[int, bytes] = field(default_factory=dict)
    awaited: int = 0
    used: float = 0.0


def read_one(reader: ReadFunction, file: InputFile, settings: Settings) -> bytes:
    """The result of ``reader`` for a file, in a process with bounded time and memory.

    Raises:
        AlignmentError: the file cannot be read, or a limit was exceeded.
    """
    with closing(read_pooled(reader, [file], settings)) as reading:
        result = next(reading)
    if isinstance(result, AlignmentError):
        raise result
    return result


def read_pooled(
    reader: ReadFunction, files: Sequence[InputFile], settings: Settings
) -> Generator[ReadResult, None, None]:
    """The result of ``reader`` (a module-level function), or its error, for each file in the order of ``files``."""
    if inside() or not settings.read_seconds:
        for file in files:
            try:
                yield reader(file, settings)
            except AlignmentError as error:
                yield error
        return
    if sum(file.path.suffix.lower() in HEAVY for file in files) >= MANY:
        is_word("слово")
    with Pool(settings, progress=_report_long) as pool:
        yield from _Reading(pool, reader, files, settings).in_order()


class _Reading:
    """The reading of several files through a pool."""

    def __init__(self, pool: Pool, reader: ReadFunction, files: Sequence[InputFile], settings: Settings) -> None:
        self.pool, self.read, self.files, self.settings = pool, reader, files, settings
        self.long: dict[int, _Long] = {}
        self.owners: dict[Call, tuple[int, int]] = {}  # call → index of its file, and index of its range or -1
        self.results: dict[int, ReadResult] = {}
        self.pages = self.pages_done = 0

    def in_order(self) -> Iterator[ReadResult]:
        for number, file in enumerate(self.files):
            try:
                refuse_odd(file.path)
            except AlignmentError as error:
                self.results[number] = error
                continue
            self._submit(number, -1, _begin, (self.read, file, self.settings))
        for number in range(len(self.files)):
            while number not in self.results:
                for done in self.pool.wait():
                    self._take(done)
            yield self.results.pop(number)

    def _submit(self, number: int, part: int, task: Callable[..., bytes], arguments: tuple[Any, ...]) -> None:
        file = self.files[number]
        call = Call(task, arguments, file.shown, seconds_for(file.path, self.settings))
        self.owners[call] = (number, part)
        self.pool.submit(call)

    def _take(self, done: Done) -> None:
        number, part = self.owners.pop(done.call)
        if number in self.results:  # the file was refused while this call was running
            return
        long = self.long.get(number)
        if part < 0:
            if done.error or done.data[:1] == WHOLE:
                self.results[number] = done.error or done.data[1:]
            else:
                self._split(number, msgspec.msgpack.decode(done.data[1:], type=list[pdf_pages.Range]))
            return
        assert long
        long.used += done.used
        if not done.error and long.used > done.call.seconds:
            done = msgspec.structs.replace(done, error=_all_too_long(done.call))
        if done.error:
            self.results[number] = done.error
            self.pool.drop(lambda call: self.owners[call][0] == number)
            self.owners = {call: owner for call, owner in self.owners.items() if owner[0] != number or owner[1] >= 0}
            return
        long.parts[part] = done.data
        long.awaited -= 1
        self.pages_done += _size(done)
        pdf_pages.report_pages(self.files[number].path.name, self.pages_done, self.pages)
        if not long.awaited:
            parts = [long.parts[index] for index in sorted(long.parts)]
            self._submit(number, -1, _finish, (self.read, self.files[number], self.settings, parts))

    def _split(self, number: int, ranges: Sequence[pdf_pages.Range]) -> None:
        self.long[number] = _Long(awaited=len(ranges))
        self.pages += ranges[-1][1]
        for index, part in enumerate(ranges):
            self._submit(number, index, pdf_pages.read_range, (self.files[number].path, self.settings, part))


def _size(done: Done) -> int:
    first, last = done.call.arguments[-1]
    return int(last - first)


def _all_too_long(call: Call) -> LimitError:
    return LimitError(
        _("reading all its pages takes more than {n} seconds.", n=call.seconds),
        file=call.file,
        hint=_("Split the file, or raise read_seconds (ALIGN_READ_SECONDS)."),
    )


def _report_long(stage: str, _name: str, done: int, total: int) -> None:
    if stage == "ocr":
        ocr.report_recognised(done, total)


def _begin(reader: ReadFunction, file: InputFile, settings: Settings) -> bytes:
    """In a reading process: read the whole file, or list the ranges of pages of a long PDF."""
    if file.path.suffix.lower() == ".pdf" and settings.ocr != "always":
        ranges = pdf_pages.ranges(file.path, settings)
        if len(ranges) > 1:
            return RANGES + msgspec.msgpack.encode(ranges)
    return WHOLE + reader(file, settings)


def _finish(reader: ReadFunction, file: InputFile, settings: Settings, pages: list[bytes]) -> bytes:
    """In a reading process: read a PDF whose pages other processes have read."""
    pdf_pages.given(file.path, pages)
    return WHOLE + reader(file, settings)
