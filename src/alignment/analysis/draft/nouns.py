"""The rows of a draft's tables, and the draft itself; every table of a report is a list of one of these classes."""

from __future__ import annotations

from typing import Literal

from alignment.model import Kind, Location, Noun, Verdict

LevelFit = Literal["level", "education", "below", "above", "unknown"]
DriftKind = Literal["kept", "reworded", "renumbered", "dropped", "unnamed", "far"]


class StandardLine(Noun, frozen=True, kw_only=True):
    """A standard of the draft. ``named_order`` is the order of the edition that the program names, if it is another."""

    code: str
    title: str
    order: str = ""
    date: str = ""
    named_order: str = ""
    declared: bool = False


class FunctionChoice(Noun, frozen=True, kw_only=True):
    """A work function, whether it is proposed, and why.

    ``proposed``: the degree and the program speak for it. ``asked``: the user
    named it. ``chosen``: it is in the draft; these are the proposed functions, or
    the asked ones if there are any. ``fit`` compares its level with the degree.
    ``found`` of its ``total`` requirements have evidence in disciplines.
    ``education`` is what the standard requires for the generalized function.
    ``declared`` are the competences that the program already links to it.
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
    """A requirement of the standard from which an indicator is made."""

    id: str
    kind: Kind
    text: str


class Teaching(Noun, frozen=True, kw_only=True):
    """A discipline that teaches a part of an indicator, with its best evidence and the place of that."""

    discipline: str
    verdict: Verdict
    statement: str
    location: Location = Location()


class Indicator(Noun, frozen=True, kw_only=True):
    """An indicator with the requirements (``sources``) from which it is made.

    ``taught`` are the disciplines with evidence, ``untaught`` the ids of the
    requirements that no discipline teaches, ``could`` the disciplines that could
    best teach these.
    """

    code: str
    text: str
    kind: Kind
    sources: tuple[IndicatorSource, ...]
    taught: tuple[Teaching, ...] = ()
    could: tuple[str, ...] = ()
    untaught: tuple[str, ...] = ()


class DraftCompetence(Noun, frozen=True, kw_only=True):
    """A professional competence (ПК) made from a work function, with its indicators."""

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
    """One declared link: what the program says, what the standard in force says, and what is proposed.

    ``was`` is the text of the competence. ``function`` is the code of the
    declared function or generalized function (empty if only the standard is
    named). ``now`` and ``name`` are the code and the name of the function in
    force, ``others`` the codes of the next ones by meaning. ``likeness`` is the
    cosine between the competence and the function in force. If it is low and the
    codes do not match either, ``proposal`` is empty.
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
    """All tables of a draft. ``levels`` are the qualification levels that the degree (or the user) allows."""

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
