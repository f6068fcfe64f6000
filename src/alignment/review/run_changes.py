"""What changed between two checks of one program against one standard, requirement by requirement."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from alignment.model import Alignment, Finding, Verdict

# The order of verdicts; unknown counts like a gap.
RANK = {"covered": 2, "partial": 1}


class VerdictChange(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement whose verdict changed, with the evidence of the better of the two verdicts."""

    function: str
    requirement: str
    before: Verdict
    after: Verdict
    evidence: str

    @property
    def better(self) -> bool:
        """Whether the new verdict is better."""
        return rank(self.after) > rank(self.before)


class RunChanges(msgspec.Struct, frozen=True, kw_only=True):
    """Changes of verdicts against an earlier check.

    ``same`` counts requirements with the same verdict, ``new`` and ``gone`` those that only the new or only the old
    edition has.
    """

    standard: str
    gained: tuple[VerdictChange, ...]
    lost: tuple[VerdictChange, ...]
    same: int
    new: int
    gone: int


def rank(verdict: Verdict) -> int:
    """0 for a gap or unknown, 1 for partial, 2 for covered."""
    return RANK.get(verdict.value, 0)


def compare(before: Alignment, after: Alignment) -> RunChanges:
    """Compare two checks, requirement by requirement; the same function and text make the same requirement."""
    old = {(item.function, item.requirement.text): item for item in before.findings}
    new = {(item.function, item.requirement.text): item for item in after.findings}
    changes = [
        VerdictChange(
            function=key[0],
            requirement=key[1],
            before=old[key].verdict,
            after=item.verdict,
            evidence=_evidence(item if rank(item.verdict) > rank(old[key].verdict) else old[key]),
        )
        for key, item in new.items()
        if key in old and rank(item.verdict) != rank(old[key].verdict)
    ]
    both = len(old.keys() & new.keys())
    return RunChanges(
        standard=" ".join(part for part in (after.standard.code, after.standard.title) if part),
        gained=tuple(change for change in changes if change.better),
        lost=tuple(change for change in changes if not change.better),
        same=both - len(changes),
        new=len(new) - both,
        gone=len(old) - both,
    )


def compare_all(before: Sequence[Alignment], after: Sequence[Alignment]) -> list[RunChanges]:
    """Compare two checks for each standard that both have."""
    known = {item.standard.code or item.standard.title: item for item in before}
    keys = [(item.standard.code or item.standard.title, item) for item in after]
    return [compare(known[key], item) for key, item in keys if key in known]


def _evidence(finding: Finding) -> str:
    """Discipline and text of the best evidence."""
    if finding.best is None:
        return ""
    statement = finding.best.statement
    return statement.discipline if statement.title_only else f"{statement.discipline}: {statement.text}"
