"""Cross-validate the verdict models on programs that they have not seen.

In one way of folding the standards are new too; in the other, programs alone
are, and precedents speak for their standards. Users meet both: a standard that
was judged before, and one that never was. A third way leaves out precedents in
the words of the program, which one of another university has not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

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

# Parts into which programs are divided if they alone are left out: usual, each model learns from four fifths.
PROGRAM_PARTS = 5
# Parts of standards and of programs if both are left out: each model learns from (4/5) (2/3) of the requirements. More
# parts would leave it more, and take longer: each of these fifteen is trained anew. Standards that share texts may fall
# into different parts: of 28,638 requirements 532 stand word for word in a standard that is not left out.
STANDARD_PARTS, PROGRAM_PARTS_OF_STANDARD = 5, 3


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

    ``fold`` is the fold whose models judge each row;
    ``left_out`` tells for each fold which rows it must not learn from: those that it judges, and others of their
    programs and standards;
    ``visible`` are the masks of the graded pairs that each fold may see, shape (pairs,);
    ``tables`` are those of `alignment.evaluation.precedent_rows`, two views for
    each fold: with the precedents of the row's own standard, and without.
    """

    items: Sequence[TrainingRow]
    fold: NDArray[np.int64]
    left_out: NDArray[np.bool_]
    visible: Sequence[NDArray[np.bool_]]
    tables: Sequence[Matrix]

    def seen(self, number: int) -> list[TrainingRow]:
        """The rows that a fold learns from, each twice: its standard has precedents, and it has none."""
        places = np.flatnonzero(~self.left_out[number]).tolist()
        return [
            with_precedents(self.items[place], self.tables[place][2 * number + view])
            for view in (0, 1)
            for place in places
        ]

    def held(self) -> list[TrainingRow]:
        """The rows, each as the fold shows it that holds it out."""
        return [
            with_precedents(item, table[2 * number])
            for item, table, number in zip(self.items, self.tables, self.fold.tolist(), strict=True)
        ]

    def held_other_words(self, judged: JudgedPairs, progress: Progress | None = None) -> list[TrainingRow]:
        """The same without precedents whose statement has the row's words (`SAME_COSINE` of the precedents).

        This is nearer to a program of another university, but not the same: paraphrases of its own university stay,
        the reranker has read its statements in other programs, and competences that the law gives all are hidden too.
        """
        rows: dict[int, TrainingRow] = {}
        for number, visible in enumerate(self.visible):
            places = np.flatnonzero(self.fold == number).tolist()
            held = [self.items[place] for place in places]
            tables = precedent_tables(held, judged, [View(visible)], progress, same_words=False)
            rows |= {
                place: with_precedents(self.items[place], table[0]) for place, table in zip(places, tables, strict=True)
            }
        return [rows[place] for place in range(len(self.items))]


def standard_folds(items: Sequence[TrainingRow], judged: JudgedPairs, progress: Progress | None = None) -> Folds:
    """Folds that leave out a part of the standards and a part of the programs."""
    return _folds(items, judged, STANDARD_PARTS, PROGRAM_PARTS_OF_STANDARD, progress)


def program_folds(items: Sequence[TrainingRow], judged: JudgedPairs, progress: Progress | None = None) -> Folds:
    """Folds that leave out programs only: other programs were judged against their standards."""
    return _folds(items, judged, 1, PROGRAM_PARTS, progress)


def _folds(
    items: Sequence[TrainingRow],
    judged: JudgedPairs,
    standard_parts: int,
    program_parts: int,
    progress: Progress | None,
) -> Folds:
    division = divided(items, standard_parts, program_parts)
    every_visible = [
        ~np.isin(judged.standards, names.standards) & ~np.isin(judged.programs, names.programs)
        for names in division.names
    ]
    views = [View(visible, own_standard) for visible in every_visible for own_standard in (True, False)]
    return Folds(
        items=items,
        fold=division.fold,
        left_out=division.left_out,
        visible=every_visible,
        tables=precedent_tables(items, judged, views, progress),
    )


class Names(NamedTuple):
    """The standards (codes) and programs (titles) that a fold leaves out."""

    standards: list[str]
    programs: list[str]


class Division(NamedTuple):
    """Rows in folds.

    ``fold``, shape (rows,), is the number of the fold that judges each row; ``left_out``, shape (folds, rows), marks
    the rows that a fold must not learn from; ``names`` are their standards and programs.
    """

    fold: NDArray[np.int64]
    left_out: NDArray[np.bool_]
    names: list[Names]


def divided(items: Sequence[TrainingRow], standard_parts: int, program_parts: int) -> Division:
    """One fold for each part of the standards with each part of the programs; with one part no standard is left out.

    Rows of a standard or a program that the fold holds out are left out too.
    """
    standards = np.asarray([item.where.standard.code for item in items])
    programs = np.asarray([item.where.program.title for item in items])
    part_of_standard = _balanced(standards, standard_parts)
    part_of_program = _balanced(programs, program_parts)
    fold = np.asarray(
        [
            part_of_standard[standard] * program_parts + part_of_program[program]
            for standard, program in zip(standards.tolist(), programs.tolist(), strict=True)
        ]
    )
    names = []
    for number in range(standard_parts * program_parts):
        part, program_part = divmod(number, program_parts)
        names.append(
            Names(
                [name for name, of in part_of_standard.items() if of == part and standard_parts > 1],
                [name for name, of in part_of_program.items() if of == program_part],
            )
        )
    left_out = [np.isin(standards, each.standards) | np.isin(programs, each.programs) for each in names]
    return Division(fold, np.asarray(left_out), names)


class FoldModels(NamedTuple):
    """The models that one fold learned: of pairs, and of requirements."""

    pairs: VerdictModel
    requirements: RequirementModel


def fold_models(
    folds: Folds, base: VerdictModel, reranker: str = "", progress: Progress | None = None
) -> list[FoldModels]:
    """Train the models of each fold on what it may see.

    Args:
        folds: judged requirements, and what each model may see.
        base: gives the weights of common lemmas and the mean vectors (`verdict_models.untrained_model`).
        reranker: version of the reranker; empty: without a reranker, as in the engine ``fast``.
        progress: called with the stage, the steps done and the steps in all.
    """
    result = []
    for number in range(len(folds.left_out)):
        seen = folds.seen(number)
        pairs = fit_pairs(seen, base, reranker)
        result.append(FoldModels(pairs, fit_requirements(seen, unseen_chances(seen, base, reranker), pairs)))
        if progress:
            progress("folds", number + 1, len(folds.left_out))
    return result


def predictions(
    folds: Folds, models: Sequence[FoldModels], rows: Sequence[TrainingRow] | None = None
) -> list[HeldOutPrediction]:
    """What the models of `fold_models` say of each requirement that they did not see, in the items' order, without
    those of synthetic standards.

    ``rows`` are those of `Folds.held_other_words`; None: of `Folds.held`.
    """
    return [
        predict_held_out(item, *models[number])
        for item, number in zip(rows or folds.held(), folds.fold.tolist(), strict=True)
        if not item.where.synthetic
    ]


def predict_held_out(item: TrainingRow, model: VerdictModel, whole: RequirementModel) -> HeldOutPrediction:
    """The prediction of the models (of pairs, and ``whole`` of requirements) for one judged requirement."""
    pairs = model.chances(item.features, item.reranked(model))
    covers, at_least_partial = (float(value) for value in whole.chances(item.summary(pairs)))
    verdict = whole.thresholds.verdict((covers + at_least_partial) / 2)
    return HeldOutPrediction(item=item, covers=covers, at_least_partial=at_least_partial, verdict=verdict, pairs=pairs)


def _balanced(names: NDArray[np.str_], parts: int) -> dict[str, int]:
    """The part of each name: the one with most rows first, each to the part with fewest rows so far."""
    values, counts = np.unique(names, return_counts=True)
    load, result = [0] * parts, {}
    for name, count in sorted(zip(values.tolist(), counts.tolist(), strict=True), key=lambda item: -item[1]):
        result[name] = load.index(min(load))
        load[result[name]] += count
    return result
