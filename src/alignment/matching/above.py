"""A gap is looked at from the level above: has the program something for the work function as a whole?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from alignment.matching.features import Matrix, cosines_of
from alignment.matching.texts import Side
from alignment.model import Above, Evidence, Finding, Kind, Standard, Thresholds, Verdict

if TYPE_CHECKING:
    from alignment.matching.meeting import Meeting

Level = Literal["function", "general_function"]


class Scorer(Protocol):
    """What is needed of the `Aligner`."""

    thresholds: Thresholds

    def candidates_of(
        self, meeting: Meeting, requirement: Side, cosines: Matrix, count: int, *, rerank: bool = True
    ) -> list[tuple[int, Evidence]]:
        """The best statements."""
        ...


def sides_above(standard: Standard) -> dict[tuple[Level, str], Side]:
    """The names of generalized and work functions by level and code, as if they were labour actions."""
    found: dict[tuple[Level, str], Side] = {}
    for general in standard.functions:
        found["general_function", general.code] = Side.of(
            text=general.name, kind=Kind.ACTION, context=standard.title
        ).plain
        for function in general.functions:
            found["function", function.code] = Side.of(
                text=function.name, kind=Kind.ACTION, context=f"{standard.title}: {general.name}"
            ).plain
    return found


def look_above(findings: Sequence[Finding], meeting: Meeting, scorer: Scorer) -> list[Finding]:
    """Gaps with what covers their work function, or else their generalized function, at least in part.

    The name of the function is scored as a labour action; what it finds is
    said beside the gap and never changes its verdict.
    """
    gaps = [finding for finding in findings if finding.verdict is Verdict.GAP]
    if not gaps or not meeting.statements:
        return list(findings)
    needed = {("function", item.function) for item in gaps} | {
        ("general_function", item.general_function) for item in gaps
    }
    names = [(key, side) for key, side in sides_above(meeting.standard).items() if key in needed and side.text]
    vectors = meeting.encoder.encode([text for _, side in names for text in (side.text, side.context)])
    found: dict[tuple[Level, str], Above] = {}
    for number, ((level, code), side) in enumerate(names):
        below = [
            place
            for place, (general, function, _) in enumerate(meeting.tree)
            if code == (function.code if level == "function" else general.code)
        ]
        peers = meeting.space.requirements[below].mean(axis=0)
        cosines = cosines_of(vectors[2 * number], vectors[2 * number + 1], peers, meeting.space)
        best = scorer.candidates_of(meeting, side, cosines, 1, rerank=False)
        if best and best[0][1].probability >= scorer.thresholds.partial and not best[0][1].statement.title_only:
            evidence = msgspec.structs.replace(best[0][1], contributions=())
            found[level, code] = Above(level=level, code=code, name=side.shown, evidence=evidence)
    return [
        finding
        if finding.verdict is not Verdict.GAP
        else msgspec.structs.replace(
            finding,
            above=found.get(("function", finding.function))
            or found.get(("general_function", finding.general_function)),
        )
        for finding in findings
    ]
