"""Twins: requirements of a standard with the same kind and text, which stand in several work functions.

A commission must be able to defend its verdicts, so twins get one verdict. Candidates
and features depend on the work function a little, and the twin that is met best
decides: what proves it proves the others. In the judged real sets a careful reader
gave all twins the same verdict in 97 % of 282 groups, the engine alone in 94 to
97 %; on these requirements the best twin has a kappa 0.01 higher than each alone
where the wording or the standard is new, and 0.01 lower where both are known. A judge
(`alignment.judge`) is asked of each twin by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from alignment.matching.contextual_text import TextInContext
from alignment.model import Finding


def twins_of(sides: Sequence[TextInContext]) -> list[list[int]]:
    """The places of requirements that are twins, in groups of at least two, in the order of the standard."""
    groups: dict[tuple[str, str], list[int]] = {}
    for place, side in enumerate(sides):
        groups.setdefault((side.kind, side.text), []).append(place)
    return [group for group in groups.values() if len(group) > 1]


def with_twins(findings: Sequence[Finding], sides: Sequence[TextInContext]) -> list[Finding]:
    """The findings, those of twins with the verdict and the evidence of the twin that is met best.

    Args:
        findings: one for each requirement.
        sides: their texts, in the same order.
    """
    result = list(findings)
    for group in twins_of(sides):
        best = max(group, key=lambda place: findings[place].probability)
        for place in group:
            own = findings[place]
            result[place] = msgspec.structs.replace(
                findings[best],
                requirement=own.requirement,
                function=own.function,
                general_function=own.general_function,
            )
    return result
