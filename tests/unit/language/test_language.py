import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.language import kind_of, language_of, split_statements, strip_lead
from alignment.language.analysis import analyse
from alignment.model import Kind


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("методы отладки программ", "ru"),
        ("writing unit tests in Python", "en"),
        ("работа в САПР Altium Designer", "ru"),
        ("die Grundlagen der Elektronik und des Messens für den Beruf", "de"),
        ("les bases de la mesure et des instruments dans une usine", "fr"),
        ("вміти застосовувати інструменти для вимірювань", "uk"),
        ("電子工学の基礎", "other"),
        ("12.03 – 15", "und"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("знать: методы измерений", Kind.KNOWLEDGE),
        ("уметь паять", Kind.SKILL),
        ("владеть навыками отладки", Kind.EXPERIENCE),
        ("паять платы", Kind.SKILL),
        ("автоматически формировать отчеты", Kind.SKILL),
        ("точность измерений", Kind.KNOWLEDGE),
        ("be able to debug programs", Kind.SKILL),
        ("knowledge of measurement methods", Kind.KNOWLEDGE),
    ],
)
def test_kind(text: str, kind: Kind) -> None:
    assert kind_of(text) is kind


def test_labels_and_semicolons_split() -> None:
    parts = split_statements("Знать: методы отладки; языки программирования. Уметь: писать программы")
    assert parts == [
        ("методы отладки", Kind.KNOWLEDGE),
        ("языки программирования", Kind.KNOWLEDGE),
        ("писать программы", Kind.SKILL),
    ]


def test_a_label_rules_over_the_verbs_of_its_items() -> None:
    text = "понимать тексты личного и академического характера; воспринимать на слух высказывания"
    assert split_statements(text, Kind.SKILL) == [(part, Kind.SKILL) for part in text.split("; ")]
    assert split_statements(f"Умения: {text}") == [(part, Kind.SKILL) for part in text.split("; ")]
    # Without a label a lead names the kind, and a label of its own kind is removed.
    assert split_statements("понимать тексты личного характера")[0][1] is Kind.KNOWLEDGE
    assert split_statements("навыками защиты персонала", Kind.EXPERIENCE) == [("защиты персонала", Kind.EXPERIENCE)]


def test_a_label_with_the_word_must() -> None:
    parts = split_statements("Должен знать:\n- основы теории;\nДолжен уметь:\n- применять приемы первой помощи")
    assert parts == [("основы теории", Kind.KNOWLEDGE), ("применять приемы первой помощи", Kind.SKILL)]


def test_verbs_split_only_where_each_has_its_object() -> None:
    assert len(split_statements("выполнять монтаж узлов и оформлять протоколы испытаний")) == 2
    assert len(split_statements("уметь настраивать и ремонтировать аппаратуру")) == 1
    assert len(split_statements("Принимать решения в сложных ситуациях и нести за них ответственность")) == 1


@given(st.text(max_size=200))
def test_splitting_never_fails_nor_invents_letters(text: str) -> None:
    for part, kind in split_statements(text):
        assert isinstance(kind, Kind)
        assert set(part) <= set(text)
    strip_lead(text)


def test_genitive_lists_belong_with_the_normal_form() -> None:
    one, two = analyse(["методов и приемов отладки кода", "методы и приемы отладки кода"])
    assert one.lemmas == two.lemmas == ("метод", "прием", "отладка", "код")


def test_lemmas_take_context() -> None:
    # Without context pymorphy3 leaves "кода" as it is (the musical coda).
    (result,) = analyse(["исходного кода программы"])
    assert "код" in result.lemmas


def test_english_lemmas() -> None:
    (result,) = analyse(["debugging methods of embedded systems"])
    assert result.language == "en"
    assert {"method", "system"} <= set(result.lemmas)
