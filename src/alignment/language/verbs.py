"""Which verb a verbal noun stands for: ``verbs.tsv``, and the endings of nouns that it lacks."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from alignment.language.slovnet_pipe import analyzer

FILE = "verbs.tsv"
LIGHT = "осуществлять"
# "Формирование" → "формировать": nouns that the list lacks, by their endings.
ENDINGS = (("изация", "изировать"), ("ирование", "ировать"), ("овка", "овать"), ("ание", "ать"))


@dataclass(frozen=True, slots=True)
class Verbal:
    """The verb that a noun stands for, the case of its object, and the verb that goes with the noun itself.

    ``case`` is accs, ablt, datv, or prep where a preposition follows ("работать с").
    """

    verb: str = ""
    case: str = "accs"
    light: str = LIGHT


@cache
def verbal_nouns() -> dict[str, Verbal]:
    """The nouns of verbs.tsv."""
    text = files("alignment.language").joinpath(FILE).read_text(encoding="utf-8")
    return {
        row["noun"]: Verbal(verb=row["verb"] or "", case=row["case"] or "accs", light=row["light"] or LIGHT)
        for row in csv.DictReader(text.splitlines(), delimiter="\t")
    }


@lru_cache(maxsize=4096)
def verbal_of(noun: str) -> Verbal | None:
    """The verb for a noun in the nominative singular: of the list, else by its ending where the verb is known."""
    noun = noun.lower().replace("ё", "е")
    if noun in verbal_nouns():
        return verbal_nouns()[noun]
    for ending, verb_ending in ENDINGS:
        verb = noun.removesuffix(ending) + verb_ending
        if noun.endswith(ending) and analyzer().word_is_known(verb):
            tag = analyzer().parse(verb)[0].tag
            if tag.POS == "INFN" and "impf" in tag and "tran" in tag:
                return Verbal(verb=verb)
    return None


def noun_of(word: str) -> str:
    """A noun's dictionary form, the word read in the nominative."""
    for item in analyzer().parse(word.lower()):
        if item.tag.POS == "NOUN" and item.tag.case == "nomn":
            return str(item.normal_form)
    return word.lower()


def is_action(word: str) -> bool:
    """Whether a word is a noun of action: one with a verb, or one of an ending that says so ("корпусирование")."""
    first = next((item for item in analyzer().parse(word.lower()) if item.tag.POS == "NOUN"), None)
    if first is None:
        return False
    noun = str(first.normal_form)
    return noun.endswith("ирование") or verbal_of(noun) is not None
