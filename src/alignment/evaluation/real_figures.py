"""Figures of verdicts on real programs: agreement with a careful reader, error of coverage, calibration."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from alignment.analysis.coverage import CREDIT, PARTIAL_CREDIT, Z90
from alignment.matching.requirement_model import Scores

if TYPE_CHECKING:
    from alignment.evaluation.crossvalidation import HeldOutPrediction

# Requirements up to which each pair is made: 9 million differences take 72 MB. Both ways give the same but for the last
# digits, on which models/verdict.json depends.
EACH_WITH_EACH = 3000
BINS = 10  # of the calibration error, as in Naeini et al. 2015


class SetFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one set, or of all together; shares and coverages are 0 to 1, NaN if they cannot be computed.

    ``kappa`` is quadratically weighted. ``covered_right`` and ``covered_found``
    are precision and recall of "covered". ``judged``, ``said`` and ``expected`` are
    the coverage by the reader, by the verdicts, and its expectation; ``low`` and
    ``high`` its 90 % interval. ``brier`` and ``calibration_error`` (ECE) are means
    over covered and at least partial.
    """

    name: str
    requirements: int
    kappa: float
    covered_right: float
    covered_found: float
    macro_f1: float
    judged: float
    said: float
    expected: float
    low: float
    high: float
    brier: float
    calibration_error: float

    @property
    def holds(self) -> bool:
        """Whether the judged coverage is inside the 90 % interval."""
        return self.low <= self.judged <= self.high


def weighted_kappa(first: Scores, second: Scores) -> float:
    """Cohen's kappa of credits 0, 0.5 and 1 with quadratic weights (Cohen 1968); 0 if neither side varies."""
    expected = (
        float(np.mean((first[:, None] - second[None, :]) ** 2))
        if len(first) < EACH_WITH_EACH
        else _spread(first, second)
    )
    return 1 - float(np.mean((first - second) ** 2)) / expected if expected else 0.0


def _spread(first: Scores, second: Scores) -> float:
    """The mean squared difference over all pairs of values, from means and variances (saves memory)."""
    return float(first.var() + second.var() + (first.mean() - second.mean()) ** 2)


def by_set(held: Sequence[HeldOutPrediction], spread: float) -> list[SetFigures]:
    """Figures of each set, then of all requirements together; ``spread`` as in `Alignment.spread`."""
    groups: dict[str, list[HeldOutPrediction]] = defaultdict(list)
    for item in held:
        groups[item.item.where.name].append(item)
    return [*(_figures(name, group, spread) for name, group in groups.items()), _figures("all", held, spread)]


def _credits(held: Sequence[HeldOutPrediction]) -> tuple[Scores, Scores, Scores]:
    """Credits by the reader, by the verdicts, and expected; shape (requirements,) each."""
    judged = np.asarray([CREDIT[item.item.verdict] for item in held])
    said = np.asarray([CREDIT[item.verdict] for item in held])
    return judged, said, np.asarray([item.expected for item in held])


def _figures(name: str, held: Sequence[HeldOutPrediction], spread: float) -> SetFigures:
    judged, said, expected = _credits(held)
    covers, at_least_partial = np.asarray([[item.covers, item.at_least_partial] for item in held]).T
    right = int(((said == 1) & (judged == 1)).sum())
    error = Z90 * math.sqrt(_chance(covers, at_least_partial) + spread**2)
    return SetFigures(
        name=name,
        requirements=len(held),
        kappa=weighted_kappa(judged, said),
        covered_right=right / int((said == 1).sum()) if (said == 1).any() else math.nan,
        covered_found=right / int((judged == 1).sum()) if (judged == 1).any() else math.nan,
        macro_f1=float(f1_score(judged * 2, said * 2, average="macro", labels=[0, 1, 2], zero_division=0)),
        judged=float(judged.mean()),
        said=float(said.mean()),
        expected=float(expected.mean()),
        low=max(0.0, float(expected.mean()) - error),
        high=min(1.0, float(expected.mean()) + error),
        brier=float((((judged == 1) - covers) ** 2 + ((judged > 0) - at_least_partial) ** 2).mean() / 2),
        calibration_error=(_ece(covers, judged == 1) + _ece(at_least_partial, judged > 0)) / 2,
    )


def _chance(covers: Scores, at_least_partial: Scores) -> float:
    """The variance of a set's coverage if its requirements were right or wrong independently of each other."""
    square = covers + PARTIAL_CREDIT**2 * (at_least_partial - covers)
    return float((square - ((covers + at_least_partial) / 2) ** 2).sum()) / len(covers) ** 2


def _ece(chances: Scores, labels: NDArray[np.bool_]) -> float:
    """Expected calibration error over ten bins of equal width (Naeini et al. 2015)."""
    bins = np.minimum((chances * BINS).astype(int), BINS - 1)
    return float(
        sum(
            abs(chances[bins == number].mean() - labels[bins == number].mean()) * (bins == number).mean()
            for number in np.unique(bins)
        )
    )


def spread_of(held: Sequence[HeldOutPrediction]) -> float:
    """Standard deviation over sets of (judged - expected coverage), beyond what chance explains (method of moments)."""
    groups: dict[str, list[HeldOutPrediction]] = defaultdict(list)
    for item in held:
        groups[item.item.where.name].append(item)
    beyond = []
    for group in groups.values():
        judged, _, expected = _credits(group)
        covers, at_least_partial = np.asarray([[item.covers, item.at_least_partial] for item in group]).T
        beyond.append(float(judged.mean() - expected.mean()) ** 2 - _chance(covers, at_least_partial))
    return math.sqrt(max(0.0, float(np.mean(beyond))))


def figures_of(held: Sequence[HeldOutPrediction]) -> dict[str, float]:
    """The figures that a model file stores: means over sets (kappa, errors of coverage), and shares over all."""
    parts = by_set(held, spread_of(held))
    sets, whole = parts[:-1], parts[-1]
    return {
        "kappa_mean": float(np.mean([item.kappa for item in sets])),
        "kappa_least": min(item.kappa for item in sets),
        "kappa_all": whole.kappa,
        "covered_right": whole.covered_right,
        "covered_found": whole.covered_found,
        "macro_f1": whole.macro_f1,
        "coverage_off": float(np.mean([abs(item.said - item.judged) for item in sets])),
        "expected_off": float(np.mean([abs(item.expected - item.judged) for item in sets])),
        "interval_holds": float(np.mean([item.holds for item in sets])),
        "interval_width": float(np.mean([item.high - item.low for item in sets])),
        "brier": whole.brier,
        "calibration_error": whole.calibration_error,
    }
