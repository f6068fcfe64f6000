"""Coverage of a standard: counts per work function, generalized function and in all."""

from __future__ import annotations

from collections.abc import Iterable

from alignment.model import Alignment, Finding, Noun, Verdict

PARTIAL_CREDIT = 0.5


class Tally(Noun, frozen=True, kw_only=True):
    """Counts of verdicts; ``coverage`` is covered plus half of partial over all, 0 to 1."""

    covered: int
    partial: int
    gap: int
    coverage: float

    @property
    def total(self) -> int:
        """Number of requirements."""
        return self.covered + self.partial + self.gap


class Part(Noun, frozen=True, kw_only=True):
    """A generalized function with its work functions, or a work function (no parts)."""

    code: str
    name: str
    level: str
    tally: Tally
    parts: tuple[Part, ...] = ()


class Sight(Noun, frozen=True, kw_only=True):
    """How much of the program could be seen.

    ``title_only`` disciplines are known by their title alone; ``statements``
    are those with content.
    """

    disciplines: int
    title_only: int
    statements: int
    skipped: int


class Coverage(Noun, frozen=True, kw_only=True):
    """Coverage of the whole standard, its parts, and how much of the program was seen."""

    total: Tally
    parts: tuple[Part, ...]
    sight: Sight


def tally(findings: Iterable[Finding]) -> Tally:
    """Counts of the verdicts of some findings."""
    verdicts = [finding.verdict for finding in findings]
    covered, partial = verdicts.count(Verdict.COVERED), verdicts.count(Verdict.PARTIAL)
    share = (covered + PARTIAL_CREDIT * partial) / len(verdicts) if verdicts else 0.0
    return Tally(covered=covered, partial=partial, gap=len(verdicts) - covered - partial, coverage=round(share, 4))


def coverage(alignment: Alignment) -> Coverage:
    """Coverage of an alignment, in the standard's order."""
    by_function: dict[str, list[Finding]] = {}
    for finding in alignment.findings:
        by_function.setdefault(finding.function, []).append(finding)
    parts = tuple(
        Part(
            code=general.code,
            name=general.name,
            level=general.level,
            tally=tally(item for function in general.functions for item in by_function.get(function.code, ())),
            parts=tuple(
                Part(
                    code=function.code,
                    name=function.name,
                    level=function.level,
                    tally=tally(by_function.get(function.code, ())),
                )
                for function in general.functions
            ),
        )
        for general in alignment.standard.functions
    )
    program = alignment.program
    sight = Sight(
        disciplines=len(program.disciplines),
        title_only=sum(discipline.title_only for discipline in program.disciplines),
        statements=sum(not statement.title_only for statement in program.statements()),
        skipped=len(program.skipped),
    )
    return Coverage(total=tally(alignment.findings), parts=parts, sight=sight)
