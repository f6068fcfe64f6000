"""Limits on hostile input: they live here and only here."""

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
    """Processor time that reading the file may take: text formats get a third."""
    share = TEXT_SHARE if path.suffix.lower() in TEXT else 1
    return max(settings.read_seconds // share, 1)


def is_regular(path: Path) -> bool:
    """Whether it is a file of bytes, or a link to one: no folder, device, pipe or socket, no link that goes round.

    Raises:
        OSError: the system cannot say.
    """
    return stat.S_ISREG(path.stat().st_mode)


def refuse_odd(path: Path) -> None:
    """Refuse what is no regular file before anything opens it: reading a pipe or a device might never end.

    Raises:
        InputError: missing, a folder, a device, a pipe, a socket, or a link that goes round.
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
    """The scale at which to draw a page of pypdfium2: that of ``dpi``, less for a page of more than ``most`` points."""
    width, height = page.get_size()
    scale = dpi / POINTS_PER_INCH
    return float(min(scale, math.sqrt(most / max(width * height, 1.0))))


def read_bytes(path: Path, settings: Settings) -> bytes:
    """The whole file, once it is known to be a readable regular file of allowed size.

    Raises:
        InputError: missing, a folder, a device, empty, or not readable.
        LimitError: larger than ``max_file_mb``.
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
            data = source.read(settings.max_file_mb * MB + 1)  # files of /proc say that they have no bytes
    except OSError as error:
        raise InputError(_("cannot be read: {reason}.", reason=why(error)), file=name) from error
    if not data.strip():
        raise InputError(_("the file is empty."), file=name, hint=_("Export or save it again."))
    return data


def check_zip(path: Path, settings: Settings) -> None:
    """Refuse encrypted, truncated and bomb-like Office archives before anything unpacks them.

    Raises:
        InputError: encrypted (an OLE container) or not a whole zip.
        LimitError: unpacked size or compression ratio over the limits.
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
            check_unpacked(archive.infolist(), name, settings, _("save it anew"))
            damaged = archive.testzip()
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise InputError(
            _("the archive is truncated or corrupt."), file=name, hint=_("Export or download the file again.")
        ) from error
    except Exception as error:  # zlib.error and the like: a damaged stream
        if isinstance(error, InputError):
            raise
        raise InputError(_("the archive is damaged."), file=name, hint=_("Download the file again.")) from error
    if damaged:
        raise InputError(_("a part of the archive is damaged."), file=name, place=damaged)


def check_unpacked(entries: Sequence[zipfile.ZipInfo], name: str, settings: Settings, otherwise: Text) -> None:
    """Refuse what unpacks to too much, in all or beside its size; ``otherwise`` is what else the user can do.

    Raises:
        LimitError: it does.
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
                "If it is honest, raise max_unpacked_mb (ALIGN_MAX_UNPACKED_MB) or {otherwise}.", otherwise=otherwise
            ),
        )


def active_content(path: Path) -> tuple[Issue, ...]:
    """What an Office file carries beside its text and what is never run or fetched: macros, links to other files."""
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
    """XML root; entities that expand or point outside are refused, not resolved.

    Raises:
        InputError: not well-formed, or it declares entities.
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
    """Refuse a table, or the tables of a document, of more than `MAX_CELLS` cells.

    Raises:
        LimitError: it has more.
    """
    if count > MAX_CELLS:
        raise LimitError(
            _("the tables have {n} cells, empty ones included; the limit is {limit}.", n=count, limit=MAX_CELLS),
            file=name,
            place=place,
            hint=_("Delete what lies far outside the table, or split it."),
        )
