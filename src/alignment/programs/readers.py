"""One file → its parts: which reader, by the file's type and by what stands in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from alignment.documents import Document, Table, json_file, read_document
from alignment.errors import InputError
from alignment.frameworks import case, moodle
from alignment.i18n import message as _
from alignment.model import Fgos, Program
from alignment.programs import (
    description,
    fgos,
    link_tables,
    matrix,
    plan_export,
    plan_flat,
    plan_plx,
    schema_org,
    several,
    workprogramme,
)
from alignment.programs.file_part import Part
from alignment.programs.framework import to_program
from alignment.programs.titles import not_a_program
from alignment.settings import Settings


def read_parts(path: Path, settings: Settings) -> list[Part]:
    """Programs in one file.

    Raises:
        InputError: it cannot be read, or is no document of a program.
    """
    suffix = path.suffix.lower()
    if suffix == ".plx":
        return [Part(program=plan_plx.read(path, settings), kind="study plan")]
    if suffix in (".yaml", ".yml"):
        return [Part(program=link_tables.read_yaml(path, settings), kind="link tables", enriches=True)]
    if suffix in (".json", ".jsonld"):
        return [_json(path, json_file.read(path, settings))]
    if suffix in (".html", ".htm"):
        found = schema_org.in_page(path, settings)
        if found:
            return [Part(program=schema_org.program(found, path), kind="course catalogue")]
    document = read_document(path, settings)
    return [_marked(part, document) for part in parts_of(document, settings)]


def _marked(part: Part, document: Document) -> Part:
    """The part with the document's warnings, and its statements from recognised pages marked."""
    program = part.program
    if document.ocr_pages:
        pages = set(document.ocr_pages)
        disciplines = tuple(
            msgspec.structs.replace(
                discipline,
                statements=tuple(
                    msgspec.structs.replace(item, ocr=True) if item.location.page in pages else item
                    for item in discipline.statements
                ),
            )
            for discipline in program.disciplines
        )
        program = msgspec.structs.replace(program, disciplines=disciplines)
    if document.warnings:
        program = msgspec.structs.replace(program, warnings=(*document.warnings, *program.warnings))
    return msgspec.structs.replace(part, program=program)


def _json(path: Path, data: Any) -> Part:
    if case.fits(data):
        framework = case.framework(data, path)
        return Part(program=to_program(framework, str(path)), kind="course catalogue")
    if schema_org.fits(data):
        return Part(program=schema_org.program([data], path), kind="course catalogue")
    raise InputError(
        _("this JSON is no program that is known here."),
        file=str(path),
        hint=_("A CASE package or schema.org Course / EducationalOccupationalProgram as JSON-LD is read."),
    )


def parts_of(document: Document, settings: Settings) -> list[Part]:
    """Programs in one document."""
    if link_tables.fits(document):
        return [Part(program=link_tables.read(document), kind="link tables", enriches=True)]
    if plan_flat.fits(document):
        return [Part(program=program, kind="study plan") for program in plan_flat.read(document)]
    if plan_export.fits(document):
        return [Part(program=plan_export.read(document), kind="study plan")]
    if document.format in ("workbook", "csv") and all(isinstance(block, Table) for block in document.blocks):
        if document.format == "csv" and moodle.fits(document):
            return [Part(program=to_program(moodle.read(document), document.file), kind="course catalogue")]
        program, enriches = matrix.read(document)
        return [Part(program=program, kind="keywords" if enriches else "competence matrix", enriches=enriches)]
    what = not_a_program(document)
    if what:
        raise InputError(
            _("this is not a program or work programme: it looks like {what}.", what=what),
            file=document.file,
            hint=_("Give the work programme (рабочая программа), the study plan or the syllabus."),
        )
    if fgos.fits(document):
        return [Part(program=_of_fgos(fgos.read(document)), kind="FGOS", enriches=True)]
    if description.fits(document):
        return [Part(program=description.read(document), kind="program description", enriches=True)]
    catalogue = several.read(document, settings.sections, workprogramme.read)
    if catalogue is not None:
        return [Part(program=catalogue, kind="course catalogue")]
    program = workprogramme.read(document, settings.sections)
    return [Part(program=program, kind="curriculum" if len(program.disciplines) > 1 else "work programme")]


def _of_fgos(found: Fgos) -> Program:
    return Program(title=found.title, code=found.code, fgos=found, sources=(found.source,))
