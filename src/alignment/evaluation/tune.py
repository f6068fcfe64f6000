"""Fit calibration and thresholds to a user's labels: what ``align tune`` computes.

Each of the two shipped log-odds gets a new slope and offset (Platt 1999). They
are regularised towards 1 and 0 with the weight `PRIOR`: 30 labels go a quarter to
a half of the way to what they alone would say, 300 three quarters and more, 3,000
almost all of it. Figures are measured on held-out folds by requirement:
all labels of a requirement are in the same fold.

Labels belong to pairs (`alignment.evaluation.gold`), for which the model of pairs
gives log-odds, or to requirements (`alignment.evaluation.corrected`), for which
the corrected report has probabilities. A profile recalibrates the model from
which they come.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import binomtest
from sklearn.model_selection import GroupKFold

from alignment.errors import InputError, SettingsError
from alignment.evaluation.corrected import Correction
from alignment.evaluation.gold import JudgedPair
from alignment.evaluation.thresholds import (
    GRID,
    FloatArray,
    LabelArray,
    best_thresholds,
    macro_f1,
    precise_threshold,
    precision_recall,
)
from alignment.i18n import Message
from alignment.i18n import message as _
from alignment.matching.profile import Calibration
from alignment.model import Thresholds

# Weight of the squared distance from the shipped calibration: of 30 labels with log-odds that are wrong by one, the fit
# takes over a quarter to a half, of 80 half to four fifths, of 300 three quarters and more. Labels that the shipped
# thresholds are worth.
PRIOR = 20.0
# Labels without which a calibration of two numbers is chance: six in each fold.
LEAST = 30
# Parts of the requirements that are left out in turn: usual.
FOLDS = 5
# Draws of the bootstrap: ends of a 95 % interval rest on 25 of them on each side (Efron and Tibshirani 1993).
ROUNDS = 1000
SEED = 20261124  # of folds and draws: any, but the same in each run
# Quantiles of the ends of a 95 % interval.
LOWER, UPPER = 0.025, 0.975
# Slopes and offsets that a fit may take: from nearly deaf to nearly a switch. `PRIOR` keeps an honest fit far from all.
SLOPES, OFFSETS = (0.05, 20.0), (-10.0, 10.0)
# Chances in a report have four decimals: 0 and 1 are kept this far away before their log-odds are taken.
LEAST_CHANCE = 5e-5
# How much of a requirement a label says is there; thresholds lie between.
LEVELS = {"covered": 2, "partial": 1, "none": 0}
One = TypeVar("One", JudgedPair, Correction)
# The calibration that changes nothing.
SAME = Calibration(slope=1.0, offset=0.0)


class Aim(msgspec.Struct, frozen=True, kw_only=True):
    """How thresholds are chosen: with the best F1, or as the lowest ones that keep a precision (0 to 1)."""

    kind: Literal["f1", "precision"] = "f1"
    precision: float = 0.9

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            SettingsError: there is no such kind, or the precision is not from 0 to 1.
        """
        if self.kind not in ("f1", "precision") or not 0 <= self.precision <= 1:
            raise SettingsError(
                _("there is no aim {kind} {precision}.", kind=self.kind, precision=self.precision),
                hint=_("Known: f1, and precision with a number from 0 to 1."),
            )

    def __str__(self) -> str:
        return "f1" if self.kind == "f1" else f"precision {self.precision}"


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """Two calibrations (of covers, and of at least partial) and two thresholds."""

    covers: Calibration
    at_least_partial: Calibration = msgspec.field(name="touches")
    thresholds: Thresholds


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """A figure with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """Precision and recall of "covered" and of "at least partial" at each threshold of `GRID`."""

    thresholds: tuple[float, ...]
    covered_precision: tuple[float, ...]
    covered_recall: tuple[float, ...]
    partial_precision: tuple[float, ...]
    partial_recall: tuple[float, ...]


class Tuned(msgspec.Struct, frozen=True, kw_only=True):
    """The fit on all labels, and held-out figures before and after.

    ``better`` and ``worse`` count the labels that only the new, or only the old
    verdicts match; ``p_value`` is that of McNemar's exact test on them. ``present``
    are the thresholds before. ``changed`` counts the verdicts of a report that were
    corrected; it is None for labels of pairs.
    """

    aim: Aim
    present: Thresholds
    fit: Fit
    counts: dict[str, int]
    requirements: int
    before: dict[str, Interval]
    after: dict[str, Interval]
    better: int
    worse: int
    p_value: float
    curve: Curve
    changed: int | None = None

    @property
    def improves(self) -> bool:
        """Whether the fit is better than the present thresholds on held-out requirements. Equal is not better.

        For the aim "f1", macro-F1 decides. For "precision", how far the precision that
        was asked for lies above the 95 % interval decides, then the recall: the lowest
        threshold that keeps a precision on some labels misses it by chance on half of
        other such labels.
        """
        if self.aim.kind == "f1":
            return self.after["macro-F1"].value > self.before["macro-F1"].value
        before, after = (
            (max(0.0, self.aim.precision - figures["precision covered"].high), -figures["recall covered"].value)
            for figures in (self.before, self.after)
        )
        return after < before


def levels(labelled: Sequence[JudgedPair | Correction]) -> LabelArray:
    """The labels as numbers (2 covered, 1 partial, 0 none), shape (labels,)."""
    return np.asarray([LEVELS[item.label] for item in labelled], dtype=np.int64)


def _key(item: JudgedPair | Correction) -> tuple[str, ...]:
    """What identifies a label: two labels with the same key must be equal."""
    if isinstance(item, Correction):
        return item.place
    return (item.requirement.text, item.requirement.context, item.statement.text, item.statement.context)


def _named(item: JudgedPair | Correction) -> str:
    """The text of a label, for messages."""
    if isinstance(item, Correction):
        return f"“{item.requirement}”"
    return f"“{item.requirement.as_written}” – “{item.statement.as_written}”"


def _said(label: str, item: JudgedPair | Correction | None) -> str:
    """A label as its file says it: in a report "none" is a gap."""
    return "gap" if label == "none" and isinstance(item, Correction) else label


def _requirement(item: JudgedPair | Correction) -> str:
    return item.requirement if isinstance(item, Correction) else item.requirement.text


def distinct_labels(labelled: Sequence[One], source: str) -> list[One]:
    """The labels without repeats.

    Raises:
        InputError: a pair or requirement has two different labels.
    """
    first: dict[tuple[str, ...], One] = {}
    against: list[Message] = []
    for item in labelled:
        known = first.setdefault(_key(item), item)
        if known.label != item.label:
            one, other = (_said(label, item) for label in (known.label, item.label))
            against.append(_("{what}: {one} and {other}", what=_named(item), one=one, other=other))
    if against:
        raise InputError(
            _("different labels for the same text: {n}; the first: {against}.", n=len(against), against=against[0]),
            file=source,
            hint=_("Keep one label for each."),
        )
    return list(first.values())


def check_enough(labelled: Sequence[JudgedPair | Correction], source: str) -> None:
    """Check that there are enough labels to learn from.

    Raises:
        InputError: there are too few labels or requirements, or only one class.
    """
    counts = {label: sum(item.label == label for item in labelled) for label in LEVELS}
    of_report = labelled[0] if labelled else None
    label_counts = ", ".join(f"{_said(label, of_report)} {count}" for label, count in counts.items())
    if len(labelled) < LEAST:
        raise InputError(
            _("{n} labels are too few ({counts}).", n=len(labelled), counts=label_counts),
            file=source,
            hint=_("At least {n} are needed.", n=LEAST),
        )
    if not counts["covered"] or counts["covered"] == len(labelled) or not counts["none"]:
        raise InputError(
            _("there is nothing to distinguish ({counts}).", counts=label_counts),
            file=source,
            hint=_("Some must be covered and some {none}.", none=_said("none", of_report)),
        )
    if len({_requirement(item) for item in labelled}) < FOLDS:
        raise InputError(
            _("fewer than {n} requirements have labels.", n=FOLDS),
            file=source,
            hint=_("Label more requirements: figures are held out by requirement."),
        )


def fit_and_measure(
    labelled: Sequence[JudgedPair | Correction], log_odds: FloatArray, shipped: Thresholds, aim: Aim
) -> Tuned:
    """Fit on all labels, and measure on held-out folds.

    For corrections, "before" are the verdicts of the check. If no correction
    differs from them, there is nothing to learn, and the fit is the shipped model.

    Args:
        labelled: the labels; enough of them (`check_enough`), unless they are corrections that change nothing.
        log_odds: of "covers" and "covers at least in part" by the shipped model, shape (labels, 2).
        shipped: the thresholds of the shipped model.
        aim: how the new thresholds are chosen.
    """
    true = levels(labelled)
    groups = np.asarray([_requirement(item) for item in labelled])
    most = np.asarray([1 if isinstance(item, Correction) and item.title_only else 2 for item in labelled])
    old = np.minimum(_verdicts(_credit(log_odds), shipped), most)
    changed = None
    corrected = [item for item in labelled if isinstance(item, Correction)]
    if corrected:
        old = np.asarray([LEVELS.get(item.computed, 0) for item in corrected], dtype=np.int64)
        changed = sum(item.label != item.computed for item in corrected)
    new, held = old.copy(), _credit(log_odds)
    final = Fit(covers=SAME, at_least_partial=SAME, thresholds=shipped)
    if changed != 0:
        final = fitted(log_odds, true, shipped, aim, most)
        for seen, unseen in GroupKFold(FOLDS, shuffle=True, random_state=SEED).split(log_odds, true, groups):
            fit = fitted(log_odds[seen], true[seen], shipped, aim, most[seen])
            held[unseen] = _credit(recalibrated(log_odds[unseen], fit))
            new[unseen] = np.minimum(_verdicts(held[unseen], fit.thresholds), most[unseen])
    better = int(np.sum((new == true) & (old != true)))
    worse = int(np.sum((new != true) & (old == true)))
    before, after = _intervals(true, groups, (old, new))
    return Tuned(
        aim=aim,
        present=shipped,
        fit=final,
        counts={name: int(np.sum(true == level)) for name, level in LEVELS.items()},
        requirements=len(set(groups)),
        before=before,
        after=after,
        better=better,
        worse=worse,
        p_value=float(binomtest(better, better + worse).pvalue) if better + worse else 1.0,
        curve=_curve(held, true),
        changed=changed,
    )


def log_odds_of(corrections: Sequence[Correction]) -> FloatArray:
    """Log-odds of the probabilities in a report, shape (corrections, 2)."""
    chances = np.asarray([(item.covers, item.at_least_partial) for item in corrections])
    kept = np.clip(chances, LEAST_CHANCE, 1 - LEAST_CHANCE)
    return np.asarray(np.log(kept / (1 - kept)))


def fitted(
    log_odds: FloatArray, true: LabelArray, shipped: Thresholds, aim: Aim, most: LabelArray | None = None
) -> Fit:
    """Calibrations and thresholds fitted to the labels ``true``, shape (labels,); ``log_odds`` as in `tune`.

    For the aim "f1" the fit that changes nothing is returned if no other has a higher macro-F1 on these labels.
    ``most`` is the highest level that each label's verdict can have; default: covered.
    """
    covers, at_least_partial = _shift(log_odds[:, 0], true == 2), _shift(log_odds[:, 1], true > 0)
    rough = Fit(covers=covers, at_least_partial=at_least_partial, thresholds=shipped)
    credit = _credit(recalibrated(log_odds, rough))
    if aim.kind == "precision":
        covered = precise_threshold(credit, true == 2, aim.precision)
        partial = min(covered, precise_threshold(credit, true > 0, aim.precision))
        return msgspec.structs.replace(rough, thresholds=Thresholds(covered=covered, partial=partial))
    most = np.full(len(true), 2) if most is None else most
    best = msgspec.structs.replace(rough, thresholds=best_thresholds(credit, true, most, shipped, PRIOR))
    same = Fit(covers=SAME, at_least_partial=SAME, thresholds=shipped)
    scores = [
        macro_f1(true, np.minimum(_verdicts(_credit(recalibrated(log_odds, fit)), fit.thresholds), most))
        for fit in (same, rough, best)
    ]
    return (same, rough, best)[int(np.argmax(scores))]


def recalibrated(log_odds: FloatArray, fit: Fit) -> FloatArray:
    """Shipped log-odds after the calibrations of a fit, shape (labels, 2)."""
    slopes = np.asarray([fit.covers.slope, fit.at_least_partial.slope])
    return np.asarray(log_odds * slopes + np.asarray([fit.covers.offset, fit.at_least_partial.offset]))


def _credit(log_odds: FloatArray) -> FloatArray:
    """Expected credit, shape (labels,): the mean of the two probabilities."""
    return np.asarray((1 / (1 + np.exp(-log_odds))).mean(axis=1))


def _verdicts(credit: FloatArray, thresholds: Thresholds) -> LabelArray:
    return np.where(credit >= thresholds.covered, 2, np.where(credit >= thresholds.partial, 1, 0))


def _shift(log_odds: FloatArray, positive: NDArray[np.bool_]) -> Calibration:
    """The slope and offset that fit the labels best, regularised by `PRIOR`."""
    sign = np.where(positive, 1.0, -1.0)

    def loss(parameters: FloatArray) -> float:
        slope, offset = parameters
        fit = float(np.logaddexp(0, -sign * (slope * log_odds + offset)).sum())
        return fit + PRIOR / 2 * float((slope - 1) ** 2 + offset**2)

    solution = minimize(loss, np.asarray([1.0, 0.0]), method="L-BFGS-B", bounds=[SLOPES, OFFSETS]).x
    return Calibration(slope=round(float(solution[0]), 4), offset=round(float(solution[1]), 4))


def _curve(credit: FloatArray, true: LabelArray) -> Curve:
    def rounded(values: FloatArray) -> tuple[float, ...]:
        return tuple(round(float(value), 4) for value in values)

    covered, partial = (precision_recall(credit, true >= level, GRID) for level in (2, 1))
    return Curve(
        thresholds=rounded(GRID),
        covered_precision=rounded(covered[0]),
        covered_recall=rounded(covered[1]),
        partial_precision=rounded(partial[0]),
        partial_recall=rounded(partial[1]),
    )


def _figures(true: LabelArray, predicted: LabelArray) -> dict[str, float]:
    """Agreement, macro-F1, and precision and recall of each label."""
    result: dict[str, float] = {"agreement": float(np.mean(true == predicted))}
    for name, level in LEVELS.items():
        hits = float(np.sum((true == level) & (predicted == level)))
        precision = hits / max(float(np.sum(predicted == level)), 1.0)
        recall = hits / max(float(np.sum(true == level)), 1.0)
        result[f"precision {name}"], result[f"recall {name}"] = precision, recall
    result["macro-F1"] = macro_f1(true, predicted)
    return result


def _intervals(
    true: LabelArray, groups: NDArray[np.str_], predicted: tuple[LabelArray, LabelArray]
) -> tuple[dict[str, Interval], dict[str, Interval]]:
    """Figures of both predictions with percentile bootstrap intervals; the bootstrap draws requirements, not labels."""
    random = np.random.default_rng(SEED)
    names = np.unique(groups)
    members = {name: np.flatnonzero(groups == name) for name in names}
    draws = [np.concatenate([members[name] for name in random.choice(names, len(names))]) for _ in range(ROUNDS)]
    results = []
    for verdicts in predicted:
        whole = _figures(true, verdicts)
        drawn = [_figures(true[draw], verdicts[draw]) for draw in draws]
        results.append(
            {
                name: Interval(
                    value=round(value, 4),
                    low=round(float(np.quantile([item[name] for item in drawn], LOWER)), 4),
                    high=round(float(np.quantile([item[name] for item in drawn], UPPER)), 4),
                )
                for name, value in whole.items()
            }
        )
    return results[0], results[1]
