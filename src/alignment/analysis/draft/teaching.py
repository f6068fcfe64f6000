"""Which disciplines teach an indicator, which could teach it, and which of its requirements no discipline teaches."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from alignment.analysis.draft.choice import of_disciplines
from alignment.analysis.draft.nouns import Indicator, Teaching
from alignment.analysis.unasked import discipline_to_extend, main_disciplines
from alignment.model import Alignment, Finding, Verdict
from alignment.programs.join import COMPETENCES

# Disciplines of an indicator's row that teach it, and that could teach what is missing: what fits a cell of the table.
TAUGHT, COULD = 6, 3


def with_teaching(indicator: Indicator, findings: Mapping[str, Finding], by_function: Mapping[str, str]) -> Indicator:
    """The indicator with ``taught``, ``could`` and ``untaught`` filled in.

    Args:
        indicator: with its sources.
        findings: by id of the requirement.
        by_function: the main discipline of each work function (`main_disciplines`).
    """
    of_sources = [findings[source.id] for source in indicator.sources if source.id in findings]
    taught: dict[str, Teaching] = {}
    for finding in sorted(of_sources, key=lambda item: -item.probability):
        if finding.verdict is Verdict.GAP:
            continue
        for item in finding.evidence:
            name = item.statement.discipline
            if not name.startswith(COMPETENCES) and name not in taught:
                taught[name] = Teaching(
                    discipline=name,
                    verdict=finding.verdict,
                    statement=item.statement.text,
                    location=item.statement.location,
                )
                break
    missing = [finding for finding in of_sources if not of_disciplines(finding)]
    could = dict.fromkeys(discipline_to_extend(finding, by_function) for finding in missing)
    named = [name for name in could if name and name not in taught and not name.startswith(COMPETENCES)]
    return msgspec.structs.replace(
        indicator,
        taught=tuple(taught.values())[:TAUGHT],
        could=tuple(named[:COULD]),
        untaught=tuple(finding.requirement.id for finding in missing),
    )


def places(alignment: Alignment) -> tuple[dict[str, Finding], dict[str, str]]:
    """The findings by id of their requirement, and the main discipline of each function, as `with_teaching` needs."""
    return {finding.requirement.id: finding for finding in alignment.findings}, main_disciplines(alignment)
