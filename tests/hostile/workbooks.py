"""Workbooks: cells at the far corner, bombs, broken parts, chains of sectors that go round."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import openpyxl

from tests.conftest import ROOT
from tests.hostile.kinds import add

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@lru_cache(maxsize=1)
def _parts() -> dict[str, bytes]:
    book = openpyxl.Workbook()
    for row in (("Дисциплина", "Знать", "Уметь"), ("Физика", "законы механики", "измерять токи")):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(path: Path, parts: Mapping[str, bytes], packed: int = zipfile.ZIP_DEFLATED) -> None:
    with zipfile.ZipFile(path, "w", packed) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def _with(name: str, said: str = "", *, exit: int = 2, without: tuple[str, ...] = (), **changed: bytes | str) -> None:
    """A good workbook with other parts; keys are "sheet", "book", "styles", "types", "rels"."""
    where = {
        "sheet": SHEET,
        "book": "xl/workbook.xml",
        "styles": "xl/styles.xml",
        "types": "[Content_Types].xml",
        "rels": "xl/_rels/workbook.xml.rels",
        "macro": "xl/vbaProject.bin",
    }

    def make(path: Path) -> None:
        parts = {key: value for key, value in _parts().items() if key not in without}
        for key, value in changed.items():
            parts[where[key]] = value.encode() if isinstance(value, str) else value
        zipped(path, parts)

    add(f"xlsx: {name}", ".xlsx", make, said, exit=exit)


def _sheet(rows: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def _cell(place: str, value: str = "1") -> str:
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{row}"><c r="{place}" t="inlineStr"><is><t>{value}</t></is></c></row>'


_with("A1 and the last corner", "cells", sheet=_sheet(_cell("A1") + _cell("XFD1048576")))
_with("A1 and ALL100000", "cells", sheet=_sheet(_cell("A1") + _cell("ALL100000")))
_with("A1 and the last row", "cells", sheet=_sheet(_cell("A1") + _cell("A1048576")))
_with("A1 and the last column", "", sheet=_sheet(_cell("A1") + _cell("XFD1")))
_with(
    "a far format without a value",
    exit=0,
    sheet=_parts()[SHEET].replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'),
)
_with(
    "the far corner with another prefix",
    "cells|memory",
    sheet=f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row><x:row r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>',
)
_with(
    "the far corner as character references",
    "workbook",
    sheet=_sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="&#88;FD1048576"><v>1</v></c></row>'),
)
_with("a row beyond the last", "", sheet=_sheet(_cell("A1") + _cell("A99999999")))
_with("a column beyond the last", "", sheet=_sheet(_cell("A1") + _cell("ZZZZZ1")))
_with("a row 0", "", sheet=_sheet('<row r="0"><c r="A0"><v>1</v></c></row>'))
_with("a row below zero", "", sheet=_sheet('<row r="-1"><c r="A-1"><v>1</v></c></row>'))
_with(
    "3 million cells",
    "cells|bomb",
    sheet=_sheet(
        "".join(
            f'<row r="{n}">' + f'<c r="A{n}"><v>1</v></c><c r="ALL{n}"><v>{n}</v></c>' + "</row>"
            for n in range(1, 3000)
        )
    ),
)
_with("a missing string", "", sheet=_sheet('<row r="1"><c r="A1" t="s"><v>99999999</v></c></row>'))
_with(
    "numbers too large",
    "",
    sheet=_sheet('<row r="1"><c r="A1"><v>1e999</v></c><c r="B1"><v>-1e308</v></c><c r="C1"><v>nan</v></c></row>'),
)
_with("dates no calendar has", "", sheet=_sheet('<row r="1"><c r="A1" t="d"><v>9999-99-99T99:99:99</v></c></row>'))
_with(
    "an entity",
    "workbook|filled|entit",
    sheet=f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>{_sheet(_cell("A1", "&e;"))}',
)
_with(
    "laughing entities",
    "",
    sheet="<!DOCTYPE x [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    + "]>"
    + _sheet(_cell("A1", "&a11;")),
)
_with("deep elements", "", sheet=_sheet("<a>" * 50_000))
_with("half a sheet", "", sheet=_parts()[SHEET][:200])
_with("no sheet", "", without=(SHEET,))
_with("no list of sheets", "", without=("xl/workbook.xml",))
_with("no types", exit=0, without=("[Content_Types].xml",))
_with("no styles", exit=0, without=("xl/styles.xml",))
_with("formulas alone", "formula", sheet=_sheet('<row r="1"><c r="A1"><f>1+1</f></c></row>'))
_with("macros", "macros", exit=0, macro=b"\xd0\xcf\x11\xe0 evil")
_with(
    "controls in cells", exit=0, sheet=_sheet(_cell("A1", "Дисциплина") + _cell("A2", "законы_x001b_[31m&#27;механики"))
)
_with(
    "5,000 sheets",
    exit=0,
    book=_parts()["xl/workbook.xml"].replace(
        b"</sheets>",
        b"".join(
            b'<sheet name="s%d" sheetId="%d" r:id="rId1" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>'
            % (n, n)
            for n in range(2, 5000)
        )
        + b"</sheets>",
    ),
)
add("xlsx: a bomb", ".xlsx", lambda path: zipped(path, {"xl/workbook.xml": b"0" * (80 << 20)}), "bomb")
add(
    "xlsx: half a file",
    ".xlsx",
    lambda path: (zipped(path, _parts()), path.write_bytes(path.read_bytes()[:1500]))[0],
    "corrupt",
)
add(
    "xlsx: a flipped byte",
    ".xlsx",
    lambda path: (zipped(path, _parts()), path.write_bytes(_flipped(path.read_bytes())))[0],
    "damaged|corrupt|archive|part",
)
add("xlsx: not a zip", ".xlsx", b"PK\x03\x04" + b"x" * 3000, "corrupt")
add("xlsx: text under this name", ".xlsx", "Дисциплина;Знать\n", "corrupt")
add("xlsx: a password", ".xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "password")
add("xlsm: a bomb of zeros", ".xlsm", lambda path: zipped(path, {**_parts(), SHEET: b" " * (60 << 20)}), "bomb")

_ODS = '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="a"><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>'
add(
    "xlsx: an ods of repeated cells",
    ".xlsx",
    lambda path: zipped(
        path,
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": _ODS.encode(),
            "META-INF/manifest.xml": b"<x/>",
        },
    ),
    "memory|seconds|cells|workbook",
)


def _flipped(data: bytes) -> bytes:
    at = data.index(b"sheet1.xml") + 60
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def _old() -> bytes:
    """A real xls of the tests."""
    return next((ROOT / "corpora").rglob("*.xls"), ROOT / "none").read_bytes()


def _ole(fat: list[int], directory: int = 1, small: int = 0xFFFFFFFE) -> bytes:
    """An OLE file of one sector of allocation table."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIII", header, 44, 1, directory, 0, 4096, small, int(small < 0xFFFFFFFA), 0xFFFFFFFE, 0)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128I", *fat, *[0xFFFFFFFF] * (128 - len(fat)))
    entry = bytearray(128)
    name = "Workbook".encode("utf-16-le")
    entry[: len(name)] = name
    struct.pack_into("<HB", entry, 64, len(name) + 2, 2)
    struct.pack_into("<III", entry, 68, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<IQ", entry, 116, 2, 1 << 20)
    root = bytearray(entry)
    root[66] = 5
    return bytes(header) + table + bytes(root + entry) + bytes(256) + bytes(512 * 4)


add("xls: a directory that goes round", ".xls", _ole([0xFFFFFFFD, 1]), "circle")
add("xls: a stream that goes round", ".xls", _ole([0xFFFFFFFD, 0xFFFFFFFE, 3, 2]), "circle")
add("xls: a sector that follows itself", ".xls", _ole([0xFFFFFFFD, 0xFFFFFFFE, 2]), "circle")
add(
    "xls: small sectors that go round",
    ".xls",
    _ole([0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFE, 0xFFFFFFFE], small=3)[:-1024]
    + struct.pack("<128I", *[1, 0] + [0xFFFFFFFF] * 126)
    + bytes(512),
    "circle|workbook",
)
add("xls: a sector outside the file", ".xls", _ole([0xFFFFFFFD, 0xFFFFFFFE, 99]), "workbook|broke")
add("xls: a header alone", ".xls", _ole([])[:512], "workbook|broke")
add(
    "xls: a size of sectors of 2^65535",
    ".xls",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(22) + b"\xff\xff" + bytes(3000),
    "workbook|broke|memory",
)
add("xls: text under this name", ".xls", "Дисциплина;Знать\n", "corrupt|workbook")
