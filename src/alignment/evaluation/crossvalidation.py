"""Cross-validate the verdict models on programs and standards that they have not seen.

Each fold leaves out some standards, and all sets of the programs that were
judged against these standards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from alignment.evaluation.training_rows import TrainingRow
from alignment.evaluation.verdict_models import fit_pairs, fit_requirements, unseen_chances
from alignment.matching.requirement_model import RequirementModel, Scores
from alignment.matching.verdict_model import VerdictModel
from alignment.model import Verdict
from alignment.progress import Progress

FOLDS = 5


class HeldOutPrediction(msgspec.Struct, frozen=True, kw_only=True):
    """The prediction for a judged requirement by models that had seen neither its program nor its standard.

    ``covers`` and ``at_least_partial`` are probabilities (0 to 1); ``pairs`` are the same two for its
    candidates, shape (candidates, 2). ``item.verdict`` is the reader's verdict.
    """

    item: TrainingRow
    covers: float
    at_least_partial: float
    verdict: Verdict
    pairs: Scores

    @property
    def expected(self) -> float:
        """Expected credit, 0 to 1."""
        return (self.covers + self.at_least_partial) / 2


def crossvalidated(
    items: Sequence[TrainingRow], base: VerdictModel, reranker: str = "", progress: Progress | None = None
) -> list[HeldOutPrediction]:
    """Cross-validate: a prediction for each requirement, in the order of ``items``.

    Args:
        items: judged requirements with the features of their candidates.
        base: gives the weights of common lemmas and the mean vectors (`verdict_models.untrained_model`).
        reranker: version of the reranker; empty: without a reranker, as in the engine ``fast``.
        progress: called with the stage, the steps done and the steps in all.
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
    """The prediction of the models (of pairs, and ``whole`` of requirements) for one judged requirement."""
    pairs = model.chances(item.features, item.reranked(model))
    covers, at_least_partial = (float(value) for value in whole.chances(item.summary(pairs)))
    verdict = whole.thresholds.verdict((covers + at_least_partial) / 2)
    return HeldOutPrediction(item=item, covers=covers, at_least_partial=at_least_partial, verdict=verdict, pairs=pairs)


def _standard_folds(items: Sequence[TrainingRow]) -> dict[str, int]:
    """The fold of each standard. The largest are assigned first, each to the fold with the fewest requirements."""
    sizes: dict[str, int] = defaultdict(int)
    for item in items:
        sizes[item.where.standard.code] += 1
    load, folds = [0] * FOLDS, {}
    for code in sorted(sorted(sizes), key=lambda name: -sizes[name]):
        folds[code] = load.index(min(load))
        load[folds[code]] += sizes[code]
    return folds
