"""Names of files that came from outside, made fit to be kept in one folder."""

from __future__ import annotations

from collections.abc import Iterable

# A name of one file, without a folder: Linux allows 255 bytes.
LONGEST = 80


def safe_name(name: str, number: int) -> str:
    """The last part of a name that came from outside, short enough and never empty or a dot."""
    last = name.replace("\\", "/").rpartition("/")[2].replace("\0", "").strip()
    stem, dot, suffix = last.rpartition(".")
    if not last or last.strip(".") == "":
        return f"file {number}"
    return f"{stem[:LONGEST]}{dot}{suffix[:10]}" if dot and stem else last[:LONGEST]


def distinct_names(names: Iterable[str]) -> list[str]:
    """The names, a number added where one stands before already (whatever its case: so do some disks)."""
    taken: dict[str, str] = {}
    for name in names:
        stem, dot, suffix = name.rpartition(".") if "." in name.strip(".") else (name, "", "")
        unique, number = name, 1
        while unique.casefold() in taken:
            number += 1
            unique = f"{stem} ({number}){dot}{suffix}"
        taken[unique.casefold()] = unique
    return list(taken.values())
