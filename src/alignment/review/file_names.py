"""Safe and different names for files that came from outside, so that one folder can hold them."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

# A name of one file, without a folder: Linux allows 255 bytes.
LONGEST = 80
LONGEST_TITLE = 120  # letters of a downloaded file's name: 255 bytes are allowed, and a Russian letter has two
LONGEST_SUFFIX = 10  # letters: real ones have five at most


def safe_name(name: str, number: int) -> str:
    """A safe file name: the last part of ``name``, cut to a length that disks allow, never empty or a dot."""
    last = name.replace("\\", "/").rpartition("/")[2].replace("\0", "").strip()
    stem, dot, suffix = last.rpartition(".")
    if not last or last.strip(".") == "":
        return f"file {number}"
    return f"{stem[:LONGEST]}{dot}{suffix[:LONGEST_SUFFIX]}" if dot and stem else last[:LONGEST]


def file_title(text: str) -> str:
    """A text as the name of a file to download, without its suffix."""
    return text[:LONGEST_TITLE].replace("/", "-").replace('"', "")


def distinct_names(names: Iterable[str]) -> list[str]:
    """The names, with a number added to each repeated one (case is ignored, as some disks ignore it)."""
    taken: dict[str, str] = {}
    for name in names:
        stem, dot, suffix = name.rpartition(".") if "." in name.strip(".") else (name, "", "")
        unique, number = name, 1
        while unique.casefold() in taken:
            number += 1
            unique = f"{stem} ({number}){dot}{suffix}"
        taken[unique.casefold()] = unique
    return list(taken.values())


def attachment(plain: str, shown: str) -> dict[str, str]:
    """The header of a download (RFC 6266): ``shown`` is its name, ``plain`` one for clients that know only ASCII."""
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe='')}"}
