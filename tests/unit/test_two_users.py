"""Two users of the library in one process feel nothing of each other: language, settings, cache, models, workers."""

import ast
import threading
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from alignment import check, i18n, load_program, load_standard
from alignment.errors import InputError
from alignment.i18n import _, in_language, message
from alignment.language import worker
from alignment.model import Alignment
from alignment.settings import Settings
from tests.conftest import ROOT

SYLLABUS = ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md"


def at_once(*tasks: Callable[[threading.Barrier], object]) -> list[object]:
    """What functions give that run in threads of their own and meet at a barrier."""
    barrier = threading.Barrier(len(tasks), timeout=60)
    with ThreadPoolExecutor(len(tasks)) as pool:
        return [future.result() for future in [pool.submit(task, barrier) for task in tasks]]


def test_each_thread_speaks_its_own_language(english: None) -> None:
    error = InputError(message("the folder has no files."), file="a")

    def speaking(language: str) -> Callable[[threading.Barrier], tuple[str, str, str]]:
        def run(barrier: threading.Barrier) -> tuple[str, str, str]:
            with in_language(language):
                barrier.wait()  # both have chosen
                result = (i18n.language(), _("the folder has no files."), i18n.percent(0.5, 1))
                barrier.wait()  # neither has left
                return result

        return run

    russian, other = at_once(speaking("ru"), speaking("en"))
    assert other == ("en", "the folder has no files.", "50.0%")
    assert russian[0] == "ru"
    assert russian[1] != other[1]
    assert russian[2] == "50,0\N{NO-BREAK SPACE}%"
    # An error that was found by one is said in the language of whoever shows it.
    with in_language("ru"):
        assert russian[1] in str(error)
    assert other[1] in str(error)


def test_a_thread_that_chose_nothing_speaks_the_language_of_the_program(english: None) -> None:
    i18n.activate("ru")
    try:
        assert at_once(lambda barrier: i18n.language()) == ["ru"]
    finally:
        i18n.activate("en")
    with in_language("ru"):
        assert at_once(lambda barrier: i18n.language()) == ["en"]


def test_a_worker_that_one_thread_has_prepared_is_not_taken_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    class Idle(worker.Worker):
        def __init__(self) -> None:
            pass

    allowed = [True]
    monkeypatch.setattr(worker, "can_fork", lambda: allowed[0])

    def prepares(barrier: threading.Barrier) -> object:
        Idle.preload()
        barrier.wait()  # the other may take now
        barrier.wait()
        allowed[0] = False
        return Idle.take()

    def takes(barrier: threading.Barrier) -> object:
        barrier.wait()
        allowed[0] = False
        result = Idle.take()
        barrier.wait()
        return result

    own, others = at_once(prepares, takes)
    assert isinstance(own, Idle)
    assert others is None


def data_folder(place: Path, covered: float) -> Path:
    """A data folder with our models, but other thresholds in the verdict model of the engine ``fast``."""
    models = place / "models"
    models.mkdir(parents=True)
    (place / "corpora").symlink_to(ROOT / "corpora")
    for path in (ROOT / "models").iterdir():
        if path.name != "requirement-fast.json":
            (models / path.name).symlink_to(path)
    model = msgspec.json.decode((ROOT / "models" / "requirement-fast.json").read_bytes())
    model["covered"] = covered
    (models / "requirement-fast.json").write_bytes(msgspec.json.encode(model))
    return place


def test_explicit_settings_reach_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two settings at once: each has its cache and its models, and no file goes where only the environment points."""
    for name in ("ALIGN_CACHE_DIR", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "environment" / name))
    monkeypatch.setenv("ALIGN_ENGINE", "no such engine")  # whoever loads settings of the environment fails
    covered = (0.61, 0.93)
    users = [
        Settings(
            engine="fast",
            cache_dir=str(tmp_path / f"cache{number}"),
            data_dir=str(data_folder(tmp_path / f"data{number}", value)),
            standards_dir=str(tmp_path / "none"),
        )
        for number, value in enumerate(covered)
    ]

    def uses(settings: Settings) -> Callable[[threading.Barrier], Alignment]:
        def run(barrier: threading.Barrier) -> Alignment:
            program = load_program(SYLLABUS, settings=settings)
            standard = load_standard("06.005", settings=settings)
            barrier.wait()
            return check(program, standard, settings=settings)

        return run

    result = at_once(*map(uses, users))
    assert [alignment.thresholds.covered for alignment in result] == list(covered)
    for number in range(2):
        assert [path.name for path in (tmp_path / f"cache{number}").glob("*.sqlite")] == ["cache-2.sqlite"]
    assert not (tmp_path / "environment").exists()


def test_no_room_below_the_api_loads_settings_of_the_environment() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = (item["layers"] for item in contract if item["type"] == "layers")
    below = [name for line in layers[layers.index("alignment.api") + 1 :] for name in line.split(" | ")]
    assert "alignment.matching" in below
    callers = set()
    for name in below:
        place = ROOT / "src" / name.replace(".", "/")
        for path in place.rglob("*.py") if place.is_dir() else [place.with_suffix(".py")]:
            names = {
                node.id for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Name)
            }
            if "load_settings" in names:
                callers.add(path.name)
    # The command line of our own training is no part of the library.
    assert not callers
