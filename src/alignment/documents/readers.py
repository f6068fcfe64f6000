"""The reader protocol and registry for documents, programs and standards, and the readers of documents.

A reader names the suffixes that it takes, tells from a file's content whether it
has the reader's format, and reads it. Readers of documents are listed in
`READERS` here, those of programs in `alignment.programs.readers`, those of
standards in `alignment.standards.readers`. Third parties add readers as entry
points of the registry's group; these are asked before ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import import_module
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from alignment.documents import json_file
from alignment.documents.blocks import Document
from alignment.documents.limits import refuse_odd
from alignment.documents.marks import with_plain_marks
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.settings import Settings

Read = TypeVar("Read")
Read_co = TypeVar("Read_co", covariant=True)


class File:
    """A file that several readers look at; its document and its JSON value are read only once.

    Attributes:
        path: the file, or a folder for readers of folders.
        settings: limits, and how documents are read.
        wanted: name of the program or standard that is wanted, for readers of files with several.
    """

    def __init__(self, path: Path, settings: Settings, wanted: str = "") -> None:
        self.path, self.settings, self.wanted = path, settings, wanted
        self.suffix = path.suffix.lower()

    @cached_property
    def document(self) -> Document:
        """The file as a document.

        Raises:
            InputError: as `read_document`.
        """
        return read_document(self.path, self.settings)

    @cached_property
    def json(self) -> Any:
        """The JSON value in the file.

        Raises:
            InputError: the file is not JSON.
        """
        return json_file.read(self.path, self.settings)

    @property
    def opened(self) -> Document | None:
        """The document if a reader has already asked for it, else None; it is not read here."""
        document: Document | None = self.__dict__.get("document")
        return document


class Reader(Protocol[Read_co]):
    """The reader of one format."""

    @property
    def suffixes(self) -> frozenset[str] | None:
        """Suffixes in lower case, with the dot; None: every suffix that is read as a document."""
        ...

    def fits(self, file: File) -> bool:
        """Whether a file with such a suffix has this format.

        Raises:
            InputError: the file cannot be read.
        """
        ...

    def read(self, file: File) -> Read_co:
        """The content of the file.

        Raises:
            InputError: the content is wrong; the error names the place.
        """
        ...


@dataclass(frozen=True)
class FunctionReader(Generic[Read]):
    """A reader made of functions: ``reads`` reads the file, ``looks`` checks its format (default: by suffix alone)."""

    suffixes: frozenset[str] | None
    reads: Callable[[File], Read]
    looks: Callable[[File], bool] = lambda file: True

    def fits(self, file: File) -> bool:
        """As `Reader.fits`."""
        return self.looks(file)

    def read(self, file: File) -> Read:
        """As `Reader.read`."""
        return self.reads(file)


class ReaderRegistry(Generic[Read]):
    """Readers in the order in which they are asked: those of third parties, then ours.

    Args:
        group: the group of the entry points of third parties.
        readers: our readers.
        adapt: makes a reader of an entry point; default: the object that the entry point names is a reader.
    """

    def __init__(
        self,
        group: str,
        readers: Iterable[Reader[Read]],
        adapt: Callable[[EntryPoint], Reader[Read]] = lambda point: point.load(),
    ) -> None:
        self.group, self.own, self._adapt = group, tuple(readers), adapt

    def __iter__(self) -> Iterator[Reader[Read]]:
        yield from (reader for reader, _version in self._others)
        yield from self.own

    @cached_property
    def _others(self) -> tuple[tuple[Reader[Read], str], ...]:
        """Readers of third parties, each with the name and version of its package."""
        return tuple(
            (self._adapt(point), f"{point.dist.name} {point.dist.version}" if point.dist else "")
            for point in installed(self.group)
        )

    def suffixes(self) -> frozenset[str]:
        """All suffixes that the readers take."""
        return frozenset(suffix for reader in self for suffix in _types(reader))

    def taking(self, suffix: str) -> list[Reader[Read]]:
        """The readers that take a suffix."""
        return [reader for reader in self if suffix in _types(reader)]

    def of(self, file: File) -> Reader[Read] | None:
        """The first reader that takes the file's suffix and recognises its format; None if there is none.

        Raises:
            InputError: a reader cannot read the file.
        """
        return next((reader for reader in self.taking(file.suffix) if reader.fits(file)), None)

    def versions(self, suffix: str) -> str:
        """Names and versions of third parties' packages that read a suffix; they are part of the cache key."""
        return ", ".join(version for reader, version in self._others if suffix in _types(reader))


@lru_cache
def installed(group: str) -> EntryPoints:
    """The entry points of a group in all installed packages; cached, since the search takes 10 ms."""
    return entry_points(group=group)


def _types(reader: Reader[Any]) -> frozenset[str]:
    return READERS.suffixes() if reader.suffixes is None else reader.suffixes


def _own(module: str, *suffixes: str, function: str = "read") -> FunctionReader[Document]:
    """A reader of this package, whose module is imported on first use: those of pdf and docx load slowly."""

    def read(file: File) -> Document:
        document: Document = getattr(import_module(f"alignment.documents.{module}"), function)(file.path, file.settings)
        return document

    return FunctionReader(frozenset(suffixes), read)


def _other(point: EntryPoint) -> FunctionReader[Document]:
    """The reader of a third party: an entry point named by its suffix (".epub"), (Path, Settings) → Document."""

    def read(file: File) -> Document:
        document: Document = point.load()(file.path, file.settings)
        return document

    return FunctionReader(frozenset({point.name.lower()}), read)


READERS: ReaderRegistry[Document] = ReaderRegistry(
    "alignment.documents",
    (
        _own("textfile", ".txt", ".text"),
        _own("markdown", ".md", ".markdown"),
        _own("html", ".html", ".htm"),
        _own("docx", ".docx"),
        _own("office", ".doc", ".rtf", ".odt"),
        _own("pdf", ".pdf"),
        _own("workbook", ".xlsx", ".xlsm", ".xls"),
        _own("workbook", ".csv", ".tsv", function="read_csv"),
    ),
    _other,
)


def suffixes() -> frozenset[str]:
    """The suffixes that are read as documents, by us or by third parties."""
    return READERS.suffixes()


def reading_key(data: bytes, suffix: str, *facts: str, registry: ReaderRegistry[Any] | None = None) -> bytes:
    """Cache key (16 bytes) of the result of reading a file.

    Args:
        data: the bytes of the file.
        suffix: its suffix, which selects the readers of third parties; their versions are part of the key.
        facts: whatever else the result depends on.
        registry: a registry of programs or standards whose readers count too.
    """
    used = [item for item in (READERS, registry) if item is not None]
    versions = [known for item in used if (known := item.versions(suffix.lower()))]
    head = "".join(f"{fact}\0" for fact in (*facts, ", ".join(versions)))
    return hashlib.blake2b(head.encode(errors="surrogateescape") + data, digest_size=16).digest()


# The document that was read last, since readers of programs and standards ask for the same one in turn. Its key has
# the settings, because a file that one limit allows may be refused under another.
_last: dict[tuple[str, int, int, bytes], Document] = {}


def read_document(path: Path, settings: Settings) -> Document:
    """The document in a file; its suffix selects the reader.

    Raises:
        InputError: the file is missing, unreadable, hostile, or of an unknown format.
    """
    refuse_odd(path)
    file = File(path, settings)
    reader = READERS.of(file)
    if reader is None:
        raise InputError(
            _("files of type '{kind}' are not read.", kind=path.suffix or _("none")),
            file=str(path),
            hint=_("Known types: {names}.", names=", ".join(sorted(suffixes()))),
        )
    status = path.stat()
    key = (str(path), status.st_mtime_ns, status.st_size, msgspec.json.encode(settings))
    document = _last.get(key)
    if document is None:
        document = with_plain_marks(reader.read(file))
        _last.clear()
        _last[key] = document
    return document
