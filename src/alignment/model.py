"""The nouns: frozen, typed, JSON both ways (``to_json`` / ``from_json``)."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Literal, TypeVar

import msgspec

SCHEMA_VERSION = "1.2"


class Verdict(StrEnum):
    """What the checker says of one requirement."""

    COVERED = "covered"
    PARTIAL = "partial"
    GAP = "gap"


class Kind(StrEnum):
    """Kind of a requirement or statement."""

    ACTION = "action"
    SKILL = "skill"
    KNOWLEDGE = "knowledge"
    EXPERIENCE = "experience"
    COMPETENCE = "competence"
    TOPIC = "topic"
    TITLE = "title"


class Noun(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """Base of all nouns."""


class Location(Noun, frozen=True, kw_only=True, omit_defaults=True):
    """Where a text stands: file, then page or sheet, then paragraph or cell (1-based)."""

    file: str = ""
    page: int | None = None
    sheet: str | None = None
    cell: str | None = None
    paragraph: int | None = None
    section: str | None = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.page is not None:
            parts.append(f"p. {self.page}")
        if self.sheet is not None:
            parts.append(f"sheet {self.sheet}")
        if self.cell is not None:
            parts.append(self.cell)
        if self.paragraph is not None:
            parts.append(f"¶ {self.paragraph}")
        return ", ".join(part for part in parts if part)


class Issue(Noun, frozen=True, kw_only=True):
    """A warning: something that was lost or disagrees, and its place."""

    message: str
    location: Location = Location()

    def __str__(self) -> str:
        place = str(self.location)
        return f"{place}: {self.message}" if place else self.message


class Code(Noun, frozen=True, kw_only=True):
    """A code of a classifier (ОКЗ, ОКВЭД, ОКСО, ОКПДТР, ЕКС) with its name."""

    system: str
    code: str
    name: str = ""


class Requirement(Noun, frozen=True, kw_only=True):
    """One labour action, required skill or required knowledge of a work function."""

    id: str
    text: str
    kind: Kind
    location: Location = Location()


class WorkFunction(Noun, frozen=True, kw_only=True):
    """ТФ: a work function, e.g. ``A/01.6``."""

    code: str
    name: str
    level: str = ""
    requirements: tuple[Requirement, ...] = ()
    location: Location = Location()


class GeneralizedFunction(Noun, frozen=True, kw_only=True):
    """ОТФ: a generalized work function with its qualification level."""

    code: str
    name: str
    level: str = ""
    job_titles: tuple[str, ...] = ()
    education: tuple[str, ...] = ()
    experience: tuple[str, ...] = ()
    codes: tuple[Code, ...] = ()
    functions: tuple[WorkFunction, ...] = ()


class Standard(Noun, frozen=True, kw_only=True):
    """A professional standard."""

    code: str
    title: str
    order: str = ""
    date: str = ""
    registration: str = ""
    activity: str = ""
    purpose: str = ""
    codes: tuple[Code, ...] = ()
    functions: tuple[GeneralizedFunction, ...] = ()
    source: str = ""
    warnings: tuple[Issue, ...] = ()

    def requirements(self) -> Iterator[tuple[GeneralizedFunction, WorkFunction, Requirement]]:
        """All requirements with their place in the tree, in order."""
        for general in self.functions:
            for function in general.functions:
                for requirement in function.requirements:
                    yield general, function, requirement


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
    """What was taken from one file of a program; ``error`` says why nothing was."""

    file: str
    kind: str = ""
    disciplines: int = 0
    statements: int = 0
    competences: int = 0
    links: int = 0
    skipped: int = 0
    error: str = ""


class Program(Noun, frozen=True, kw_only=True):
    """A training program or a part of one.

    ``declared`` and ``standards`` are what its description says of
    professional standards; ``files`` tells what each file gave.
    """

    title: str
    code: str = ""
    profile: str = ""
    degree: str = ""
    year: str = ""
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


class Contribution(Noun, frozen=True, kw_only=True):
    """How much one feature moved the log-odds of a match."""

    feature: str
    value: float
    weight: float


class Evidence(Noun, frozen=True, kw_only=True):
    """A statement beside a requirement, with its probability and the reasons.

    ``probability`` is the mean of the probabilities that the statement covers
    the requirement and that it covers at least a part of it (``covers``,
    ``touches``): the expected credit, a partial match counting half.
    """

    statement: Statement
    probability: float
    covers: float = 0.0
    touches: float = 0.0
    contributions: tuple[Contribution, ...] = ()


class Above(Noun, frozen=True, kw_only=True):
    """What the program has for the level above a gap: the work function or the generalized one as a whole."""

    level: Literal["function", "general_function"]
    code: str
    name: str
    evidence: Evidence


class Finding(Noun, frozen=True, kw_only=True):
    """The verdict on one requirement.

    ``evidence`` supports it, best first; for a gap it is empty and
    ``nearest`` is the nearest miss. ``probability``, ``covers`` and
    ``touches`` are those of its best statement, or, where ``together`` is
    true, of its first two statements read as one. ``above`` says of a gap
    that the program has something for its work function as a whole.
    """

    requirement: Requirement
    function: str
    general_function: str
    verdict: Verdict
    probability: float
    evidence: tuple[Evidence, ...] = ()
    nearest: Evidence | None = None
    title_only: bool = False
    covers: float = 0.0
    touches: float = 0.0
    together: bool = False
    above: Above | None = None

    @property
    def best(self) -> Evidence | None:
        """Strongest evidence, or the nearest miss."""
        return self.evidence[0] if self.evidence else self.nearest


class Thresholds(Noun, frozen=True, kw_only=True):
    """Least probability for each verdict."""

    covered: float
    partial: float

    def verdict(self, probability: float) -> Verdict:
        """Verdict for a probability that rests on more than titles."""
        if probability >= self.covered:
            return Verdict.COVERED
        return Verdict.PARTIAL if probability >= self.partial else Verdict.GAP


class Weighting(Noun, frozen=True, kw_only=True):
    """How much findings count: by kind of requirement, and by credits of the evidence's discipline.

    A kind that is not named counts 1. With ``credits`` a finding's credit is
    scaled by min(1, credits of its discipline / ``full_credits``): what is
    taught in a discipline of half that many credits counts half. Disciplines
    whose credits are unknown count whole.
    """

    kinds: dict[Kind, float] = {}
    credits: bool = False
    full_credits: float = 3.0


class Alignment(Noun, frozen=True, kw_only=True):
    """The meeting of one program and one standard: what every report reads."""

    schema_version: str = SCHEMA_VERSION
    program: Program
    standard: Standard
    findings: tuple[Finding, ...]
    thresholds: Thresholds
    engine: str
    versions: dict[str, str] = {}
    warnings: tuple[Issue, ...] = ()
    weighting: Weighting = Weighting()

    def rethreshold(self, thresholds: Thresholds) -> Alignment:
        """The same alignment under other thresholds, without new computation."""
        return msgspec.structs.replace(
            self,
            thresholds=thresholds,
            findings=tuple(decide(finding, thresholds) for finding in self.findings),
        )


def decide(finding: Finding, thresholds: Thresholds) -> Finding:
    """The finding with the verdict that its probability earns.

    Evidence that is only a discipline's title never earns "covered"; a gap
    keeps its best statement as the nearest miss.
    """
    verdict = thresholds.verdict(finding.probability)
    if verdict is Verdict.COVERED and finding.title_only:
        verdict = Verdict.PARTIAL
    pool = finding.evidence + ((finding.nearest,) if finding.nearest else ())
    if verdict is Verdict.GAP:
        return msgspec.structs.replace(finding, verdict=verdict, evidence=(), nearest=pool[0] if pool else None)
    return msgspec.structs.replace(finding, verdict=verdict, evidence=pool, nearest=None)


NounT = TypeVar("NounT", bound=Noun)


def to_json(noun: Noun, *, indent: int = 2) -> bytes:
    """UTF-8 JSON of any noun."""
    return msgspec.json.format(msgspec.json.encode(noun), indent=indent)


def from_json(data: bytes | str, kind: type[NounT]) -> NounT:
    """The noun that ``to_json`` wrote.

    Raises:
        msgspec.ValidationError: the JSON does not fit ``kind``.
    """
    return msgspec.json.decode(data, type=kind)
