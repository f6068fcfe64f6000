"""Names that every report uses, in the interface language."""

from __future__ import annotations

from alignment.i18n import _
from alignment.model import Finding, Kind, Program, Standard, Statement, Verdict


def verdict(value: Verdict) -> str:
    """Covered, partial or gap."""
    return {Verdict.COVERED: _("covered"), Verdict.PARTIAL: _("partial"), Verdict.GAP: _("gap")}[value]


def kind(value: Kind) -> str:
    """Kind of a requirement or statement."""
    return {
        Kind.ACTION: _("labour action"),
        Kind.SKILL: _("skill"),
        Kind.KNOWLEDGE: _("knowledge"),
        Kind.EXPERIENCE: _("experience"),
        Kind.COMPETENCE: _("competence"),
        Kind.TOPIC: _("topic"),
        Kind.TITLE: _("title only"),
    }[value]


def program_name(program: Program) -> str:
    """Code, title and profile."""
    name = " ".join(part for part in (program.code, program.title) if part)
    return f"{name} ({program.profile})" if program.profile and program.profile != program.title else name


def standard_name(standard: Standard) -> str:
    """Code and title."""
    return " ".join(part for part in (standard.code, standard.title) if part)


def place(statement: Statement) -> str:
    """File name, page or sheet, cell or paragraph of a statement."""
    location = statement.location
    parts = [location.file.rpartition("/")[2]]
    if location.page is not None:
        parts.append(_("p. {n}").format(n=location.page))
    if location.sheet is not None:
        parts.append(_("sheet {name}").format(name=location.sheet))
    if location.cell is not None:
        parts.append(location.cell)
    if location.paragraph is not None:
        parts.append(f"¶ {location.paragraph}")
    return ", ".join(part for part in parts if part)


def reason(finding: Finding) -> str:
    """Why the best statement is no more than it is, in a word."""
    best = finding.best
    if best is None:
        return _("nothing near")
    return _("title only") if best.statement.title_only else ""
