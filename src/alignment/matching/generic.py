"""Generic competences (УК, ОК, some ОПК) and general disciplines, evidence only for requirements of their own area.

A generic competence ("works in a team", "finds and analyses information") has
words in common with requirements of every standard. By the definition of a
verdict (docs/guide.md) it is no evidence for a specific one. Each area below has
a pattern for its competences, and a narrower one for its requirements. The areas
are those of the universal competences of ФГОС 3++ and of the general competences
of ФГОС СПО. A generic statement is a candidate only for requirements that share
an area with it.

So it is with what the disciplines teach that every program has whatever its
field (ФГОС 3++, section 2.2): "to estimate risk factors" in safety of life
activities is no estimate of the risks of software.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from alignment.canonical import canonical
from alignment.model import Kind, Program, Statement

Areas = NDArray[np.uint32]


class Area(NamedTuple):
    """The patterns of an area: for its source (a competence, or the title of a discipline), and for requirements."""

    source: re.Pattern[str]
    requirement: re.Pattern[str]


def _area(source: str, requirement: str) -> Area:
    return Area(*(re.compile(pattern, re.IGNORECASE | re.VERBOSE) for pattern in (source, requirement)))


AREAS = {
    "information": _area(
        r"информаци | литератур | источник | \binformation\b | \bliterature\b",
        r"""(?:поиск | сбор | анализ | отбор | систематизац | обобщ)\w* (?:\W+\w+){0,3}? \W+
            (?:информаци | источник | литератур | публикац)
        | (?:научн | справочн | технич)\w* [\s-]+ \w* \W* (?:информаци | литератур) | патентн\w+ \s+ поиск
        | \b(?:search | collect | gather | review)\w* \W+ (?:\w+\W+){0,3} (?:information | literature | publication)""",
    ),
    "projects": _area(
        r"проект(?!ир) | цел[ьияе] | задач | ресурс | ограничени | \bproject",
        r"""(?:управлени | руководств | план(?!ар) | ресурс | риск | цел[ьияе]\w{0,2}\b | команд | жизненн\w+\sцикл)\w*
            (?:\W+\w+){0,2}? \W+ проект(?!ир)
        | постановк\w+ \s (?:цел | задач) | \bproject \s (?:management | plan | team | schedule)""",
    ),
    "team": _area(
        r"команд | коллектив | подчин[её]нн | лидер | руковод | коллег | \bteam | \blead",
        r"""команд(?:[аыеу] | о[йю] | ам | ами | ах)?\b (?! \W+ (?:операц | процес | ос\b | ассембл | язык | управл))
        | коллектив(?:[ауеы] | о[мв] | ами | ах)?\b | подчин[её]нн
        | (?:управлени | обучени | мотивац | подбор | работ)\w* \W+ (?:\w+\W+)? персонал
        | сотрудник | исполнител | наставнич
        | (?:распределени | делегировани)\w* \W+ (?:\w+\W+)? (?:задач | задани | обязанност | полномочи)
        | \bteam | \bsupervis | \bsubordinat | \bstaff\b | \bmentor""",
    ),
    "communication": _area(
        r"""коммуни | общени | общать | взаимодейств | иностранн | \bязык | переговор | диалог | дискусси | конфликт
        | \bcommunicat | \blanguage""",
        r"""(?<!онно-)\bкоммуникац\w+ (?! \W+ (?:оборудован | сет | систем | устройств))
        | делов\w+ \s (?:общени | переписк | этикет) | переговор | иностранн\w+\sязык | английск | презентац
        | конфликтн?\w*\sситуац | конфликтолог | публичн\w+\sвыступ | консультир
        | (?:взаимодейств | согласован)\w+ (?:\W+\w+){0,4}? \W+ со?\s
            (?:заинтересован | заказчик | руковод | коллег | потребител | клиент | подраздел | специалист | участник
            | представител | смежн)
        | \bcommunicat | \bnegotiat | \bpresent(?:ation | ing)? | \bforeign\slanguage | \bconfer\s""",
    ),
    "ethics": _area(
        r"культур | этик | этическ | мировоззрен | философ | истори | обществ | \bethic | \bcultur",
        r"межкультур | этик(?!ет) | этическ | корпоративн\w+\sкультур | \bethic | \bcultur",
    ),
    "self-organisation": _area(
        r"""самообразован | самоорганиз | саморазвит | личностн | собственн | квалификаци | \bвремен\w+
        | профессионал\w+ \s (?:рост | развит) | \bself-""",
        r"""самообразован | самоорганиз | саморазвит | тайм-менеджмент
        | (?:собственн | \bсво)\w* \W+ (?:рабоч\w+\W+)? (?:времен | деятельност | квалификац)
        | повышени\w+ \W+ (?:\w+\W+){0,2} квалификац | профессиональн\w+\sразвити
        | \bself- | \bprofessional\sdevelopment""",
    ),
    "health": _area(
        r"здоров | физическ | спорт | \bhealth",
        r"здоров | физическ\w+ \s (?:подготов | культур) | \bhealth",
    ),
    "safety": _area(
        r"""безопасн | чрезвычайн | охран | перв\w+\sпомощ | опасн | вредн | экологич | военн | защит
        | \bsafe | \bhazard""",
        r"""безопасност\w+ \s (?:труда | жизнедеят) | охран\w+ \s (?:труда | окружающ) | техник\w+\sбезопасн
        | чрезвычайн | перв\w+\sпомощ | пожарн | санитарн | электробезопасн | экологическ
        | средств\w* \W+ (?:\w+\W+){0,3} защиты\b (?! \W+ (?:\w+\W+)? (?:информац | данн | НСД | доступ | авторск))
        | (?:опасн | вредн)\w+ (?:\W+\w+){0,3}? \W+ фактор | \bsafety | \bhazard""",
    ),
    "economy": _area(
        r"эконом | финанс | бюджет | предприниматель | \becono | \bfinanc",
        r"эконом | финанс | бюджет | себестоимост | смет | затрат | \becono | \bfinanc | \bbudget | \bcosts?\b",
    ),
    "law": _area(
        r"\bправ(?!ил)\w* | закон(?!омер) | коррупц | экстремизм | нормативн | \blaw | \blegal",
        r"""правов | законодательств | коррупц | интеллектуальн\w+ \s (?:собственност | прав) | авторск\w+\sправ
        | \blaws?\b | \blegal""",
    ),
    "office": _area(
        r"информационн | цифров | компьютер | \bИКТ\b | \bdigital | \bcomputer",
        r"""информационно [\s–-]+ коммуникац | офисн\w+ \s (?:программ | приложен | пакет)
        | текстов\w+ \s (?:редактор | процессор) | электронн\w+ \s (?:почт | таблиц)
        | \bspreadsheet | \bword\sprocess | \bemail""",
    ),
    "decisions": _area(
        r"решени | ответственност | проблем | риск | \bdecision | \bresponsib",
        r"(?:приняти\w+ | принимать) \s (?:\w+\s){0,2} решени | ответственност | \bdecision",
    ),
    "systems": _area(
        r"системн\w+ \s (?:подход | мышлени | анализ) | критическ | \bcritical | \bsystems?\sthinking",
        r"""системн\w+ \s (?:подход | мышлени | анализ) | критическ\w+ \s (?:анализ | мышлени | оцен)
        | \bcritical\sthinking | \bsystems?\sanalysis""",
    ),
}
# How the titles of physical culture begin in Russian, for a verbose pattern.
PHYSICAL_CULTURE = r"""(?:прикладная\s+)? физическая\s+культура | физкультура
    | (?:элективн\w+\s+)? (?:дисциплин | курс | модул | заняти)\w* (?:\s+\S+)?
        \s+по\s+физической\s+(?:культур | подгот)"""
# What general disciplines teach: the area, the titles of disciplines, and a wider pattern of requirements that it may
# prove, looked for in the requirement and in its function and standard too. `alignment.analysis.general` has a longer
# list of titles, with disciplines that belong to no area. Of 5,054 graded pairs of corpora/gold/real with such a
# discipline the patterns leave out 3,656. None of them touches, but the patterns were written after reading the 589
# that do. They are wide, since what they leave out nothing brings back.
DISCIPLINES = {
    "safety": _area(
        r"""^(?:основы\s+)? безопасност[ьи]\s+жизнедеятельности | ^бжд$ | ^(?:основы\s+)? охран[аы]\s+труда$
        | гражданск\w+\s+оборон | ^(?:основы\s+)? военн(?:ая|ой)\s+подготовк | ^(?:occupational | life)\s+safety$""",
        AREAS["safety"].requirement.pattern
        + r"""| услови\w+ \s труда | безопасн\w+ \s (?:услови | провед | выполнени | ведени | эксплуатац
            | производств | работ)
        | \bопасн | \bвредн | санитар | гигиен | эргоном | авари | нештатн | форс-мажор | промышленн\w+\sбезопасн
        | \bemergenc | \bergonom | \bhygien""",
    ),
    "health": _area(
        rf"^(?:{PHYSICAL_CULTURE}) | ^physical\s+(?:culture | education)$",
        AREAS["health"].requirement.pattern + r"| \bспорт(?!ир) | тренировк | тренировочн | \bsport",
    ),
    "language": _area(
        r"""^(?:(?:второй | деловой | технический | профессиональный)\s+)? (?:иностранный | английский)\s+язык
        | ^русский\s+язык | ^(?:foreign | english | russian)\s+language | ^english$""",
        AREAS["communication"].requirement.pattern
        + "|"
        + AREAS["information"].requirement.pattern
        + r"""| язык(?!\w*\s(?:программ | разметк | запрос | моделирован | описани)) | иностранн | перев[оа]д
        | терминолог | \bтекст(?!\w*\sпрограмм | ил | олит) | документ | переписк | отч[её]т | доклад | обзор
        | литератур | источник | публикац | \bстат(?:ь[яиею] | ей)\b | презентац
        | взаимодейств(?!\w*\s(?:компонент | модул | с\sбаз)) | излагать | изложени | докладывать
        | представл\w+ \s результат
        | \blanguage | \btranslat | \bdocument | \breport | \bwrit(?:e|es|ing|ten)\b | \bread(?:s|ing)?\b
        | \bmanuscript | \bpublication""",
    ),
    "history": _area(
        r"""^(?:отечественная\s+ | всеобщая\s+)? история (?:\s+(?:России | \() | \s*$)
        | ^(?:основы\s+)? философи[яи] (?:\s*$ | \s+\() | ^основы\s+российской\s+государственности
        | ^(?:history(?:\s+of\s+russia)? | philosophy)$""",
        AREAS["ethics"].requirement.pattern + r"| истори[яи]\b | историческ | философ | \bhistor | \bphilosoph",
    ),
}
# Universal competences (УК), general ones of ФГОС 3 and of colleges (ОК), and their usual codes in English programs.
CODE = re.compile(r"(?:УК|ОК|UC|GC)\b", re.IGNORECASE)
# How generic competences begin, for those without a code (ФГОС СПО 2013 to 2022, ФГОС ВО 3+ and 3++).
OPENINGS = re.compile(
    r"""^(?:способ(?:ен|на|ность)\s+)?(?:
    понимать\s+сущность\s+и\s+социальную\s+значимость | организовывать\s+собственную\s+деятельность
    | принимать\s+решения\s+в\s+стандартных\s+и\s+нестандартных | решать\s+проблемы,\s+оценивать\s+риски
    | осуществлять\s+поиск(?:,\s+\w+\s+анализ|,\s+анализ|\s+и\s+использование)\b.*\s+информации
    | использовать\s+информационно\s*[–-]\s*коммуникационные\s+технологии
    | работать\s+в\s+(?:коллективе|команде) | брать\s+на\s+себя\s+ответственность | ставить\s+цели,\s+мотивировать
    | самостоятельно\s+определять\s+задачи\s+профессионального | ориентироваться\s+в\s+условиях\s+частой\s+смены
    | быть\s+готовым\s+к\s+смене\s+технологий | исполнять\s+воинскую\s+обязанность
    | выбирать\s+способы\s+решения\s+задач\s+профессиональной\s+деятельности
    | планировать\s+и\s+реализовывать\s+собственное
    | эффективно\s+взаимодействовать\s+и\s+работать\s+в
    | осуществлять\s+устную\s+и\s+письменную\s+коммуникацию
    | проявлять\s+гражданско-патриотическую | содействовать\s+сохранению\s+окружающей\s+среды
    | пользоваться\s+профессиональной\s+документацией
    | определять\s+круг\s+задач\s+в\s+рамках | осуществлять\s+социальное\s+взаимодействие
    | управлять\s+своим\s+временем | воспринимать\s+межкультурное | поддерживать\s+должный\s+уровень\s+физической
    | создавать\s+и\s+поддерживать\s+в\s+повседневной | принимать\s+обоснованные\s+экономические
    | к\s+самоорганизации\s+и\s+самообразованию | работать\s+в\s+коллективе,\s+толерантно
    | (?:к\s+)?коммуникаци[ия]\s+в\s+устной | понимать\s+принципы\s+работы\s+современных\s+информационных
    | решать\s+(?:стандартные\s+)?задачи\s+профессиональной\s+деятельности
        \s+(?:на\s+основе\s+информационной|с\s+применением)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# The bit that every statement has that is neither generic nor of a general discipline, and every requirement. The bits
# of `DISCIPLINES` come after it.
SPECIFIC = np.uint32(1 << len(AREAS))
# Similarity of two texts, in percent, from which a statement repeats a competence of the program. With 75 no
# verdict of 751 on judged programs changes: repeats are word for word.
SAME = 90


def statement_areas(program: Program, statements: Sequence[Statement]) -> Areas:
    """The areas of each statement as a bit mask, shape (statements,); the mask of specific statements is `SPECIFIC`."""
    competences = [canonical(item.text) for item in program.competences if CODE.match(item.code) and item.text]
    return np.asarray([_areas_of(item, competences) for item in statements], dtype=np.uint32)


def requirement_areas(text: str, context: str = "") -> np.uint32:
    """The areas of a requirement as a bit mask that includes `SPECIFIC`.

    ``context`` names its standard and work function: a standard of labour protection admits all that safety teaches.
    """
    taught = _bits(f"{text}\n{context}", (area.requirement for area in DISCIPLINES.values()))
    return _bits(text, (area.requirement for area in AREAS.values())) | SPECIFIC | _beyond_specific(taught)


def _areas_of(statement: Statement, competences: Sequence[str]) -> np.uint32:
    """The bit mask of one statement; ``competences`` are the canonical texts of the program's generic competences."""
    if statement.kind is not Kind.COMPETENCE:
        # Outcomes and topics under a generic code (rules of first aid, means of protection) are specific content, but
        # that of a general discipline.
        return _areas_of_discipline(statement.discipline)
    text = canonical(statement.text)
    areas = _bits(text, (area.source for area in AREAS.values()))
    if OPENINGS.match(text) or _repeats(text, competences):
        return areas
    # Some universities give generic codes to competences of their field; these match no area and are specific.
    return areas or SPECIFIC if CODE.match(statement.competence) else SPECIFIC


@lru_cache(maxsize=1024)  # more than the disciplines of a program, each of which has many statements
def _areas_of_discipline(title: str) -> np.uint32:
    """The bit mask of what a discipline teaches."""
    taught = _bits(canonical(title), (area.source for area in DISCIPLINES.values()))
    return _beyond_specific(taught) or SPECIFIC


def _beyond_specific(taught: np.uint32) -> np.uint32:
    """The bits of `DISCIPLINES` in their places."""
    return np.uint32(int(taught) << (len(AREAS) + 1))


def _repeats(text: str, competences: Sequence[str]) -> bool:
    return process.extractOne(text, competences, scorer=fuzz.ratio, score_cutoff=SAME) is not None


def _bits(text: str, patterns: Iterable[re.Pattern[str]]) -> np.uint32:
    """A bit for each pattern, in the order of `AREAS`, that the text matches."""
    return np.uint32(sum(1 << place for place, pattern in enumerate(patterns) if pattern.search(text)))
