"""Refuse documents that resemble a work programme and are something else, with an error that says what they are."""

from __future__ import annotations

from alignment.documents import File, FunctionReader
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.programs.file_part import FilePart
from alignment.programs.titles import not_a_program


def _refuse(file: File) -> list[FilePart]:
    raise InputError(
        _("this is not a program or work programme: it looks like {what}.", what=not_a_program(file.document)),
        file=file.document.file,
        hint=_("Give the work programme (рабочая программа), the study plan or the syllabus."),
    )


READER = FunctionReader(None, _refuse, lambda file: bool(not_a_program(file.document)))
