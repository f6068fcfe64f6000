"""What the verdict models are worth on programs and standards that neither has seen.

Each fold leaves out some standards, and all sets of the programs that were
judged against them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from alignment.evaluation.training_rows import Scores, TrainingRow
from alignment.evaluation.verdict_models import fit_pairs, fit_requirements, unseen_chances
from alignment.matching.requirement_model import RequirementModel
from alignment.matching.verdict_model import VerdictModel
from alignment.model import Verdict
from alignment.progress import Progress

# Parts of the judged programs that are left out in turn: usual, and each model learns from four fifths (docs/figures.md
# is made with them).
FOLDS = 5


class HeldOutPrediction(msgspec.Struct, frozen=True, kw_only=True):
    """What was said of a judged requirement by models that had seen neither its program nor its standard."""

    item: TrainingRow
    covers: float
    touches: float
    verdict: Verdict
    pairs: Scores

    @property
    def expected(self) -> float:
        """Expected credit."""
        return (self.covers + self.touches) / 2


def crossvalidated(
    items: Sequence[TrainingRow], base: VerdictModel, reranker: str = "", progress: Progress | None = None
) -> list[HeldOutPrediction]:
    """What models say of each requirement that saw neither its program nor its standard, in the items' order.

    ``reranker`` is the version of the reranker; without one the verdicts are those of the engine ``fast``.
    """
    fold = _standard_folds(items)
    held_out: dict[int, HeldOutPrediction] = {}
    for number in range(FOLDS):
        held = [place for place, item in enumerate(items) if fold[item.where.standard.code] == number]
        programs = {items[place].where.program.title for place in held}
        seen = [
            item
            for item in items
            if fold[item.where.standard.code] != number and item.where.program.title not in programs
        ]
        model = fit_pairs(seen, base, reranker)
        whole = fit_requirements(seen, unseen_chances(seen, base, reranker), model)
        for place in held:
            held_out[place] = predict_held_out(items[place], model, whole)
        if progress:
            progress("folds", number + 1, FOLDS)
    return [held_out[place] for place in range(len(items))]


def predict_held_out(item: TrainingRow, model: VerdictModel, whole: RequirementModel) -> HeldOutPrediction:
    """What the models say of one judged requirement."""
    pairs = model.chances(item.features, item.reranked(model))
    covers, touches = (float(value) for value in whole.chances(item.summary(pairs)))
    verdict = whole.thresholds.verdict((covers + touches) / 2)
    return HeldOutPrediction(item=item, covers=covers, touches=touches, verdict=verdict, pairs=pairs)


def _standard_folds(items: Sequence[TrainingRow]) -> dict[str, int]:
    """The fold of each standard: the largest first, each to the fold with fewest requirements so far."""
    sizes: dict[str, int] = defaultdict(int)
    for item in items:
        sizes[item.where.standard.code] += 1
    load, folds = [0] * FOLDS, {}
    for code in sorted(sorted(sizes), key=lambda name: -sizes[name]):
        folds[code] = load.index(min(load))
        load[folds[code]] += sizes[code]
    return folds
