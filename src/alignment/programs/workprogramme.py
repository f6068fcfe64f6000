"""Work programmes of disciplines, syllabi and curricula in running text → `Program`.

A state machine goes over the blocks: headings tell whether a section has
outcomes, content or boilerplate; label lines ("уметь:") tell the kind of the
outcomes that follow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from alignment.documents import Document, Heading, Paragraph, Table
from alignment.i18n import message as _
from alignment.language import kind_of
from alignment.model import Competence, Discipline, Issue, Kind, Location, Program, Skipped, Statement
from alignment.programs.codes_fixed import fixed
from alignment.programs.file_part import NoContentError
from alignment.programs.outcome_tables import assessed_competences, read_outcomes
from alignment.programs.outline import Mark, Outline
from alignment.programs.passport import FRONT_LINES, passport
from alignment.programs.sections import CLOSED, NUMBER, PART, PLAIN, Section, classify
from alignment.programs.statement_text import (
    COMPETENCE,
    clean,
    competence_code,
    is_content,
    of_competence,
    sentences,
    statements,
    topic,
)
from alignment.programs.table_pages import add_topics, open_page_of, whole
from alignment.programs.titles import KIND_LINES, TITLE_PAGE, curriculum_title, discipline_index, document_title, front

LABEL = re.compile(
    r"(?:^|[\s(,-])(?P<word>знать|уметь|владеть(?: навыками)?|иметь (?:практический )?опыт\w*|иметь навыки|знания|умения|навыки|"
    r"практический опыт|know|be able to|understand|able to|students will|will be able to|skills|knowledge)\s*:\s*$",
    re.IGNORECASE,
)
LABEL_KINDS = (
    (Kind.EXPERIENCE, re.compile("влад|опыт|навык", re.IGNORECASE)),
    (Kind.SKILL, re.compile("уме|able|skills", re.IGNORECASE)),
    (Kind.KNOWLEDGE, re.compile("зна|know|understand", re.IGNORECASE)),
)
DISCIPLINE_HEAD = re.compile(
    r"^(?:дисциплина|модуль|курс|course|module|discipline)\s*(?:\d+\s*)?[:.–—]\s*(?P<name>.+)$", re.IGNORECASE
)
# "Для изучения дисциплины необходимы знания, умения и навыки:" is about what other disciplines have taught.
NEEDED = re.compile(r"необходим|опира|предшеств|предыдущ|последующ|required|prerequisite", re.IGNORECASE)
CREDITS = re.compile(
    r"(?<!\d)(\d{1,3}(?:[.,]\d{1,2})?)\s{0,9}(?:зач[её]тн\w+ единиц|з\.\s?е\.|ЗЕТ|ECTS|credits?)", re.IGNORECASE
)
CREDITS_AFTER = re.compile(r"(?:credits?|ECTS|зач[её]тн\w+ единиц\w*)\s*[:–—(-]\s*(\d+(?:[.,]\d+)?)", re.IGNORECASE)
HOURS = re.compile(
    r"(?:нагрузк\w+[^.\d]{0,60}|трудо[её]мкость[^.\d]{0,60}|всего[^.\d]{0,20}|\()(\d{2,4})\s*(?:академическ\w+ )?час",
    re.IGNORECASE,
)
AIMS = re.compile(r"(?:^|\W)(?:цел[ьи]|задачи)(?!\w)|goals|objectives|\baims?\b", re.IGNORECASE)
# "Целью освоения дисциплины является …": it is removed, so that the aim itself remains.
AIM_LEAD = re.compile(
    r"^(?:(?:основн\w+|главн\w+)\s+)?(?:цел[ьюией]{1,3}|задач\w+)\s+(?:(?!явля)[а-яё«»\"-]+\s+){0,8}?(?:явля[ею]тся|[-–—])\s*:?\s*|"
    r"^(?:the )?(?:main )?(?:aim|goal|objective)s? (?:of [\w\s]{1,60}? )?(?:is|are)\s*:?\s*",
    re.IGNORECASE,
)
# How far below the last numbered heading one without a number stands.
UNNUMBERED = 0.5


@dataclass
class OpenSection:
    """A section that is being read.

    ``depth`` is that of its heading (1 is the top). ``kind`` and ``competence``
    are those of the outcomes that follow, from the last label and code.
    ``lines`` counts the lines that are left out.
    """

    depth: float
    section: Section
    reason: str
    heading: str = ""
    kind: Kind | None = None
    competence: str = ""
    lines: int = 0
    place: Location = field(default_factory=Location)

    @property
    def closed(self) -> bool:
        """Whether no heading below this one can open a section with content."""
        return self.section is Section.SKIP and self.reason in CLOSED


@dataclass
class DisciplineDraft:
    """A discipline being read."""

    title: str
    location: Location
    statements: list[Statement] = field(default_factory=list)
    competences: list[str] = field(default_factory=list)


class BlockWalker:
    """Reads the blocks of one document in order.

    ``open`` are the sections around the current block, ``columns`` the width and
    topic columns of the last table, and ``curriculum`` the title of a document
    about several disciplines.
    """

    def __init__(self, document: Document, overrules: Mapping[str, str]) -> None:
        self.document = document
        self.overrules = overrules
        self.outline = Outline(document)
        # From the outermost section inwards; the first one stands for the document itself.
        self.open: list[OpenSection] = [OpenSection(depth=0, section=Section.SKIP, reason="title page")]
        self.skipped: list[Skipped] = []
        self.competences: dict[str, Competence] = {}
        self.columns: tuple[int, list[int]] = (0, [])
        # The page of the last block with topics, if a page break may have cut the last of them.
        self.open_page: int | None = None
        self.curriculum = curriculum_title(document)
        title = document_title(document)
        self.drafts: list[DisciplineDraft] = []
        if not self.curriculum:
            first = document.blocks[0].location if document.blocks else Location()
            self.drafts.append(DisciplineDraft(title=title, location=first))

    @property
    def state(self) -> OpenSection:
        """The innermost open section."""
        return self.open[-1]

    def read(self) -> Program:
        """The program of the document; disciplines without statements are left out."""
        for block in self.document.blocks:
            if isinstance(block, Table):
                self._table(block)
            else:
                self._line(block)
        self._close()
        text = self.document.text()
        credits, hours = CREDITS.search(text) or CREDITS_AFTER.search(text), HOURS.search(text)
        page = passport(front(self.document, FRONT_LINES))
        index = discipline_index(self.document)
        disciplines = tuple(
            Discipline(
                title=draft.title,
                code=index if len(self.drafts) == 1 else "",
                credits=float(credits[1].replace(",", ".")) if credits and len(self.drafts) == 1 else None,
                hours=float(hours[1]) if hours and len(self.drafts) == 1 else None,
                competences=tuple(dict.fromkeys(draft.competences)),
                statements=tuple(draft.statements),
                location=draft.location,
            )
            for draft in self.drafts
            if draft.statements
        )
        return Program(
            title=self.curriculum or page.direction,
            code=page.code,
            profile=page.profile,
            degree=page.degree,
            year=page.year,
            form=page.form,
            disciplines=disciplines,
            competences=tuple(self.competences.values()),
            skipped=tuple(self.skipped),
            sources=(self.document.file,),
        )

    def _close(self, depth: float = 0) -> None:
        """Close the sections at ``depth`` and deeper; skipped ones are kept for the report."""
        while self.open and self.open[-1].depth >= depth:
            last = self.open.pop()
            if last.section is Section.SKIP and last.lines:
                self.skipped.append(
                    Skipped(
                        title=last.heading or "(beginning of the document)",
                        reason=last.reason,
                        lines=last.lines,
                        location=last.place,
                    )
                )

    def _enter(self, depth: float | None, section: Section, reason: str, heading: str, place: Location) -> None:
        """Open a section; one without a depth is put below the last numbered heading."""
        if depth is None:
            depth = next(item.depth for item in reversed(self.open) if item.depth == int(item.depth)) + UNNUMBERED
        self._close(max(depth, UNNUMBERED))
        self.open.append(OpenSection(depth=depth, section=section, reason=reason, heading=heading, place=place))

    def _line(self, block: Heading | Paragraph) -> None:
        text = block.text
        if text in self.outline.contents:
            return
        label = LABEL.search(text)
        if label and not self.state.closed and not NEEDED.search(text):
            if self.state.section is not Section.OUTCOMES:
                self._enter(None, Section.OUTCOMES, "outcomes", self.state.heading, block.location)
            self.state.kind = next(kind for kind, pattern in LABEL_KINDS if pattern.search(label["word"]))
            return
        mark = self.outline.mark(block)
        if not (mark and self._heading(mark, block)):
            self._take(block)

    def _heading(self, mark: Mark, block: Heading | Paragraph) -> bool:
        """Handle a heading; returns False if the line is content after all."""
        text = block.text
        if self.curriculum and isinstance(block, Heading) and self._discipline(text, block):
            return True
        classified = classify(mark.text, self.overrules)
        around = self._around(mark.depth)
        if classified and classified[1] in ("settings", "table of contents"):
            self._enter(mark.depth, *classified, clean(text), block.location)
            return True
        if around.closed and not (mark.depth is None and around.depth != int(around.depth) and PLAIN.match(mark.text)):
            if mark.depth is not None and mark.depth < self.state.depth:
                self._close(mark.depth)
            self.state.lines += 1
            return True
        if classified:
            return self._known(classified, mark, block)
        if LABEL.search(text) or COMPETENCE.match(text):
            return False
        if mark.depth is None or self.outline.styled:
            return isinstance(block, Heading) and text.isupper() and self.state.section is not Section.CONTENT
        if around.section is Section.CONTENT:
            self._close(mark.depth + UNNUMBERED)
            return False
        section, reason = (around.section, around.reason) if mark.depth > 1 else (Section.SKIP, "unrecognised section")
        self._enter(mark.depth, section, reason, clean(text), block.location)
        return True

    def _known(self, classified: tuple[Section, str], mark: Mark, block: Heading | Paragraph) -> bool:
        """Handle a heading whose words tell the purpose of its section; returns False if the line is content."""
        section, reason = classified
        if section is Section.CONTENT and PART.match(mark.text) and self.state.section is Section.CONTENT:
            return False
        depth = mark.depth
        if depth is None and self.state.section is Section.CONTENT and reason in ("hours", "scope"):
            return True
        self._enter(depth, section, reason, clean(block.text), block.location)
        return True

    def _around(self, depth: float | None) -> OpenSection:
        """The section that contains a heading of that depth."""
        if depth is None:
            return self.state
        return next(item for item in reversed(self.open) if item.depth < depth and item.depth == int(item.depth))

    def _discipline(self, text: str, block: Heading) -> bool:
        """Whether the heading begins another discipline of a curriculum."""
        named = DISCIPLINE_HEAD.match(text)
        if text == self.curriculum:
            return True
        known = classify(text, self.overrules) or LABEL.search(text) or COMPETENCE.match(text)
        if named or (not known and block.level > 1):
            title = clean(named["name"] if named else NUMBER.sub("", text))
            self.drafts.append(DisciplineDraft(title=title, location=block.location))
            self._close(block.level)
            self._enter(block.level, Section.OUTCOMES, "outcomes", title, block.location)
            return True
        return False

    def _take(self, block: Heading | Paragraph) -> None:
        state = self.state
        if state.section is Section.SKIP or not self.drafts:
            state.lines += 1
            return
        draft = self.drafts[-1]
        text = block.text
        if state.section is Section.CONTENT:
            listed = isinstance(block, Paragraph) and block.item
            topics = topic(text, block.location, section=state.heading, discipline=draft.title, listed=listed)
            add_topics(draft.statements, topics, None if listed else self.open_page)
            if topics:
                self.open_page = open_page_of([text], topics)
            return
        code = COMPETENCE.match(text)
        if code:
            self._competence(competence_code(code["code"]), text[code.end() :], block.location, draft)
            return
        item = isinstance(block, Paragraph) and block.item
        if state.kind is None and AIMS.search(state.heading):
            for part in sentences(AIM_LEAD.sub("", text)):
                draft.statements += statements(part, block.location, section=state.heading, discipline=draft.title)
            return
        if (
            state.kind is None
            and not item
            and kind_of(text, Kind.TOPIC) is Kind.TOPIC
            and not re.search(r"(?:знать|уметь|владеть|знания|умения|навыки)\s*:", text, re.IGNORECASE)
        ):
            # Running text around the outcomes ("Целью освоения … является …") states no outcome.
            state.lines += 1
            return
        new_statements = statements(
            text, block.location, kind=state.kind, section=state.heading, discipline=draft.title
        )
        draft.statements += of_competence(new_statements, state.competence)

    def _competence(self, code: str, text: str, place: Location, draft: DisciplineDraft) -> None:
        body = clean(text)
        draft.competences.append(code)
        self.state.competence = code
        if not is_content(body):
            return
        self.competences.setdefault(code, Competence(code=code, text=body, location=place))
        draft.statements += [
            Statement(
                id="",
                text=body,
                kind=Kind.COMPETENCE,
                discipline=draft.title,
                section=self.state.heading,
                location=place,
            )
        ]

    def _table(self, table: Table) -> None:
        if not self.drafts:
            return
        draft = self.drafts[-1]
        contents = read_outcomes(table, self.state.section, self.state.heading, draft.title, self.columns)
        if contents.columns:
            self.columns = (max(len(row) for row in table.rows), contents.columns)
        if self.state.closed or (
            self.state.section is Section.SKIP and (self.state.reason == "scope" or not contents.outcomes)
        ):
            self.state.lines += len(table.rows)
            if self.state.reason != "assessment":
                return
            contents = assessed_competences(table, self.competences, self.state.heading, draft.title)
        add_topics(draft.statements, contents.statements, self.open_page)
        if contents.statements:
            place = contents.statements[-1].location
            raw = [cell.text for row in table.rows for cell in row if cell.location == place]
            self.open_page = open_page_of(raw, contents.statements)
        draft.competences += contents.codes
        for competence in contents.competences:
            self.competences.setdefault(competence.code, competence)


def read(document: Document, overrules: Mapping[str, str] | None = None) -> Program:
    """The program in a document of running text.

    ``overrules`` maps parts of headings to sections (`Settings.sections`).

    Raises:
        NoContentError: the document has no statements.
    """
    document, misspelt = fixed(whole(document))
    walker = BlockWalker(document, overrules or {})
    program = walker.read()
    if not any(True for _ in program.statements()):
        raise _no_content(document, program, walker.drafts)
    return msgspec.structs.replace(program, warnings=(*program.warnings, *misspelt)) if misspelt else program


def _no_content(document: Document, program: Program, drafts: Sequence[DisciplineDraft]) -> NoContentError:
    """The error of a document without statements; of a work programme it keeps the discipline that it names."""
    message = _("no learning outcomes, competences or topics were found.")
    error = NoContentError(
        message,
        file=document.file,
        hint=_(
            "A program needs sections such as 'Результаты обучения', 'Содержание дисциплины' or 'Learning outcomes'."
        ),
    )
    if len(drafts) == 1 and any(TITLE_PAGE.search(line) for line in front(document, KIND_LINES)):
        (draft,) = drafts
        error.titled = msgspec.structs.replace(
            program,
            disciplines=(Discipline(title=draft.title, location=draft.location),),
            warnings=(*program.warnings, Issue(message=message, location=draft.location)),
        )
    return error
