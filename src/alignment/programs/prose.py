"""Read documents of running text: a catalogue of courses or a work programme; this reader takes any document."""

from __future__ import annotations

from alignment.documents import File, FunctionReader
from alignment.programs import several, workprogramme
from alignment.programs.file_part import FilePart


def _parts(file: File) -> list[FilePart]:
    sections = file.settings.sections
    catalogue = several.read(file.document, sections, workprogramme.read)
    if catalogue is not None:
        return [FilePart(program=catalogue, kind="course catalogue")]
    program = workprogramme.read(file.document, sections)
    return [FilePart(program=program, kind="curriculum" if len(program.disciplines) > 1 else "work programme")]


READER = FunctionReader(None, _parts)
