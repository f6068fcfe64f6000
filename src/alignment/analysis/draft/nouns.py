"""What a draft holds; every table of a report is a list of one of these."""

from __future__ import annotations

from typing import Literal

from alignment.model import Kind, Location, Noun, Verdict

LevelFit = Literal["level", "education", "below", "above", "unknown"]
DriftKind = Literal["kept", "reworded", "renumbered", "dropped", "unnamed", "far"]


class StandardLine(Noun, frozen=True, kw_only=True):
    """A standard of the draft; ``named_order`` is the order by which the program names another edition of it."""

    code: str
    title: str
    order: str = ""
    date: str = ""
    named_order: str = ""
    declared: bool = False


class FunctionChoice(Noun, frozen=True, kw_only=True):
    """A work function, whether it is proposed, and why.

    ``proposed`` is what the degree and the program speak for, ``chosen`` what is
    taken: the same, unless the user names functions (``asked``).
    ``fit`` compares its level with the degree; ``found`` of ``total``
    requirements have evidence in disciplines; ``education`` is what the
    standard asks of the generalized function's holder; ``declared`` are the
    competences that the program ties to the function already.
    """

    standard: str
    general_function: str
    general_name: str
    general_level: str
    function: str
    name: str
    level: str
    chosen: bool
    asked: bool = False
    proposed: bool = False
    fit: LevelFit = "unknown"
    found: int = 0
    total: int = 0
    education: str = ""
    declared: tuple[str, ...] = ()


class IndicatorSource(Noun, frozen=True, kw_only=True):
    """A requirement of the standard behind an indicator."""

    id: str
    kind: Kind
    text: str


class Teaching(Noun, frozen=True, kw_only=True):
    """A discipline that teaches something of an indicator: its best evidence, with the place."""

    discipline: str
    verdict: Verdict
    statement: str
    location: Location = Location()


class Indicator(Noun, frozen=True, kw_only=True):
    """An indicator with the requirements it stands for.

    ``taught`` are the disciplines with evidence, ``could`` those nearest to
    what is missing, ``untaught`` the ids of the requirements that no
    discipline teaches.
    """

    code: str
    text: str
    kind: Kind
    sources: tuple[IndicatorSource, ...]
    taught: tuple[Teaching, ...] = ()
    could: tuple[str, ...] = ()
    untaught: tuple[str, ...] = ()


class DraftCompetence(Noun, frozen=True, kw_only=True):
    """A professional competence (ПК) worded from a work function, with its indicators."""

    code: str
    text: str
    standard: str
    general_function: str
    general_name: str
    function: str
    name: str
    level: str
    indicators: tuple[Indicator, ...] = ()


class Drift(Noun, frozen=True, kw_only=True):
    """What the program declares (was), what the standard in force says (is), and what is proposed.

    ``function`` is the declared function or generalized function (empty where
    only the standard is named), ``now`` that in force, ``others`` the next ones by meaning;
    ``likeness`` is the cosine of the competence's and the function's wording; where it
    is low and nothing else ties the two, there is no ``proposal``.
    """

    competence: str
    was: str
    standard: str
    function: str
    change: DriftKind
    now: str = ""
    name: str = ""
    proposal: str = ""
    likeness: float = 0.0
    others: tuple[str, ...] = ()
    location: Location = Location()


class Draft(Noun, frozen=True, kw_only=True):
    """All tables; ``levels`` are the qualification levels that the degree (or the user) allows."""

    program: str
    code: str = ""
    profile: str = ""
    degree: str = ""
    levels: tuple[int, ...] = ()
    disciplines: tuple[str, ...] = ()
    standards: tuple[StandardLine, ...] = ()
    functions: tuple[FunctionChoice, ...] = ()
    competences: tuple[DraftCompetence, ...] = ()
    drift: tuple[Drift, ...] = ()
