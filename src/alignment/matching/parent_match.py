"""Parent match: for a gap, find what the program has for the work function, or the generalized one, as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from alignment.matching.contextual_text import TextInContext
from alignment.matching.features import Matrix, cosines_of
from alignment.model import Above, Evidence, Finding, Kind, Standard, Thresholds, Verdict

if TYPE_CHECKING:
    from alignment.matching.comparison import Comparison

Level = Literal["function", "general_function"]


class CandidateRanker(Protocol):
    """The part of `Aligner` that is used here."""

    thresholds: Thresholds

    def rank_candidates(
        self, comparison: Comparison, requirement: TextInContext, cosines: Matrix, count: int, *, rerank: bool = True
    ) -> list[tuple[int, Evidence]]:
        """The best statements, as `Aligner.rank_candidates`."""
        ...


def function_names(standard: Standard) -> dict[tuple[Level, str], TextInContext]:
    """(level, code) → the name of a generalized or work function as a text, of the kind labour action."""
    names: dict[tuple[Level, str], TextInContext] = {}
    for general in standard.functions:
        names["general_function", general.code] = TextInContext.of(
            text=general.name, kind=Kind.ACTION, context=standard.title
        ).normalized
        for function in general.functions:
            names["function", function.code] = TextInContext.of(
                text=function.name, kind=Kind.ACTION, context=f"{standard.title}: {general.name}"
            ).normalized
    return names


def add_parent_matches(findings: Sequence[Finding], comparison: Comparison, scorer: CandidateRanker) -> list[Finding]:
    """The findings; each gap gets in ``above`` the best evidence for its work function, else for its generalized one.

    The name of the function is matched like a labour action. The evidence must
    cover it at least in part, and does not change the verdict of the gap.
    """
    gaps = [finding for finding in findings if finding.verdict is Verdict.GAP]
    if not gaps or not comparison.statements:
        return list(findings)
    needed = {("function", item.function) for item in gaps} | {
        ("general_function", item.general_function) for item in gaps
    }
    texts = [(key, side) for key, side in function_names(comparison.standard).items() if key in needed and side.text]
    vectors = comparison.encoder.encode([text for _, side in texts for text in (side.text, side.context)])
    matches: dict[tuple[Level, str], Above] = {}
    for number, ((level, code), side) in enumerate(texts):
        below = [
            place
            for place, (general, function, _) in enumerate(comparison.requirements)
            if code == (function.code if level == "function" else general.code)
        ]
        peers = comparison.vectors.requirements[below].mean(axis=0)
        cosines = cosines_of(vectors[2 * number], vectors[2 * number + 1], peers, comparison.vectors)
        best = scorer.rank_candidates(comparison, side, cosines, 1, rerank=False)
        if best and best[0][1].probability >= scorer.thresholds.partial and not best[0][1].statement.title_only:
            evidence = msgspec.structs.replace(best[0][1], contributions=())
            matches[level, code] = Above(level=level, code=code, name=side.as_written, evidence=evidence)
    return [
        finding
        if finding.verdict is not Verdict.GAP
        else msgspec.structs.replace(
            finding,
            above=matches.get(("function", finding.function))
            or matches.get(("general_function", finding.general_function)),
        )
        for finding in findings
    ]
