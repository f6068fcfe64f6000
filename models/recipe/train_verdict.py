"""Train the verdict models that ship, in step verdict of the pipeline.

The data are corpora/gold/real, and the held-out answers of the reranker on it
(models/reranker-heldout.npz).
"""

from __future__ import annotations

import msgspec

from alignment.evaluation.crossvalidation import fold_models, predictions, program_folds, standard_folds
from alignment.evaluation.precedent_rows import both_views
from alignment.evaluation.real_figures import figures_of, spread_of
from alignment.evaluation.verdict_models import fit_pairs, fit_requirements, unseen_chances, with_thresholds
from alignment.matching.requirement_model import RequirementModel
from alignment.matching.verdict_model import VerdictModel
from alignment.progress import Progress
from models.recipe.judged_data import JudgedData


class Trained(msgspec.Struct, frozen=True, kw_only=True):
    """The model of pairs, and the requirement models by engine; their figures beginning with "known" are those of
    programs never seen whose standard has precedents, with "other_words" the same where no judged statement has the
    program's words, the others those of programs and standards never seen."""

    pairs: VerdictModel
    requirements: dict[str, RequirementModel]


def train(data: JudgedData, reranker: str, progress: Progress | None = None) -> Trained:
    """Train all models on all requirements; their figures come from `alignment.evaluation.crossvalidation`.

    ``reranker`` is the version of the reranker whose answers the second stage uses.
    """
    base, items, judged = data
    rows = both_views(items, judged, progress)
    pairs = with_thresholds(fit_pairs(rows, base, reranker), rows)
    new, known = standard_folds(items, judged, progress), program_folds(items, judged, progress)
    rows_in_other_words = known.held_other_words(judged, progress)
    models = {}
    for engine, version in (("default", reranker), ("fast", "")):
        held = predictions(new, fold_models(new, base, version, progress))
        models_of_known = fold_models(known, base, version, progress)
        held_known = predictions(known, models_of_known)
        held_other_words = predictions(known, models_of_known, rows_in_other_words)
        model = pairs if version else msgspec.structs.replace(pairs, second=None)
        whole = fit_requirements(rows, unseen_chances(rows, base, version), model)
        every = {
            f"{prefix}{name}": value
            for prefix, part in (("", held), ("known_", held_known), ("other_words_", held_other_words))
            for name, value in figures_of(part).items()
        }
        models[engine] = msgspec.structs.replace(
            whole,
            engine=engine,
            spread=round(spread_of(held), 4),
            known_spread=round(spread_of(held_known), 4),
            other_words_spread=round(spread_of(held_other_words), 4),
            figures={name: round(float(value), 4) for name, value in every.items()},
        )
    return Trained(pairs=pairs, requirements=models)
