"""How reliable the verdicts of a judge are, measured on judged programs by `align evaluate --real --judge`.

A check loads these figures. A finding with a verdict of the judge then counts with the probabilities that such a
verdict of this model had in the measurement, under the same guide.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from alignment.errors import OutputError, reason
from alignment.i18n import message as _
from alignment.model import Verdict

ORDER = (Verdict.GAP, Verdict.PARTIAL, Verdict.COVERED)
# Fewer judged requirements say too little: of a hundred a share is known to ten points (95 %).
LEAST = 100
# Added to each count: a verdict that was never wrong in twenty cases is not certain (Jeffreys' prior).
PRIOR = 0.5
# The chances "covered" and "at least in part" that each verdict would have if the judge were never wrong.
CERTAIN = {Verdict.GAP: (0.0, 0.0), Verdict.PARTIAL: (0.0, 1.0), Verdict.COVERED: (1.0, 1.0)}


class Worth(msgspec.Struct, frozen=True, kw_only=True):
    """The confusion matrix of a model: its verdict → how often the reader's was gap, partial and covered (`ORDER`)."""

    model: str
    guide: str
    counts: dict[Verdict, tuple[int, int, int]]

    @property
    def total(self) -> int:
        """The number of judged requirements in the table."""
        return sum(map(sum, self.counts.values()))

    def chances(self, verdict: Verdict) -> tuple[float, float]:
        """Probabilities that a requirement with this verdict is covered, and that it is covered at least in part."""
        gap, partial, covered = (count + PRIOR for count in self.counts.get(verdict, (0, 0, 0)))
        total = gap + partial + covered
        return round(covered / total, 4), round((covered + partial) / total, 4)


def counted(model: str, guide: str, pairs: Iterable[tuple[Verdict, Verdict]]) -> Worth:
    """The confusion matrix of a model from pairs (its verdict, the reader's verdict)."""
    table = {verdict: [0, 0, 0] for verdict in ORDER}
    for by_model, by_reader in pairs:
        table[by_model][ORDER.index(by_reader)] += 1
    return Worth(model=model, guide=guide, counts={key: (row[0], row[1], row[2]) for key, row in table.items()})


def _path(folder: Path, model: str, guide: str) -> Path:
    key = hashlib.blake2b(f"{model}\0{guide}".encode(), digest_size=6).hexdigest()
    return folder / f"judge-{key}.json"


def save_worth(worth: Worth, folder: Path) -> Path:
    """Write the matrix into ``folder``, that of profiles; returns the file.

    Raises:
        OutputError: the folder cannot be written.
    """
    path = _path(folder, worth.model, worth.guide)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.format(msgspec.json.encode(worth)))
    except OSError as error:
        raise OutputError(_("it cannot be written ({reason}).", reason=reason(error)), file=str(folder)) from error
    return path


def load_worth(folder: Path, model: str, guide: str) -> Worth | None:
    """The matrix of a model under a guide; None if there is none, it has too few requirements, or it is damaged."""
    try:
        worth = msgspec.json.decode(_path(folder, model, guide).read_bytes(), type=Worth)
    except (OSError, msgspec.MsgspecError):
        return None
    return worth if worth.total >= LEAST and (worth.model, worth.guide) == (model, guide) else None
