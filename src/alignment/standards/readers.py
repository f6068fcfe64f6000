"""A file or folder → its standards; the suffix and the content select the reader."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec

from alignment.cache import open_cache
from alignment.documents import File, ReaderRegistry, reading_key, suffixes
from alignment.documents.limits import read_bytes, refuse_odd
from alignment.documents.pooled import InputFile, read_one
from alignment.errors import InputError, LimitError
from alignment.i18n import message as _
from alignment.isolated import call, packed
from alignment.model import Standard
from alignment.settings import Settings
from alignment.standards import case, esco, onet, order, plain, registry_json, registry_xml

VERSION = "standards/9"
# Past these bounds a file is no standard of people, nor a registry of all of them.
MAX_STANDARDS, MAX_REQUIREMENTS, MAX_TEXT = 5_000, 500_000, 20_000
DECODER = msgspec.msgpack.Decoder(list[Standard])
YES = b"1"

READERS: ReaderRegistry[list[Standard]] = ReaderRegistry(
    "alignment.standards",
    (
        registry_xml.READER,
        plain.YAML_READER,
        plain.CSV_READER,
        registry_json.READER,
        case.READER,
        order.READER,
    ),
)
# Readers of whole folders, selected by the folder's content; `File.wanted` names the occupation.
FOLDERS = (esco.READER, onet.READER)


def read_file(path: Path, settings: Settings) -> list[Standard]:
    """All standards in a file of any known format.

    A file is read in a process with bounded time and memory, except the shipped ones, which are trusted. Reading an
    order takes seconds, so its result is cached by the file's bytes.

    Raises:
        InputError: the file cannot be read or has no standard with functions.
        LimitError: reading takes too much time or memory, or there are more requirements than any standard has.
    """
    refuse_odd(path)
    if path.resolve().is_relative_to(settings.data_path("corpora").resolve()):
        return _parsed(path, settings)
    suffix = path.suffix.lower()
    if any(reader is not order.READER for reader in READERS.taking(suffix)):
        return DECODER.decode(read_one(_packed, InputFile(path, str(path)), settings))
    key = reading_key(read_bytes(path, settings), suffix, VERSION, str(path), settings.ocr)
    with open_cache(settings) as cache:
        if kept := cache.get([key]):
            with suppress(msgspec.DecodeError):
                return DECODER.decode(kept[key])
        data = read_one(_packed, InputFile(path, str(path)), settings)
        cache.put([(key, data)])
    return DECODER.decode(data)


def _packed(file: InputFile, settings: Settings) -> bytes:
    return packed(_parsed(file.path, settings))


def _parsed(path: Path, settings: Settings) -> list[Standard]:
    """All standards in a file, read in this process.

    Raises: as `read_file`, except for the limits on time and memory.
    """
    file = File(path, settings)
    # If no reader recognises the file, the last one for its suffix raises the error.
    reader = READERS.of(file) or next(iter(reversed(READERS.taking(file.suffix))), order.READER)
    standards = reader.read(file)
    if not any(standard.functions for standard in standards):
        raise InputError(
            _("the standard has no functions."),
            file=str(path),
            hint=_("Section III of the order is needed to compare."),
        )
    texts = [item.text for standard in standards for _, _, item in standard.requirements()]
    if len(texts) > MAX_REQUIREMENTS or len(standards) > MAX_STANDARDS or max(map(len, texts), default=0) > MAX_TEXT:
        raise LimitError(
            _(
                "{standards} standards with {n} requirements of up to {letters} letters; "
                "the limits are {most_standards}, {most} and {most_letters}.",
                standards=len(standards),
                n=len(texts),
                letters=max(map(len, texts), default=0),
                most_standards=MAX_STANDARDS,
                most=MAX_REQUIREMENTS,
                most_letters=MAX_TEXT,
            ),
            file=str(path),
            hint=_("Split it."),
        )
    return standards


def is_standard(name: str, settings: Settings) -> bool:
    """Whether a name, file or folder of the command line is a standard rather than a program."""
    folder = Path(name.partition("#")[0])
    if folder.is_dir():
        return any(reader.fits(File(folder, settings)) for reader in FOLDERS)
    path = Path(name)
    if not path.exists():
        # In the name "06.005" the suffix is ".005", which no reader takes.
        return path.suffix.lower() not in suffixes()
    return read_one(_looks_so, InputFile(path, str(path)), settings) == YES


def _looks_so(file: InputFile, settings: Settings) -> bytes:
    return YES if READERS.of(File(file.path, settings)) else b""


def read_folder(folder: Path, wanted: str, settings: Settings) -> Standard:
    """The occupation with the code or title ``wanted`` in a folder with an ESCO bundle or an O*NET database.

    Raises:
        InputError: the folder has neither.
        NotFoundError: no occupation matches.
        AmbiguousError: several match, or ``wanted`` is empty.
    """
    result = call(_packed_folder, folder, wanted, settings, file=str(folder), settings=settings)
    return DECODER.decode(result)[0]


def _packed_folder(folder: Path, wanted: str, settings: Settings) -> bytes:
    file = File(folder, settings, wanted)
    for reader in FOLDERS:
        if reader.fits(file):
            return packed(reader.read(file))
    raise InputError(
        _("this folder is neither an ESCO bundle nor an O*NET database."),
        file=str(folder),
        hint=_(
            "Give a standard's file; or a folder with occupations, skills and relations of ESCO, "
            "or with Occupation Data and Task Statements of O*NET, as FOLDER#OCCUPATION."
        ),
    )
