"""The PDF files of a program that a review keeps, so that their pages can be shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alignment.documents.limits import read_bytes
from alignment.errors import InputError, why
from alignment.i18n import message as _
from alignment.model import Alignment
from alignment.review.tables import TITLE
from alignment.settings import load_settings


def read_sources(alignment: Alignment, paths: Sequence[Path]) -> dict[str, bytes]:
    """The contents of the PDF files from which statements were read, by the file name in their places.

    Only ``paths`` (files, or folders with them) are opened. Paths inside a
    result are never followed: its author may have named any file of this machine.

    Raises:
        InputError: one of ``paths`` does not exist or cannot be read.
    """
    named = {item.location.file for item in alignment.program.statements() if item.location.page is not None}
    settings = load_settings()
    result: dict[str, bytes] = {}
    for path in paths:
        if not path.exists():
            raise InputError(_("it does not exist."), file=str(path))
        files = sorted(path.rglob("*.pdf")) if path.is_dir() else [path]
        try:
            result.update({item.name: read_bytes(item, settings) for item in files if _wanted(item, named)})
        except OSError as error:
            raise InputError(_("it cannot be read ({reason}).", reason=why(error)), file=str(path)) from error
    return result


def _wanted(path: Path, named: set[str]) -> bool:
    return path.suffix.lower() == ".pdf" and path.name in named


def title_of(alignment: Alignment) -> str:
    """The name of a review if nobody gives one: program – standard."""
    program, standard = alignment.program, alignment.standard
    return f"{program.code or program.title} – {standard.code or standard.title}".strip(" –")[:TITLE]
