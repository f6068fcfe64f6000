"""Look up Russian word forms in the dictionary of pymorphy3: whether a form is known, and how it can be parsed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

OBLIQUE = frozenset({"gent", "gen2", "datv", "accs", "ablt", "loct", "loc2"})
NAMES = frozenset({"Name", "Surn", "Patr", "Geox"})
# Ends of inflected words that a line's break may leave alone.
ENDINGS = re.compile(r"[ое]го|[ое]му|[ыи]х|[ыи]е|ая|яя|[ое]й|ую|юю|[ыи]м|[ое]м|а[мх]|[ое]в|ть|ся|я?ми|и[яй]")


@lru_cache(maxsize=1)
def _analyzer() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")


@dataclass(frozen=True, slots=True)
class MorphParse:
    """One morphological analysis of a word form, in the tags of OpenCorpora: ``INFN``, ``NOUN``, ``ablt`` …

    ``speech`` is the part of speech. ``weight`` is the probability of this analysis among all of the form, from 0 to 1,
    as pymorphy3 estimates it from OpenCorpora.
    """

    speech: str
    case: str
    person: str
    tense: str
    weight: float


@lru_cache(maxsize=4096)
def can_begin(text: str) -> bool:
    """Whether a phrase may begin with the word form: an oblique case ("Российской") may not, an unknown form may."""
    form = text.lower()
    if not _analyzer().word_is_known(form):
        return True
    return any(parse.tag.case not in OBLIQUE for parse in _analyzer().parse(form))


@lru_cache(maxsize=4096)
def begins_anew(text: str) -> bool:
    """Whether a phrase may begin with the word form in a line below another: also no name in an oblique case does.

    Of "Екатерины II" the nominative, several Catherines, is known but hardly meant.
    """
    form = text.lower()
    if not _analyzer().word_is_known(form):
        return True
    likeliest = _analyzer().parse(form)[0].tag
    name = not NAMES.isdisjoint(likeliest.grammemes)
    return can_begin(form) and not (name and likeliest.case in OBLIQUE)


@lru_cache(maxsize=4096)
def is_joint(text: str) -> bool:
    """Whether the word form is a preposition or conjunction, which cannot end a phrase."""
    return text.islower() and _analyzer().parse(text)[0].tag.POS in ("PREP", "CONJ")


@lru_cache(maxsize=4096)
def belongs_to(text: str, following: str) -> bool:
    """Whether the word form needs a noun and the next one may be it: "первой трети", both in an oblique case.

    It is nothing but an adjective or participle in such a case.
    """
    form = text.lower()
    if not _analyzer().word_is_known(form):
        return False
    parses = _analyzer().parse(form)
    cases = {parse.tag.case for parse in parses}
    adjective = cases <= OBLIQUE and all(parse.tag.POS in ("ADJF", "PRTF") for parse in parses)
    return adjective and any(parse.tag.case in cases for parse in _analyzer().parse(following.lower()))


@lru_cache(maxsize=16384)
def readings(word: str) -> tuple[MorphParse, ...]:
    """The analyses of a word form, the likeliest first; pymorphy3 guesses those of unknown words by their ending."""
    return tuple(
        MorphParse(
            speech=str(item.tag.POS or ""),
            case=str(item.tag.case or ""),
            person=str(item.tag.person or ""),
            tense=str(item.tag.tense or ""),
            weight=float(item.score),
        )
        for item in _analyzer().parse(word.lower())
    )


@lru_cache(maxsize=4096)
def is_word(text: str) -> bool:
    """Whether the dictionary knows the word form."""
    return bool(_analyzer().word_is_known(text.lower()))
