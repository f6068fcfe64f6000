"""Inflect Russian word forms with pymorphy3 and keep their spelling (capitals, "е" for "ё")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from alignment.language.slovnet_pipe import analyzer

NOMINAL = frozenset({"NOUN", "ADJF", "PRTF", "NUMR"})
# A reading less likely than this is not meant ("оператор" as a thing): pymorphy3 gives such ones a few
# percent.
RARE = 0.1
LETTER = re.compile(r"[а-яё]", re.IGNORECASE)


@lru_cache(maxsize=4096)
def in_case(
    word: str, *, now: str, wanted: str, number: str = "", gender: str = "", speech: str = "", animate: bool = False
) -> str:
    """The word form in another case; the same form if the dictionary has no analysis that fits.

    Args:
        word: the form in the text ("программных").
        now: its case there, by the tags of OpenCorpora: nomn, gent, ablt …
        wanted: the case to give it.
        number: sing or plur; "" if unknown.
        gender: masc, femn or neut of the noun of an adjective; "" if unknown.
        speech: NOUN, or ADJF for adjectives and participles; "" if unknown.
        animate: for adjectives: whether their noun is animate.
    """
    if not LETTER.search(word) or _fixed(word):
        return word
    for parse in _agreed(_parses(word, now, number, speech) or _parses(word, now, "", speech), gender):
        grammemes = {wanted}
        plural = (number or parse.tag.number) == "plur"
        if parse.tag.POS in ("ADJF", "PRTF") and wanted == "accs" and (plural or parse.tag.gender == "masc"):
            grammemes.add("anim" if animate else "inan")
        inflected = parse.inflect(grammemes)
        if inflected is not None:
            return _written(word, inflected.word)
    how = {"now": now, "wanted": wanted, "number": number, "gender": gender, "speech": speech, "animate": animate}
    return _by_last_part(word, how)


def is_animate(word: str) -> bool:
    """Whether the likeliest analysis of a noun is animate."""
    parses = _parses(word, "gent", "", "NOUN")
    return bool(parses) and parses[0].tag.animacy == "anim"


def can_be(word: str, case: str) -> bool:
    """Whether the word form can be a noun, adjective, participle or numeral in the case."""
    return bool(_parses(word, case, "", ""))


def only_nominative(word: str) -> bool:
    """Whether the word form can be a nominative and neither a genitive nor an accusative: "инженерная"."""
    return can_be(word, "nomn") and not can_be(word, "gent") and not can_be(word, "accs")


def number_of(word: str, case: str) -> str:
    """The number of a noun or adjective in a case, "sing" or "plur"; "" if it cannot be in that case."""
    parses = _parses(word, case, "", "")
    return str(parses[0].tag.number or "") if parses else ""


def gender_of(word: str, case: str) -> str:
    """The gender of a noun, "masc", "femn" or "neut"; "" if it cannot be in that case."""
    parses = _parses(word, case, "", "NOUN")
    return str(parses[0].tag.gender or "") if parses else ""


def _fixed(word: str) -> bool:
    """Whether the word is an abbreviation, which has one form: "СВЧ", "МИС"."""
    return len(word) > 1 and word.isupper()


def _parses(word: str, case: str, number: str, speech: str) -> list[Any]:
    """The nominal analyses of a form in a case, the likeliest first, those of names and abbreviations last."""
    all_parses = analyzer().parse(word.lower())
    parses = [item for item in all_parses if item.tag.POS in NOMINAL and item.tag.case == case]
    first = next((item for item in all_parses if item.tag.POS == "NOUN"), None)
    if first is not None and first.tag.animacy == "inan":  # "практика" is not taken as a form of "практик"
        parses = [item for item in parses if item.tag.POS != "NOUN" or item.tag.animacy != "anim"]
    if number:
        parses = [item for item in parses if item.tag.number in (number, None)]
    if speech:
        wanted = ("ADJF", "PRTF") if speech == "ADJF" else (speech,)
        parses = [item for item in parses if item.tag.POS in wanted]
    named = {"Name", "Surn", "Geox", "Abbr", "Fixd"}
    return sorted(parses, key=lambda item: (any(mark in item.tag for mark in named), _rarely_thing(item)))


def _rarely_thing(parse: Any) -> bool:
    """Whether an analysis is animate or rare: the names of functions are about things."""
    return str(parse.tag.animacy or "inan") == "anim" or (parse.tag.POS == "NOUN" and parse.score < RARE)


def _agreed(parses: Sequence[Any], gender: str) -> Sequence[Any]:
    """The analyses of an adjective that agree with the noun's gender; all of them if none do."""
    return [item for item in parses if item.tag.gender in (gender, None)] or parses if gender else parses


def _written(old: str, new: str) -> str:
    """The new form with the capitals of the old one ("СФ-блока" → "СФ-блок"), and "е" for "ё" as there."""
    shared = 0
    for left, right in zip(old.lower(), new, strict=False):
        if left != right and {left, right} != {"е", "ё"}:
            break
        shared += 1
    return old[:shared] + (new[shared:] if "ё" in old else new[shared:].replace("ё", "е"))


def _by_last_part(word: str, how: dict[str, Any]) -> str:
    """A compound, inflected by its last part: "СФ-блока", "TCAD-системы"."""
    first, hyphen, last = word.rpartition("-")
    return f"{first}-{in_case(last, **how)}" if hyphen and last else word
