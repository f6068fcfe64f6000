"""What one file gives to a program, and readers that give it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from alignment.documents import Document, FunctionReader
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


class FilePart(msgspec.Struct, frozen=True, kw_only=True):
    """One program in a file; ``enriches`` marks a part that only adds to disciplines named by others."""

    program: Program
    kind: PartKind
    enriches: bool = False


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a bundle that gave nothing, and why."""

    message: Text


def of_document(
    kind: PartKind, read: Callable[[Document], Program], fits: Callable[[Document], bool], *, enriches: bool = False
) -> FunctionReader[list[FilePart]]:
    """A reader of documents that makes one program of each, whatever the type of its file."""
    return FunctionReader(
        None,
        lambda file: [FilePart(program=read(file.document), kind=kind, enriches=enriches)],
        lambda file: fits(file.document),
    )
