"""What would make a library of workbooks ask for memory without end, looked for before it reads the file."""

from __future__ import annotations

import re
import struct
import zipfile
from array import array
from collections.abc import Iterator
from pathlib import Path

from alignment.documents.limits import MAX_CELLS, refuse_cells
from alignment.errors import InputError
from alignment.i18n import message as _

# A cell's place: <c r="AB12" …>; what ends with "/>" is a format without a value.
PLACE = re.compile(rb"""<(?:\w{1,20}:)?c\s[^>]{0,200}?r=["']([A-Z]{1,6})(\d{1,10})["'][^>]{0,200}>""")
# The header of a compound file (MS-CFB 2.2): where it says the size of a sector, as a power of two; the first sector
# of the table of small ones, and of the list of further sectors of the allocation table; and where its own list of them
# begins, which has HEADED entries.
SECTOR_SIZE, SMALL_FAT, DIFAT, FIRST, HEADED = 30, 60, 68, 76, 109
LAST_SECTOR = 0xFFFFFFFA  # from here on a number is a mark and no sector (the same place)
# A real sector is 2**9 or 2**12 bytes; a larger power would only fill the memory.
LARGEST_SECTOR = 20
WORD = 4  # bytes of a sector's number
LETTERS = 26  # of the names of columns


def refuse_far(path: Path) -> None:
    """Refuse sheets of an xlsx that reach so far that the cells between would fill the memory.

    Raises:
        LimitError: one does; it names the sheet's part and its last cell.
    """
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            if not part.startswith("xl/worksheets/") or not part.endswith(".xml"):
                continue
            low, right, left, top = _corner(archive.read(part))
            if (low - top + 1) * (right - left + 1) > MAX_CELLS:
                place = f"{part.rpartition('/')[2]}, {column_name(left - 1)}{top}:{column_name(right - 1)}{low}"
                refuse_cells((low - top + 1) * (right - left + 1), str(path), place)


def _corner(data: bytes) -> tuple[int, int, int, int]:
    """Last row, last column, first column, first row of cells with a value, all from 1."""
    low = right = 0
    top = left = 1 << 30
    columns: dict[bytes, int] = {}
    for match in PLACE.finditer(data):
        if match[0].endswith(b"/>"):
            continue
        row = int(match[2])
        column = columns.get(match[1]) or columns.setdefault(match[1], _number(match[1]))
        low, right, left, top = max(low, row), max(right, column), min(left, column), min(top, row)
    return (low, right, left, top) if low else (0, 0, 1, 1)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * LETTERS + letter - ord("A") + 1
    return number


def column_name(index: int) -> str:
    """Letters of a zero-based column: 0 → A, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, LETTERS)
        name = chr(ord("A") + rest) + name
    return name


def refuse_loops(data: bytes, name: str) -> None:
    """Refuse an old Office file (OLE) whose chains of sectors come back to themselves: its streams have no end.

    Raises:
        InputError: one does.
    """
    try:
        size = 1 << min(struct.unpack_from("<H", data, SECTOR_SIZE)[0], LARGEST_SECTOR)
        table = _numbers(data, _table_sectors(data, size), size)
        first_small = struct.unpack_from("<I", data, SMALL_FAT)[0]
    except struct.error:
        return  # truncated: the reader says so
    round_ = _goes_round(table)
    if not round_:
        small = _numbers(data, _chain(table, first_small), size)
        round_ = _goes_round(small)
    if round_:
        raise InputError(
            _("the workbook is damaged: its parts refer to each other in a circle."),
            file=name,
            hint=_("Open it in a spreadsheet program and save it as xlsx."),
        )


def _table_sectors(data: bytes, size: int) -> list[int]:
    """Sectors that hold the allocation table."""
    listed = [*struct.unpack_from(f"<{HEADED}I", data, FIRST)]
    sector, seen = struct.unpack_from("<I", data, DIFAT)[0], set()
    while sector < LAST_SECTOR and sector not in seen and (sector + 2) * size <= len(data):
        seen.add(sector)
        *more, sector = struct.unpack_from(f"<{size // WORD}I", data, (sector + 1) * size)
        listed += more
    return [item for item in listed if item < LAST_SECTOR]


def _numbers(data: bytes, sectors: Iterator[int] | list[int], size: int) -> array[int]:
    result = array("I")
    for sector in sectors:
        part = data[(sector + 1) * size : (sector + 2) * size]
        result.frombytes(part[: len(part) // WORD * WORD])
    return result


def _chain(table: array[int], sector: int) -> Iterator[int]:
    """Sectors of a chain in a table without circles."""
    while sector < len(table):
        yield sector
        sector = table[sector]


def _goes_round(table: array[int]) -> bool:
    """Whether following the table from some entry comes back to an entry of the same way."""
    way_of = array("I", bytes(WORD * len(table)))
    for start in range(len(table)):
        here = start
        while here < len(table) and not way_of[here]:
            way_of[here] = start + 1
            here = table[here]
        if here < len(table) and way_of[here] == start + 1:
            return True
    return False
