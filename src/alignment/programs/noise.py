"""Recognise lines that are never statements: questions, tasks, program code, marks, addresses, books.

The section of a line decides first (`sections`). This module is for lines under
an unknown heading or in the wrong section.
"""

from __future__ import annotations

import re

IMPERATIVE = re.compile(
    r"^(?:[\d.)\s]*)(?:не )?[а-яё]{3,}(?:йте|ите|ьте)(?:сь)?\b(?!\s*[–—-]\s)|"
    r"^(?:[\d.)\s]*)(?:найти|вычислить|определить|построить|решить|записать|перечислить|назвать|ответить|указать) "
    r"(?:ошибк|значени[ея] (?:выражени|функци|производн|интеграл)|интеграл|предел|производн\w+ функци|уравнени|на вопрос)|"
    r"^(?:choose|fill in|match the|translate|complete the|answer the|write (?:a|an|the|down)|listen|read the|put the|make up) ",
    re.IGNORECASE,
)
# Share of letters of a text without its spaces; formulas and rows of numbers have fewer. In twelve
# work programmes of corpora/gold/reading 0.3 reads the same, and 0.99 loses 324 of 1,832 statements.
LETTER_SHARE = 0.6
NOT_IMPERATIVE = frozenset(
    {"действите", "развитие", "событие", "открытие", "покрытие", "предприятие", "мероприятие", "принятие", "понятие"}
)
QUESTION = re.compile(
    r"\?\s*$|^(?:что такое|как(?:ой|ая|ое|ие|ов[аы]?|им)? (?:называ|можно|нужно|из|вы)|для чего|почему|зачем|чем отлича|"
    r"what (?:is|are|does|do)|how (?:do|does|many|is|are)|why |which (?:of|is|resource))",
    re.IGNORECASE,
)
BLANKS = re.compile(r"_{3,}|(?:\.\s?){5,}|…{2,}|\[\s*\]|\(\s*\)")
ADDRESS = re.compile(r"https?://|www\.|\w@[\w-]{1,80}\.\w|\w\.(?:ru|com|org|net|edu)\b(?:/|\s|$)", re.IGNORECASE)
MARKS = re.compile(
    r"(?<!\d)\d{1,4}\s{0,3}(?:[-–—]\s{0,3}\d{1,4}\s{0,3})?балл|балл(?:ов|а)?\s*[-–—]|^(?:от )?\d+(?:\s*до\s*\d+)?\s*балл|"
    r"«?(?:отлично|хорошо|удовлетворительно|неудовлетворительно|зачтено|не зачтено)»?\s*(?:[-–—:]|выставля|ставит)|"
    r"оценка «?(?:отлично|хорошо|удовл|неуд|зачтено)|"
    r"(?:^|\s)(?:критери\w+ оцен\w+(?:\s+(?:ответ|знани|работ|студент|обуча|выполнен|результат|письмен|устн|доклад|реферат|презентац|зач|экзам|тест|отч)|\W*$)|"
    r"шкала оцен|evaluation criteria|grading)|\bpoints?\s*[:–—-]|максимальн\w+ (?:балл|оценк)",
    re.IGNORECASE,
)
CODE = re.compile(
    r"^\s*(?:#\s*(?:include|define|get|import|set|load|create)|import \w+(?: as \w+)?$|from \w+ import|def \w+\(|class \w+\s*[:({]|"
    r"(?:int|void|float|double|char|var|let|const)\s+\w+\s*[=;(\[]|select\s.+\sfrom\s|insert into |create table |print\s*\(|"
    r"return\s+\w+;?$|begin$|end[.;]?$)|"
    r"\w\s{0,3}(?:\+=|-=|==|!=|:=|&&|\|\|)\s{0,3}\w|[\w\])]\s{0,3}=\s{0,3}[\w\[(\"'][^;)]{0,200}[;)]\s*$|</?\w{1,20}>",
    re.IGNORECASE,
)
BOOK = re.compile(
    r"\bISBN\b|\[электронный ресурс\]|электронный ресурс\s*\]|\bизд-во\b|—\s*(?:М|СПб|Москва|Санкт-Петербург)\b\.?\s*[:;,]|"
    r"(?:учебник|учебное пособие|практикум|учеб\. пособие) (?:для|/)|\b\d{2,4}\s*с\.(?:\s|$)|–\s*(?:М|СПб)\.?\s*:|"
    r"[А-ЯЁ]\.\s?[А-ЯЁ]\.,?\s+[А-ЯЁ][а-яё]+.*//|\bрежим доступа\b|\bURL\b|дата обращения",
    re.IGNORECASE,
)
# Rows of a table of topics that name no topic: tests, forms of work, totals and repeated headers.
ACTIVITY = re.compile(
    r"^(?:(?:сдача|защита|оформление|подготовка|проработка|проверка|выполнение|прием|обсуждение|сдача и защита)\s+(?:и\s+\w+\s+)?"
    r"(?:(?:к|ко|по)\s+)?(?:отч[её]т\w*|лабораторн\w+|практическ\w+|контрольн\w+|курсов\w+|индивидуальн\w+|домашн\w+|"
    r"реферат\w*|доклад\w*|кейс\w*|проект\w*|зач[её]т\w*|экзамен\w*|заняти\w*|лекци\w*|семинар\w*|тест\w*|презентаци\w*|"
    r"промежуточн\w+|итогов\w+|рубежн\w+|текущ\w+|задани\w*)(?:\s.{0,60})?|"
    r"(?:итогов\w+|рубежн\w+|промежуточн\w+|текущ\w+|входн\w+|зач[её]тн\w+)\s+(?:заняти\w*|контрол\w*|тестировани\w*|аттестаци\w*|тест\w*|"
    r"контрольн\w+ работ\w*)(?:\s.{0,60})?|"
    r"(?:дифференцированный\s+)?зач[её]т(?:\s+с\s+оценкой)?(?:\s.{0,20})?|экзамен(?:ы|ационная сессия)?|консультаци\w*(?:\s.{0,40})?|"
    r"контрольн\w+\s+(?:работ\w*|тест\w*|заняти\w*|точк\w*)(?:\s*№?\s*\d+)?|тест(?:ирование)?(?:\s*№?\s*\d+)?|коллоквиум(?:\s*№?\s*\d+)?|"
    r"самостоятельн\w+\s+работ\w*(?:\s+(?:студент|обучающ).{0,30})?|реферат(?:ы)?(?:\s*№?\s*\d+)?|кейс(?:ы)?(?:\s*№+\s*[\d\s,–-]+)?|"
    r"(?:информационная |проблемная |вводная |обзорная )?лекци[яи]|(?:учебно-)?(?:исследовательская |репродуктивная )?лабораторная работа|"
    r"практическ(?:ое заняти|ие заняти|ая работ)\w*|лабораторн\w+ (?:работ|заняти)\w*|семинар\w*|"
    r"(?:perform(?:ing|ance)?|completion|protection|defen[cs]e|preparation)\s+(?:of\s+|for\s+)?(?:the\s+)?(?:report|laborator|case|test|exam|credit|practical|lesson).{0,60}|"
    r"(?:test|exam|credit|consultation|lecture|information lecture)s?(?:\s+no\.?\s*\d+)?|total|"
    r"(?:вводн\w+|заключительн\w+|обобщающ\w+|установочн\w+) (?:заняти\w*|лекци\w*|урок\w*)|инструктаж(?:\s.{0,40})?|"
    r"(?:промежуточн|итогов|заключительн)\w* отч[её]т\w*(?:\s*№?\s*\d+)?|получение,? (?:(?:обсуждение|выполнение),? |и ){0,3}(?:задани|кейс)\w*.{0,60}|"
    r"(?:test|control) (?:work )?on .*|test work(?:\s.*)?|(?:execution|completion|receiving|discussion|performance|selective protection|protection) (?:of )?(?:an? |the )?(?:case|assignment|report|task|laborator)\w*.{0,60}|"
    r"download(?:ing)? results|case(?:s|\s+stud(?:y|ies))?(?:\s*no\.?)?[\s\d,–-]*|отч[её]т\w*|час\w*|"
    r"контроль(?:\s+по\s+(?:модул|раздел|тем)\w*[\s\d,–-]*|\s+знаний(?:\s+и\s+умений)?)?|"
    r"(?:занят\w+\s+)?с\s+контрольн\w+\s+работ\w*|"
    r"всего(?:\s.{0,40})?|итого(?:\s.{0,40})?|очная(?: форма)?|заочная(?: форма)?|\d+\s*(?:семестр|триместр|модуль|час\w*)|"
    r"контрольн\w+\s+(?:работ\w*|тест\w*)\s+(?:по|на тем).*|"
    r"(?:семестр|триместр|модул|раздел|тем|module|topic|section|semester)\w*\s*№?\s*[\dIVX]*)$",
    re.IGNORECASE,
)
FURNITURE = re.compile(
    r"^(?:цел[ьи]|задачи|цел[ьи] и задачи|goals?|objectives|aims?|tasks)(?:\s+(?:дисциплины|модуля|курса|освоения дисциплины))?\W*$|"
    r"^с целью (?:овладени|освоени|формировани)[^.]*(?:должен|должны|следующ\w+)\W*$|"
    r"^выполня[ею]тся в виде |^(?:студент|обучающийся|the student)\w* (?:должен|должны|must|should)\W*$|"
    r"^(?:общая )?трудо[её]мкость|^форм[аы] (?:промежуточн|итогов|текущ|обучени|контрол|аттестац)|зач[её]тн\w+ единиц|академическ\w+ час|"
    r"^(?:тип|вид|форма) (?:оценочного средства|контроля)|^(?:в том числе|продолжение таблицы|окончание таблицы)|"
    r"^the (?:total )?(?:labou?r|complexity) |credit units|^form of (?:intermediate|control|certification)",
    re.IGNORECASE,
)


def is_noise(text: str, *, known: bool = False) -> bool:
    """Whether a line, by its form, cannot be a statement of a program.

    ``known`` is True for a line in the content of a discipline, where a topic may be a question ("Что такое API?").
    """
    return bool(
        (not known and QUESTION.search(text))
        or BLANKS.search(text)
        or ADDRESS.search(text)
        or MARKS.search(text)
        or CODE.search(text)
        or FURNITURE.search(text)
        or BOOK.search(text)
        or _is_order(text)
        or _is_symbols(text)
    )


def is_activity(text: str) -> bool:
    """Whether a row of the content names only a form of work or control and no topic."""
    parts = [part.strip(" .;:,–—-") for part in text.split("/")]
    return all(ACTIVITY.match(part) or not part for part in parts)


def _is_order(text: str) -> bool:
    """Whether the line is an instruction to the student: "Повторите запись …"."""
    match = IMPERATIVE.match(text)
    if not match:
        return False
    word = match[0].strip(" .)0123456789").lower().removeprefix("не ")
    return word not in NOT_IMPERATIVE and not word.endswith("тие")


def _is_symbols(text: str) -> bool:
    """Whether the line has few letters, as formulas and rows of numbers do."""
    letters = sum(char.isalpha() for char in text)
    return letters < LETTER_SHARE * len(text.replace(" ", ""))
