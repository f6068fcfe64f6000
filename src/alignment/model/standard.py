"""Professional standards and qualifications."""

from __future__ import annotations

from collections.abc import Iterator

from alignment.model.base import Issue, Kind, Location, Noun


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


class Edition(Noun, frozen=True, kw_only=True):
    """The edition of a standard that is in force in place of an older one.

    ``at_hand`` is True if it is among the shipped standards or in the user's folder.
    """

    order: str
    date: str = ""
    at_hand: bool = False


class Standard(Noun, frozen=True, kw_only=True):
    """A professional standard; ``replaced_by`` is the edition in force if this one is known to be out of force."""

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
    replaced_by: Edition | None = None
    warnings: tuple[Issue, ...] = ()

    def requirements(self) -> Iterator[tuple[GeneralizedFunction, WorkFunction, Requirement]]:
        """All requirements in order, each with its generalized work function and work function."""
        for general in self.functions:
            for function in general.functions:
                for requirement in function.requirements:
                    yield general, function, requirement


class QualifiedFunction(Noun, frozen=True, kw_only=True):
    """A work function that a qualification needs, with the card's additional information."""

    code: str
    name: str = ""
    note: str = ""


class Qualification(Noun, frozen=True, kw_only=True):
    """A qualification that assessment centres certify (наименование квалификации), as its card describes it.

    ``requirement`` is what a law demands for the work. ``education`` lists the
    documents that a candidate needs for the examination, ``directions`` the
    directions and specialities of study that they name. ``term`` is the validity
    period of the certificate, ``positions`` are the card's additional characteristics.
    """

    title: str
    standard_title: str = ""
    order: str = ""
    date: str = ""
    level: str = ""
    functions: tuple[QualifiedFunction, ...] = ()
    requirement: str = ""
    education: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    term: str = ""
    positions: str = ""
    source: str = ""
    warnings: tuple[Issue, ...] = ()
