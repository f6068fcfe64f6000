"""Refuse documents that resemble a work programme and are something else, with an error that says what they are."""

from __future__ import annotations

import re

from alignment.documents import File, FunctionReader
from alignment.documents.limits import read_bytes
from alignment.documents.textfile import decode
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.programs.file_part import FilePart
from alignment.programs.titles import STANDARD, not_a_program

# Names of elements in a registry card of a professional standard, XML or JSON.
CARD = re.compile(r"professional\W{0,3}standar[td]|generalized\W{0,3}work\W{0,3}function", re.IGNORECASE)
CARD_TYPES = frozenset({".xml", ".json"})
STANDARD_HINT = _(
    "Give it after -s (--standard), and as files the study plan, work programmes or syllabi of a program."
)


def refuse_card(file: File) -> None:
    """Nothing, if the file is no registry card.

    Raises:
        InputError: it is one, a professional standard that was given as a program.
    """
    if file.suffix in CARD_TYPES and CARD.search(decode(read_bytes(file.path, file.settings), str(file.path))):
        raise InputError(_("this is a professional standard, not a program."), file=str(file.path), hint=STANDARD_HINT)


def _refuse(file: File) -> list[FilePart]:
    what = not_a_program(file.document)
    raise InputError(
        _("this is not a program or work programme: it looks like {what}.", what=what),
        file=file.document.file,
        hint=STANDARD_HINT
        if what == STANDARD
        else _("Give the work programme (рабочая программа), the study plan or the syllabus."),
    )


READER = FunctionReader(None, _refuse, lambda file: bool(not_a_program(file.document)))
