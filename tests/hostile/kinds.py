"""What a hostile file is: how it is made, how it is read, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Make = Callable[[Path], None]
COURSE = "# Рабочая программа дисциплины «Физика»\n\n## Результаты обучения\n\nЗнать:\n\n- законы механики и методы измерений\n- основы теории цепей\n\n"


@dataclass(frozen=True)
class Kind:
    """A hostile file.

    ``role`` says what it is given as: a program, a standard, a card or a
    result. ``exit`` is 0 where it can be read all the same, else 2;
    ``said`` is a pattern of the message, or of a warning where it is read.
    """

    name: str
    suffix: str
    make: Make
    said: str = ""
    exit: int = 2
    role: str = "program"


KINDS: dict[str, Kind] = {}


def add(
    name: str, suffix: str, make: Make | str | bytes, said: str = "", *, exit: int = 2, role: str = "program"
) -> None:
    """Register a kind; bytes and text are the file itself."""
    assert name not in KINDS, name
    if isinstance(make, str):
        make = make.encode()
    if isinstance(make, bytes):
        data = make
        make = lambda path: path.write_bytes(data)  # noqa: E731
    KINDS[name] = Kind(name=name, suffix=suffix, make=make, said=said, exit=2 if exit else 0, role=role)
