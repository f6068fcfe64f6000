"""Kind of a statement from its first words: skill, knowledge, experience or action."""

from __future__ import annotations

import re

from alignment.model import Kind

LEADS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        Kind.EXPERIENCE,
        re.compile(
            r"^(?:студент |обучающийся |выпускник )?(?:должен |долж\w+ )?"
            r"(?:(?:владе(?:ть|ет|ние|ния|ют)|владения)(?!\w)|име(?:ть|ет|ют) (?:практический )?(?:опыт|навык\w*)|"
            r"(?:практический )?опыт(?:ом)?(?!\w)|приобрести (?:опыт|навык\w*)|навык(?:и|ами|ов)?(?!\w))"
            r"[\s:,–—-]*(?:(?:навык(?:ами|и|ов)?|опытом|практическим опытом|практическими навыками|приемами|умением)"
            r"[\s:]+)?",
            re.IGNORECASE,
        ),
    ),
    (
        Kind.SKILL,
        re.compile(
            r"^(?:студент |обучающийся |выпускник )?(?:должен |долж\w+ )?(?:уме(?:ть|ет|ют|ние|ния)|"
            r"способ(?:ен|на|ны|ностью|ность) |готов(?:ность|ностью)? (?:к )?|иметь способность)(?!\w)[\s:,–—-]*",
            re.IGNORECASE,
        ),
    ),
    (
        Kind.KNOWLEDGE,
        re.compile(
            r"^(?:студент |обучающийся |выпускник )?(?:должен |долж\w+ )?(?:зна(?:ть|ет|ют|ние|ния|ний)|"
            r"иметь представление(?: об?)?|понимать|понимает)(?!\w)[\s:,–—-]*",
            re.IGNORECASE,
        ),
    ),
    (
        Kind.SKILL,
        re.compile(
            r"^(?:(?:on (?:successful )?completion[^,:]*,?\s*)?(?:the )?(?:students?|learners?|graduates?|you) "
            r"(?:will|should|shall|must|can|are able)[\s\w]{0,12}?(?:able )?(?:to )|be able to |able to |can )\s*",
            re.IGNORECASE,
        ),
    ),
    (
        Kind.KNOWLEDGE,
        re.compile(r"^(?:know(?:s|ledge)?(?: of)?|understand(?:s|ing)?(?: of)?|be familiar with)\s+", re.IGNORECASE),
    ),
    (
        Kind.EXPERIENCE,
        re.compile(
            r"^(?:have |gain )?(?:(?:practical |hands-on )?experience (?:in|of|with)|(?:practical )?skills? in|master(?:s|y of)?)\s+",
            re.IGNORECASE,
        ),
    ),
)
INFINITIVE = re.compile(r"^[а-яё-]+(?:ть|ться|ти|тись|чь)\b", re.IGNORECASE)
ADVERB_INFINITIVE = re.compile(
    r"^(?:[а-яё-]+(?:ски|но|ко|во|ро|ло)\s+){1,2}[а-яё-]+(?:ть|ться|ти|тись|чь)\b", re.IGNORECASE
)
NOT_VERBS = frozenset({"часть", "область", "сеть", "связь", "мощность", "точность", "память", "роль", "цепь", "печать"})


def strip_lead(text: str) -> tuple[str, Kind | None]:
    """The text without "знать", "уметь", "be able to" …, and the kind that lead stands for."""
    for kind, pattern in LEADS:
        match = pattern.match(text)
        if match and match.end():
            rest = text[match.end() :].strip(" :,;–—-")
            return rest, kind
    return text, None


def kind_of(text: str, default: Kind = Kind.KNOWLEDGE) -> Kind:
    """Kind by lead words; without one, an infinitive is a skill, anything else ``default``."""
    _, kind = strip_lead(text)
    if kind:
        return kind
    first = text.split(" ", 1)[0].lower()
    if INFINITIVE.match(text) and first not in NOT_VERBS and not first.endswith("ость"):
        return Kind.SKILL
    return Kind.SKILL if ADVERB_INFINITIVE.match(text) else default
