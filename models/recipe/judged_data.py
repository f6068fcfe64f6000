"""The judged requirements of real programs, from which the steps reranker and verdict learn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import msgspec

from alignment.cache import Cache
from alignment.encoders import CachedEncoder, load_encoder
from alignment.evaluation.heldout import Answers
from alignment.evaluation.judged_sets import FOLDER, read_sets, training_sets
from alignment.evaluation.precedent_rows import JudgedPairs, precedents_of
from alignment.evaluation.training_rows import TrainingRow, averages_of, measured
from alignment.evaluation.verdict_models import untrained_model
from alignment.matching import Aligner
from alignment.matching.verdict_model import VerdictModel
from models.recipe.common_lemmas import FILE as COMMON
from models.recipe.options import Options, progress


class JudgedData(NamedTuple):
    """The model that fitting starts from, all judged requirements with their candidates, and the precedents of all.

    Some of the requirements may be of synthetic standards (`alignment.evaluation.judged_sets`).
    """

    base: VerdictModel
    items: list[TrainingRow]
    judged: JudgedPairs


@contextmanager
def judged_data(given: Options, heldout: Answers, *, synthetic: bool) -> Iterator[JudgedData]:
    """What the steps learn from; the rows know no precedents yet (`alignment.evaluation.precedent_rows`).

    The cache stays open while this context is open, because features are computed with it.

    Args:
        given: where the files are.
        heldout: held-out answers of the reranker; empty before it is trained.
        synthetic: with the sets of synthetic standards.
    """
    settings = given.settings
    sets = training_sets(given.corpora, settings) if synthetic else read_sets(given.corpora / FOLDER, settings)
    real = [where for where in sets if not where.synthetic]
    common = msgspec.json.decode((given.recipe / COMMON).read_bytes(), type=dict[str, float])
    with Cache(settings.cache_path()) as cache:
        encoder = load_encoder(given.models)
        cached = CachedEncoder(encoder, cache)
        judged = precedents_of(sets, cached)
        base = untrained_model(encoder.name, common, averages_of(real, cached), judged.precedents.version)
        aligner = Aligner(encoder, cache, base, candidates=settings.candidates)
        yield JudgedData(base, measured(sets, aligner, heldout, progress), judged)
