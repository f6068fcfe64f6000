"""Refuse workbooks that would make the library fill the memory or run forever, before it reads them."""

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

# The address of a cell: <c r="AB12" …>; an element that ends with "/>" has a format and no value.
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
    """Refuse an xlsx if the rectangle around the cells of a sheet has more than `MAX_CELLS` cells.

    Raises:
        LimitError: a sheet has; the error names the sheet's part and the rectangle.
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
    """Last row, last column, first column and first row of the cells with a value, counted from 1."""
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
    """Refuse an old Office file (OLE, [MS-CFB]) with a chain of sectors that forms a loop: reading it would not end.

    Raises:
        InputError: there is such a chain.
    """
    try:
        size = 1 << min(struct.unpack_from("<H", data, SECTOR_SIZE)[0], LARGEST_SECTOR)
        table = _numbers(data, _table_sectors(data, size), size)
        first_small = struct.unpack_from("<I", data, SMALL_FAT)[0]
    except struct.error:
        return  # the file is truncated; the reader raises the error
    loop = _has_loop(table)
    if not loop:
        small = _numbers(data, _chain(table, first_small), size)
        loop = _has_loop(small)
    if loop:
        raise InputError(
            _("the workbook is damaged: its parts refer to each other in a circle."),
            file=name,
            hint=_("Open it in a spreadsheet program and save it as xlsx."),
        )


def _table_sectors(data: bytes, size: int) -> list[int]:
    """The numbers of the sectors that hold the allocation table (FAT)."""
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
    """The sectors of a chain, in a table without loops."""
    while sector < len(table):
        yield sector
        sector = table[sector]


def _has_loop(table: array[int]) -> bool:
    """Whether the chain from some sector returns to a sector of the same chain."""
    chain_of = array("I", bytes(WORD * len(table)))  # sector → number of the chain that first reached it; 0: none yet
    for start in range(len(table)):
        sector = start
        while sector < len(table) and not chain_of[sector]:
            chain_of[sector] = start + 1
            sector = table[sector]
        if sector < len(table) and chain_of[sector] == start + 1:
            return True
    return False
