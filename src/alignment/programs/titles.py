"""What a document calls itself: a work programme, a curriculum, or something else."""

from __future__ import annotations

import re
from pathlib import Path

from alignment.documents import Document, Heading, Table
from alignment.programs.parts import clean
from alignment.programs.sections import Section, classify

QUOTED = re.compile(r"[«\"“](?P<name>[^»\"”]{4,120})[»\"”]")
WORK_PROGRAMME = re.compile(r"рабоч\w+\s+(?:учебн\w+\s+)?программ\w*", re.IGNORECASE)
NAMED = re.compile(
    r"(?:рабочая\s+(?:учебная\s+)?программа\s+)?(?:учебной\s+)?(?:дисциплины|профессионального\s+модуля|модуля|практики)\s*[:(]?\s*"
    r"(?:Б\d[\w.]*\s+)?[«\"“](?P<name>[^»\"”]{4,120})[»\"”]",
    re.IGNORECASE,
)
INDEXED = re.compile(r"^(?:[О0]П|ПМ|МДК|ОГСЭ|ЕН|Б\d)[\w.]*\.?\d+[\w.]*\s+(?P<name>[А-ЯЁA-Z][^\n]{4,110})$")
COURSE = re.compile(
    r"^(?:course|module|syllabus|course title|discipline|дисциплина|syllabus of)\s*[:–—]\s*(?P<name>.+)$", re.IGNORECASE
)
CURRICULUM = re.compile(
    r"образовательн\w+ программ|учебный план|curriculum|program(?:me)? (?:specification|handbook)|module handbook|описание программы",
    re.IGNORECASE,
)
TITLE_PAGE = re.compile(r"(?:примерная\s+)?рабочая\s+(?:учебная\s+)?программа", re.IGNORECASE)
LESSONS = re.compile(r"(?:тем\w*|№)\s+(?:занят|урок)\w*|домашн\w+\s+задани|календарн", re.IGNORECASE)
INDEX = re.compile(r"(?<![\w.])(?:Б\d|ФТД|К\.М)(?:\.[А-ЯЁ]{1,3}|\.\d{1,3})+(?![\w])")
FRONT_LINES = 40


def front(document: Document) -> list[str]:
    """The first lines of a document, table cells included."""
    lines: list[str] = []
    for block in document.blocks[:FRONT_LINES]:
        if isinstance(block, Table):
            lines += [cell.text for row in block.rows[:4] for cell in row if cell.text]
        else:
            lines.append(block.text)
    return lines[:FRONT_LINES]


def document_title(document: Document) -> str:
    """Title of the discipline a work programme is for; the file's name as a last resort."""
    lines = front(document)
    for pattern in (COURSE, INDEXED):
        for line in lines[:20]:
            match = pattern.match(line.strip())
            if match:
                return _tidy(match["name"])
    joined = " ".join(lines)
    match = NAMED.search(joined)
    if match:
        return _tidy(match["name"])
    for block in document.blocks[:6]:
        if isinstance(block, Heading) and block.level == 1 and classify(block.text) is None:
            quoted = QUOTED.search(block.text)
            return _tidy(quoted["name"] if quoted else WORK_PROGRAMME.sub("", block.text))
    return document.title or Path(document.file).stem.replace("_", " ")


def discipline_index(document: Document) -> str:
    """Code of the discipline in the study plan (Б1.О.05), if the front says it."""
    for line in front(document):
        match = INDEX.search(line)
        if match:
            return match[0]
    return ""


def _tidy(name: str) -> str:
    name = re.sub(r"\s+(?:рабочая\s+программа|контрольно).*$", "", clean(name), flags=re.IGNORECASE)
    name = re.sub(r"(?<=\w)\s+-(?=\w)", "-", name)
    return name.capitalize() if name.isupper() else name


def curriculum_title(document: Document) -> str:
    """Title of a document that describes several disciplines, else an empty string."""
    lines = front(document)
    if any(WORK_PROGRAMME.search(line) for line in lines[:12]):
        return ""
    for block in document.blocks[:6]:
        if (
            isinstance(block, Heading)
            and classify(block.text) is None
            and (CURRICULUM.search(block.text) or CURRICULUM.search(document.title))
        ):
            return block.text
    named = sum(
        isinstance(block, Heading)
        and bool(re.match(r"(?:дисциплина|модуль|module|course)\b.{0,6}[:.–—]", block.text, re.IGNORECASE))
        for block in document.blocks
    )
    return (document.title or lines[0]) if named >= 2 else ""


def not_a_program(document: Document) -> str:
    """What a document is when it is not a program, else an empty string."""
    lines = front(document)
    head = " ".join(lines[:14]).lower()
    text = document.text()
    works = any(TITLE_PAGE.match(line.strip()) for line in lines)
    if not works and re.search(r"контрольно-оценочн|фонд оценочных средств|оценочные (?:средства|материалы)", head):
        return "an assessment fund (ФОС, КОС)"
    if re.search(r"обобщ[её]нн\w+ трудов\w+ функци", text[:30_000], re.IGNORECASE) and "III. Характеристика" in text:
        return "a professional standard"
    outcomes = any(
        not isinstance(block, Table) and (classify(block.text) or (Section.SKIP,))[0] is Section.OUTCOMES
        for block in document.blocks
    )
    table = next((block for block in document.blocks if isinstance(block, Table)), None)
    header = " ".join(cell.text for row in table.rows[:2] for cell in row) if table else ""
    if not works and not outcomes and LESSONS.search(header):
        return "a calendar plan of lessons (КТП)"
    return ""
