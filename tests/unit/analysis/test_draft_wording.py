"""How competences and indicators of a draft find their functions, and what they say."""

from __future__ import annotations

from alignment.analysis.draft.drift import NamedFunction, drift, nearest_functions
from alignment.analysis.draft.indicators import indicators
from alignment.model import (
    Competence,
    DeclaredLink,
    GeneralizedFunction,
    Kind,
    Program,
    Requirement,
    Standard,
)
from tests.helpers.draft_parts import Letters, function


def test_a_competence_worded_from_a_generalized_function_finds_it() -> None:
    """Programs take whole generalized functions too ("Способен реализовывать программные средства" is 06.003 C)."""
    standard = Standard(
        code="06.003",
        title="Архитектор",
        functions=(
            GeneralizedFunction(
                code="C",
                name="Реализация программных средств",
                level="4",
                functions=(function("C/01.4", "Анализ качества кода"),),
            ),
            GeneralizedFunction(
                code="H",
                name="Оценка возможности создания проекта",
                level="6",
                functions=(function("H/02.6", "Определение целей архитектуры программного средства"),),
            ),
        ),
    )
    program = Program(
        title="",
        competences=(
            Competence(code="ПК-1", text="Способен реализовывать программные средства"),
            Competence(code="ПК-2", text="Способен реализовывать программные средства"),
            Competence(code="ПК-3", text="Способен определять цели архитектуры программного средства"),
        ),
        declared=(
            DeclaredLink(competence="ПК-1", standard="06.003"),
            DeclaredLink(competence="ПК-2", standard="06.003", general_function="C"),
            DeclaredLink(competence="ПК-3", standard="06.003", general_function="C", function="C/01.4"),
        ),
    )
    result = {item.competence: item for item in drift(program, standard, Letters())}
    assert (result["ПК-1"].now, result["ПК-1"].change) == ("C", "unnamed")
    assert result["ПК-1"].proposal == "Способен реализовывать программные средства"
    assert (result["ПК-2"].now, result["ПК-2"].change) == ("C", "kept")
    # The code stands for something else now: the function that is worded so is the one meant.
    assert (result["ПК-3"].now, result["ПК-3"].change) == ("H/02.6", "renumbered")


def test_an_indicator_that_repeats_a_requirement_finds_its_function() -> None:
    action = Requirement(id="a", kind=Kind.ACTION, text="Проектирование структур данных")
    functions = [
        NamedFunction("D/01.6", "Анализ данных", general=False),
        NamedFunction("D/03.6", "Создание программ", general=False, requirements=(action.text,)),
    ]
    (near,) = nearest_functions(["Проектирование структур данных"], functions, Letters())
    assert near[0][0] == 1


def test_what_one_indicator_has_said_the_next_does_not_say_again() -> None:
    one = Requirement(id="k1", kind=Kind.KNOWLEDGE, text="Методы разработки")
    two = Requirement(id="k2", kind=Kind.KNOWLEDGE, text="Языки описания схем")
    given: set[str] = set()
    (first,) = indicators("ПК-1", function("D/01.6", "Анализ", one), Letters(), given)
    (second,) = indicators("ПК-2", function("D/02.6", "Синтез", one, two), Letters(), given)
    (third,) = indicators("ПК-3", function("D/03.6", "Поиск", one), Letters(), given)
    assert second.text == "Знает: языки описания схем"
    assert [item.id for item in second.sources] == ["k1", "k2"]
    assert third.text == first.text  # nothing else is left to say


def test_indicators_name_every_requirement_once() -> None:
    many = [Requirement(id=f"k{n}", kind=Kind.KNOWLEDGE, text=f"Методы анализа номер {n}") for n in range(9)]
    others = [
        Requirement(id="s", kind=Kind.SKILL, text="Применять методы анализа"),
        Requirement(id="a", kind=Kind.ACTION, text="Оценка сложности задач"),
    ]
    result = indicators("ПК-1", function("D/01.6", "Анализ", *many, *others), Letters(), set())
    assert 3 <= len(result) <= 5
    assert sorted(source.id for item in result for source in item.sources) == sorted(
        item.id for item in [*many, *others]
    )
    assert {"Владеет навыками: оценки сложности задач", "Умеет: применять методы анализа"} <= {
        item.text for item in result
    }
