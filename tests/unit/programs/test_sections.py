from pathlib import Path

import msgspec
import pytest

from alignment.language import bloom_level
from alignment.programs import load
from alignment.programs.sections import Section, classify
from alignment.settings import Settings, load_settings
from tests.conftest import ROOT

TEXT = """# Рабочая программа дисциплины «Схемотехника»

## Результаты обучения

Уметь:

- рассчитывать усилители на транзисторах

## Литература

- Методы диагностики и ремонта радиоаппаратуры

## Кейсы предприятий

- Настройка приемопередатчика по показаниям приборов
"""


@pytest.fixture
def programme(tmp_path: Path) -> Path:
    path = tmp_path / "программа.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_boilerplate_is_left_out_and_said(programme: Path, settings: Settings) -> None:
    program = load([programme], settings)
    texts = [item.text for item in program.statements()]
    assert "рассчитывать усилители на транзисторах" in texts
    assert not any("диагностики и ремонта" in text for text in texts)
    assert ("Литература", "literature") in [(item.title, item.reason) for item in program.skipped]


def test_parts_of_a_list_of_questions_are_no_content(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "программа.md"
    questions = "## Вопросы к экзамену\n\n### Раздел 1. Усилители\n\n1. Обратная связь в усилителях\n\n"
    content = "## Содержание дисциплины\n\n### Раздел 1. Усилители\n\n- Режимы работы транзистора\n"
    path.write_text(TEXT + questions + content, encoding="utf-8")
    program = load([path], settings)
    texts = [item.text for item in program.statements()]
    assert "Режимы работы транзистора" in texts
    assert "Обратная связь в усилителях" not in texts
    assert ("Вопросы к экзамену", "assessment") in [(item.title, item.reason) for item in program.skipped]


def test_a_user_overrules_the_classifier(programme: Path, settings: Settings) -> None:
    own = msgspec.structs.replace(settings, sections={"литература": "content", "результаты обучения": "skip"})
    program = load([programme], own)
    texts = [item.text for item in program.statements()]
    assert "Методы диагностики и ремонта радиоаппаратуры" in texts
    assert ("Результаты обучения", "settings") in [(item.title, item.reason) for item in program.skipped]


def test_the_overrule_comes_from_the_settings_file(
    programme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "alignment.toml").write_text('[sections]\n"кейсы" = "content"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert load_settings().sections == {"кейсы": "content"}
    assert classify("5. Кейсы предприятий", load_settings().sections) == (Section.CONTENT, "settings")
    assert classify("5. Кейсы предприятий") is None


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Design and test embedded systems", "create"),
        ("critically evaluate sources", "evaluate"),
        ("be able to calculate gain", "apply"),
        ("Explain Ohm's law", "understand"),
        ("Ohm's law", ""),
        ("рассчитывать усилители", ""),
    ],
)
def test_levels_of_bloom(text: str, level: str) -> None:
    assert bloom_level(text) == level


def test_outcomes_of_a_syllabus_keep_their_level(settings: Settings) -> None:
    program = load([ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md"], settings)
    levels = {item.text: item.bloom for item in program.statements()}
    assert {"create", "apply"} <= set(levels.values())
