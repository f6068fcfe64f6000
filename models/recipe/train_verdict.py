"""Train the verdict models that ship, in step verdict of the pipeline.

The data are corpora/gold/real, and the held-out answers of the reranker on it
(models/reranker-heldout.npz).
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from alignment.evaluation.crossvalidation import crossvalidated
from alignment.evaluation.real_figures import figures_of, spread_of
from alignment.evaluation.training_rows import TrainingRow
from alignment.evaluation.verdict_models import fit_pairs, fit_requirements, unseen_chances
from alignment.matching.requirement_model import RequirementModel
from alignment.matching.verdict_model import VerdictModel
from alignment.progress import Progress


class Trained(msgspec.Struct, frozen=True, kw_only=True):
    """The model of pairs, and the requirement models by engine."""

    pairs: VerdictModel
    requirements: dict[str, RequirementModel]


def train(items: Sequence[TrainingRow], base: VerdictModel, reranker: str, progress: Progress | None = None) -> Trained:
    """Train all models on all requirements; their figures come from cross-validation (`crossvalidated`).

    ``reranker`` is the version of the reranker whose answers the second stage uses.
    """
    pairs = fit_pairs(items, base, reranker)
    models = {}
    for engine, version in (("default", reranker), ("fast", "")):
        held = crossvalidated(items, base, version, progress)
        model = pairs if version else msgspec.structs.replace(pairs, second=None)
        whole = fit_requirements(items, unseen_chances(items, base, version), model)
        figures = {name: round(float(value), 4) for name, value in figures_of(held).items()}
        models[engine] = msgspec.structs.replace(
            whole, engine=engine, spread=round(spread_of(held), 4), figures=figures
        )
    return Trained(pairs=pairs, requirements=models)
