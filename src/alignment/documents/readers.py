"""What reads a file: one protocol and one registry for documents, programs and standards, and the readers of documents.

A reader says which suffixes it takes, whether a file is of its format by what
stands in it, and reads it. Readers of documents stand in `READERS` here, those
of programs in `alignment.programs.readers`, those of standards in
`alignment.standards.readers`. Third parties name theirs as entry points of the
group that the registry has, and are asked before ours.
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
    """A file on its way through readers: what several of them look at is read once.

    Attributes:
        path: where it is; a folder for those that read folders.
        settings: limits, and how documents are read.
        wanted: which of the things in it is wanted, as far as its reader asks.
    """

    def __init__(self, path: Path, settings: Settings, wanted: str = "") -> None:
        self.path, self.settings, self.wanted = path, settings, wanted
        self.suffix = path.suffix.lower()

    @cached_property
    def document(self) -> Document:
        """The file as a document; raises as `read_document`."""
        return read_document(self.path, self.settings)

    @cached_property
    def json(self) -> Any:
        """The JSON value in it; raises `InputError`."""
        return json_file.read(self.path, self.settings)

    @property
    def opened(self) -> Document | None:
        """The document, if a reader has asked for it."""
        document: Document | None = self.__dict__.get("document")
        return document


class Reader(Protocol[Read_co]):
    """One format."""

    @property
    def suffixes(self) -> frozenset[str] | None:
        """File types in lower case, with the point; None: every type that is read as a document."""
        ...

    def fits(self, file: File) -> bool:
        """Whether a file of such a type is of this format; raises `InputError` where it cannot be looked at."""
        ...

    def read(self, file: File) -> Read_co:
        """What is in the file; raises `InputError` with the place of what is wrong."""
        ...


@dataclass(frozen=True)
class FunctionReader(Generic[Read]):
    """A reader made of functions; without ``looks`` the suffix alone tells."""

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
    """Readers in the order in which they are asked: third parties', then ours.

    Args:
        group: of the entry points where third parties name theirs.
        readers: ours.
        adapt: makes a reader of an entry point; default: what it names is one.
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
        """All file types that are read."""
        return frozenset(suffix for reader in self for suffix in _types(reader))

    def taking(self, suffix: str) -> list[Reader[Read]]:
        """The readers of a file type."""
        return [reader for reader in self if suffix in _types(reader)]

    def of(self, file: File) -> Reader[Read] | None:
        """The first reader of the file's type that it fits."""
        return next((reader for reader in self.taking(file.suffix) if reader.fits(file)), None)

    def versions(self, suffix: str) -> str:
        """Packages of third parties that may read a file type: what was read depends on them too."""
        return ", ".join(version for reader, version in self._others if suffix in _types(reader))


@lru_cache
def installed(group: str) -> EntryPoints:
    """The entry points of a group in all installed packages; looking them up takes 10 ms, and they stay."""
    return entry_points(group=group)


def _types(reader: Reader[Any]) -> frozenset[str]:
    return READERS.suffixes() if reader.suffixes is None else reader.suffixes


def _own(module: str, *suffixes: str, function: str = "read") -> FunctionReader[Document]:
    """A reader in this folder, imported on use: those of pdf and docx are slow to load."""

    def read(file: File) -> Document:
        document: Document = getattr(import_module(f"alignment.documents.{module}"), function)(file.path, file.settings)
        return document

    return FunctionReader(frozenset(suffixes), read)


def _other(point: EntryPoint) -> FunctionReader[Document]:
    """A third party's: the entry point is named by the suffix (".epub"), a function (Path, Settings) → Document."""

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
    """The file types that are read as documents, ours and third parties'."""
    return READERS.suffixes()


def reading_key(data: bytes, suffix: str, *facts: str, registry: ReaderRegistry[Any] | None = None) -> bytes:
    """Key of what was read of a file: its bytes, ``facts``, and third parties' readers of its type if there are any."""
    known = [result for one in (READERS, registry) if one is not None and (result := one.versions(suffix.lower()))]
    head = "".join(f"{fact}\0" for fact in (*facts, ", ".join(known)))
    return hashlib.blake2b(head.encode(errors="surrogateescape") + data, digest_size=16).digest()


# The document read last: what a file is and what is in it are asked one after the other. Its key has all settings: what
# one limit allows another refuses.
_last: dict[tuple[str, int, int, bytes], Document] = {}


def read_document(path: Path, settings: Settings) -> Document:
    """The document in a file, by its suffix.

    Raises:
        InputError: missing, unreadable, hostile, or of an unknown format.
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
