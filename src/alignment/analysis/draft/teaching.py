"""Which disciplines teach an indicator, which could, and what none teaches."""

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
    """The indicator with its disciplines; ``findings`` by requirement, ``by_function`` from `main_disciplines`."""
    own_findings = [findings[source.id] for source in indicator.sources if source.id in findings]
    taught: dict[str, Teaching] = {}
    for finding in sorted(own_findings, key=lambda item: -item.probability):
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
    missing = [finding for finding in own_findings if not of_disciplines(finding)]
    could = dict.fromkeys(discipline_to_extend(finding, by_function) for finding in missing)
    named = [name for name in could if name and name not in taught and not name.startswith(COMPETENCES)]
    return msgspec.structs.replace(
        indicator,
        taught=tuple(taught.values())[:TAUGHT],
        could=tuple(named[:COULD]),
        untaught=tuple(finding.requirement.id for finding in missing),
    )


def places(alignment: Alignment) -> tuple[dict[str, Finding], dict[str, str]]:
    """Findings by the id of their requirement, and the home discipline of each function."""
    return {finding.requirement.id: finding for finding in alignment.findings}, main_disciplines(alignment)
