"""What one file gives to a program."""

from __future__ import annotations

from typing import Literal

import msgspec

from alignment.i18n import Text
from alignment.model import Program

PartKind = Literal[
    "study plan",
    "work programme",
    "curriculum",
    "program description",
    "competence matrix",
    "keywords",
    "course catalogue",
    "FGOS",
    "link tables",
]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One program in a file; ``enriches`` marks a part that only adds to disciplines named by others."""

    program: Program
    kind: PartKind
    enriches: bool = False


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a bundle that gave nothing, and why."""

    message: Text
