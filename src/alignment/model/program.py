"""Training programs."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from alignment.i18n import Message, Text
from alignment.model.base import Basis, Issue, Kind, Location, Noun


class Competence(Noun, frozen=True, kw_only=True):
    """УК/ОПК/ПК competence or its indicator."""

    code: str
    text: str = ""
    location: Location = Location()


class Statement(Noun, frozen=True, kw_only=True):
    """One text of the program about what a student learns: an outcome, competence, indicator, topic or title.

    ``competence`` is the code of the competence to which it belongs, or several
    ("УК-8.1, УК-8.2") if its cell stands beside several; ``bloom`` is the level
    of Bloom's taxonomy (remember … create) of its verb, if any;
    ``ocr`` marks a text that was recognised from a picture.
    """

    id: str
    text: str
    kind: Kind
    language: str = "ru"
    discipline: str = ""
    section: str = ""
    location: Location = Location()
    competence: str = ""
    bloom: str = ""
    ocr: bool = False

    @property
    def title_only(self) -> bool:
        """Whether the statement is only a discipline's title."""
        return self.kind is Kind.TITLE

    @property
    def basis(self) -> Basis:
        """Whether the statement is taught, promised (a competence or an indicator), or a title."""
        if self.title_only:
            return Basis.TITLE
        return Basis.PROMISED if self.kind is Kind.COMPETENCE else Basis.TAUGHT


class Discipline(Noun, frozen=True, kw_only=True):
    """A discipline, module or practice of a program."""

    title: str
    code: str = ""
    credits: float | None = None
    hours: float | None = None
    semesters: tuple[str, ...] = ()
    competences: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()
    location: Location = Location()

    @property
    def title_only(self) -> bool:
        """Whether only the title of the discipline is known and nothing of its content."""
        return all(statement.title_only for statement in self.statements)

    @property
    def promise_only(self) -> bool:
        """Whether only competences of the discipline are known: what it promises, not what it teaches."""
        return not self.title_only and all(statement.basis is not Basis.TAUGHT for statement in self.statements)


class Skipped(Noun, frozen=True, kw_only=True):
    """A section that was left out as boilerplate, and the reason; ``lines`` is its length."""

    title: str
    reason: str
    lines: int = 0
    location: Location = Location()


class DeclaredLink(Noun, frozen=True, kw_only=True):
    """A statement of the program that a competence answers a standard, or a (generalized) work function of it."""

    competence: str = ""
    standard: str = ""
    general_function: str = ""
    function: str = ""
    location: Location = Location()


class NamedStandard(Noun, frozen=True, kw_only=True):
    """A professional standard that a program or an FGOS names; empty fields are not given there."""

    code: str
    title: str = ""
    order: str = ""
    date: str = ""
    location: Location = Location()


class Fgos(Noun, frozen=True, kw_only=True):
    """A federal educational standard (ФГОС): the competences that it requires, and the standards of its appendix."""

    code: str
    title: str = ""
    order: str = ""
    date: str = ""
    competences: tuple[Competence, ...] = ()
    standards: tuple[NamedStandard, ...] = ()
    source: str = ""


class SourceFile(Noun, frozen=True, kw_only=True):
    """What was read from one file of a program: its kind, and counts; ``error`` says why nothing was read.

    Like the message of an `Issue`, ``error`` is in English and ``reason`` can be shown in any interface language.
    """

    file: str
    kind: str = ""
    disciplines: int = 0
    statements: int = 0
    competences: int = 0
    links: int = 0
    skipped: int = 0
    error: Text = ""
    template: Message | None = None

    def __post_init__(self) -> None:
        if isinstance(self.error, Message):
            msgspec.structs.force_setattr(self, "template", self.error)
            msgspec.structs.force_setattr(self, "error", self.error.english())

    @property
    def reason(self) -> Text:
        """Why nothing was read, translated when it is shown; empty if something was."""
        return self.template or self.error


class Program(Noun, frozen=True, kw_only=True):
    """A training program or a part of one.

    ``title`` and ``code`` are those of the direction of study, ``form`` is the
    form of study (очная …). ``declared`` and ``standards`` are the links to
    professional standards, and the standards, that its description names.
    ``files`` says what was read from each file.
    """

    title: str
    code: str = ""
    profile: str = ""
    degree: str = ""
    year: str = ""
    form: str = ""
    disciplines: tuple[Discipline, ...] = ()
    competences: tuple[Competence, ...] = ()
    activities: tuple[str, ...] = ()
    declared: tuple[DeclaredLink, ...] = ()
    standards: tuple[NamedStandard, ...] = ()
    fgos: Fgos | None = None
    skipped: tuple[Skipped, ...] = ()
    sources: tuple[str, ...] = ()
    files: tuple[SourceFile, ...] = ()
    warnings: tuple[Issue, ...] = ()

    @property
    def unread(self) -> tuple[SourceFile, ...]:
        """Files that could not be read or used."""
        return tuple(item for item in self.files if item.error)

    def statements(self) -> Iterator[Statement]:
        """All statements of all disciplines, in order."""
        for discipline in self.disciplines:
            yield from discipline.statements
