"""Cross-validate the verdict models on programs that they have not seen.

In one way of folding the standards are new too; in the other, programs alone
are, and precedents speak for their standards. Users meet both: a standard that
was judged before, and one that never was.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from alignment.evaluation.precedent_rows import JudgedPairs, View, precedent_tables, with_precedents
from alignment.evaluation.training_rows import TrainingRow
from alignment.evaluation.verdict_models import fit_pairs, fit_requirements, unseen_chances
from alignment.matching.features import Matrix
from alignment.matching.requirement_model import RequirementModel, Scores
from alignment.matching.verdict_model import VerdictModel
from alignment.model import Verdict
from alignment.progress import Progress

# Parts of the judged programs that are left out in turn: usual, and each model learns from four fifths (docs/figures.md
# is made with them).
FOLDS = 5


class HeldOutPrediction(msgspec.Struct, frozen=True, kw_only=True):
    """The prediction for a judged requirement by models that had not seen its program, nor its standard where
    that was left out too.

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


class Folds(msgspec.Struct, frozen=True, kw_only=True):
    """Judged requirements in folds, with what each fold may see of the precedents.

    ``fold`` is the fold that holds each row out;
    ``left_out`` tells for each fold which rows it must not learn from;
    ``tables`` are those of `alignment.evaluation.precedent_rows`, two views for
    each fold: with the precedents of the row's own standard, and without.
    """

    items: Sequence[TrainingRow]
    fold: NDArray[np.int64]
    left_out: NDArray[np.bool_]
    tables: Sequence[Matrix]

    def seen(self, number: int) -> list[TrainingRow]:
        """The rows that a fold learns from, each twice: its standard has precedents, and it has none."""
        places = np.flatnonzero(~self.left_out[number]).tolist()
        return [
            with_precedents(self.items[place], self.tables[place][2 * number + view])
            for view in (0, 1)
            for place in places
        ]

    def held(self, place: int) -> TrainingRow:
        """A row as the fold shows it that holds it out."""
        return with_precedents(self.items[place], self.tables[place][2 * self.fold[place]])


def standard_folds(items: Sequence[TrainingRow], judged: JudgedPairs, progress: Progress | None = None) -> Folds:
    """Folds that leave out standards, and every program that was judged against them."""
    return _folds(items, judged, [item.where.standard.code for item in items], judged.standards, progress)


def program_folds(items: Sequence[TrainingRow], judged: JudgedPairs, progress: Progress | None = None) -> Folds:
    """Folds that leave out programs only: other programs were judged against their standards."""
    return _folds(items, judged, [item.where.program.title for item in items], judged.programs, progress)


def _folds(
    items: Sequence[TrainingRow],
    judged: JudgedPairs,
    names: Sequence[str],
    pair_names: NDArray[np.str_],
    progress: Progress | None,
) -> Folds:
    """Folds that leave out ``names``, those of the rows, with all rows and pairs of the programs that have them.

    ``pair_names`` are the names of the judged pairs.
    """
    fold_of_name = _balanced(np.asarray(names))
    fold = np.asarray([fold_of_name[name] for name in names])
    programs = np.asarray([item.where.program.title for item in items])
    left_out, views = [], []
    for number in range(FOLDS):
        held_programs = np.unique(programs[fold == number])
        held_names = [name for name, place in fold_of_name.items() if place == number]
        left_out.append((fold == number) | np.isin(programs, held_programs))
        visible = ~np.isin(pair_names, held_names) & ~np.isin(judged.programs, held_programs)
        views += [View(visible, own_standard) for own_standard in (True, False)]
    return Folds(
        items=items,
        fold=fold,
        left_out=np.asarray(left_out),
        tables=precedent_tables(items, judged, views, progress),
    )


def crossvalidated(
    folds: Folds, base: VerdictModel, reranker: str = "", progress: Progress | None = None
) -> list[HeldOutPrediction]:
    """What models say of each requirement that did not learn from its fold, in the items' order.

    Args:
        items: judged requirements with the features of their candidates.
        base: gives the weights of common lemmas and the mean vectors (`verdict_models.untrained_model`).
        reranker: version of the reranker; empty: without a reranker, as in the engine ``fast``.
        progress: called with the stage, the steps done and the steps in all.
    """
    held_out: dict[int, HeldOutPrediction] = {}
    for number in range(FOLDS):
        seen = folds.seen(number)
        model = fit_pairs(seen, base, reranker)
        whole = fit_requirements(seen, unseen_chances(seen, base, reranker), model)
        for place in np.flatnonzero(folds.fold == number).tolist():
            held_out[place] = predict_held_out(folds.held(place), model, whole)
        if progress:
            progress("folds", number + 1, FOLDS)
    return [held_out[place] for place in range(len(folds.items))]


def predict_held_out(item: TrainingRow, model: VerdictModel, whole: RequirementModel) -> HeldOutPrediction:
    """The prediction of the models (of pairs, and ``whole`` of requirements) for one judged requirement."""
    pairs = model.chances(item.features, item.reranked(model))
    covers, at_least_partial = (float(value) for value in whole.chances(item.summary(pairs)))
    verdict = whole.thresholds.verdict((covers + at_least_partial) / 2)
    return HeldOutPrediction(item=item, covers=covers, at_least_partial=at_least_partial, verdict=verdict, pairs=pairs)


def _balanced(names: NDArray[np.str_]) -> dict[str, int]:
    """The fold of each name: the one with most rows first, each to the fold with fewest rows so far."""
    values, counts = np.unique(names, return_counts=True)
    load, folds = [0] * FOLDS, {}
    for name, count in sorted(zip(values.tolist(), counts.tolist(), strict=True), key=lambda item: -item[1]):
        folds[name] = load.index(min(load))
        load[folds[name]] += count
    return folds
