"""``align evaluate --real``: compare verdicts on real programs with those of a careful reader.

The shipped models have seen the shipped sets, so these are scored by models
trained anew without their programs and standards, again by models that know other
programs judged against these standards, and by these as if no judged program had
a statement in the same words. Sets of another folder are scored by the shipped
models as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from alignment.analysis.coverage import CREDIT
from alignment.errors import NotFoundError
from alignment.evaluation.crossvalidation import (
    HeldOutPrediction,
    fold_models,
    predict_held_out,
    predictions,
    program_folds,
    standard_folds,
)
from alignment.evaluation.heldout import HELD_OUT_FILE as HELDOUT
from alignment.evaluation.heldout import read_heldout
from alignment.evaluation.judged_sets import JudgedSet, read_sets, training_sets
from alignment.evaluation.precedent_rows import precedents_of
from alignment.evaluation.real_figures import SetFigures, by_set, figures_of, spread_of
from alignment.evaluation.training_rows import measured, statement_texts
from alignment.i18n import message as _
from alignment.matching.aligner import Aligner
from alignment.progress import Progress
from alignment.settings import Settings

SHOWN = 200  # letters of a text in the list of the worst findings: two lines of a terminal


class RealFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of each set and, last, of all together; means over sets; ``spread`` as in `Alignment.spread`.

    Of the shipped sets ``sets`` and ``means`` are by models that saw neither the program nor the standard,
    ``known_sets`` and ``known_means`` by models that did not see the program but have precedents of the standard,
    ``other_words_means`` the same without precedents in the words of a statement (`Folds.held_other_words`);
    empty where nothing was cross-validated.
    """

    title: str
    sets: tuple[SetFigures, ...]
    means: dict[str, float]
    spread: float = 0.0
    known_sets: tuple[SetFigures, ...] = ()
    known_means: dict[str, float] = {}
    other_words_means: dict[str, float] = {}


class Confusion(msgspec.Struct, frozen=True, kw_only=True):
    """A finding whose verdict (``said``) differs from the reader's (``judged``); ``evidence`` is the best candidate."""

    set: str
    requirement_id: str
    requirement: str
    said: str
    judged: str
    expected: float
    evidence: str
    reason: str


def evaluate_real(
    aligner: Aligner, settings: Settings, folder: Path | None = None, progress: Progress | None = None
) -> tuple[RealFigures, list[HeldOutPrediction]]:
    """Measure on the shipped sets by cross-validation, or on the sets of ``folder`` with the models of ``aligner``.

    The sets of a folder have one spread, by the shares of all their requirements and statements judged before.

    Returns:
        The figures, and the prediction for each judged requirement.

    Raises:
        InputError: a file of the folder is missing or damaged.
        NotFoundError: the aligner has no requirement model, because it uses a profile.
    """
    sets = training_sets(settings.data_path("corpora"), settings) if folder is None else read_sets(folder, settings)
    if aligner.requirement_model is None:
        raise NotFoundError(
            _("with a profile there is no requirement model to measure."), hint=_("Measure without a profile.")
        )
    if folder is None:
        return _crossvalidated(sets, aligner, settings.data_path("models"), progress)
    items = measured(sets, aligner, None, progress)
    held = [predict_held_out(item, aligner.model, aligner.requirement_model) for item in items]
    requirements = np.stack([item.vectors[0] for item in items]).astype(np.float32)
    programs = {where.program.title: where.program for where in sets}.values()
    statements = [text for program in programs for text in statement_texts(program)]
    spread = aligner.requirement_model.spread_at(
        aligner.precedents.known_share(requirements),
        aligner.precedents.same_words_share(aligner.encoder.encode(statements)),
    )
    title = _("the shipped models on sets they have not seen")
    return RealFigures(title=str(title), sets=tuple(by_set(held, spread)), means=figures_of(held), spread=spread), held


def _crossvalidated(
    sets: Sequence[JudgedSet], aligner: Aligner, models: Path, progress: Progress | None
) -> tuple[RealFigures, list[HeldOutPrediction]]:
    """Figures by models trained anew; the predictions are those where the standard was new too."""
    version, heldout = read_heldout(models / HELDOUT) if aligner.reranker is not None else ("", {})
    items = measured(sets, aligner, heldout, progress)
    judged = precedents_of(sets, aligner.encoder)
    folds = standard_folds(items, judged, progress)
    new = predictions(folds, fold_models(folds, aligner.model, version, progress))
    folds = program_folds(items, judged, progress)
    models_of_known = fold_models(folds, aligner.model, version, progress)
    known = predictions(folds, models_of_known)
    other_words = predictions(folds, models_of_known, folds.held_other_words(judged, progress))
    spread = spread_of(new)
    title = _("cross-validated: models that saw neither the program nor the standard")
    return RealFigures(
        title=str(title),
        sets=tuple(by_set(new, spread)),
        means=figures_of(new),
        spread=spread,
        known_sets=tuple(by_set(known, spread_of(known))),
        known_means=figures_of(known),
        other_words_means=figures_of(other_words),
    ), new


def confusions(held: Sequence[HeldOutPrediction], count: int) -> list[Confusion]:
    """The ``count`` wrong findings that are farthest from the reader's verdict."""
    worst = sorted(held, key=lambda item: -abs(CREDIT[item.item.verdict] - item.expected))
    return [_confusion(item) for item in worst if item.verdict is not item.item.verdict][:count]


def _confusion(held: HeldOutPrediction) -> Confusion:
    judged = held.item.where.requirements[held.item.index]
    best = int(np.argmax(held.pairs.sum(axis=1))) if len(held.pairs) else -1
    statements = list(held.item.where.program.statements())
    chosen = statements[int(held.item.candidates[best])] if best >= 0 else None
    return Confusion(
        set=held.item.where.name,
        requirement_id=judged.requirement.id,
        requirement=judged.requirement.text[:SHOWN],
        said=held.verdict.value,
        judged=judged.verdict.value,
        expected=round(held.expected, 3),
        evidence=f"{chosen.discipline}: {chosen.text}"[:SHOWN] if chosen else "",
        reason=judged.reason,
    )
