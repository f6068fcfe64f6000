from pathlib import Path

import numpy as np
import pytest

from alignment.cache import Cache
from alignment.encoders import CachedEncoder, load_encoder
from alignment.errors import InputError
from alignment.evaluation.crossvalidation import predict_held_out
from alignment.evaluation.gold import read_judged_pairs, without_context
from alignment.evaluation.judged_sets import FOLDER, read_sets
from alignment.evaluation.measure import all_features, pair_features, retrieval, separation
from alignment.evaluation.precedent_rows import View, both_views, precedent_tables, precedents_of, with_precedents
from alignment.evaluation.real_figures import by_set
from alignment.evaluation.training_rows import measured
from alignment.evaluation.verdict_models import fit_pairs, fit_requirements, unseen_chances
from alignment.matching import Aligner
from alignment.matching.precedents import load_precedents
from alignment.matching.verdict_model import load_model
from alignment.settings import Settings
from tests.conftest import MODELS


def test_the_shipped_gold_set_is_whole(corpora: Path) -> None:
    pairs = read_judged_pairs(corpora / "gold" / "pairs.tsv")
    assert len({pair.group for pair in pairs}) >= 12
    assert len({pair.requirement_id for pair in pairs}) >= 300
    for name in {pair.requirement_id for pair in pairs}:
        assert {pair.label for pair in pairs if pair.requirement_id == name} == {"covered", "partial", "none"}
    assert {pair.label for pair in pairs} == {"covered", "partial", "none"}


def test_a_pair_without_context_keeps_its_texts_and_label(corpora: Path) -> None:
    pair = read_judged_pairs(corpora / "gold" / "pairs.tsv")[0]
    bare = without_context(pair)
    assert (bare.requirement.parent, bare.statement.parent) == ("", "")
    assert pair.requirement.parent
    assert pair.statement.parent
    assert bare.requirement.original == pair.requirement.original
    assert bare.statement.original == pair.statement.original
    assert (bare.requirement.kind, bare.statement.kind) == (pair.requirement.kind, pair.statement.kind)
    assert (bare.label, bare.group, bare.requirement_id) == (pair.label, pair.group, pair.requirement_id)


@pytest.mark.parametrize(
    ("line", "word"),
    [("x\tR1\tr\tskill\tf\ts\td\tru\tmaybe", "maybe"), ("x\tR1\tr\tdance\tf\ts\td\tru\tnone", "dance")],
)
def test_a_wrong_line_is_named(line: str, word: str, tmp_path: Path) -> None:
    head = "field\trequirement_id\trequirement\tkind\tfunction\tstatement\tdiscipline\tlanguage\tlabel"
    path = tmp_path / "gold.tsv"
    path.write_text(f"{head}\n{line}\n")
    with pytest.raises(InputError) as caught:
        read_judged_pairs(path)
    assert word in str(caught.value)
    assert "line 2" in str(caught.value)
    path.write_text("requirement\tlabel\n")
    with pytest.raises(InputError, match="missing"):
        read_judged_pairs(path)


@pytest.mark.shared
def test_separation_on_pairs_that_training_never_saw(shared: Path, settings: Settings, cache_dir: Path) -> None:
    """graded_ru, written for the project: the pairs of real programs that the model learned from hold no such traps.

    Measured 0.872 of covered/none, 0.855 of covered/partial and 0.562 of partial/none (0.885, 0.874 and 0.554 before
    models learned from synthetic standards, 0.905, 0.885 and 0.533 before there were precedents; 0.98, 0.97 and 0.80
    while it learned from pairs written like these). Figures below are no aims but the least that must hold.
    """
    pairs = read_judged_pairs(shared / "gold" / "graded_ru.tsv")
    models = settings.data_path("models")
    model, precedents = load_model(models), load_precedents(models)
    with Cache(cache_dir) as cache:
        table = all_features(pairs, CachedEncoder(load_encoder(MODELS), cache), cache, model, precedents)
    result = separation(pairs, model.probability(pair_features(pairs, table)))
    assert result["covered/none"] >= 0.86
    assert result["covered/partial"] >= 0.84
    assert result["partial/none"] >= 0.53
    ranks = retrieval(pairs, np.stack([model.probability(rows) for rows in table.values()]))
    assert ranks["MRR"] >= 0.83


@pytest.mark.slow
def test_training_on_real_programs_is_repeatable_and_learns(settings: Settings, tmp_path: Path) -> None:
    """Of four judged sets: the same models twice, and better than chance on a fifth that neither has seen."""
    models = settings.data_path("models")
    base = load_model(models)
    sets = {item.name: item for item in read_sets(settings.data_path("corpora") / FOLDER, settings)}
    with Cache(tmp_path) as cache:
        aligner = Aligner(load_encoder(MODELS), cache, base)
        learned = [sets[name] for name in ("info", "mobile", "secur", "optics")]
        judged = precedents_of(learned, CachedEncoder(aligner.encoder.inner, cache))
        seen = both_views(measured(learned, aligner), judged)
        every = View(np.ones(len(judged.programs), dtype=bool), own_standard=True)
        rows = measured([sets["comp19"]], aligner)
        unseen = [
            with_precedents(row, table[0])
            for row, table in zip(rows, precedent_tables(rows, judged, [every]), strict=True)
        ]
    made = [(model, fit_requirements(seen, unseen_chances(seen, base), model)) for model in [fit_pairs(seen, base)] * 2]
    assert made[0] == made[1]
    assert fit_pairs(seen, base) == made[0][0]
    held = [predict_held_out(item, *made[0]) for item in unseen]
    figures = by_set(held, 0.1)[0]
    assert figures.kappa > 0.2
    assert figures.requirements == 64
