"""What a new version of a standard does to the coverage of programs."""

from __future__ import annotations

from alignment.analysis.coverage import coverage
from alignment.model import Alignment, Noun


class CoverageChange(Noun, frozen=True, kw_only=True):
    """Coverage of both versions by one program; ``error`` instead where it cannot be read.

    ``lost`` and ``gained`` are requirements of the old version that were not a
    gap and are one now (by the same text), and of the new one the reverse.
    """

    program: str
    path: str
    before: float = 0.0
    after: float = 0.0
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    error: str = ""


def coverage_change(before: Alignment, after: Alignment, path: str) -> CoverageChange:
    """What changes for the program of both alignments."""
    old, new = _answered(before), _answered(after)
    program = before.program
    return CoverageChange(
        program=" ".join(part for part in (program.code, program.title) if part),
        path=path,
        before=coverage(before).total.coverage,
        after=coverage(after).total.coverage,
        lost=tuple(text for text in old if text not in new),
        gained=tuple(text for text in new if text not in old),
    )


def _answered(alignment: Alignment) -> dict[str, None]:
    """Texts that are covered at least in part, in order."""
    return {item.requirement.text: None for item in alignment.findings if item.verdict.answered}
