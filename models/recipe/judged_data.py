"""The judged requirements of real programs, from which the steps reranker and verdict learn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from alignment.cache import Cache
from alignment.encoders import CachedEncoder, load_encoder
from alignment.evaluation.heldout import Answers
from alignment.evaluation.judged_sets import FOLDER, read_sets
from alignment.evaluation.training_rows import TrainingRow, averages_of, measured
from alignment.evaluation.verdict_models import untrained_model
from alignment.matching import Aligner
from alignment.matching.verdict_model import VerdictModel
from models.recipe.common_lemmas import FILE as COMMON
from models.recipe.options import Options, progress


@contextmanager
def judged_data(given: Options, heldout: Answers) -> Iterator[tuple[VerdictModel, list[TrainingRow]]]:
    """The base model of `fit_pairs`, and all judged requirements with their candidates.

    ``heldout`` are held-out answers of the reranker; empty before it is trained. The cache stays open while this
    context is open, because features are computed with it.
    """
    settings = given.settings
    sets = read_sets(given.corpora / FOLDER, settings)
    common = msgspec.json.decode((given.recipe / COMMON).read_bytes(), type=dict[str, float])
    with Cache(settings.cache_path()) as cache:
        encoder = load_encoder(given.models)
        base = untrained_model(encoder.name, common, averages_of(sets, CachedEncoder(encoder, cache)))
        yield base, measured(sets, Aligner(encoder, cache, base, candidates=settings.candidates), heldout, progress)
