"""Find the title of a document, and whether it is a work programme, a curriculum or something else."""

from __future__ import annotations

import re
from pathlib import Path

from alignment.documents import Document, Heading, Table
from alignment.i18n import Text
from alignment.i18n import message as _
from alignment.programs.sections import Section, classify
from alignment.programs.statement_text import clean

QUOTED = re.compile(r"[«\"“](?P<name>[^»\"”]{4,120})[»\"”]")
WORK_PROGRAMME = re.compile(r"рабоч\w+\s+(?:учебн\w+\s+)?программ\w*", re.IGNORECASE)
NAMED = re.compile(
    r"(?:рабочая\s+(?:учебная\s+)?программа\s+)?(?:учебной\s+)?(?:дисциплины|профессионального\s+модуля|модуля|практики)\s*[:(]?\s*"
    r"(?:Б\d[\w.]*\s+)?[«\"“](?P<name>[^»\"”]{4,120})[»\"”]",
    re.IGNORECASE,
)
INDEXED = re.compile(r"^(?:[О0]П|ПМ|МДК|ОГСЭ|ЕН|Б\d)[\w.]*\.?\s?\d+[\w.]*\s+(?P<name>[А-ЯЁA-Z][^\n]{4,110})$")
COURSE = re.compile(
    r"^(?:course|module|syllabus|course title|discipline|дисциплина|syllabus of)\s*[:–—]\s*(?P<name>.+)$", re.IGNORECASE
)
CURRICULUM = re.compile(
    r"образовательн\w+ программ|учебный план|curriculum|program(?:me)? (?:specification|handbook)|module handbook|описание программы",
    re.IGNORECASE,
)
TITLE_PAGE = re.compile(r"(?:примерная\s+)?рабочая\s+(?:учебная\s+)?программа", re.IGNORECASE)
# A line of the title page after which the discipline's title follows, and lines that end the title.
TITLE_HEAD = re.compile(
    r"^(?:(?:примерная\s+)?рабоч\w+\s+(?:учебн\w+\s+)?программ\w*|syllabus|course syllabus|work program(?:me)?)"
    r"(?:\s+(?:по\s+)?(?:учебн\w+\s+)?(?:дисциплин\w+|модул\w+|практик\w+|курс\w+|профессионального модуля|of the (?:course|discipline)|for|of)"
    r"(?:\s*\((?:модул\w+|практик\w+)\))?)?\s*:?$",
    re.IGNORECASE,
)
TITLE_END = re.compile(
    r"^(?:подписано|составител|направлени|специальност|профил|направленност|уровень|квалификац|степень|форма|кафедр|институт|факультет|"
    r"преподавател|разработ|автор|год|г\.\s|[А-ЯЁ][а-яё-]+,?\s+(?:19|20)\d\d|\d{2}\.\d{2}\.\d{2}|signed|compiler|field of|\d{4}|«?утвержд|согласован|рабоч\w+ программ|для )",
    re.IGNORECASE,
)
TITLE_LINES = 4  # of a discipline's title on its page; what follows is another field
TWO_LANGUAGES = re.compile(
    r"^(?P<en>[A-Za-z][^А-Яа-яЁё()]*?)\s*\((?P<ru>[А-ЯЁ][^A-Za-z()]*)\)$|^(?P<ru2>[А-ЯЁ][^A-Za-z()]*?)\s*\((?P<en2>[A-Za-z][^А-Яа-яЁё()]*)\)$"
)
GUIDE = re.compile(
    r"^\W*(?:учебно-)?методическ\w+\s+(?:рекомендаци|указани|пособи|разработк|материал)|^\W*(?:лабораторный\s+)?практикум$|^\W*учебн\w+\s+пособи|^\W*конспект\s+лекций",
    re.IGNORECASE,
)
FUND = re.compile(
    r"контрольно-оценочн|фонд\w*\s+оценочн|оценочн\w+\s+(?:средств|материал)|контрольно-измерительн|fund of assessment",
    re.IGNORECASE,
)
LESSONS = re.compile(r"(?:тем\w*|№)\s+(?:занят|урок)\w*|домашн\w+\s+задани|календарн", re.IGNORECASE)
INDEX = re.compile(r"(?<![\w.])(?:Б\d|ФТД|К\.М)(?:\.[А-ЯЁ]{1,3}|\.\d{1,3})+(?![\w])")
INDEX_LEAD = re.compile(r"^(?:Б\d|ФТД|К\.М|[ОП]{2}|ПМ|МДК)[.\w()]*\d[.\w]*\s+(?=\S)")
FILE_LEAD = re.compile(r"^(?:РПД|РП|РПП|рабочая программа|work programme|syllabus)\b[\s._–—-]*", re.IGNORECASE)
# Lines of a title page and the beginning of the next one.
FRONT_LINES = 40
# The lines in which a document says what it is, below the names of ministry, university and faculty.
HEAD_LINES = 14
# Half and double of these bounds give the same titles and statements in twelve work programmes of
# corpora/gold/reading: they only keep what stands further down out.
#
# The lines in which "Рабочая программа" is this document's kind, not one that it mentions.
KIND_LINES = 12
# Lines of the title page in which the document's own title and subject stand.
UPPER_LINES = 25
# Blocks among which a title is the first heading, and letters without which it is none.
FIRST_BLOCKS, LEAST_TITLE = 6, 3
# Letters of a discipline's title that is read line by line: what is longer has run on into the next field.
LONGEST_TITLE = 160
# Rows of a table on the title page: those of the title, before the signatures.
TITLE_ROWS = 4
# Lines in which a label ("Дисциплина:") names the discipline: later ones are of the plan.
LABEL_LINES = 20
# Letters in which a standard speaks of its generalized functions for the first time.
STANDARD_CHARS = 30_000


def front(document: Document, count: int = FRONT_LINES) -> list[str]:
    """The first lines of a document, table cells included."""
    lines: list[str] = []
    for block in document.blocks[:count]:
        if isinstance(block, Table):
            lines += [cell.text for row in block.rows[:TITLE_ROWS] for cell in row if cell.text]
        else:
            lines.append(block.text)
    return lines[:count]


def document_title(document: Document) -> str:
    """The title of the discipline of a work programme; the file's name if nothing else is found."""
    lines = front(document)
    for pattern in (COURSE, INDEXED):
        for line in lines[:LABEL_LINES]:
            match = pattern.match(line.strip())
            if match:
                return _tidy(match["name"])
    below = _below_heading(lines)
    if below:
        return _tidy(below)
    joined = " ".join(lines)
    match = NAMED.search(joined)
    if match:
        return _tidy(match["name"])
    for block in document.blocks[:FIRST_BLOCKS]:
        if isinstance(block, Heading) and block.level == 1 and classify(block.text) is None:
            quoted = QUOTED.search(block.text)
            bare = quoted["name"] if quoted else WORK_PROGRAMME.sub("", block.text)
            if len(bare) > LEAST_TITLE:
                return _tidy(bare)
    return document.title or _tidy(FILE_LEAD.sub("", Path(document.file).stem.replace("_", " ")))


def _below_heading(lines: list[str]) -> str:
    """The lines of the title page below "Рабочая программа дисциплины", up to the next field."""
    start = next(
        (index for index, line in enumerate(lines[:UPPER_LINES]) if TITLE_HEAD.match(" ".join(line.split()))), None
    )
    if start is None:
        return ""
    lines_below: list[str] = []
    for line in lines[start + 1 : start + 1 + TITLE_LINES]:
        text = line.strip()
        if TITLE_END.match(text) or classify(text) is not None:
            break
        lines_below.append(text)
        if QUOTED.search(" ".join(lines_below)):
            break
    name = " ".join(lines_below)
    quoted = QUOTED.fullmatch(name)
    return quoted["name"] if quoted else name if LEAST_TITLE < len(name) < LONGEST_TITLE else ""


def discipline_index(document: Document) -> str:
    """The code of the discipline in the study plan (Б1.О.05), from the first lines; "" if it is not there."""
    for line in front(document):
        match = INDEX.search(line)
        if match:
            return match[0]
    return ""


def _tidy(name: str) -> str:
    name = re.sub(r"\s+(?:рабочая\s+программа|контрольно).*$", "", clean(name), flags=re.IGNORECASE)
    name = re.sub(r"(?<=\w)\s+-(?=\w)", "-", INDEX_LEAD.sub("", name)).strip('«»"“” ')
    both = TWO_LANGUAGES.match(name)
    if both:
        # In "Operating Systems (Операционные системы)" the Russian title is the one that study plans use.
        name = both["ru"] or both["ru2"]
    return name.capitalize() if name.isupper() else name


def curriculum_title(document: Document) -> str:
    """The title of a document that describes several disciplines; "" for any other document."""
    lines = front(document)
    if any(WORK_PROGRAMME.search(line) for line in lines[:KIND_LINES]):
        return ""
    for block in document.blocks[:FIRST_BLOCKS]:
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


# What `not_a_program` says of a professional standard, which is given with another option.
STANDARD = _("a professional standard")


def not_a_program(document: Document) -> Text:
    """The kind of a document that is not a program, for an error; "" if it may be one."""
    lines = front(document)
    head = lines[:HEAD_LINES]
    works = any(TITLE_PAGE.match(line.strip()) for line in lines)
    if not works and any(FUND.search(line) for line in head):
        return _("an assessment fund (ФОС, КОС)")
    if not works and any(GUIDE.match(line) for line in head):
        return _("a methodical guide")
    text = document.text()
    if (
        re.search(r"обобщ[её]нн\w+ трудов\w+ функци", text[:STANDARD_CHARS], re.IGNORECASE)
        and "III. Характеристика" in text
    ):
        return STANDARD
    outcomes = any(
        not isinstance(block, Table) and (classify(block.text) or (Section.SKIP,))[0] is Section.OUTCOMES
        for block in document.blocks
    )
    table = next((block for block in document.blocks if isinstance(block, Table)), None)
    header = " ".join(cell.text for row in table.rows[:2] for cell in row) if table else ""
    if not works and not outcomes and LESSONS.search(header):
        return _("a calendar plan of lessons (КТП)")
    return ""
