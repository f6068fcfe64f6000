"""Classify the sections of program documents by their headings: outcomes, content, or boilerplate to skip."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum


class Section(StrEnum):
    """The purpose of a section of a program document."""

    OUTCOMES = "outcomes"
    CONTENT = "content"
    SKIP = "skip"


# Text in a section that is skipped for one of these reasons is never content, whatever headings it has.
CLOSED = frozenset(
    (
        "review",
        "assessment",
        "literature",
        "equipment",
        "methods of teaching",
        "appendix",
        "table of contents",
        "settings",
    )
)
SKIPPED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(pattern, re.IGNORECASE))
    for reason, pattern in (
        ("review", r"^рецензи|^отзыв|^экспертн\w+ заключени|^review"),
        ("appendix", r"^приложени[ея](?!\w)|^appendix|^annex"),
        ("table of contents", r"^содержание$|^оглавление|^(?:table of )?contents$"),
        (
            "hours",
            r"объ[её]м\w* (?:времени|учебн|дисциплин|модул)|количество часов|трудо[её]мкость|распределение часов|"
            r"тематический план$|учебн\w+ нагрузк|виды учебной работы|course hours|workload|credit hours",
        ),
        (
            "literature",
            r"литератур|библиограф|источник(?:и|ов)$|(?:печатные|периодические|учебные) издания|учебники|перечень (?:рекомендуемых|учебных|ресурсов|электронных)|интернет-ресурс|"
            r"ресурс\w+ (?:информационно|сети|интернет)|reading|textbooks?|references|bibliography|periodicals|internet resources",
        ),
        (
            "equipment",
            r"материально|оборудовани|техническ\w+ средств|лаборатори\w+ и кабинет|программное обеспечение дисциплин|"
            r"условия (?:для )?реализации|условия проведения|программн\w+ средств|информационн\w+ (?:справочн|технологии)|^equipment|facilities|material and technical",
        ),
        (
            "assessment",
            r"контроль и оценк|оценочн|фонд оценочн|критерии оцен|формы (?:и методы )?контрол|аттестаци|контрольные вопросы|"
            r"(?:вопрос|задани)\w* (?:к|для|по) (?:экзамен|зач[её]т|самоконтрол|самопроверк|контрольн|коллоквиум|семинар|текущ|тест)|экзаменационн|примерн\w+ (?:задани|вопрос|темы|тест)|"
            r"шкала оцен|критери\w+ оценк|банк тест|тестов\w+ задани|^тест(?:ы|ирование)?(?:\s|$)|кейс\w* №|кейс-задани|темы (?:реферат|доклад|эссе|сообщени|курсов|проект)|типов\w+ (?:задани|вопрос|контрольн)|"
            r"контрольн\w+ (?:задани|работ|мероприят)|assessment|appraisal|evaluation|grading|exam(?:s|ination)?\b|questions? for|test tasks|case (?:stud|no)",
        ),
        (
            "methods of teaching",
            r"образовательн\w+ технологи|методическ\w+ (?:указан|рекоменд|обеспечен)|самостоятельн\w+ работ|"
            r"информационн\w+ обеспечен|ресурс\w+ .*интернет|учебно-методическ|инклюзивн|ограниченными возможностями|"
            r"кадров\w+ обеспечен|методик\w+ (?:преподавани|обучени)|внеаудиторн|подготовк\w+ к (?:лекци|лаборатор|практическ|семинар|промежуточн|экзамен|зач[её]т)|особенност\w+ (?:организации|обучения)|"
            r"methodical instructions|methodological support|independent work|instructions for students|policy|policies|attendance|integrity|office hours|instructor|teaching (?:staff|methods)|accessibility",
        ),
        (
            "scope",
            r"область применения|место (?:учебной )?(?:дисциплин|модул|практик)|входные требования|пререквизит|prerequisite|"
            r"предшествующ|последующ|place of the discipline|структур\w+ (?:образовательной|основной) программ|"
            r"лист (?:согласовани|изменени|регистрации)|согласовано|утвержд|пояснительная записка|equal opportunit|about the university",
        ),
    )
)
OUTCOMES = re.compile(
    r"результат\w* (?:освоени|обучени|изучени)|планируемы\w+ результат|требования к (?:уровню|результатам|знаниям)|"
    r"цел[ьи] и задач|^задачи (?:освоения |изучения )?(?:дисциплин|модул|курса|практик)|^(?:\d\.?\s*)*цел[ьи](?: освоения)? (?:дисциплин|модул|изучени)|формируем\w+ компетенц|компетенци|^(?:знания|умения|навыки|знать|уметь|владеть)\b|"
    r"learning outcomes?|^goals|objectives|requirements for the results|results of mastering|competenc(?:es|ies)|intended outcomes|what you will learn",
    re.IGNORECASE,
)
CONTENT = re.compile(
    r"содержание (?:дисциплин|учебн|раздел|модул|обучени|курса|тем|практик|лекци)|структура и содержание|тематический план и содержание|"
    r"^(?:раздел|тема|модуль|лекци|лабораторн|практическ)\w*\b|разделы дисциплин|перечень (?:лабораторных|практических|тем)|"
    r"course content|content and structure|content of the (?:discipline|course)|structured by topics|topics|course outline|lectures?\b|syllabus content|modules?\b|laborator(?:y|ies)|weekly (?:plan|schedule)",
    re.IGNORECASE,
)
# Headings of parts of whatever section is open: "Раздел 2" under "Вопросы к экзамену" is a part of the questions.
PART = re.compile(r"\W*(?:раздел|тема|модуль|лекци)", re.IGNORECASE)
ROMAN = re.compile(r"^\s*[IVXІХ]{1,5}\s*[.)]\s+")
# Only these headings may open a section after an unnumbered heading has closed the content.
PLAIN = re.compile(
    r"^(?:(?:планируемые )?результаты (?:освоени|обучени)|требования к результатам|содержание (?:дисциплин|учебн|курса|модул|разделов)|"
    r"структура и содержание|тематический план и содержание|цел[ьи] (?:и задачи )?(?:освоени|изучени|дисциплин|курса)|"
    r"(?:intended |planned )?learning outcomes|course content|content of the)",
    re.IGNORECASE,
)
# The number of a heading or of an item; "3D-печать", "1С: Предприятие" and "3-й закон" do not begin with one.
NUMBER = re.compile(r"^\s*(?:\d{1,2}\.)*(?:\d{1,2}(?!\d|[^\W\d_](?![^\W\d_])|-[^\W\d_])[.)]?)?\s*")


def classify(heading: str, overrules: Mapping[str, str] | None = None) -> tuple[Section, str] | None:
    """The section that a heading opens, and the reason; None if the heading does not tell.

    The reason is "content", "outcomes", "settings" or a name in `SKIPPED`.
    Exact phrases of content ("тематический план и содержание") and of outcomes
    are tried before the skipped sections, all other words after them.

    Args:
        heading: the text of the heading.
        overrules: part of a heading → section; they go before all rules.
    """
    text = NUMBER.sub("", ROMAN.sub("", heading)).strip(" .:")
    if not text:
        return None
    for part, section in (overrules or {}).items():
        if part.lower() in text.lower():
            return Section(section), "settings"
    if re.search(
        r"тематический план и (?:примерное )?содержание|структура и (?:примерное )?содержание|содержание и структура|содержание (?:дисциплин|обучени|учебн|раздел)|"
        r"content and structure|content of the (?:discipline|course)|structured by topics",
        text,
        re.IGNORECASE,
    ):
        return Section.CONTENT, "content"
    if re.search(
        r"требования к результатам|^результаты (?:освоения|обучения)|^(?:перечень )?планируемы\w+ результат|^learning outcomes|"
        r"requirements for the results|^list of planned learning outcomes",
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
