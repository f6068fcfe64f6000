"""Read FGOS orders: the competences that a program must form, and the appendix with professional standards."""

from __future__ import annotations

import re

from alignment.documents import Document, Table
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.language.dates import find_date
from alignment.model import Competence, Fgos, Program
from alignment.programs.declarations import competences, named_standards
from alignment.programs.file_part import of_document
from alignment.programs.statement_text import clean, competence_code, is_content
from alignment.programs.titles import KIND_LINES, UPPER_LINES, WORK_PROGRAMME, front

TITLE = re.compile(r"федеральн\w+\s+государственн\w+\s+образовательн\w+\s+стандарт", re.IGNORECASE)
APPROVES = re.compile(r"об\s+утверждении|\bприказ\b|утвержд[её]н", re.IGNORECASE)
NAMED = re.compile(
    r"(?:направлени\w+\s+подготовки|специальности)\s*(?:\([^)]*\)\s*)?(\d{2}\.\d{2}\.\d{2})(?!\d|\.\d)\s*[-–—]?\s*"
    r"[«\"]?([А-ЯЁ][^\n«»\"(]{3,150})",
    re.IGNORECASE,
)
ORDER = re.compile(r"от\s+(.{6,40}?)\s*(?:г\.?|года)?\s*(?:№|N)\s*(\d+)", re.IGNORECASE)
# The older form: "способностью использовать … (ОК-1);"
AFTER = re.compile(
    r"^(?P<text>(?:способность|готовность|владени|умени|знани).{10,900}?)\((?P<code>[А-Я]{2,3}-\d+)\)\W*$"
)
# Letters at the beginning in which the direction is named: the order and the first page of the standard.
FIRST_CHARS = 8000


def fits(document: Document) -> bool:
    """Whether a document is the order of an FGOS, not a program that refers to one."""
    lines = front(document)[:UPPER_LINES]
    if any(WORK_PROGRAMME.search(line) for line in lines[:KIND_LINES]):
        return False
    head = " ".join(lines)
    return bool(TITLE.search(head) and APPROVES.search(head)) and _long(document)


def _long(document: Document) -> bool:
    """Whether the text has the sections of an order (structure, results, conditions), which a mere citation lacks."""
    text = document.text()
    return bool(re.search(r"требования к (?:структуре|результатам освоения|условиям)", text, re.IGNORECASE))


def read(document: Document) -> Fgos:
    """The FGOS in a document.

    Raises:
        InputError: no competences were found.
    """
    by_code = {item.code: item for item in [*_after(document), *competences(document)]}
    if not by_code:
        raise InputError(
            _("no competences (УК, ОПК) were found in this FGOS."),
            file=document.file,
            hint=_("Give the whole order with its sections III and its appendix."),
        )
    head = " ".join(front(document))
    named = NAMED.search(head) or NAMED.search(document.text()[:FIRST_CHARS])
    order = ORDER.search(head)
    appendix = next(
        (
            number
            for number, block in enumerate(document.blocks)
            if not isinstance(block, Table)
            and re.search(r"перечень\s+профессиональных\s+стандартов", block.text, re.IGNORECASE)
            and number > len(document.blocks) // 2
        ),
        0,
    )
    return Fgos(
        code=named[1] if named else "",
        title=clean(named[2]).capitalize() if named else "",
        order=order[2] if order else "",
        date=find_date(order[1]) if order else "",
        competences=tuple(by_code.values()),
        standards=tuple(named_standards(document.blocks[appendix:])),
        source=document.file,
    )


def _after(document: Document) -> list[Competence]:
    result = []
    for block in document.blocks:
        if isinstance(block, Table):
            continue
        match = AFTER.match(block.text.strip())
        if match and is_content(match["text"]):
            code = competence_code(match["code"])
            result.append(Competence(code=code, text=clean(match["text"]), location=block.location))
    return result


def _program(document: Document) -> Program:
    result = read(document)
    return Program(title=result.title, code=result.code, fgos=result, sources=(result.source,))


READER = of_document("FGOS", _program, fits, enriches=True)
