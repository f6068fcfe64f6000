"""Hypothesis strategies for programs and standards with realistic trees and texts."""

from hypothesis import strategies as st

from alignment.model import (
    Discipline,
    GeneralizedFunction,
    Kind,
    Program,
    Requirement,
    Standard,
    Statement,
    WorkFunction,
)

LATIN = "ABCDEFGH"
WORDS = (
    *(
        "проектировать",
        "измерять",
        "анализ",
        "печатные",
        "платы",
        "радиоэлектронная",
        "аппаратура",
        "методы",
        "отладки",
    ),
    *("программного", "кода", "нормативные", "документы", "техника", "безопасности", "схема", "принципиальная", "СВЧ"),
    *(
        "3D",
        "ГОСТ",
        "Р",
        "15.000-94",
        "design",
        "test",
        "of",
        "devices",
        "«кавычки»",
        "&",
        "<знак>",
        "—",
        "тире;",
        "Ом/м²",
    ),
)
# A leading dash is excluded, because every reader removes it as a list mark.
TEXTS = (
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=12)
    .map(" ".join)
    .filter(lambda text: not text.startswith("—"))
)


@st.composite
def standards(draw: st.DrawFn) -> Standard:
    """One to three generalized functions of one to three work functions, each of one to six requirements."""
    generals = []
    for letter in LATIN[: draw(st.integers(1, 3))]:
        level = draw(st.sampled_from("345678"))
        functions = []
        for number in range(1, draw(st.integers(1, 3)) + 1):
            code = f"{letter}/{number:02}.{level}"
            kinds = draw(st.lists(st.sampled_from((Kind.ACTION, Kind.SKILL, Kind.KNOWLEDGE)), min_size=1, max_size=6))
            requirements = tuple(
                Requirement(id=f"{code}-{place}", text=draw(TEXTS), kind=kind) for place, kind in enumerate(kinds)
            )
            functions.append(WorkFunction(code=code, name=draw(TEXTS), level=level, requirements=requirements))
        generals.append(GeneralizedFunction(code=letter, name=draw(TEXTS), level=level, functions=tuple(functions)))
    return Standard(code="06.999", title=draw(TEXTS), order="1н", date="01.02.2020", functions=tuple(generals))


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Up to four disciplines with up to five statements each; some have only their title."""
    disciplines, count = [], 0
    for number in range(draw(st.integers(0, 4))):
        title = f"{draw(TEXTS)} {number}"
        kinds = draw(st.lists(st.sampled_from((Kind.SKILL, Kind.KNOWLEDGE, Kind.TOPIC, Kind.ACTION)), max_size=5))
        statements = [
            Statement(id=f"s{count + n}", text=draw(TEXTS), kind=kind, discipline=title) for n, kind in enumerate(kinds)
        ]
        statements = statements or [Statement(id=f"s{count}", text=title, kind=Kind.TITLE, discipline=title)]
        count += len(statements)
        credits = draw(st.one_of(st.none(), st.floats(0.5, 12)))
        disciplines.append(Discipline(title=title, credits=credits, statements=tuple(statements)))
    return Program(title=draw(TEXTS), code="11.03.03", disciplines=tuple(disciplines))
