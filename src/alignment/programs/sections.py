"""Which sections of a program document hold statements, and which are boilerplate."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum


class Section(StrEnum):
    """What a section of a program document is for."""

    OUTCOMES = "outcomes"
    CONTENT = "content"
    SKIP = "skip"


SKIPPED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(pattern, re.IGNORECASE))
    for reason, pattern in (
        ("review", r"^рецензи|^отзыв|^экспертн\w+ заключени|^review"),
        ("table of contents", r"^содержание$|^оглавление|^(?:table of )?contents$"),
        (
            "hours",
            r"объ[её]м\w* (?:времени|учебн|дисциплин|модул)|количество часов|трудо[её]мкость|распределение часов|"
            r"тематический план$|учебн\w+ нагрузк|course hours|workload|credit hours",
        ),
        (
            "literature",
            r"литератур|библиограф|источник(?:и|ов)$|печатные издания|учебники|reading|textbooks?|references|bibliography",
        ),
        (
            "equipment",
            r"материально|оборудовани|техническ\w+ средств|лаборатори\w+ и кабинет|программное обеспечение дисциплин|"
            r"условия реализации|условия проведения|^equipment|facilities",
        ),
        (
            "assessment",
            r"контроль и оценк|оценочн|фонд оценочн|критерии оцен|формы (?:и методы )?контрол|аттестаци|контрольные вопросы|"
            r"(?:вопрос|задани)\w* (?:к|для) (?:экзамен|зач[её]т|самоконтрол|контрольн)|экзаменационн|примерн\w+ (?:задани|вопрос|темы)|шкала оцен|assessment|grading|exam(?:s|ination)?\b",
        ),
        (
            "methods of teaching",
            r"образовательн\w+ технологи|методическ\w+ (?:указан|рекоменд|обеспечен)|самостоятельн\w+ работ|"
            r"информационн\w+ обеспечен|ресурс\w+ .*интернет|учебно-методическ|инклюзивн|ограниченными возможностями|"
            r"кадров\w+ обеспечен|policy|policies|attendance|integrity|office hours|instructor|teaching (?:staff|methods)|accessibility",
        ),
        (
            "scope",
            r"область применения|место (?:учебной )?(?:дисциплин|модул|практик)|входные требования|пререквизит|prerequisite|"
            r"лист (?:согласовани|изменени|регистрации)|согласовано|утвержд|пояснительная записка|equal opportunit|about the university",
        ),
    )
)
OUTCOMES = re.compile(
    r"результат\w* (?:освоени|обучени|изучени)|планируемы\w+ результат|требования к (?:уровню|результатам|знаниям)|"
    r"цел[ьи] и задач|^(?:\d\.?\s*)*цел[ьи](?: освоения)? (?:дисциплин|модул|изучени)|формируем\w+ компетенц|компетенци|^(?:знания|умения|навыки|знать|уметь|владеть)\b|"
    r"learning outcomes?|objectives|competenc(?:es|ies)|intended outcomes|what you will learn",
    re.IGNORECASE,
)
CONTENT = re.compile(
    r"содержание (?:дисциплин|учебн|раздел|модул|обучени|курса|тем|практик|лекци)|структура и содержание|тематический план и содержание|"
    r"^(?:раздел|тема|модуль|лекци|лабораторн|практическ)\w*\b|разделы дисциплин|перечень (?:лабораторных|практических|тем)|"
    r"course content|topics|course outline|lectures?\b|syllabus content|modules?\b|laborator(?:y|ies)|weekly (?:plan|schedule)",
    re.IGNORECASE,
)
# "Раздел 2" under "Вопросы к экзамену" is a part of the questions, not of the content.
PART = re.compile(r"\W*(?:раздел|тема|модуль|лекци)", re.IGNORECASE)
QUESTIONS = re.compile(r"вопрос|задани|билет", re.IGNORECASE)
# The number of a heading or of an item; "3D-печать", "1С: Предприятие" and "3-й закон" begin with none.
NUMBER = re.compile(r"^\s*(?:\d{1,2}\.)*(?:\d{1,2}(?!\d|[^\W\d_](?![^\W\d_])|-[^\W\d_])[.)]?)?\s*")


def classify(heading: str, overrules: Mapping[str, str] | None = None) -> tuple[Section, str] | None:
    """The section a heading opens with the reason, or None when the heading does not tell.

    Content wins over the list of skipped sections only by its exact words
    ("тематический план и содержание"), outcomes win over "hours" and "assessment"
    only when the heading begins with them. ``overrules`` (part of a heading →
    section) stand above all rules.
    """
    text = NUMBER.sub("", heading).strip(" .:")
    if not text:
        return None
    for part, section in (overrules or {}).items():
        if part.lower() in text.lower():
            return Section(section), "settings"
    if re.search(
        r"тематический план и содержание|структура и содержание|содержание (?:дисциплин|обучени|учебн|раздел)",
        text,
        re.IGNORECASE,
    ):
        return Section.CONTENT, "content"
    if re.search(
        r"требования к результатам|^результаты (?:освоения|обучения)|^планируемые результаты|^learning outcomes",
        text,
        re.IGNORECASE,
    ):
        assessed = re.search(r"контроль и оценка|подлежащ", text, re.IGNORECASE)
        return (Section.SKIP, "assessment") if assessed else (Section.OUTCOMES, "outcomes")
    for reason, pattern in SKIPPED:
        if pattern.search(text):
            return Section.SKIP, reason
    if OUTCOMES.search(text):
        return Section.OUTCOMES, "outcomes"
    if CONTENT.search(text):
        return Section.CONTENT, "content"
    return None
