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
    """One thing that the program says a student learns, with its place.

    ``competence`` is the code under which it stands; ``bloom`` is the level of
    Bloom's taxonomy (remember … create) that its verb names, if any; ``ocr``
    marks a text recognised from a picture.
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
        """Whether the statement is no more than a discipline's title."""
        return self.kind is Kind.TITLE

    @property
    def basis(self) -> Basis:
        """Whether it is taught, promised (a competence or an indicator), or a title."""
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
        """Whether nothing but the title is known of its content."""
        return all(statement.title_only for statement in self.statements)

    @property
    def promise_only(self) -> bool:
        """Whether its competences are all that is known of its content: what it promises, not what it teaches."""
        return not self.title_only and all(statement.basis is not Basis.TAUGHT for statement in self.statements)


class Skipped(Noun, frozen=True, kw_only=True):
    """A section that was read and left out as boilerplate, and why."""

    title: str
    reason: str
    lines: int = 0
    location: Location = Location()


class DeclaredLink(Noun, frozen=True, kw_only=True):
    """The program's own word that a competence answers a standard, one of its generalized functions or functions."""

    competence: str = ""
    standard: str = ""
    general_function: str = ""
    function: str = ""
    location: Location = Location()


class NamedStandard(Noun, frozen=True, kw_only=True):
    """A professional standard that a program or an FGOS names: code, title, order and date as far as they are given."""

    code: str
    title: str = ""
    order: str = ""
    date: str = ""
    location: Location = Location()


class Fgos(Noun, frozen=True, kw_only=True):
    """What an FGOS asks of a program: competences, and the professional standards of its appendix."""

    code: str
    title: str = ""
    order: str = ""
    date: str = ""
    competences: tuple[Competence, ...] = ()
    standards: tuple[NamedStandard, ...] = ()
    source: str = ""


class SourceFile(Noun, frozen=True, kw_only=True):
    """What was taken from one file of a program; ``error`` says why nothing was.

    Like the message of an `Issue`, ``error`` is kept in English, and ``reason`` can be said in any language.
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
        """Why nothing was taken, to be said in the interface language; empty where something was."""
        return self.template or self.error


class Program(Noun, frozen=True, kw_only=True):
    """A training program or a part of one.

    ``title`` and ``code`` are those of the direction of study, ``form`` is the
    form of study (очная …). ``declared`` and ``standards`` are what its description says of
    professional standards; ``files`` tells what each file gave.
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
