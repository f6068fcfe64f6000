"""An estimate of the coverage from the model's probabilities and the experts' decisions so far."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

import numpy as np

from alignment.analysis.coverage import CREDIT, Z90, coverage, deviation_of, expected_of, shares_of
from alignment.model import Alignment, Finding, Noun, Verdict


class CoverageEstimate(Noun, frozen=True, kw_only=True):
    """Coverage, each figure from 0 to 1.

    ``share`` is the coverage as reports define it, ``expected`` its expectation,
    ``low`` and ``high`` its 90 % interval. Unknown requirements that nobody
    decided count as gaps in ``low`` and as covered in ``high``. ``enough`` says
    whether a percentage may be shown: as in reports, or once all is decided.
    """

    share: float
    expected: float
    low: float
    high: float
    enough: bool = True

    @property
    def width(self) -> float:
        """The width of the interval."""
        return self.high - self.low


class Estimator:
    """Estimates the coverage of one alignment: decided findings count as decided, the others by the model."""

    def __init__(self, alignment: Alignment) -> None:
        self._weights = shares_of(alignment)
        self._total = float(np.sum([weight for weight, _ in self._weights])) or 1.0
        self._factor = np.asarray([weight * share for weight, share in self._weights])
        self._credit = np.asarray([CREDIT[item.verdict] for item in alignment.findings])
        self._expected = np.asarray([expected_of(item) for item in alignment.findings])
        self._deviation = np.asarray([deviation_of(item) for item in alignment.findings])
        self._unknown = np.asarray([item.verdict is Verdict.UNKNOWN for item in alignment.findings], dtype=bool)
        self._deviation[self._unknown] = 0.0
        self._spread = alignment.spread
        self._enough = coverage(alignment).enough
        names: dict[str, int] = {}
        self._group = np.asarray(
            [
                names.setdefault(item.best.statement.id if item.best else f"none {number}", len(names))
                for number, item in enumerate(alignment.findings)
            ],
            dtype=np.int64,
        )

    def __call__(self, decided: Mapping[int, str]) -> CoverageEstimate:
        """The estimate; ``decided`` has verdicts by the position of the finding."""
        credit, expected, deviation = self._credit.copy(), self._expected.copy(), self._deviation.copy()
        for position, verdict in decided.items():
            credit[position] = expected[position] = CREDIT[Verdict(verdict)]
            deviation[position] = 0.0
        mean = float(self._factor @ expected) / self._total
        deviations = np.bincount(self._group, self._factor * deviation) if len(self._group) else np.zeros(1)
        own_error = math.sqrt(float(deviations @ deviations)) / self._total
        error = math.hypot(own_error, self._spread * self._left(decided)) * Z90
        undecided = np.where(np.isin(np.arange(len(expected)), list(decided)), False, self._unknown)
        low = mean - float(self._factor @ (expected * undecided)) / self._total
        high = low + float(self._factor @ undecided) / self._total
        share = float(self._factor @ credit) / self._total
        return CoverageEstimate(
            share=share,
            expected=mean,
            low=max(0.0, low - error),
            high=min(1.0, high + error),
            enough=self._enough or len(decided) == len(expected),
        )

    def _left(self, decided: Mapping[int, str]) -> float:
        """The share of the weight that is undecided; the spread from program to program shrinks with it."""
        return 1 - float(sum(self._factor[position] for position in decided)) / self._total


def value_of(finding: Finding, alignment: Alignment) -> float:
    """How unsure the model is of a finding, 0 to 1: 1 if its probability is exactly a threshold.

    This is uncertainty sampling (Lewis & Gale 1994) with two thresholds.
    """
    limits = alignment.thresholds
    distance = min(abs(finding.probability - limits.covered), abs(finding.probability - limits.partial))
    return max(0.0, 1 - 2 * distance)


def values(alignment: Alignment) -> list[float]:
    """How much a decision on each finding would tell, 0 to 1.

    One half is the model's doubt (`value_of`). The other half is the doubt times
    the effect on the coverage of the work function, which is larger if the
    function has few requirements.
    """
    sizes = Counter(item.function for item in alignment.findings)
    least = min(sizes.values(), default=1)
    return [round(value_of(item, alignment) * (1 + least / sizes[item.function]) / 2, 4) for item in alignment.findings]
