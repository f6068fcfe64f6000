"""Helpers for the texts of all program documents: statements, topics, competence codes, numbers in cells."""

from __future__ import annotations

import re

import msgspec

from alignment.language import bloom_level, language_of, split_statements
from alignment.model import Competence, Kind, Location, Statement
from alignment.programs.noise import is_activity, is_noise
from alignment.programs.sections import NUMBER

COMPETENCE = re.compile(
    r"(?<!\w)(?P<code>(?:ИД-?\d+[.\s-]*)?(?:УК|ОПК|ПКС|ПКО|ПК|ОК|ДПК|ИУК|ИОПК|ИПК|СК|ПСК|ВД|ЛР|GPC|UC|PC|SPC|OPC)\s*[-–.]?\s*(?:[СC]\s?)?\d+"
    # typing errors with a space or a second full stop: "ПК-8. 1", "ПК-11 .5", "ПК-С2.2..2"
    r"(?:[.\-]\d+|(?:\s\.|\.\s|\.\.)\d{1,2}(?=\.?\s+[А-ЯЁA-Z]|\.?\s*$))*)(?![\w])\.?",
)
# Letters without which a text is no statement, but what is left of a label ("знать", "ОК"). In twelve work
# programmes of corpora/gold/reading half as many read the same, twice as many lose 4 of 1,832 statements.
MIN_LETTERS = 6
MIN_WORD = 3  # letters without which it is no title, but a number or a code
# More than any program has of hours, credits or semesters.
MOST = 1e6
# Letters without which a line is no topic; an item of a list that begins with a capital may be short ("SQL").
# In the same documents twice as many lose 19 and 10 statements, half as many add one.
MIN_TOPIC, MIN_LISTED = 5, 3
WASTE = re.compile(
    r"^(?:итого|всего|тема|раздел|лекци\w*|зач[её]т|экзамен|самостоятельная работа.*|контрольная работа.*|"
    r"курсовая работа|реферат|лабораторн\w+ работ\w*|практическ\w+ (?:заняти\w*|работ\w*)|в том числе:?|"
    r"студент должен|обучающийся должен|код|наименование.*|содержание|№.*|часы?|стр\.?|инструкции|мультимедиа.*|стенд|"
    r"содержание учебного материала.*|виды? (?:учебной )?работ.*|тематика домашних заданий.*|примерная тематика.*|"
    r"промежуточная аттестация.*|дифференцированный зач[её]т|учебная практика|производственная практика.*|"
    r"(?:максимальная|обязательная) (?:аудиторная )?учебная нагрузка.*|профессионального модуля(?:\W+часть программы| может состоять).*|"
    r"(?:систематическая )?проработка (?:конспект|лекц|учебн).*|подготовка (?:к |отч[её]т|реферат|доклад|сообщени).*|"
    r"работа (?:над|с) (?:реферат|конспект|курсов|литератур|учебник|дополнительн).*|выполнение домашн.*|"
    r"(?:оформление|оформить) (?:лабораторн|практическ|отч[её]т).*|написание (?:реферат|доклад|сообщени).*|"
    r"(?:обзор|подбор) (?:литератур|(?:электронных )?источник).*|разбор контрольн.*|"
    r"(?:решение|выполнение) (?:домашн|индивидуальн).*|"
    r"содержание \(указывается.*|лабораторные работы \(.*|практика \(по профилю.*|тематический план.*|лабор аторная.*|"
    r".*(?:компьютер\w* (?:преподавателя|учащихся|для учащихся)|пк, проектор|пк, тексты).*|проектор,.*|"
    r"итого по .*|всего по .*|защита (?:курсов|лабораторн|отч[её]т).*|консультаци.*|внеаудиторная.*|"
    r"изучение (?:конспект|дополнительн|литератур|лекционн).*|опрос.*|тестирование по теме|обобщающее занятие)$",
    re.IGNORECASE,
)
TOPIC_LEAD = re.compile(
    r"^(?:(?:\d{1,3}\s*,\s*)*\d{1,3}(?=\s*[«“\"])|"
    r"(?:раздел(?: \d\.)? пм|раздел|тема|модуль|лекция|занятие|lecture|topic|module|week|lab|лабораторная работа|"
    r"практическая работа|практическое занятие|мдк|пм)(?![а-яёa-z])\s*(?:№\s*:?\s*)?[\dIVX.]*|"
    r"(?:л/?р|п/?р|лб|пз|лз)\s*[-–—№.]?\s*\d+)"
    # more numbers: "№ 11-12 «…»", "№ 18, 19, 20 «…»"
    r"(?:(?:\s*[,–—-]\s*\d{1,3})+(?=\s*[«“\"]))?[\s.:–—-]*",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"(?<=[\w)»\"])\.\s+(?=[А-ЯЁA-Z])|(?<=[а-яё]{3})\.(?=[А-ЯЁ][а-яё])")
# A short end after a full stop that is not a sentence by itself: "Планирование проекта. Этап 1".
TAIL = re.compile(r"(?:\S{1,12}\s+)?(?:\d{1,4}|[IVX]{1,4})|\S{1,2}")
ABBREVIATED = re.compile(
    r"(?:^|[\s(.])(?:т|д|др|пр|рис|табл|им|г|гг|см|ст|стр|проф|акад|напр|англ|лат|нем|фр|e|g|i|etc|vs|[А-ЯЁA-HJ-UWYZ])$|^[IVX]$"
)
# Short for the part of a century; with a numeral after it, it ends no sentence: "до нач. XIII в.", "в к. XVI–XVII вв."
BEFORE_CENTURY = re.compile(r"(?<!\w)(?:нач|к|кон|сер|пол|перв|втор|четв|руб)$")
CENTURY = re.compile(r"[IVXХ]{1,5}(?!\w)")
# Separators of topics; one line may have a numbered list: "1. Цели. 2. Задачи. 3. Методы".
RUN = re.compile(r"\n(?=[А-ЯЁA-Z\d])|;|(?<=[а-яёa-z.)])\s+\d{1,2}[.)]\s+(?=[А-ЯЁA-Z])")

# A list of questions or tasks in brackets, which may hold others: "Сети. (Вопросы: модели; виды (LAN, WAN))."
LABELLED_LIST = re.compile(r"\(\s*[А-ЯЁA-Z][а-яёa-z]+:\s*+((?:[^()]|\([^()]{0,500}\)){1,2000})\)[.;]?")
# A mark of a list such as "1)" or "а)" closes no bracket.
LIST_MARK = re.compile(r"(?:^|\s)\w{1,2}\)")
INNER = re.compile(r"\([^()]*\)")
# Stands for a semicolon in brackets, which does not end a topic.
HELD = "\ue000"


def competence_code(text: str) -> str:
    """The normal form of a code: ``ПК 1.1.``, ``ОПК–2``, ``ПК- С2.2..2`` → ``ПК-1.1``, ``ОПК-2``, ``ПК-С2.2.2``."""
    code = re.sub(r"\.{2,}", ".", re.sub(r"\s+", "", text)).strip(".:;").replace("–", "-")
    code = re.sub(r"(?<=[А-Я])-C(?=\d)", "-С", code)
    return re.sub(r"(?<=[А-Я])(?<!-С)[-.]?(?=\d)", "-", code)


def competence_codes(text: str) -> list[str]:
    """All competence codes in a text; "ОК-5, 7" names two."""
    result: list[str] = []
    last = ""
    for part in re.split(r"[,;\n]+", text):
        match = COMPETENCE.search(part)
        if match:
            code = competence_code(match["code"])
            last = re.sub(r"\d.*$", "", code)
            result.append(code)
        elif last and re.fullmatch(r"\s*\d{1,2}\s*", part):
            result.append(f"{last}{part.strip()}")
    return result


def clean(text: str) -> str:
    """The text with white space collapsed, without soft hyphens, bullets and punctuation at its ends."""
    return " ".join(text.replace("\u00ad", "").split()).strip(" ;,.:•–—−*_-")


def unquoted(text: str) -> str:
    """The text without the quotes around it, also if the opening quote is missing."""
    match = re.fullmatch(r"[«“\"]?\s*([^«»“”\"]+?)\s*[»”“\"]", text)
    return clean(match[1]) if match else text


def is_content(text: str) -> bool:
    """Whether a text can be a statement: it has enough letters and is not a header, total or form of work."""
    letters = sum(char.isalpha() for char in text)
    return letters >= MIN_LETTERS and letters * 2 >= len(text.replace(" ", "")) and not WASTE.match(text)


def statements(
    text: str, location: Location, *, kind: Kind | None = None, section: str = "", discipline: str = ""
) -> list[Statement]:
    """The statements in one line or cell, still without ids.

    Args:
        text: the line or cell.
        location: its place.
        kind: the kind that its column or label names; None: each statement's wording tells.
        section: the heading of its section, kept in the statements.
        discipline: the title of the discipline, kept in the statements.
    """
    result = []
    for part, part_kind in split_statements(text, kind):
        body = clean(part)
        if not is_content(body) or is_noise(body):
            continue
        result.append(
            Statement(
                id="",
                text=body,
                kind=part_kind,
                language=language_of(body),
                discipline=discipline,
                section=section,
                location=location,
                bloom=(bloom_level(body) or bloom_level(text)) if part_kind is not Kind.TOPIC else "",
            )
        )
    return result


def cell_number(text: str) -> float:
    """The number in a cell, with a decimal point or comma; 0 if it is no number or too large for hours or credits."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return 0.0
    return number if abs(number) <= MOST else 0.0  # the comparison is False for inf and nan


def of_competence(statements: list[Statement], code: str) -> list[Statement]:
    """The statements with ``code`` as their competence; unchanged if ``code`` is empty."""
    return [msgspec.structs.replace(item, competence=code) for item in statements] if code else statements


def competence_statement(competence: Competence, discipline: str) -> Statement:
    """The text of a competence as a statement of a discipline that forms it."""
    return Statement(
        id="",
        text=competence.text,
        kind=Kind.COMPETENCE,
        language=language_of(competence.text),
        discipline=discipline,
        section=competence.code,
        location=competence.location,
    )


def is_topic(text: str, *, listed: bool = False) -> bool:
    """Whether a text in the content of a discipline can be a topic; one word is enough ("Триггеры").

    ``listed`` is True for an item of a list or a cell of a table of topics, where a name may be short ("CSS").
    """
    letters = sum(char.isalpha() for char in text)
    enough = MIN_LISTED if listed and text[:1].isupper() else MIN_TOPIC
    return letters >= enough and not (WASTE.match(text) or is_activity(text) or is_noise(text, known=True))


def unclosed(text: str) -> int:
    """How many brackets a text opens and does not close; below 0, how many it closes and does not open."""
    bare = LIST_MARK.sub("", text)
    return bare.count("(") - bare.count(")")


def sentences(text: str) -> list[str]:
    """The sentences of a topic; a full stop after an abbreviation or in brackets does not end one."""
    result: list[str] = []
    opened = 0  # brackets that the last sentence leaves open
    for part in SENTENCE.split(text):
        if result and (
            ABBREVIATED.search(result[-1])
            or TAIL.fullmatch(clean(part))
            or (BEFORE_CENTURY.search(result[-1]) and CENTURY.match(part))
            or opened > 0 > unclosed(part)
        ):
            result[-1] = f"{result[-1]}. {part}"
        else:
            result.append(part)
            opened = 0
        opened += unclosed(part)
    return result


def _unwrapped(match: re.Match[str]) -> str:
    """The items of a list in brackets without its label and brackets; an example within a sentence stays as it is."""
    alone = match.string[: match.start()].rstrip(" ").endswith((".", "\n"))
    return f";{match[1]};" if alone or ";" in INNER.sub("", match[1]) else match[0]


def topic(
    text: str, location: Location, *, section: str = "", discipline: str = "", listed: bool = False
) -> list[Statement]:
    """The topics in a line of a content section, as statements without ids; ``listed`` as in `is_topic`."""
    result = []
    opened = INNER.sub(lambda match: match[0].replace(";", HELD), LABELLED_LIST.sub(_unwrapped, text))
    for line in RUN.split(opened):
        for sentence in sentences(" ".join(line.replace(HELD, ";").split())):
            body = unquoted(clean(TOPIC_LEAD.sub("", clean(NUMBER.sub("", sentence)))))
            if not is_topic(body, listed=listed):
                continue
            result.append(
                Statement(
                    id="",
                    text=body,
                    kind=Kind.TOPIC,
                    language=language_of(body),
                    discipline=discipline,
                    section=section,
                    location=location,
                )
            )
    return result
