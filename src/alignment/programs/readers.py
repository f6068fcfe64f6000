"""One file → its parts; the suffix and the content select the reader."""

from __future__ import annotations

from pathlib import Path

import msgspec

from alignment.documents import Document, File, ReaderRegistry
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.programs import (
    description,
    fgos,
    framework,
    link_tables,
    matrix,
    plan_export,
    plan_flat,
    plan_plx,
    prose,
    refusal,
    schema_org,
)
from alignment.programs.file_part import FilePart
from alignment.settings import Settings

# Unpacked before its files are read, so that no reader takes it.
ARCHIVE = ".zip"
# The readers are asked in this order: those of tables before that of running text, which takes every document.
READERS: ReaderRegistry[list[FilePart]] = ReaderRegistry(
    "alignment.programs",
    (
        plan_plx.READER,
        link_tables.YAML_READER,
        framework.CASE_READER,
        schema_org.READER,
        schema_org.PAGE_READER,
        link_tables.READER,
        plan_flat.READER,
        plan_export.READER,
        framework.MOODLE_READER,
        matrix.READER,
        refusal.READER,
        fgos.READER,
        description.READER,
        prose.READER,
    ),
)


def read_parts(path: Path, settings: Settings) -> list[FilePart]:
    """The programs in one file.

    Raises:
        InputError: the file cannot be read, or is not a document of a program.
    """
    file = File(path, settings)
    reader = READERS.of(file)
    if reader is None:
        refusal.refuse_card(file)
    if reader is None and file.suffix in schema_org.TYPES:
        raise InputError(
            _("this JSON is not a program in a known format."),
            file=str(path),
            hint=_("A CASE package or schema.org Course / EducationalOccupationalProgram as JSON-LD is read."),
        )
    if reader is None and file.suffix not in READERS.suffixes():
        raise InputError(
            _("files of type '{kind}' are not read.", kind=path.suffix or _("none")),
            file=str(path),
            hint=_("Known types: {names}.", names=", ".join(sorted({*READERS.suffixes(), ARCHIVE}))),
        )
    parts = reader.read(file) if reader else prose.READER.read(file)
    return [_marked(part, file.opened) for part in parts] if file.opened else parts


def _marked(part: FilePart, document: Document) -> FilePart:
    """The part with the document's warnings, and with ``ocr`` set in statements from recognised pages."""
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
