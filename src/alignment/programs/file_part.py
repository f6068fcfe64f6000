"""`Part`: what one file contributes to a program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from alignment.documents import Document, FunctionReader
from alignment.errors import InputError
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
    """One program in a file; ``enriches`` marks a part that only adds to the disciplines of other files."""

    program: Program
    kind: PartKind
    enriches: bool = False


class NoContentError(InputError):
    """A document has no statements; ``titled`` is what a work programme says nevertheless: its discipline's title."""

    titled: Program | None = None


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a folder or archive that could not be read, and the reason."""

    message: Text


def of_document(
    kind: PartKind, read: Callable[[Document], Program], fits: Callable[[Document], bool], *, enriches: bool = False
) -> FunctionReader[list[FilePart]]:
    """A reader that makes one program of a document, whatever its file type.

    Args:
        kind: the kind of the part.
        read: makes the program of a document.
        fits: whether a document is of that kind.
        enriches: whether the part only adds to the disciplines of other files.
    """
    return FunctionReader(
        None,
        lambda file: [FilePart(program=read(file.document), kind=kind, enriches=enriches)],
        lambda file: fits(file.document),
    )
