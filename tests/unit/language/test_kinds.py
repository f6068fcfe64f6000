"""Kinds by grammar, on heads drawn at random from real documents and labelled by hand, and on whole standards."""

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest

from alignment.language import kind_of, split_statements, strip_lead
from alignment.language.grammar import kind_by_head
from alignment.model import Kind, Requirement
from alignment.settings import Settings
from alignment.standards.readers import read_file

# 21 functions of reg850 print skills under "knowledge" and the reverse: endings alone tell which.
INFINITIVE = re.compile(r"[а-яё]+(?:ать|ять|ить|еть|ести|ться)\b", re.IGNORECASE)


def labelled() -> list[dict[str, str]]:
    path = Path(__file__).parents[2] / "data" / "kinds.tsv"
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source, delimiter="\t"))


def test_heads_of_real_statements() -> None:
    rows = labelled()
    assert len(rows) >= 180
    wrong = [(row["text"], kind_of(row["text"]).value) for row in rows if kind_of(row["text"]).value != row["kind"]]
    # Of an English verb that no list holds ("vaccinate livestock") nothing tells.
    assert [text for text, _ in wrong if re.search("[а-яё]", text)] == []
    assert len(wrong) <= 2, wrong


def of_sound_functions(path: Path, settings: Settings) -> list[Requirement]:
    by_function: dict[str, list[Requirement]] = defaultdict(list)
    requirements = (item for standard in read_file(path, settings) for item in standard.requirements())
    for _, function, requirement in requirements:
        by_function[function.code].append(requirement)
    kept = []
    for items in by_function.values():
        known = [item for item in items if item.kind is Kind.KNOWLEDGE]
        if sum(bool(INFINITIVE.match(item.text)) for item in known) * 2 <= len(known):
            kept += items
    return kept


def test_the_columns_of_standards_are_told_by_grammar(corpora: Path, settings: Settings) -> None:
    result = [
        (item.kind, kind_of(item.text), item.text)
        for path in sorted((corpora / "standards").glob("*.xml"))
        for item in of_sound_functions(path, settings)
    ]
    for own, share in ((Kind.SKILL, 0.99), (Kind.KNOWLEDGE, 0.99)):
        # "Владеть методами …" among the skills of a standard is experience by its own word.
        given = [kind for there, kind, text in result if there is own and not text.lower().startswith("владе")]
        assert len(given) > 1000
        assert sum(kind is own for kind in given) >= share * len(given)
    # Labour actions are verbal nouns: no label, so they read as knowledge, and never as what one masters.
    actions = [kind for there, kind, _ in result if there is Kind.ACTION]
    assert actions.count(Kind.EXPERIENCE) == actions.count(Kind.COMPETENCE) == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A label wins over the grammar.
        ("Владеть: анализ требований; настройка сети", [("анализ требований", Kind.EXPERIENCE), ("настройка сети", Kind.EXPERIENCE)]),
        ("Уметь: способен применять методы отладки", [("способен применять методы отладки", Kind.SKILL)]),
        ("Знать: методами отладки", [("методами отладки", Kind.KNOWLEDGE)]),
        # A competence keeps its words.
        ("Способен осуществлять кодирование", [("Способен осуществлять кодирование", Kind.COMPETENCE)]),
        ("Способен паять платы; читать схемы", [("Способен паять платы", Kind.COMPETENCE), ("читать схемы", Kind.COMPETENCE)]),
        ("Готов к работе в коллективе", [("Готов к работе в коллективе", Kind.COMPETENCE)]),
        ("Применяет методы анализа; осуществляет контроль", [("Применяет методы анализа", Kind.COMPETENCE), ("осуществляет контроль", Kind.COMPETENCE)]),
        ("основными методами отладки; виды памяти", [("основными методами отладки", Kind.EXPERIENCE), ("виды памяти", Kind.KNOWLEDGE)]),
    ],
)  # fmt: skip
def test_statements_of_a_line(text: str, expected: list[tuple[str, Kind]]) -> None:
    assert split_statements(text) == expected


def test_a_column_wins_over_the_grammar() -> None:
    assert split_statements("методами отладки", Kind.SKILL) == [("методами отладки", Kind.SKILL)]
    assert split_statements("применяет методы", Kind.EXPERIENCE) == [("применяет методы", Kind.EXPERIENCE)]


def test_what_is_a_topic_stays_one() -> None:
    assert kind_of("Управление требованиями", Kind.TOPIC) is Kind.TOPIC
    assert kind_of("целями проекта", Kind.TOPIC) is Kind.TOPIC
    assert kind_of("паять платы", Kind.TOPIC) is Kind.SKILL


def test_lead_words_of_a_competence_stay() -> None:
    assert strip_lead("Способен паять платы") == ("Способен паять платы", None)
    assert strip_lead("уметь паять платы") == ("паять платы", Kind.SKILL)


@pytest.mark.parametrize("text", ["", "—", "12", ".", "я", "SQL", "в", "the", "an"])
def test_nothing_to_tell(text: str) -> None:
    assert kind_by_head(text) is None
