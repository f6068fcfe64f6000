"""What training learns from: links and their split, lemmas, texts that nobody linked."""

import math
from pathlib import Path

import pytest

from alignment.cache import Cache
from alignment.encoders import load_encoder
from alignment.evaluation.gold import read_judged_pairs
from alignment.evaluation.links import Links, all_links, half_of, held_out
from alignment.model import GeneralizedFunction, Kind, Requirement, Standard, WorkFunction
from models.recipe.common_lemmas import common_lemmas
from models.recipe.train_overlap import held_out_tasks, pairs_of, train
from models.recipe.unlinked import descriptions, judged_texts
from tests.conftest import MODELS, ROOT
from tests.helpers.small_world import shared_data


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("shared")
    shared_data(root)
    return root


def test_every_source_is_read_and_split_by_group(data: Path) -> None:
    result = {links.name: links for links in all_links(data, [])}
    assert len(result) == 9
    assert len(result["onet"].pairs) == 100
    assert set(result["esco de"].weights) == {1.0, 0.5}
    for links in result.values():
        groups = {group for group in links.groups if held_out(group)}
        assert len(links.training()) == sum(group not in groups for group in links.groups)
        seen = {query for query, _, _ in links.training()}
        if links.name not in ("onet titles", "standards ru"):
            assert not seen & set(links.test())
    assert all(query in dict.fromkeys(q for q, _ in result["esco de"].pairs) for query in result["esco de"].test())


def test_links_between_tasks_are_calibrated(data: Path) -> None:
    tasks = held_out_tasks(data / "onet")
    assert tasks.texts
    assert all(held_out(occupation) for occupation in tasks.occupations)
    fit, measure = (held_out_tasks(data / "onet", half) for half in (0, 1))
    assert {half_of(name) for own in fit.activities for name in own} == {0}
    assert not set(fit.texts) & set(measure.texts)
    engine = load_encoder(MODELS)
    pairs = pairs_of(tasks, engine)
    assert pairs.same.any()
    assert not pairs.same.all()
    assert train(data / "onet", engine).figures["average_precision"] > pairs.same.mean()


def test_what_most_functions_say_tells_little() -> None:
    """Of four functions: "проверка" in all, "плата" in three (said twice in one), "кабель" in two, which is too few."""
    texts = (("Проверка плат", "Монтаж плат"), ("Проверка плат и кабелей",), ("Проверка кабелей",), ("Проверка плат",))
    functions = tuple(
        WorkFunction(
            code=f"A/0{number}",
            name="f",
            requirements=tuple(Requirement(id=text, text=text, kind=Kind.ACTION) for text in own),
        )
        for number, own in enumerate(texts)
    )
    general = GeneralizedFunction(code="A", name="g", functions=functions)
    with Cache(None) as cache:
        result = common_lemmas([Standard(code="1", title="t", functions=(general,))], cache)
    assert result == {"проверка": 0.0, "плата": pytest.approx(math.log(4 / 3) / math.log(4), abs=0.0005)}


def test_a_text_is_in_the_half_of_its_field_and_sentences_are_cut(tmp_path: Path) -> None:
    assert {half_of(f"field {number}") for number in range(20)} == {0, 1}
    pairs = read_judged_pairs(ROOT / "corpora" / "gold" / "pairs.tsv")
    first, second = (set(judged_texts(pairs, part)) for part in (0, 1))
    assert 0.35 < len(first) / (len(first) + len(second)) < 0.65
    assert len(first & second) < 0.03 * len(first ^ second)  # titles, and traps from another field
    path = tmp_path / "d.csv"
    path.write_text(
        "id;description\n1;Изучаются методы анализа данных. Цель: навыки работы.\n2;\n3;Кратко.\n", encoding="utf-8-sig"
    )
    assert descriptions(path) == ["Изучаются методы анализа данных.", "Цель: навыки работы."]


def test_what_training_may_see_is_what_the_split_allows() -> None:
    pairs = (("a", "x"), ("b", "y"), ("c", "z"))
    groups = tuple(f"group {n}" for n in range(3))
    links = Links(name="onet", pairs=pairs, groups=groups, corpus=("x", "y", "z"))
    assert {query for query, _, _ in links.training()} | set(links.test()) == {"a", "b", "c"}
