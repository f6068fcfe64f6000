"""What changed between two checks of one program against one standard, requirement by requirement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

import msgspec

from alignment.analysis import coverage
from alignment.model import Alignment, Finding, Verdict

# The order of verdicts; unknown counts like a gap.
RANK = {"covered": 2, "partial": 1}


class VerdictChange(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement whose verdict changed, with the evidence of the better of the two verdicts."""

    id: str
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
    edition has. ``shares`` are the coverages of both, in that order, None where too little is known for a percentage.
    ``unsure`` counts gaps of which only titles speak now, ``sure`` the reverse: neither changes the coverage.
    """

    standard: str
    shares: tuple[float, float] | None
    gained: tuple[VerdictChange, ...]
    lost: tuple[VerdictChange, ...]
    same: int
    new: int
    gone: int
    unsure: int = 0
    sure: int = 0


def rank(verdict: Verdict) -> int:
    """0 for a gap or unknown, 1 for partial, 2 for covered."""
    return RANK.get(verdict.value, 0)


def compare(before: Alignment, after: Alignment) -> RunChanges:
    """Compare two checks, requirement by requirement; the same function and text make the same requirement."""
    old = {(item.function, item.requirement.text): item for item in before.findings}
    new = {(item.function, item.requirement.text): item for item in after.findings}
    changes = [
        VerdictChange(
            id=item.requirement.id,
            requirement=key[1],
            before=old[key].verdict,
            after=item.verdict,
            evidence=_evidence(item if rank(item.verdict) > rank(old[key].verdict) else old[key]),
        )
        for key, item in new.items()
        if key in old and rank(item.verdict) != rank(old[key].verdict)
    ]
    both = len(old.keys() & new.keys())
    turned = Counter((old[key].verdict, new[key].verdict) for key in old.keys() & new.keys())
    unsure, sure = turned[Verdict.GAP, Verdict.UNKNOWN], turned[Verdict.UNKNOWN, Verdict.GAP]
    sides = (coverage(before), coverage(after))
    return RunChanges(
        standard=" ".join(part for part in (after.standard.code, after.standard.title) if part),
        shares=(sides[0].total.coverage, sides[1].total.coverage) if sides[0].enough and sides[1].enough else None,
        gained=tuple(change for change in changes if change.better),
        lost=tuple(change for change in changes if not change.better),
        same=both - len(changes) - unsure - sure,
        new=len(new) - both,
        gone=len(old) - both,
        unsure=unsure,
        sure=sure,
    )


def compare_all(before: Sequence[Alignment], after: Sequence[Alignment]) -> list[RunChanges]:
    """Compare two checks for each standard that both have."""
    known = {item.standard.code or item.standard.title: item for item in before}
    keys = [(item.standard.code or item.standard.title, item) for item in after]
    return [compare(known[key], item) for key, item in keys if key in known]


def files_between(before: Sequence[str], after: Sequence[str]) -> tuple[list[str], list[str]]:
    """Names of files that only the earlier check had, and only the later one; folders may be called otherwise."""
    old, new = ({PurePosixPath(name).name: None for name in side} for side in (before, after))
    return [name for name in old if name not in new], [name for name in new if name not in old]


def _evidence(finding: Finding) -> str:
    """Discipline and text of the best evidence."""
    if finding.best is None:
        return ""
    statement = finding.best.statement
    return statement.discipline if statement.title_only else f"{statement.discipline}: {statement.text}"
