"""Read ОПОП descriptions: the program's passport, its competences, and the standards and functions that it declares."""

from __future__ import annotations

import re

from alignment.documents import Document, Heading, Table
from alignment.i18n import message as _
from alignment.model import Issue, Location, Program, Skipped
from alignment.programs.declarations import competences, declared_links, named_standards
from alignment.programs.file_part import of_document
from alignment.programs.statement_text import clean
from alignment.programs.titles import KIND_LINES, UPPER_LINES, WORK_PROGRAMME, front

FRONT = re.compile(
    r"основн\w+\s+(?:профессиональн\w+\s+)?образовательн\w+\s+программ|(?:общая\s+)?характеристика\s+образовательн\w+\s+программ|"
    r"описание\s+(?:основной\s+)?(?:профессиональной\s+)?образовательн\w+\s+программ|\bОПОП\b",
    re.IGNORECASE,
)
NAMED = re.compile(
    r"(?:направлени\w+|специальност\w+)(?:\s+подготовки)?(?:\s*\([^)]*\))?\s*[:–—-]?\s*(?:\n\s*)?"
    r"(\d{2}\.\d{2}\.\d{2})(?!\d|\.\d)\.?\s*[–—-]?\s*[«\"“]?([А-ЯЁ][^\n»\"”(]{3,150})",
    re.IGNORECASE,
)
DIRECTION = re.compile(r"(?<![\d.])(\d{2}\.\d{2}\.\d{2})(?!\d|\.\d)\s*[–—-]?\s*[«\"“]?([А-ЯЁ][^\n»\"”(]{3,150})?")
PROFILE = re.compile(
    r"(?:направленност\w+\s*(?:\(профил\w+\))?|профил\w+|специализаци\w+)(?:\s+(?:образовательной\s+)?программы)?"
    r"(?:\s+подготовки)?\s*[:–—-]*\s*(?:\n\s*)?[«\"“]([^»\"”\n]{3,150})[»\"”]",
    re.IGNORECASE,
)
DEGREE = re.compile(
    r"(?:квалификаци\w+[^:\n]{0,60}|уровень\s+(?:высшего\s+)?образования|степень)\s*[:–—-]\s*(?:\n\s*)?[«\"“]?"
    r"([А-ЯЁа-яё][А-ЯЁа-яё .-]{3,60})",
    re.IGNORECASE,
)
LEVEL = re.compile(r"\b(бакалавр|магистр|специалитет|аспирант|ординатур)", re.IGNORECASE)
YEAR = re.compile(r"(?:год\w*\s+(?:начала\s+подготовки|набора|приема|приёма)[^\d]{0,20}|\b)(20\d{2})")
TASKS = re.compile(
    r"(?:тип\w*\s+задач|вид\w*\s+(?:профессиональн\w+\s+)?деятельност\w+|виды профессиональной)", re.IGNORECASE
)
ACTIVITY = re.compile(r"\b((?:[а-яё]+-)*[а-яё]+(?:ск|онн|ектн|йн|вн)(?:ий|ый|ая|ой))\b", re.IGNORECASE)
NOT_ACTIVITY = re.compile(r"^(?:профессиональн|академическ|российск|образовательн|высш|федеральн)", re.IGNORECASE)
# Blocks behind "types of tasks" in which they are listed; the next heading ends the list before.
NEAR = 8
# Letters of the beginning in which direction, profile and the like are looked for: two pages and the contents.
FRONT_CHARS = 6000
# Letters of a paragraph that lists types of tasks; running text has such adjectives too.
LONGEST_LIST = 300


def fits(document: Document) -> bool:
    """Whether a document of running text describes a whole program and its competences."""
    lines = front(document)
    if any(WORK_PROGRAMME.search(line) for line in lines[:KIND_LINES]):
        return False
    if not FRONT.search(" ".join(lines[:UPPER_LINES])):
        return False
    disciplines = sum(
        isinstance(block, Heading) and bool(re.match(r"дисциплина\b", block.text, re.IGNORECASE))
        for block in document.blocks
    )
    return disciplines < 2 and (bool(named_standards(document.blocks)) or len(competences(document)) > 1)


def read(document: Document) -> Program:
    """The program's passport, competences with indicators, named standards and declared links; no disciplines."""
    text = document.text()
    head = text[:FRONT_CHARS]
    named, direction = NAMED.search(head), DIRECTION.search(head)
    profile, degree, level, year = PROFILE.search(head), DEGREE.search(head), LEVEL.search(head), YEAR.search(head)
    promised = competences(document)
    links = declared_links(document, [item.code for item in promised])
    standards = named_standards(document.blocks)
    warnings = []
    if not standards and not links:
        message = _("the description names no professional standard")
        warnings.append(Issue(message=message, location=Location(file=document.file)))
    title = clean(named[2]) if named else (clean(direction[2] or "") if direction else "")
    return Program(
        title=title or document.title or document.file,
        code=named[1] if named else (direction[1] if direction else ""),
        profile=clean(profile[1]) if profile else "",
        degree=clean(degree[1]) if degree else (level[1].lower() if level else ""),
        year=year[1] if year else "",
        activities=tuple(_activities(document)),
        competences=tuple(promised),
        declared=tuple(links),
        standards=tuple(standards),
        skipped=tuple(_prose(document)),
        sources=(document.file,),
        warnings=tuple(warnings),
    )


def _activities(document: Document) -> list[str]:
    """Types of professional tasks that are named in a line that announces them, or just below it."""
    activities: list[str] = []
    left = 0
    for block in document.blocks:
        if isinstance(block, Table):
            left = 0
            continue
        announced = TASKS.search(block.text)
        if announced:
            left = NEAR
        if left:
            text = block.text[announced.end() :] if announced else block.text
            if len(text) < LONGEST_LIST:
                activities += [
                    match[1].lower() for match in ACTIVITY.finditer(text) if not NOT_ACTIVITY.match(match[1].lower())
                ]
            if not announced and (isinstance(block, Heading) or block.text.rstrip().endswith(".")):
                left = 1
            left -= 1
    return list(dict.fromkeys(activities))


def _prose(document: Document) -> list[Skipped]:
    """The sections of running text, to be listed as left out: they do not say what a student learns."""
    result: list[Skipped] = []
    title, place, lines = "", Location(), 0
    for block in document.blocks:
        if isinstance(block, Heading):
            if lines:
                result.append(Skipped(title=title or "(beginning)", reason="description", lines=lines, location=place))
            title, place, lines = clean(block.text), block.location, 0
        elif not isinstance(block, Table):
            lines += 1
    if lines:
        result.append(Skipped(title=title or "(beginning)", reason="description", lines=lines, location=place))
    return result


READER = of_document("program description", read, fits, enriches=True)
