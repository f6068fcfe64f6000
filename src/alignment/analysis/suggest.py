"""Which standards fit a program: a quick look by vectors over all of them, a full check of the best few.

The quick score of a standard is the mean, over its requirements, of the best
untrained score (cosines of texts and contexts) that any statement of the
program reaches, less the mean that the program reaches over all standards, so
that standards of common words gain nothing by them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alignment.analysis.coverage import coverage
from alignment.encoders import Encoder
from alignment.matching.features import Space, untrained
from alignment.matching.texts import Side
from alignment.model import Alignment, Noun, Program, Standard, Verdict

# Of each standard this many requirements are looked at first, spread evenly.
LOOKED_AT = 120
SHOWN = 3


class Reason(Noun, frozen=True, kw_only=True):
    """A work function that speaks for a standard: how much of it is found, and the best evidence."""

    function: str
    name: str
    level: str
    coverage: float
    discipline: str = ""
    statement: str = ""


class Suggestion(Noun, frozen=True, kw_only=True):
    """A standard with its rank's ground.

    ``quick`` is the score of the first look, ``expected`` the expected
    coverage of the full check; ``declared`` and ``fgos`` say who names it.
    """

    code: str
    title: str
    quick: float
    expected: float
    low: float
    high: float
    declared: bool = False
    fgos: bool = False
    reasons: tuple[Reason, ...] = ()


def quick_scores(program: Program, standards: Sequence[Standard], encoder: Encoder) -> NDArray[np.float64]:
    """The first look: one score per standard, shape (standards,)."""
    right = [Side(text=item.text, kind=item.kind, context=item.discipline) for item in program.statements()]
    left: list[Side] = []
    owners: list[int] = []
    for number, standard in enumerate(standards):
        rows = list(standard.requirements())
        step = max(1, len(rows) // LOOKED_AT)
        for _, function, item in rows[::step]:
            left.append(Side(text=item.text, kind=item.kind, context=f"{standard.title}: {function.name}"))
            owners.append(number)
    if not right or not left:
        return np.zeros(len(standards))
    space = Space(encoder, left, right)
    best = np.asarray([untrained(space.cosines(index)).max() for index in range(len(left))])
    found = np.zeros(len(standards))
    for number in range(len(standards)):
        mine = best[np.asarray(owners) == number]
        found[number] = mine.mean() - best.mean() if len(mine) else -1.0
    return found


def suggestion(alignment: Alignment, quick: float) -> Suggestion:
    """What a full check says of one standard."""
    found = coverage(alignment)
    parts = sorted(
        (part for general in found.parts for part in general.parts if part.tally.total),
        key=lambda part: -part.tally.expected,
    )
    program = alignment.program
    named = {item.code for item in program.standards} | {link.standard for link in program.declared}
    fgos = {item.code for item in program.fgos.standards} if program.fgos else set()
    reasons = []
    for part in parts[:SHOWN]:
        own = [item for item in alignment.findings if item.function == part.code and item.verdict is not Verdict.GAP]
        top = max(own, key=lambda item: item.probability, default=None)
        best = top.best if top else None
        reasons.append(
            Reason(
                function=part.code,
                name=part.name,
                level=part.level,
                coverage=part.tally.expected,
                discipline=best.statement.discipline if best else "",
                statement=best.statement.text if best and not best.statement.title_only else "",
            )
        )
    return Suggestion(
        code=alignment.standard.code,
        title=alignment.standard.title,
        quick=round(quick, 4),
        expected=found.total.expected,
        low=found.total.low,
        high=found.total.high,
        declared=alignment.standard.code in named,
        fgos=alignment.standard.code in fgos,
        reasons=tuple(reasons),
    )
