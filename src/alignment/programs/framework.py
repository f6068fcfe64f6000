"""Read a competency framework (CASE, Moodle) as a program: its top-level competencies become disciplines."""

from __future__ import annotations

from alignment.documents import FunctionReader
from alignment.frameworks import CompetencyNode, Framework, case, moodle
from alignment.language import bloom_level, kind_of, language_of
from alignment.model import Competence, Discipline, Kind, Program, Statement
from alignment.programs.file_part import FilePart, of_document
from alignment.programs.matrix import is_grid
from alignment.programs.statement_text import clean, is_content


def to_program(framework: Framework, source: str) -> Program:
    """The framework as a program: each top-level branch becomes a discipline, each competency in it a statement.

    ``source`` is the user's name of the file.
    """
    competences = [
        Competence(code=node.code, text=node.text, location=node.location)
        for top in framework.nodes
        for node in top.below()
        if node.code
    ]
    return Program(
        title=framework.title,
        disciplines=tuple(_discipline(top) for top in framework.nodes),
        competences=tuple(competences),
        sources=(source,),
        warnings=framework.warnings,
    )


def _discipline(top: CompetencyNode) -> Discipline:
    title = clean(top.text)
    statements: list[Statement] = []
    for node in top.below():
        texts = [node.text] if node is not top or not node.children else []
        if node.note and node.note != node.text and len(node.note.split()) > 2:
            texts.append(node.note)
        for text in texts:
            body = clean(text)
            if is_content(body):
                statements.append(
                    Statement(
                        id="",
                        text=body,
                        kind=kind_of(body, Kind.COMPETENCE),
                        language=language_of(body),
                        discipline=title,
                        section=node.code,
                        location=node.location,
                        bloom=bloom_level(body),
                    )
                )
    codes = tuple(node.code for node in top.below() if node.code)
    return Discipline(title=title, competences=codes, statements=tuple(statements), location=top.location)


CASE_READER = FunctionReader(
    frozenset({".json", ".jsonld"}),
    lambda file: [
        FilePart(program=to_program(case.framework(file.json, file.path), str(file.path)), kind="course catalogue")
    ],
    lambda file: case.fits(file.json),
)
MOODLE_READER = of_document(
    "course catalogue",
    lambda document: to_program(moodle.read(document), document.file),
    lambda document: document.format == "csv" and is_grid(document) and moodle.fits(document),
)
