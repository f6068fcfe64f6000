"""Step reranker: the cross-encoder, and its held-out answers on judged pairs (extra [train])."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from alignment.evaluation.precedent_rows import both_views
from alignment.evaluation.verdict_models import fit_pairs
from models.recipe import options
from models.recipe.judged_data import judged_data
from models.recipe.train_reranker import TrainingConfig
from models.recipe.train_reranker import run as train


def run(given: options.Options) -> None:
    """Train a network for each fold and one on all sets, and write the files.

    After an interruption it continues from the last finished epoch.
    """
    config = TrainingConfig(seed=given.seed)
    if given.limit is not None:
        config = msgspec.structs.replace(config, batches=given.limit)
    with judged_data(given, {}, synthetic=False) as (base, items, judged):
        views = both_views(items, judged, options.progress)
        description = train(
            items,
            views,
            fit_pairs(views, base),
            given.models,
            given.working / "reranker",
            config,
            options.progress,
        )
    options.say(f"written: {given.models}, version {description.version}")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command of the step."""
    options.main(__doc__, run, arguments, seeded=True)


if __name__ == "__main__":
    main()
