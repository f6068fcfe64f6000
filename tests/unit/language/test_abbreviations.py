"""Abbreviations are spelled out where their meaning is sure, and nowhere else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.cache import Cache
from alignment.encoders import load_encoder
from alignment.language.abbreviations import expand_abbreviations, meanings
from alignment.matching import Aligner
from alignment.matching.contextual_text import TextInContext
from alignment.matching.requirement_model import load_requirement_model
from alignment.matching.verdict_model import load_model
from alignment.model import Finding, Kind, Verdict
from alignment.settings import Settings
from tests.conftest import MODELS
from tests.helpers.pairs import program, standard


@pytest.mark.parametrize(
    ("text", "around", "wanted"),
    [
        ("нормы и правила ЕСКД", "", "нормы и правила единая система конструкторской документации"),
        ("СВЧ-усилители и их расчет", "", "сверхвысокая частота усилители и их расчет"),
        ("топология кристалла ИС", "", "топология кристалла интегральная схема"),
        ("сопровождение ИС", "Программист: разработка баз данных", "сопровождение информационная система"),
        ("САПР", "", "система автоматизированного проектирования"),
    ],
)
def test_spelled_out(text: str, around: str, wanted: str) -> None:
    assert expand_abbreviations(text, around) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "выбор ИС",  # integrated circuit or information system? nothing tells
        "единая система конструкторской документации (ЕСКД)",
        "РАБОЧАЯ ПРОГРАММА ПО ТО",
        "по правилам, то есть ис",
        "ПК-1 и УК-2",
        "ГОСТ 2.105",
        "поставщик ПОВЕРКА",
    ],
)
def test_left_alone(text: str) -> None:
    assert expand_abbreviations(text) == text


@given(st.text(alphabet="абвгдеАБВГД СИПО-,.()", max_size=60))
def test_words_between_abbreviations_stay(text: str) -> None:
    result = expand_abbreviations(text)
    kept = re.findall(r"[а-я]{2,}", text)
    at = 0
    for word in kept:
        at = result.index(word, at) + len(word)


def test_the_table_is_sound() -> None:
    for short, wholes in meanings().items():
        assert re.fullmatch(r"[А-ЯЁ][А-ЯЁа-яё]{1,6}", short)
        assert len({one.whole for one in wholes}) == len(wholes)
        # Only one meaning may do without clues, and then it is the only one.
        assert len(wholes) == 1 or all(one.clues for one in wholes)


def test_a_side_knows_the_abbreviations_of_its_context() -> None:
    side = TextInContext.of(text="надежность ИС", kind=Kind.KNOWLEDGE, context="САПР топологии")
    assert side.text == "надежность интегральная схема"
    assert side.context == "система автоматизированного проектирования топологии"


def test_reports_quote_what_the_program_says(settings: Settings) -> None:
    models = settings.data_path("models")
    pairs = load_model(models)
    whole = load_requirement_model(models, "fast", pairs.version)
    aligner = Aligner(load_encoder(MODELS), Cache(None), pairs, requirement_model=whole)
    wanted = standard(("Требования единой системы программной документации к оформлению программ", Kind.KNOWLEDGE))

    def finding(text: str) -> Finding:
        return aligner.align(program(("Документирование программ", text, Kind.KNOWLEDGE)), wanted).findings[0]

    known, unknown = finding("требования ЕСПД к оформлению программ"), finding("требования ЕЖПЖ к оформлению программ")
    assert known.evidence[0].statement.text == "требования ЕСПД к оформлению программ"
    assert known.requirement.text == "Требования единой системы программной документации к оформлению программ"
    assert known.verdict is not Verdict.GAP
    assert known.covers > unknown.covers + 0.05
