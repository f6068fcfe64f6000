"""What a judge's verdicts were found to be worth, on judged programs: `align evaluate --real --judge` writes it.

A check reads it again: a finding that the judge decided then counts with the chances that such a verdict of this model
was found to have, by this guide.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from alignment.model import Verdict

ORDER = (Verdict.GAP, Verdict.PARTIAL, Verdict.COVERED)
# Fewer judged requirements say too little: of a hundred a share is known to ten points (95 %).
LEAST = 100
# Added to each count: a verdict that was never wrong in twenty cases is not certain (Jeffreys' prior).
PRIOR = 0.5
# The chances "covered" and "at least in part" that each verdict would have if the judge were never wrong.
CERTAIN = {Verdict.GAP: (0.0, 0.0), Verdict.PARTIAL: (0.0, 1.0), Verdict.COVERED: (1.0, 1.0)}


class Worth(msgspec.Struct, frozen=True, kw_only=True):
    """How often the reader said gap, partial and covered where the model said each; both in `ORDER`."""

    model: str
    guide: str
    counts: dict[Verdict, tuple[int, int, int]]

    @property
    def total(self) -> int:
        """Judged requirements behind it."""
        return sum(map(sum, self.counts.values()))

    def chances(self, verdict: Verdict) -> tuple[float, float]:
        """Chances that a requirement with this verdict is covered, and that it is at least in part."""
        gap, partial, covered = (count + PRIOR for count in self.counts.get(verdict, (0, 0, 0)))
        total = gap + partial + covered
        return round(covered / total, 4), round((covered + partial) / total, 4)


def counted(model: str, guide: str, pairs: Iterable[tuple[Verdict, Verdict]]) -> Worth:
    """The worth of a model from pairs of its verdict and the reader's."""
    table = {verdict: [0, 0, 0] for verdict in ORDER}
    for said, judged in pairs:
        table[said][ORDER.index(judged)] += 1
    return Worth(model=model, guide=guide, counts={key: (row[0], row[1], row[2]) for key, row in table.items()})


def _path(folder: Path, model: str, guide: str) -> Path:
    key = hashlib.blake2b(f"{model}\0{guide}".encode(), digest_size=6).hexdigest()
    return folder / f"judge-{key}.json"


def keep(worth: Worth, folder: Path) -> Path:
    """Write it into the folder of profiles; returns the file.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = _path(folder, worth.model, worth.guide)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(worth)))
    return path


def kept(folder: Path, model: str, guide: str) -> Worth | None:
    """What was measured of a model by a guide; None where nothing, too little, or the file is damaged."""
    try:
        worth = msgspec.json.decode(_path(folder, model, guide).read_bytes(), type=Worth)
    except (OSError, msgspec.MsgspecError):
        return None
    return worth if worth.total >= LEAST and (worth.model, worth.guide) == (model, guide) else None
