"""How a new version of a standard changes the coverage of a program."""

from __future__ import annotations

from alignment.analysis.coverage import coverage
from alignment.model import Alignment, Noun


class CoverageChange(Noun, frozen=True, kw_only=True):
    """Coverage (0 to 1) of the old and the new version by one program.

    ``lost`` are texts of requirements of the old version that the program answers
    at least in part and that it does not answer in the new version, or that the
    new version lacks; ``gained`` is the reverse. ``error`` says why the program
    could not be read; the other figures are then 0.
    """

    program: str
    path: str
    before: float = 0.0
    after: float = 0.0
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    error: str = ""


def coverage_change(before: Alignment, after: Alignment, path: str) -> CoverageChange:
    """Compare two checks of the same program, against the old and the new version; ``path`` is the program's."""
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
    """Texts of requirements that are covered at least in part, in order (the values are not used)."""
    return {item.requirement.text: None for item in alignment.findings if item.verdict.answered}
