"""The kind of a statement by its first words: skill, knowledge, experience or competence."""

from __future__ import annotations

import re

from alignment.language.grammar import kind_by_head
from alignment.model import Kind

WHO = r"^(?:(?:студент|обучающийся|выпускник|бакалавр|магистр|специалист) )?(?:должен |долж\w+ )?"
LEADS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        Kind.EXPERIENCE,
        re.compile(
            WHO
            + r"(?:(?:владе(?:ть|ет|ние|ния|ют)|владения)(?!\w)|име(?:ть|ет|ют) (?:практический )?(?:опыт|навык\w*)|"
            r"(?:практический )?опыт(?:ом)?(?!\w)|приобрести (?:опыт|навык\w*)|навык(?:и|ами|ов)?(?!\w))"
            r"[\s:,–—-]*(?:(?:навык(?:ами|и|ов)?|опытом|практическим опытом|практическими навыками|приемами|умением)"
            r"[\s:]+)?",
            re.IGNORECASE,
        ),
    ),
    (
        Kind.SKILL,
        re.compile(WHO + r"(?:уме(?:ть|ет|ют|ние|ния))(?!\w)[\s:,–—-]*", re.IGNORECASE),
    ),
    (
        Kind.KNOWLEDGE,
        re.compile(
            WHO + r"(?:зна(?:ть|ет|ют|ние|ния|ний)|"
            r"име(?:ть|ет|ют) представление(?: об?)?|понимать|понимает)(?!\w)[\s:,–—-]*",
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

# Words with which a competence begins; they are part of its wording and are not removed.
COMPETENCES = (
    re.compile(
        WHO + r"(?:(?:быть|обладать|иметь|обладает|имеет|демонстрирует|проявляет)\s+)?"
        r"(?:способ(?:ен|на|но|ны|ностью)(?!\w)(?:\s+(?:и|или|/)\s+готов(?:ностью|ность|а|о|ы)?(?!\w))?|"
        r"готов(?:а|о|ы|ностью|ность)?(?=\s+(?:к(?:о)?|и|[а-яё]+(?:ть|ти|чь)(?:ся)?)(?!\w))|"
        r"способность(?=\s+(?:к(?:о)?|и|самостоятельно|[а-яё]+(?:ть|ти|чь)(?:ся)?)(?!\w)))"
        r"(?:\s+(?:и|или)\s+(?:способ(?:ен|на|ны|ностью|ность)))?(?!\w)(?:\s+ко?(?!\w))?[\s:,–—-]*",
        re.IGNORECASE,
    ),
    re.compile(r"^(?:the )?(?:ability to|capab(?:le of|ility to)|capacity to|readiness to)\s+", re.IGNORECASE),
)


def strip_lead(text: str) -> tuple[str, Kind | None]:
    """The text without a lead such as "знать", "уметь", "be able to", and the kind that the lead names, or None."""
    for kind, pattern in LEADS:
        match = pattern.match(text)
        if match and match.end():
            rest = text[match.end() :].strip(" :,;–—-")
            return rest, kind
    return text, None


def opens_competence(text: str) -> bool:
    """Whether the text begins like a competence: "способен …", "готов к …", "ability to …"."""
    return any(pattern.match(text) for pattern in COMPETENCES)


def kind_of(text: str, default: Kind = Kind.KNOWLEDGE) -> Kind:
    """The kind by lead words, else by the grammar of the head word; ``default`` is the kind of noun phrases.

    With the default "topic" a noun in the instrumental is a topic, too: in a
    content section only lead words and verbs give a line another kind.
    """
    if opens_competence(text):
        return Kind.COMPETENCE
    _, kind = strip_lead(text)
    if kind:
        return kind
    by_head = kind_by_head(text)
    if by_head is Kind.EXPERIENCE and default is Kind.TOPIC:
        return default
    return by_head or default
