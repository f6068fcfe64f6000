"""What the Russian dictionary (pymorphy3) says of a word form: whether it is a word, and how it can be read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

OBLIQUE = frozenset({"gent", "gen2", "datv", "accs", "ablt", "loct", "loc2"})


@lru_cache(maxsize=1)
def _analyzer() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")


@dataclass(frozen=True, slots=True)
class MorphParse:
    """One reading of a word form, by the tags of OpenCorpora: ``INFN``, ``NOUN`` …; ``ablt`` is the instrumental.

    ``weight`` is the share of the form's readings that are this one, from 0 to 1.
    """

    speech: str
    case: str
    person: str
    tense: str
    weight: float


@lru_cache(maxsize=4096)
def can_begin(text: str) -> bool:
    """Whether a phrase may begin with the word form: what is no oblique case ("Российской"), or is not known."""
    form = text.lower()
    if not _analyzer().word_is_known(form):
        return True
    return any(parse.tag.case not in OBLIQUE for parse in _analyzer().parse(form))


@lru_cache(maxsize=16384)
def readings(word: str) -> tuple[MorphParse, ...]:
    """The readings of a word form, the likeliest first; a word that the dictionary lacks is read by its ending."""
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
