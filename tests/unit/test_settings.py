from pathlib import Path
from typing import Any

import msgspec
import pytest

from alignment.errors import SettingsError
from alignment.settings import PROJECT, Settings, load_settings


def test_later_sources_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("alignment.toml").write_text('covered = 0.9\npartial = 0.3\nengine = "default"\n')
    monkeypatch.setenv("ALIGN_COVERED", "0.8")
    settings = load_settings(engine="fast", partial=None)
    assert (settings.covered, settings.partial, settings.engine) == (0.8, 0.3, "fast")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("covred = 1", ("covred", "alignment.toml")),
        ("covered = 2.0", ("covered", "alignment.toml")),
        ("covered = 0.0", ("covered", "alignment.toml")),
        ("partial = 0", ("partial", "alignment.toml")),
        ("covered = 1.0", ("covered", "alignment.toml")),
        ("covered = nan", ("covered", "alignment.toml")),
        ('cache_dir = "elsewhere"', ("cache_dir", "ALIGN_CACHE_DIR")),
        ('data_dir = "elsewhere"', ("data_dir", "ALIGN_DATA_DIR")),
        ("max_file_mb = 100000", ("max_file_mb", "ALIGN_MAX_FILE_MB")),
        ('folder_file = "nothing to see here"', ("folder_file",)),
        ("covered = ", ("TOML", "alignment.toml")),
        ("covered = 0.2\npartial = 0.5", ("partial",)),
        # An error in the file names its line and the reason.
        ("x = \n", ("alignment.toml", "line 1, column 5", "Invalid value")),
        ("x = ", ("alignment.toml", "its end", "Invalid value")),
        ('engine = "fast"\ncovered 0.5\n', ("alignment.toml", "line 2", "Expected '='")),
    ],
)
def test_a_wrong_setting_names_its_source(
    text: str, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("alignment.toml").write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert all(word in str(caught.value) for word in words)


def test_the_file_of_the_working_folder_is_named_and_the_users_own_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("ALIGN_CACHE_DIR", raising=False)
    monkeypatch.setattr("platformdirs.user_config_dir", lambda app: str(tmp_path))
    (tmp_path / "alignment.toml").write_text('cache_dir = "mine"\ncovered = 0.9\n')
    assert (load_settings().cache_dir, load_settings().covered, load_settings().folder_file) == ("mine", 0.9, "")
    Path("alignment.toml").write_text("covered = 0.01\npartial = 0.001\n")
    result = load_settings()
    assert (result.cache_dir, result.covered) == ("mine", 0.01)
    assert result.folder_file == f"{folder / 'alignment.toml'}: covered, partial"
    # Whoever works in the folder of the user's own file has one file, not two.
    monkeypatch.chdir(tmp_path)
    assert (load_settings().cache_dir, load_settings().folder_file) == ("mine", "")


def test_no_setting_is_forgotten_when_a_folder_is_trusted() -> None:
    assert set(Settings.__struct_fields__) > PROJECT
    assert not any(name.endswith("_dir") for name in PROJECT - {"standards_dir"})
    assert not any(name.startswith(("max_", "upload_")) for name in PROJECT)


def test_a_missing_data_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="models"):
        Settings(data_dir=str(tmp_path)).data_path("models")


def test_a_file_of_notepad_begins_with_a_byte_order_mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("alignment.toml").write_text('engine = "fast"\n', encoding="utf-8-sig")
    assert load_settings().engine == "fast"


def test_an_environment_variable_that_is_no_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIGN_SECRET", "of the server")
    monkeypatch.setenv("ALIGN_COVERD", "0.5")
    with pytest.raises(SettingsError, match="environment variable ALIGN_COVERD: .*Did you mean ALIGN_COVERED"):
        load_settings()


@pytest.mark.parametrize("text", ["action=2, skill=1", '{"action": 2, "skill": 1}', "action=2;skill=1"])
def test_a_mapping_may_stand_in_an_environment_variable(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIGN_KIND_WEIGHTS", text)
    monkeypatch.setenv("ALIGN_SECTIONS", "содержание курса=content")
    settings = load_settings()
    assert settings.kind_weights == {"action": 2.0, "skill": 1.0}
    assert settings.sections == {"содержание курса": "content"}
    for wrong in ("action", '{"action": ', "=2"):
        monkeypatch.setenv("ALIGN_KIND_WEIGHTS", wrong)
        with pytest.raises(SettingsError, match="environment variable ALIGN_KIND_WEIGHTS"):
            load_settings()


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"candidates": 0}, "candidates"),
        ({"kind_weights": {"foo": 3}}, "kind_weights"),
        ({"kind_weights": {"action": 0, "skill": 0, "knowledge": 0}}, "all weights"),
        ({"covered": "x"}, "covered"),
        ({"covered": 0.2, "partial": 0.5}, "partial"),
        ({"ocr": "sometimes"}, "ocr"),
    ],
)
def test_impossible_values_are_refused_in_python_too(values: dict[str, Any], word: str) -> None:
    with pytest.raises(SettingsError, match=word):
        Settings(**values)
    if word != "partial":
        with pytest.raises(SettingsError, match=word):
            msgspec.structs.replace(Settings(), **values)
