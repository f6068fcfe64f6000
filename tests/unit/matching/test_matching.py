import msgspec
import numpy as np
import pytest

from alignment.cache import Cache
from alignment.encoders import load_encoder
from alignment.errors import SettingsError
from alignment.matching import Aligner
from alignment.matching.contextual_text import TextInContext
from alignment.matching.evidence import top_evidence
from alignment.matching.features import PAIR_FEATURES, retrieval_scores
from alignment.matching.lexical import InvertedIndex, lemma_weights, weighted_overlap
from alignment.matching.twins import with_twins
from alignment.matching.verdict_model import load_model
from alignment.model import Basis, Finding, Kind, Program, Requirement, Verdict
from alignment.settings import Settings
from tests.conftest import MODELS
from tests.helpers.pairs import program, standard


@pytest.fixture
def aligner(settings: Settings) -> Aligner:
    return Aligner(load_encoder(MODELS), Cache(None), load_model(settings.data_path("models")))


def test_own_weights_tell_apart_what_a_standard_tells_apart() -> None:
    weights = lemma_weights([["ремонт", "аппаратура"], ["консервация", "аппаратура"], ["настройка", "аппаратура"]], {})
    assert weights["аппаратура"] < 0.1
    assert weighted_overlap(["консервация", "аппаратура"], ["ремонт", "аппаратура"], weights) < 0.1
    assert weighted_overlap(["консервация", "аппаратура"], ["консервация"], weights) > 0.9
    assert weighted_overlap([], ["a"], {}) == 0


def test_postings_rank_by_shared_rare_words() -> None:
    scores = InvertedIndex([["отладка", "код"], ["код"], ["повар"]]).scores(["отладка", "код"])
    assert list(np.argsort(-scores)) == [0, 1, 2]
    # By hand: ln(1 + 3/1) + ln(1 + 3/2) over the root of two words times two, ln(1 + 3/2) over that of one times two.
    assert scores == pytest.approx([(np.log(4) + np.log(2.5)) / 2, np.log(2.5) / np.sqrt(2), 0], abs=1e-5)


def test_untrained_score_adds_half_of_each_context() -> None:
    assert retrieval_scores(np.array([[1.0], [0.5], [0.3], [9.0], [9.0]], dtype=np.float32))[0] == pytest.approx(1.4)


def test_a_text_with_nothing_above_it_stands_for_itself() -> None:
    side = TextInContext.of(text="Чтение КД", kind=Kind.ACTION, context=" ")
    assert side.context == side.text == "Чтение конструкторская документация"
    assert (side.parent, side.original) == ("", "Чтение КД")
    below = TextInContext.of(text="Чтение КД", kind=Kind.ACTION, context="Черчение")
    assert (below.context, below.parent) == ("Черчение", "Черчение")


def test_verdicts_evidence_and_nearest_miss(aligner: Aligner) -> None:
    alignment = aligner.align(
        program(
            ("Основы программирования", "применять методы и приемы отладки программного кода", Kind.SKILL),
            ("Ботаника", "строение листа и корня", Kind.KNOWLEDGE),
        ),
        standard(("Применять методы и приемы отладки программного кода", Kind.SKILL), ("Резать металл", Kind.SKILL)),
    )
    covered, gap = alignment.findings
    assert covered.verdict is Verdict.COVERED
    assert covered.evidence[0].statement.discipline == "Основы программирования"
    assert gap.verdict is Verdict.GAP
    assert gap.nearest is not None
    assert not gap.evidence


def test_weak_candidates_that_count_together_are_shown_by_their_score(aligner: Aligner) -> None:
    # Of ten real work programmes against 40.034: "API" was shown for fire safety, because it was likelier to cover all.
    comparison = aligner.prepare(
        program(
            ("Операционные системы", "API", Kind.TOPIC),
            ("Безопасность жизнедеятельности", "Пожарная безопасность", Kind.TOPIC),
        ),
        standard(("Требования пожарной безопасности", Kind.KNOWLEDGE)),
    )
    side = comparison.requirement_texts[0]
    candidates = aligner.score_candidates(comparison, side, comparison.vectors.cosines(0))
    chances = np.asarray([[0.0154, 0.0988], [0.0057, 0.2372]])
    miss = top_evidence(comparison.statements, candidates, chances, 2, aligner.model)
    evidence = top_evidence(comparison.statements, candidates, chances, 2, aligner.model, by_score=True)
    assert [item.statement.text for _, item in miss] == ["API", "Пожарная безопасность"]
    assert [item.statement.text for _, item in evidence] == ["Пожарная безопасность", "API"]


def test_evidence_has_different_texts_before_one_is_repeated(aligner: Aligner) -> None:
    # Of a real plan (10.03.01) two thirds of the findings showed one competence three times, for three disciplines.
    competence = "способность проверять работоспособность средств защиты"
    comparison = aligner.prepare(
        program(
            ("Программные средства защиты", competence, Kind.COMPETENCE),
            ("Техническая защита", competence, Kind.COMPETENCE),
            ("Криптография", "проверка стойкости шифра", Kind.TOPIC),
        ),
        standard(("Проверка средств защиты", Kind.ACTION)),
    )
    side = comparison.requirement_texts[0]
    candidates = aligner.score_candidates(comparison, side, comparison.vectors.cosines(0))
    chances = np.asarray([[0.3, 0.8], [0.2, 0.7], [0.1, 0.5]])
    evidence = top_evidence(comparison.statements, candidates, chances, 3, aligner.model)
    assert [item.statement.discipline for _, item in evidence] == [
        "Программные средства защиты",
        "Криптография",
        "Техническая защита",
    ]


def test_twins_have_one_verdict_and_its_evidence() -> None:
    """One requirement of 06.005 was "partial" in three work functions of a real check and a gap in the fourth."""
    sides = [
        TextInContext.of(text=text, kind=kind, context=context).normalized
        for text, kind, context in (
            ("Правила производственной санитарии", Kind.KNOWLEDGE, "Диагностика"),
            ("Правила производственной санитарии.", Kind.KNOWLEDGE, "Ремонт"),
            ("Правила производственной санитарии", Kind.SKILL, "Ремонт"),
        )
    ]
    requirements = [Requirement(id=str(place), kind=side.kind, text=side.text) for place, side in enumerate(sides)]
    chances = (0.02, 0.27, 0.1)
    findings = [
        Finding(requirement=item, function=item.id, general_function="A", verdict=Verdict.GAP, probability=chance)
        for item, chance in zip(requirements, chances, strict=True)
    ]
    found = with_twins([findings[0], msgspec.structs.replace(findings[1], verdict=Verdict.PARTIAL), findings[2]], sides)
    assert [(item.requirement.id, item.function, item.verdict, item.probability) for item in found] == [
        ("0", "0", Verdict.PARTIAL, 0.27),
        ("1", "1", Verdict.PARTIAL, 0.27),
        ("2", "2", Verdict.GAP, 0.1),
    ]


def test_contributions_add_up_to_the_log_odds(aligner: Aligner) -> None:
    alignment = aligner.align(
        program(("Программирование", "отлаживать программы", Kind.SKILL)), standard(("Отладка кода", Kind.ACTION))
    )
    best = alignment.findings[0].best
    assert best is not None
    assert {part.feature for part in best.contributions} == set(PAIR_FEATURES)
    values = np.array([[next(c.value for c in best.contributions if c.feature == name) for name in PAIR_FEATURES]])
    total = aligner.model.constant(reranked=False) + sum(part.weight for part in best.contributions)
    assert total == pytest.approx(aligner.model.log_odds(values).mean(), abs=1e-2)


def test_a_program_of_titles_tells_nothing(aligner: Aligner) -> None:
    alignment = aligner.align(
        program(("Отладка программного кода", "Отладка программного кода", Kind.TITLE)),
        standard(("Отладка программного кода", Kind.ACTION)),
    )
    assert alignment.findings[0].title_only
    assert alignment.findings[0].verdict is Verdict.UNKNOWN


def test_content_that_answers_speaks_before_a_title_that_answers_better(aligner: Aligner) -> None:
    finding = aligner.align(
        program(
            ("Отладка программного кода", "Отладка программного кода", Kind.TITLE),
            ("Программирование", "отлаживать программный код", Kind.SKILL),
        ),
        standard(("Отладка программного кода", Kind.ACTION)),
    ).findings[0]
    assert finding.best is not None
    assert (finding.best.statement.kind, finding.basis, finding.promised) == (Kind.SKILL, Basis.TAUGHT, False)
    assert finding.verdict.answered


def test_a_promise_that_a_discipline_teaches_is_taught(aligner: Aligner) -> None:
    asked = standard(("Отладка программного кода", Kind.ACTION))
    promise = ("Компетенции", "Отладка программного кода", Kind.COMPETENCE)
    alone = aligner.align(program(promise), asked).findings[0]
    both = aligner.align(program(promise, ("Языки", "отлаживать программный код", Kind.SKILL)), asked).findings[0]
    assert (alone.basis, alone.promised, alone.promise_only) == (Basis.PROMISED, True, True)
    assert (both.basis, both.promised, both.promise_only) == (Basis.TAUGHT, True, False)
    assert any(item.statement.kind is Kind.SKILL for item in both.evidence)


def test_an_empty_program_gives_gaps_without_a_miss(aligner: Aligner) -> None:
    alignment = aligner.align(Program(title="x"), standard(("Отладка кода", Kind.ACTION)))
    assert alignment.findings[0].verdict is Verdict.GAP
    assert alignment.findings[0].best is None


def test_the_order_of_disciplines_does_not_matter(aligner: Aligner) -> None:
    texts = (
        ("Информатика", "использовать отладчик", Kind.SKILL),
        ("Программирование", "находить ошибки в коде", Kind.SKILL),
        ("Физика", "законы механики", Kind.KNOWLEDGE),
    )
    wanted = standard(("Применять методы отладки программного кода", Kind.SKILL))
    one = aligner.align(program(*texts), wanted).findings[0]
    two = aligner.align(program(*reversed(texts)), wanted).findings[0]
    assert one.best is not None
    assert two.best is not None
    assert one.best.statement.text == two.best.statement.text
    assert one.probability == pytest.approx(two.probability, abs=1e-3)


def test_a_model_of_other_features_is_refused(settings: Settings, tmp_path) -> None:
    model = load_model(settings.data_path("models"))
    for names in (
        model.features[1:],
        (*model.features, "zeal"),
        ("zeal", *model.features[1:]),
        ("a", *model.features[1:]),
    ):
        other = msgspec.structs.replace(model, features=names)
        (tmp_path / "verdict.json").write_bytes(msgspec.json.encode(other))
        with pytest.raises(SettingsError, match="other features"):
            load_model(tmp_path)
    (tmp_path / "verdict.json").write_text("{")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_model(tmp_path)


def test_a_nearest_miss_is_what_would_come_nearest_to_covering(aligner: Aligner) -> None:
    given = program(
        ("Программирование", "отлаживать код программ с помощью отладчика", Kind.SKILL),
        ("Программирование", "Отладка", Kind.TOPIC),
        ("Агрономия", "составлять севооборот", Kind.SKILL),
        ("Тестирование", "виды ошибок", Kind.KNOWLEDGE),
    )
    wanted = standard(
        ("Отлаживать программный код", Kind.SKILL),
        ("Составлять график отпусков работников цеха", Kind.ACTION),
        ("Свойства бетонных смесей", Kind.KNOWLEDGE),
    )
    comparison = aligner.prepare(given, wanted)
    touched = []
    for index, side in enumerate(comparison.requirement_texts):
        result = [item for _, item in aligner.rank_candidates(comparison, side, comparison.vectors.cosines(index), 10)]
        touched.append(max(item.probability for item in result) >= aligner.model.partial)
        values = [item.probability if touched[-1] else item.covers for item in result]
        assert values == sorted(values, reverse=True)
    assert touched[0]
    assert not all(touched)
