"""Limits on hostile input: size, compression ratio, number of cells, kinds of files, XML entities."""

from __future__ import annotations

import errno
import math
import stat
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from alignment.errors import REASONS, InputError, LimitError, why
from alignment.i18n import Text
from alignment.i18n import message as _
from alignment.model import Issue, Location
from alignment.settings import Settings

# A megabyte of the settings' limits.
MB = 1 << 20
# How many times its size an archive may unpack to: real documents stay below a
# hundred; a bomb comes near to 1,032, the most that deflate can do.
MAX_RATIO = 200
# Read by Python or lxml from plain text: honest ones take a second.
TEXT = frozenset(
    [
        ".txt",
        ".text",
        ".md",
        ".markdown",
        ".html",
        ".htm",
        ".csv",
        ".tsv",
        ".json",
        ".jsonld",
        ".xml",
        ".plx",
        ".yaml",
        ".yml",
    ]
)
# Part of `read_seconds` that such a file gets: a third is still twenty times what an honest one takes.
TEXT_SHARE = 3
# Cells of one document, empty ones between them included. The largest study
# plan at hand has a hundredth of them; with their texts they fit into `read_memory_mb`.
MAX_CELLS = 1_000_000
# Bytes at the beginning of an XML file in which an entity would be declared, before the first element.
DECLARATIONS = 4096
# Points of PDF in an inch (ISO 32000-1, 8.3.2.3).
POINTS_PER_INCH = 72
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def seconds_for(path: Path, settings: Settings) -> int:
    """Seconds of processor time in which the file must be read; text formats get a third of ``read_seconds``."""
    share = TEXT_SHARE if path.suffix.lower() in TEXT else 1
    return max(settings.read_seconds // share, 1)


def is_regular(path: Path) -> bool:
    """Whether the path is a regular file or a link to one: no folder, device, pipe or socket.

    Raises:
        OSError: there is no such file, or it is a link in a loop.
    """
    return stat.S_ISREG(path.stat().st_mode)


def refuse_odd(path: Path) -> None:
    """Refuse a path that is not a regular file before anything opens it: reading a pipe or a device might never end.

    Raises:
        InputError: the path is missing, a folder, a device, a pipe, a socket, or a link in a loop.
    """
    name = str(path)
    try:
        if is_regular(path):
            return
        if path.is_dir():
            raise InputError(_("this is a folder, not a file."), file=name, hint=_("Give the files inside it."))
    except FileNotFoundError as error:
        raise InputError(_("no such file."), file=name, hint=_("Check the path and its spelling.")) from error
    except OSError as error:  # a link to itself, say
        raise InputError(_("cannot be read: {reason}.", reason=why(error)), file=name) from error
    except ValueError as error:  # a null character in the name
        raise InputError(_("cannot be read: {reason}.", reason=REASONS[errno.EINVAL]), file=name) from error
    raise InputError(
        _("this is a device, a pipe or a socket, not a file."), file=name, hint=_("Save its content as a file.")
    )


def drawn_scale(page: Any, dpi: int, most: int) -> float:
    """The scale (1 is 72 dpi) at which to render a page of pypdfium2.

    Args:
        page: a page of pypdfium2.
        dpi: resolution for pages of common size.
        most: greatest number of pixels; a page that would have more is rendered at a lower resolution.
    """
    width, height = page.get_size()
    scale = dpi / POINTS_PER_INCH
    return float(min(scale, math.sqrt(most / max(width * height, 1.0))))


def read_bytes(path: Path, settings: Settings) -> bytes:
    """The bytes of the file, after a check that it is a readable regular file of allowed size.

    Raises:
        InputError: the file is missing, a folder, a device, empty, or not readable.
        LimitError: it is larger than ``max_file_mb``.
    """
    name = str(path)
    refuse_odd(path)
    try:
        size = path.stat().st_size
        if size > settings.max_file_mb * MB:
            raise LimitError(
                _(
                    "the file has {size} MB; the limit is {max_file_mb} MB.",
                    size=format(size / MB, ".0f"),
                    max_file_mb=settings.max_file_mb,
                ),
                file=name,
                hint=_("Split it, or raise max_file_mb (ALIGN_MAX_FILE_MB)."),
            )
        with path.open("rb") as source:
            data = source.read(settings.max_file_mb * MB + 1)  # bounded, since files in /proc report a size of 0
    except OSError as error:
        raise InputError(_("cannot be read: {reason}.", reason=why(error)), file=name) from error
    if not data.strip():
        raise InputError(_("the file is empty."), file=name, hint=_("Export or save it again."))
    return data


def check_zip(path: Path, settings: Settings) -> None:
    """Refuse Office files that are encrypted, truncated or look like an archive bomb, before anything unpacks them.

    Raises:
        InputError: the file is encrypted (an OLE container) or not a complete zip.
        LimitError: its unpacked size or compression ratio is over the limit.
    """
    name = str(path)
    with path.open("rb") as stream:
        if stream.read(len(OLE_MAGIC)) == OLE_MAGIC:
            raise InputError(
                _("the file is protected by a password (or is an old Office file under a new name)."),
                file=name,
                hint=_("Save it again without a password as docx or xlsx."),
            )
    try:
        with zipfile.ZipFile(path) as archive:
            check_unpacked(archive.infolist(), name, settings, _("save the file again"))
            damaged = archive.testzip()
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise InputError(
            _("the archive is truncated or corrupt."), file=name, hint=_("Export or download the file again.")
        ) from error
    except Exception as error:  # for example zlib.error from a damaged stream
        if isinstance(error, InputError):
            raise
        raise InputError(_("the archive is damaged."), file=name, hint=_("Download the file again.")) from error
    if damaged:
        raise InputError(_("a part of the archive is damaged."), file=name, place=damaged)


def check_unpacked(entries: Sequence[zipfile.ZipInfo], name: str, settings: Settings, otherwise: Text) -> None:
    """Refuse an archive whose unpacked size, or compression ratio, is over the limit.

    Args:
        entries: all entries of the archive.
        name: the user's name of the archive.
        settings: ``max_unpacked_mb`` is the limit of the size.
        otherwise: what the user can do instead of raising the limit, for the error.

    Raises:
        LimitError: the size or the ratio is over the limit.
    """
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if total > settings.max_unpacked_mb * MB or (total > MB and total / packed > MAX_RATIO):
        raise LimitError(
            _(
                "the archive unpacks to {size} MB ({times} times its size); it looks like an archive bomb.",
                size=format(total / MB, ".0f"),
                times=format(total / packed, ".0f"),
            ),
            file=name,
            hint=_(
                "If the archive is genuine, raise max_unpacked_mb (ALIGN_MAX_UNPACKED_MB) or {otherwise}.",
                otherwise=otherwise,
            ),
        )


def active_content(path: Path) -> tuple[Issue, ...]:
    """An issue for macros and one for links to other files in an Office file; neither is ever run or opened."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        outside = any(
            b'TargetMode="External"' in archive.read(name)
            for name in names
            if name.endswith(("settings.xml.rels", "workbook.xml.rels")) or "externalLinks/_rels" in name
        )
    kinds = []
    if any(name.endswith("vbaProject.bin") for name in names):
        kinds.append(_("the file has macros; they are not run"))
    if outside:
        kinds.append(_("the file refers to other files; they are not opened"))
    return tuple(Issue(message=message, location=Location(file=path.name)) for message in kinds)


def parse_xml(data: bytes, name: str) -> etree._Element:
    """The root element of the XML; declared entities are refused, never expanded or fetched.

    Raises:
        InputError: the XML is not well-formed, is empty, or declares entities.
    """
    # In UTF-16 there is a zero beside each letter.
    head = data[:DECLARATIONS] + data[: 1 << 16].replace(b"\x00", b"")[:DECLARATIONS]
    if b"<!ENTITY" in head or b"<!ENTITY" in data[: 1 << 20]:
        raise InputError(
            _("the XML declares entities; this is refused because they may expand without end or read other files."),
            file=name,
            hint=_("Remove the <!DOCTYPE …> with its entities."),
        )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, LookupError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise InputError(
            _("not well-formed XML."),
            file=name,
            place=_("line {n}", n=line) if line else None,
            hint=_("Export or download the file again."),
        ) from error
    if root is None:
        raise InputError(_("the XML has no content."), file=name)
    return root


def refuse_cells(count: int, name: str, place: str | None = None) -> None:
    """Refuse ``count`` cells of a document if they are more than `MAX_CELLS`.

    Raises:
        LimitError: there are more; the error names the file and ``place``.
    """
    if count > MAX_CELLS:
        raise LimitError(
            _("the tables have {n} cells, empty ones included; the limit is {limit}.", n=count, limit=MAX_CELLS),
            file=name,
            place=place,
            hint=_("Delete cells far outside the table, or split the file."),
        )
