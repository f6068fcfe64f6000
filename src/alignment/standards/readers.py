"""A file or folder → its standards: which reader, by the file's type and by what stands in it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec

from alignment.cache import Cache
from alignment.documents import json_file, read_document, reading_key, suffixes
from alignment.documents.limits import read_bytes, refuse_odd
from alignment.documents.pooled import read_one
from alignment.errors import InputError, LimitError
from alignment.frameworks import case as case_file
from alignment.i18n import message as _
from alignment.isolated import call, packed
from alignment.model import Standard
from alignment.settings import Settings
from alignment.standards import case, esco, onet, order, plain, registry_json, registry_xml

VERSION = "standards/8"
DOCUMENTS = (".pdf", ".docx", ".doc", ".rtf", ".odt", ".html", ".htm")
OTHERS = (".xml", ".yaml", ".yml", ".csv", ".json")
SUFFIXES = (*OTHERS, *DOCUMENTS)
# Past these bounds a file is no standard of people, nor a registry of all of them.
MAX_STANDARDS, MAX_REQUIREMENTS, MAX_TEXT = 5_000, 500_000, 20_000
DECODER = msgspec.msgpack.Decoder(list[Standard])
YES = b"1"


class _Given(msgspec.Struct, frozen=True):
    """A file for `read_one`."""

    path: Path
    shown: str


def read_file(path: Path, settings: Settings) -> list[Standard]:
    """All standards in a file of any known format, read in a process with limits unless we ship it.

    An order takes seconds to read, so what was read of one is kept by its bytes.

    Raises:
        InputError: unreadable, or it holds no standard with functions.
        LimitError: it takes too long or too much memory, or has more requirements than any standard.
    """
    refuse_odd(path)
    if path.resolve().is_relative_to(settings.data_path("corpora").resolve()):
        return _parsed(path, settings)
    if path.suffix.lower() in OTHERS:
        return DECODER.decode(read_one(_packed, _Given(path, str(path)), settings))
    key = reading_key(read_bytes(path, settings), path.suffix, VERSION, str(path), settings.ocr)
    with Cache(settings.cache_path() if settings.cache else None) as cache:
        if kept := cache.get([key]):
            with suppress(msgspec.DecodeError):
                return DECODER.decode(kept[key])
        found = read_one(_packed, _Given(path, str(path)), settings)
        cache.put([(key, found)])
    return DECODER.decode(found)


def _packed(file: _Given, settings: Settings) -> bytes:
    return packed(_parsed(file.path, settings))


def _parsed(path: Path, settings: Settings) -> list[Standard]:
    """All standards in a file, read in this process.

    Raises: as `read_file`, less what limits of processes refuse.
    """
    suffix = path.suffix.lower()
    if suffix == ".xml":
        found = registry_xml.read(path, settings)
    elif suffix in (".yaml", ".yml"):
        found = plain.read_yaml(path, settings)
    elif suffix == ".csv":
        found = plain.read_csv(path, settings)
    elif suffix == ".json":
        card = registry_json.fits(path, settings)
        found = registry_json.read(path, settings) if card else case.read(path, settings)
    else:
        found = [_order(path, settings)]
    if not any(standard.functions for standard in found):
        raise InputError(
            _("the standard has no functions."),
            file=str(path),
            hint=_("Section III of the order is needed to compare."),
        )
    texts = [item.text for standard in found for _, _, item in standard.requirements()]
    if len(texts) > MAX_REQUIREMENTS or len(found) > MAX_STANDARDS or max(map(len, texts), default=0) > MAX_TEXT:
        raise LimitError(
            _(
                "{standards} standards with {n} requirements of up to {letters} letters; "
                "the limits are {most_standards}, {most} and {most_letters}.",
                standards=len(found),
                n=len(texts),
                letters=max(map(len, texts), default=0),
                most_standards=MAX_STANDARDS,
                most=MAX_REQUIREMENTS,
                most_letters=MAX_TEXT,
            ),
            file=str(path),
            hint=_("Split it."),
        )
    return found


def _order(path: Path, settings: Settings) -> Standard:
    """The standard in an order's text."""
    document = read_document(path, settings)
    if not order.is_order(document):
        raise InputError(
            _("this is not a professional standard (no generalized work functions in it)."),
            file=str(path),
            hint=_("Give the registry XML, the order as PDF, or a YAML/CSV file (docs/standards.md)."),
        )
    return order.read(document)


def is_standard(name: str, settings: Settings) -> bool:
    """Whether a name or file is a standard rather than a program."""
    folder = Path(name.partition("#")[0])
    if folder.is_dir():
        return any(source.fits(folder) for source in (esco, onet))
    path = Path(name)
    if not path.exists():
        # "06.005" has a suffix too, of a kind that no reader knows.
        return path.suffix.lower() in (".xml", ".yaml", ".yml") or path.suffix.lower() not in suffixes()
    if path.suffix.lower() in (".xml", ".yaml", ".yml"):
        return True
    return read_one(_looks_so, _Given(path, str(path)), settings) == YES


def _looks_so(file: _Given, settings: Settings) -> bytes:
    return YES if _is_standard(file.path, settings) else b""


def _is_standard(path: Path, settings: Settings) -> bool:
    """Whether a file is a standard, by what stands in it."""
    if path.suffix.lower() == ".json":
        return registry_json.fits(path, settings) or case_file.fits(json_file.read(path, settings))
    if path.suffix.lower() == ".csv":
        return plain.is_standard_csv(path, settings)
    return path.suffix.lower() in DOCUMENTS and order.is_order(read_document(path, settings))


def read_folder(folder: Path, wanted: str, settings: Settings) -> Standard:
    """The occupation of an ESCO bundle or an O*NET database that is wanted.

    Raises:
        InputError: the folder holds neither.
    """
    for source in (esco, onet):
        if source.fits(folder):
            found = call(_packed_folder, source.__name__, folder, wanted, settings, file=str(folder), settings=settings)
            return DECODER.decode(found)[0]
    raise InputError(
        _("this folder is neither an ESCO bundle nor an O*NET database."),
        file=str(folder),
        hint=_(
            "Give a standard's file; or a folder with occupations, skills and relations of ESCO, "
            "or with Occupation Data and Task Statements of O*NET, as FOLDER#OCCUPATION."
        ),
    )


def _packed_folder(module: str, folder: Path, wanted: str, settings: Settings) -> bytes:
    source = esco if module == esco.__name__ else onet
    return packed([source.read(folder, wanted, settings)])
