"""Work programmes of disciplines, syllabi and prose curricula → `Program`.

A small state machine over blocks: headings say which section holds outcomes,
content or boilerplate; label lines ("уметь:") say the kind of what follows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from alignment.documents import Document, Heading, Paragraph, Table
from alignment.errors import InputError
from alignment.language import kind_of
from alignment.model import Competence, Discipline, Kind, Location, Program, Skipped, Statement
from alignment.programs.codes_fixed import fixed
from alignment.programs.outcome_tables import read_table
from alignment.programs.parts import (
    COMPETENCE,
    clean,
    competence_code,
    is_content,
    of_competence,
    statements,
    topic,
)
from alignment.programs.sections import NUMBER, PART, QUESTIONS, Section, classify
from alignment.programs.titles import curriculum_title, discipline_index, document_title, not_a_program

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
CREDITS = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:зач[её]тн\w+ единиц|з\.\s?е\.|ЗЕТ|ECTS|credits?)", re.IGNORECASE)
CREDITS_AFTER = re.compile(r"(?:credits?|ECTS|зач[её]тн\w+ единиц\w*)\s*[:–—(-]\s*(\d+(?:[.,]\d+)?)", re.IGNORECASE)
HOURS = re.compile(
    r"(?:нагрузк\w+[^.\d]{0,60}|трудо[её]мкость[^.\d]{0,60}|всего[^.\d]{0,20}|\()(\d{2,4})\s*(?:академическ\w+ )?час",
    re.IGNORECASE,
)
# Sections whose labels ("уметь:") open nothing; what a user's settings skip stays skipped.
CLOSED = ("review", "assessment", "table of contents", "settings")
TOC_LINE = re.compile(r"\.{4,}|…{2,}|\s\d{1,3}$")
DIRECTION = re.compile(r"(?<![\d.])(\d{2}\.\d{2}\.\d{2})(?![\d.])")


@dataclass
class State:
    """Where the reader is."""

    section: Section = Section.SKIP
    reason: str = "title page"
    heading: str = ""
    kind: Kind | None = None
    competence: str = ""
    lines: int = 0
    place: Location = field(default_factory=Location)


@dataclass
class Draft:
    """A discipline being read."""

    title: str
    location: Location
    statements: list[Statement] = field(default_factory=list)
    competences: list[str] = field(default_factory=list)


class Reader:
    """Walks the blocks of one document."""

    def __init__(self, document: Document, overrules: Mapping[str, str]) -> None:
        self.document = document
        self.overrules = overrules
        self.state = State()
        self.skipped: list[Skipped] = []
        self.competences: dict[str, Competence] = {}
        self.columns: tuple[int, list[int]] = (0, [])
        self.curriculum = curriculum_title(document)
        title = document_title(document)
        self.drafts: list[Draft] = []
        if not self.curriculum:
            first = document.blocks[0].location if document.blocks else Location()
            self.drafts.append(Draft(title=title, location=first))

    def read(self) -> Program:
        """The program; its disciplines have at least one statement each."""
        for block in self.document.blocks:
            if isinstance(block, Table):
                self._table(block)
            else:
                self._line(block)
        self._close()
        text = self.document.text()
        credits, hours = CREDITS.search(text) or CREDITS_AFTER.search(text), HOURS.search(text)
        direction = DIRECTION.search(text[:6000])
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
            title=self.curriculum or document_title(self.document),
            code=direction[1] if direction else "",
            disciplines=disciplines,
            competences=tuple(self.competences.values()),
            skipped=tuple(self.skipped),
            sources=(self.document.file,),
        )

    def _close(self) -> None:
        if self.state.section is Section.SKIP and self.state.lines:
            self.skipped.append(
                Skipped(
                    title=self.state.heading or "(beginning of the document)",
                    reason=self.state.reason,
                    lines=self.state.lines,
                    location=self.state.place,
                )
            )

    def _open(self, section: Section, reason: str, heading: str, place: Location) -> None:
        self._close()
        self.state = State(section=section, reason=reason, heading=heading, place=place)

    def _line(self, block: Heading | Paragraph) -> None:
        text = block.text
        if (TOC_LINE.search(text) and isinstance(block, Heading) and not re.search(r"\d+$", text)) or "....." in text:
            return
        label = LABEL.search(text)
        if label and (self.state.reason not in CLOSED or self.state.section is Section.OUTCOMES):
            if self.state.section is not Section.OUTCOMES:
                self._open(Section.OUTCOMES, "outcomes", self.state.heading, block.location)
            self.state.kind = next(kind for kind, pattern in LABEL_KINDS if pattern.search(label["word"]))
            return
        heading = (
            isinstance(block, Heading)
            or (block.bold and len(text) < 160)
            or re.match(r"\d{1,2}\.\d{1,2}\.?\s+[А-ЯA-Z]", text)
        )
        if not (heading and self._heading(text, block)):
            self._take(block)

    def _heading(self, text: str, block: Heading | Paragraph) -> bool:
        """Handle a heading; False when the line is content after all."""
        named = DISCIPLINE_HEAD.match(text)
        found = classify(text, self.overrules)
        if self.curriculum and isinstance(block, Heading):
            if text == self.curriculum:
                return True
            if named or (found is None and not LABEL.search(text) and not COMPETENCE.match(text) and block.level > 1):
                title = clean(named["name"] if named else NUMBER.sub("", text))
                self.drafts.append(Draft(title=title, location=block.location))
                self._open(Section.OUTCOMES, "outcomes", title, block.location)
                return True
        if found:
            section, reason = found
            if section is Section.CONTENT and PART.match(text) and self._goes_on():
                self._take(block)
                return True
            self._open(section, reason, clean(text), block.location)
            return True
        if LABEL.search(text) or COMPETENCE.match(text):
            return False
        if re.match(r"\d{1,2}\.?\s+[А-ЯЁA-Z]", text) and not re.match(r"\d+\.\d", text) and isinstance(block, Heading):
            if self.state.section is Section.CONTENT:
                return False
            if self.state.reason in ("literature", "assessment"):
                # A numbered book or question, not a section.
                self.state.lines += 1
                return True
            self._open(Section.SKIP, "unrecognised section", clean(text), block.location)
            return True
        return isinstance(block, Heading) and text.isupper() and self.state.section is not Section.CONTENT

    def _goes_on(self) -> bool:
        """Whether the section that is open has parts of its own: the content, or a list of questions."""
        state = self.state
        return state.section is Section.CONTENT or (
            state.reason == "assessment" and bool(QUESTIONS.search(state.heading))
        )

    def _take(self, block: Heading | Paragraph) -> None:
        state = self.state
        if state.section is Section.SKIP or not self.drafts:
            state.lines += 1
            return
        draft = self.drafts[-1]
        text = block.text
        if state.section is Section.CONTENT:
            draft.statements += topic(text, block.location, section=state.heading, discipline=draft.title)
            return
        code = COMPETENCE.match(text)
        if code:
            self._competence(competence_code(code["code"]), text[code.end() :], block.location, draft)
            return
        item = isinstance(block, Paragraph) and block.item
        if (
            state.kind is None
            and not item
            and kind_of(text, Kind.TOPIC) is Kind.TOPIC
            and not re.search(r"(?:знать|уметь|владеть|знания|умения|навыки)\s*:", text, re.IGNORECASE)
        ):
            # Prose around the outcomes ("Целью освоения … является …") says nothing that can be checked.
            state.lines += 1
            return
        found = statements(text, block.location, kind=state.kind, section=state.heading, discipline=draft.title)
        draft.statements += of_competence(found, state.competence)

    def _competence(self, code: str, text: str, place: Location, draft: Draft) -> None:
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
        found = read_table(table, self.state.section, self.state.heading, draft.title, self.columns)
        if found.columns:
            self.columns = (max(len(row) for row in table.rows), found.columns)
        if self.state.section is Section.SKIP and (self.state.reason in ("review", "assessment") or not found.outcomes):
            self.state.lines += len(table.rows)
            return
        draft.statements += found.statements
        draft.competences += found.codes
        for competence in found.competences:
            self.competences.setdefault(competence.code, competence)


def read(document: Document, overrules: Mapping[str, str] | None = None) -> Program:
    """The program in a prose document; ``overrules`` are the user's own words on sections (`Settings.sections`).

    Raises:
        InputError: it is another kind of document, or holds no statements.
    """
    what = not_a_program(document)
    if what:
        raise InputError(
            f"this is not a program or work programme: it looks like {what}.",
            file=document.file,
            hint="Give the work programme (рабочая программа), the study plan or the syllabus.",
        )
    document, misspelt = fixed(document)
    program = Reader(document, overrules or {}).read()
    if not any(True for _ in program.statements()):
        raise InputError(
            "no learning outcomes, competences or topics were found.",
            file=document.file,
            hint="A program needs sections such as 'Результаты обучения', 'Содержание дисциплины' or 'Learning outcomes'.",
        )
    return msgspec.structs.replace(program, warnings=(*program.warnings, *misspelt)) if misspelt else program
