"""Two statements as one, the level above a gap, coverage with an interval."""

from collections.abc import Callable

import msgspec
import pytest

from alignment.analysis.coverage import coverage, tally
from alignment.cache import Cache
from alignment.encoders import load_encoder
from alignment.matching import Aligner
from alignment.matching.verdict_model import load_model
from alignment.model import Alignment, Finding, Kind, Program, Requirement, Standard, Thresholds, Verdict, Weighting
from alignment.settings import Settings
from tests.conftest import MODELS
from tests.helpers.pairs import program, standard

Make = Callable[..., Aligner]


@pytest.fixture(scope="module")
def make() -> Make:
    cache, settings = Cache(None), Settings()
    model = load_model(settings.data_path("models"))

    def build(**thresholds: float) -> Aligner:
        limits = Thresholds(**thresholds) if thresholds else None
        return Aligner(load_encoder(MODELS), cache, model, thresholds=limits)

    return build


WANTED = standard(("Разрабатывать схемы и проводить испытания печатных плат", Kind.SKILL))
HALVES = (
    ("Электроника", "разрабатывать схемы печатных плат", Kind.SKILL),
    ("Испытания", "проводить испытания печатных плат", Kind.SKILL),
)


def test_two_halves_cover_what_neither_covers(make: Make) -> None:
    """Thresholds between what each half and what both reach."""
    single = make(covered=0.999, partial=0.1).align(program(*HALVES), WANTED).findings[0]
    lifted = (
        make(covered=min(0.99, single.probability + 0.005), partial=0.1).align(program(*HALVES), WANTED).findings[0]
    )
    assert not single.together
    assert lifted.together
    assert lifted.verdict is Verdict.COVERED
    assert {item.statement.discipline for item in lifted.evidence[:2]} == {"Электроника", "Испытания"}
    assert lifted.probability > single.probability


def test_the_same_weak_statement_in_many_disciplines_adds_up_to_nothing(make: Make) -> None:
    weak = [(f"Дисциплина {number}", "знать виды печатных плат", Kind.KNOWLEDGE) for number in range(8)]
    one = make(covered=0.9, partial=0.01).align(program(weak[0]), WANTED).findings[0]
    many = make(covered=0.9, partial=0.01).align(program(*weak), WANTED).findings[0]
    assert not many.together
    assert many.probability == pytest.approx(one.probability, abs=0.1)


def test_a_gap_says_what_meets_its_function(make: Make) -> None:
    wanted = standard(("Оформлять заявление на отпуск по форме Т-6", Kind.SKILL))
    finding = (
        make()
        .align(program(("Отладка программ", "проверять и отлаживать программный код", Kind.SKILL)), wanted)
        .findings[0]
    )
    assert finding.verdict is Verdict.GAP
    assert finding.above is not None
    assert finding.above.evidence.statement.text == "проверять и отлаживать программный код"
    assert finding.above.code in ("A", "A/01.4")


def test_each_gap_is_looked_at_from_its_own_function(make: Make) -> None:
    """Three functions, one statement for each of two: what is said above a gap does not depend on the others."""
    names = ("Проверка и отладка программного кода", "Пайка печатных плат", "Выпечка хлеба")
    base = standard(("Оформлять заявление на отпуск", Kind.SKILL)).functions[0].functions[0]
    functions = tuple(
        msgspec.structs.replace(
            base,
            code=f"A/0{n}.4",
            name=name,
            requirements=(msgspec.structs.replace(base.requirements[0], id=f"A/0{n}.4-0"),),
        )
        for n, name in enumerate(names, 1)
    )
    whole = standard(("x", Kind.SKILL))

    def of(*own: object) -> Standard:
        general = msgspec.structs.replace(whole.functions[0], name="Работа с документами отдела", functions=own)
        return msgspec.structs.replace(whole, title="Рабочий", functions=(general,))

    given = program(
        ("Отладка программ", "проверять и отлаживать программный код", Kind.SKILL),
        ("Монтаж", "выполнять пайку печатных плат", Kind.SKILL),
    )
    result = make().align(given, of(*functions)).findings
    alone = [make().align(given, of(function)).findings[0] for function in functions]
    assert [item.verdict for item in result] == [Verdict.GAP] * 3
    assert [item.above and item.above.code for item in result] == [item.above and item.above.code for item in alone]
    assert [item.above and item.above.evidence.statement.discipline for item in result[:2]] == [
        "Отладка программ",
        "Монтаж",
    ]
    assert result[0].above.evidence.probability == alone[0].above.evidence.probability


def finding(verdict: Verdict, covers: float, at_least_partial: float, kind: Kind = Kind.SKILL) -> Finding:
    return Finding(
        requirement=Requirement(id="r", text="t", kind=kind),
        function="A/01.5",
        general_function="A",
        verdict=verdict,
        probability=(covers + at_least_partial) / 2,
        covers=covers,
        at_least_partial=at_least_partial,
    )


def test_the_interval_is_narrow_where_the_model_is_sure_and_wide_where_not() -> None:
    sure = tally([finding(Verdict.COVERED, 0.99, 1.0)] * 20, Weighting(), {})
    unsure = tally([finding(Verdict.PARTIAL, 0.3, 0.7)] * 20, Weighting(), {})
    assert sure.low <= sure.expected <= sure.high
    assert sure.high - sure.low < 0.05 < unsure.high - unsure.low
    assert unsure.expected == pytest.approx(0.5)
    assert tally([], Weighting(), {}).coverage == 0


def test_weights_by_kind() -> None:
    result = [finding(Verdict.COVERED, 1, 1, Kind.ACTION), finding(Verdict.GAP, 0, 0, Kind.KNOWLEDGE)]
    assert tally(result, Weighting(), {}).coverage == 0.5
    assert tally(result, Weighting(kinds={Kind.ACTION: 3.0}), {}).coverage == 0.75
    assert tally(result, Weighting(kinds={Kind.KNOWLEDGE: 0.0}), {}).coverage == 1.0
    assert tally(result, Weighting(kinds={Kind.ACTION: 0.0, Kind.KNOWLEDGE: 0.0}), {}).coverage == 0.0


def test_weights_by_credits(make: Make) -> None:
    texts = program(("Отладка", "применять методы отладки программного кода", Kind.SKILL))
    small = msgspec.structs.replace(texts, disciplines=(msgspec.structs.replace(texts.disciplines[0], credits=1.5),))
    wanted = standard(("Применять методы отладки программного кода", Kind.SKILL))
    alignment = make().align(small, wanted)
    whole = coverage(alignment).total.coverage
    half = coverage(msgspec.structs.replace(alignment, weighting=Weighting(credits=True))).total.coverage
    assert whole > 0
    assert half == pytest.approx(whole / 2, abs=1e-4)


def test_rethresholding_changes_verdicts_and_nothing_else(make: Make) -> None:
    alignment = make().align(program(*HALVES), WANTED)
    strict = alignment.rethreshold(Thresholds(covered=1.0, partial=0.99))
    assert strict.findings[0].verdict is Verdict.GAP
    again = strict.rethreshold(alignment.thresholds)
    assert [item.verdict for item in again.findings] == [item.verdict for item in alignment.findings]
    empty = Alignment(
        program=Program(title="p"),
        standard=Standard(code="", title="s"),
        findings=(),
        thresholds=Thresholds(covered=0.5, partial=0.2),
        engine="adapted",
    )
    assert empty.rethreshold(Thresholds(covered=0.6, partial=0.1)).findings == ()
