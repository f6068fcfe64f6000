"""Read documents of running text: a catalogue of courses or a work programme; this reader takes any document."""

from __future__ import annotations

from alignment.documents import File, Format
from alignment.programs import several, workprogramme
from alignment.programs.file_part import Part


def _parts(file: File) -> list[Part]:
    sections = file.settings.sections
    catalogue = several.read(file.document, sections, workprogramme.read)
    if catalogue is not None:
        return [Part(program=catalogue, kind="course catalogue")]
    program = workprogramme.read(file.document, sections)
    return [Part(program=program, kind="curriculum" if len(program.disciplines) > 1 else "work programme")]


READER = Format(None, _parts)
