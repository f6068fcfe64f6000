"""Decode the bytes of text files, and plain text → Document."""

from __future__ import annotations

import re
from pathlib import Path

from charset_normalizer import from_bytes

from alignment.documents import encodings
from alignment.documents.blocks import AnyBlock, Document, Heading, Paragraph
from alignment.documents.limits import read_bytes
from alignment.documents.marks import HEAD
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.model import Location
from alignment.settings import Settings

# Share of the letters beyond ASCII that are Russian where a text is in windows-1251: of another 8-bit encoding many are
# not. A rare sign or name in twenty is let pass.
RUSSIAN_SHARE = 0.95
# A list mark (® and © are what recognition makes of bullets), or the letter or number of an item.
BULLET = re.compile(rf"^(?:{HEAD}|\s*(?:[®©]|[а-яa-z]\)|\d{{1,2}}\))\s*(?=\S))")
HEADING = re.compile(r"^(?:(?:\d{1,2}\.)+(?:\d{1,2})?\s+\S.{0,120}|[A-ZА-ЯЁ][A-ZА-ЯЁ0-9 ,.()«»–-]{6,100}|.{3,80}:)$")


def decode(data: bytes, name: str) -> str:
    """The text in UTF-8 (with or without BOM), UTF-16 with BOM, or a detected 8-bit encoding.

    Raises:
        InputError: the bytes are not text, or are in an encoding that is not supported; ``name`` is the file's name.
    """
    unread = encodings.unread(data)
    if unread:
        raise InputError(
            _("the text is in the encoding {encoding}, which is not supported.", encoding=unread),
            file=name,
            hint=_("Save the file as UTF-8."),
        )
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if b"\x00" in data[: encodings.HEAD]:
        raise InputError(_("this is a binary file, not text."), file=name, hint=_("Save it as UTF-8 text."))
    # windows-1251 is tried first, because detectors confuse it with other 8-bit encodings on short texts.
    text = data.decode("cp1251", errors="replace")
    letters = [char for char in text if not char.isascii() and not char.isspace()]
    russian = sum("а" <= char.lower() <= "я" or char in "Ёё«»–—№…" for char in letters)
    if letters and russian / len(letters) > RUSSIAN_SHARE and lowercase_dominates(letters):
        return text
    best = from_bytes(data).best()
    if best is None:
        raise InputError(_("the encoding is not recognised."), file=name, hint=_("Save the file as UTF-8."))
    return str(best)


def lowercase_dominates(letters: list[str]) -> bool:
    """Whether the text has as many small letters as capitals: KOI8-R that is decoded as cp1251 is mostly capitals."""
    lower = sum(char.islower() for char in letters)
    upper = sum(char.isupper() for char in letters)
    return lower >= upper


def read(path: Path, settings: Settings) -> Document:
    """Plain text as one block per line; list items and headings are recognised by their form.

    Raises:
        InputError: as `decode`.
    """
    text = decode(read_bytes(path, settings), str(path))
    return Document(file=str(path), format="text", blocks=tuple(line_blocks(text.splitlines(), path.name)))


def line_blocks(lines: list[str], file: str) -> list[AnyBlock]:
    """The blocks of plain lines; the paragraph number of a location is the line."""
    blocks: list[AnyBlock] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = Location(file=file, paragraph=number)
        stripped = line.strip()
        if BULLET.match(line):
            blocks.append(Paragraph(text=BULLET.sub("", line).strip(), item=True, location=place))
        elif HEADING.match(stripped):
            blocks.append(Heading(text=stripped, level=2, location=place))
        else:
            blocks.append(Paragraph(text=stripped, location=place))
    return blocks
