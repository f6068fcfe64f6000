from pathlib import Path

import pytest

from alignment.errors import SettingsError
from alignment.settings import Settings, load_settings


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
        ("covered = ", ("TOML", "alignment.toml")),
        ("covered = 0.2\npartial = 0.5", ("partial",)),
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


def test_a_missing_data_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="models"):
        Settings(data_dir=str(tmp_path)).data_path("models")
