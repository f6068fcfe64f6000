"""The two engines: which there are, what they are made of, and what the settings do to them."""

from pathlib import Path

import msgspec
import pytest

from alignment import api, i18n
from alignment.cache import Cache
from alignment.engine import ENGINES, cached_encoder, check_name, encoder_of, load_engine
from alignment.errors import NotFoundError, SettingsError
from alignment.matching.profile import FORMAT, Calibration, Profile
from alignment.settings import Settings
from tests.conftest import ROOT

SYLLABUS = ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md"
OLD = ("adapted", "use", "e5", "e5-tuned", "minilm", "thorough", "accurate", "st:/models/minilm")


def test_the_default_is_the_first_of_two() -> None:
    assert ENGINES == ("default", "fast")
    assert Settings().engine == "default"


@pytest.mark.parametrize("name", OLD)
def test_a_former_engine_is_said_to_be_removed(name: str, settings: Settings) -> None:
    former = msgspec.structs.replace(settings, engine=name)
    with Cache(None) as cache:
        for ask in (
            lambda: check_name(name),
            lambda: encoder_of(former),
            lambda: cached_encoder(former, cache),
            lambda: load_engine(former, cache),
        ):
            with pytest.raises(NotFoundError) as caught:
                ask()
            assert f"The engine {name} was removed in 0.2; use default or fast." in str(caught.value)


def test_an_unknown_engine_is_told_both_names_in_both_languages() -> None:
    with pytest.raises(
        NotFoundError, match="there is no engine 'word2vec'. Choose one:\n  --engine default\n  --engine fast"
    ):
        check_name("word2vec")
    i18n.activate("ru")
    try:
        with pytest.raises(NotFoundError, match="--engine default\n  --engine fast") as unknown:
            check_name("word2vec")
        with pytest.raises(NotFoundError, match="thorough") as former:
            check_name("thorough")
    finally:
        i18n.activate("en")
    assert "нет движка" in str(unknown.value)
    assert "удалён в версии 0.2; возьмите default или fast" in str(former.value)


def test_both_engines_have_one_encoder_and_tell_themselves_apart(settings: Settings) -> None:
    with Cache(None) as cache:
        default, fast = (load_engine(msgspec.structs.replace(settings, engine=name), cache) for name in ENGINES)
    assert (default.encoder.name, default.encoder.version) == (fast.encoder.name, fast.encoder.version)
    assert (default.name, fast.name) == ENGINES
    assert default.version != fast.version
    assert fast.reranker is None
    assert fast.requirement_model is not None
    assert fast.thresholds == fast.requirement_model.thresholds
    for part in (fast.encoder, fast.verdict_model, fast.requirement_model):
        assert part.version in fast.version.split()


def test_thresholds_of_the_settings_win_and_must_be_possible(settings: Settings) -> None:
    with Cache(None) as cache:
        own = load_engine(settings, cache).thresholds
        higher = load_engine(msgspec.structs.replace(settings, covered=0.99), cache).thresholds
        assert (higher.covered, higher.partial) == (0.99, own.partial)
        with pytest.raises(SettingsError, match="is above `covered`"):
            load_engine(msgspec.structs.replace(settings, partial=0.999), cache)


def test_progress_tells_the_vectors_that_are_computed(settings: Settings) -> None:
    given: list[tuple[str, int, int]] = []
    with Cache(None) as cache:
        engine = load_engine(settings, cache, lambda *step: given.append(step))
        engine.encoder.encode(["пайка", "монтаж"])
    assert given[-1] == ("encode", 2, 2)


def profile(folder: Path, engine: str) -> None:
    made = Profile(
        format=FORMAT,
        name="mine",
        revision=1,
        engine=engine,
        engine_version="1",
        verdict="4",
        created="",
        aim="f1",
        labels={},
        covers=Calibration(slope=2.0, offset=-1.0),
        at_least_partial=Calibration(slope=1.0, offset=0.5),
        covered=0.7,
        partial=0.3,
    )
    (folder / "mine.json").write_bytes(msgspec.json.encode(made))


def test_a_profile_takes_the_place_of_the_model_of_requirements(settings: Settings, tmp_path: Path) -> None:
    under = msgspec.structs.replace(settings, profile="mine", profiles_dir=str(tmp_path))
    with Cache(None) as cache:
        with pytest.raises(NotFoundError, match="no profile 'mine'"):
            load_engine(under, cache)
        profile(tmp_path, "default")
        engine = load_engine(under, cache)
        assert engine.requirement_model is None
        assert (engine.thresholds.covered, engine.thresholds.partial) == (0.7, 0.3)
        assert engine.verdict_model.version.endswith("+mine.1")
        assert "other weights" in str(engine.warnings[0])
        assert engine.version != load_engine(settings, cache).version


@pytest.mark.parametrize("engine", ["adapted", "fast"])
def test_a_profile_of_another_engine_is_to_be_tuned_again(engine: str, settings: Settings, tmp_path: Path) -> None:
    profile(tmp_path, engine)
    under = msgspec.structs.replace(settings, profile="mine", profiles_dir=str(tmp_path))
    with Cache(None) as cache, pytest.raises(SettingsError) as caught:
        load_engine(under, cache)
    assert f"made for the engine {engine}, not default" in str(caught.value)
    assert "Tune again: align tune --engine default." in str(caught.value)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_check_names_its_engine(engine: str, settings: Settings) -> None:
    own = msgspec.structs.replace(settings, engine=engine)
    program = api.load_program(SYLLABUS, settings=own)
    assert api.check(program, api.load_standard("06.001", settings=own), settings=own).engine == engine
