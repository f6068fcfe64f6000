"""``align evaluate --real``: verdicts against a careful reader's, on real programs.

The shipped models have seen the shipped sets, so these are scored by models
trained anew without their programs and standards; sets of another folder are
scored by the shipped models as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from alignment.analysis.coverage import CREDIT
from alignment.errors import NotFoundError
from alignment.evaluation.crossvalidation import HeldOutPrediction, crossvalidated, predict_held_out
from alignment.evaluation.heldout import HELD_OUT_FILE as HELDOUT
from alignment.evaluation.heldout import read_heldout
from alignment.evaluation.judged_sets import FOLDER, JudgedSet, read_sets
from alignment.evaluation.real_figures import SetFigures, by_set, figures_of, spread_of
from alignment.evaluation.training_rows import measured
from alignment.i18n import message as _
from alignment.matching.aligner import Aligner
from alignment.progress import Progress
from alignment.settings import Settings

SHOWN = 200  # letters of a text in the list of the worst findings: two lines of a terminal


class RealFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of each set and, last, of all; means over sets; ``spread`` as in `Alignment.spread`."""

    title: str
    sets: tuple[SetFigures, ...]
    means: dict[str, float]
    spread: float = 0.0


class Confusion(msgspec.Struct, frozen=True, kw_only=True):
    """One finding that differs from the reader's verdict; ``evidence`` is the candidate it rests on most."""

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
    """Figures on the shipped sets by cross-validation, or on those of ``folder`` with the models of ``aligner``.

    Raises:
        InputError: a file of the folder is missing or damaged.
        NotFoundError: the aligner has no model of requirements, as under a profile.
    """
    shipped = folder is None
    sets = read_sets(folder or settings.data_path("corpora") / FOLDER, settings)
    if aligner.requirement_model is None:
        raise NotFoundError(
            _("under a profile there is no model of requirements to measure."), hint=_("Measure without a profile.")
        )
    held, spread = _held(sets, aligner, settings.data_path("models"), shipped, progress)
    parts = by_set(held, spread)
    title = (
        _("cross-validated: models that saw neither the program nor the standard")
        if shipped
        else _("the shipped models on sets they have not seen")
    )
    return RealFigures(title=str(title), sets=tuple(parts), means=figures_of(held), spread=spread), held


def _held(
    sets: Sequence[JudgedSet], aligner: Aligner, models: Path, shipped: bool, progress: Progress | None
) -> tuple[list[HeldOutPrediction], float]:
    assert aligner.requirement_model is not None
    if shipped:
        version, heldout = read_heldout(models / HELDOUT) if aligner.reranker is not None else ("", {})
        held = crossvalidated(measured(sets, aligner, heldout, progress), aligner.model, version, progress)
        return held, spread_of(held)
    items = measured(sets, aligner, None, progress)
    return [
        predict_held_out(item, aligner.model, aligner.requirement_model) for item in items
    ], aligner.requirement_model.spread


def confusions(held: Sequence[HeldOutPrediction], count: int) -> list[Confusion]:
    """The ``count`` findings furthest from the reader's verdict."""
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
