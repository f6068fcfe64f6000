"""The verbs of verbal nouns, from ``verbs.tsv`` or, for nouns that it lacks, by their ending."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from alignment.language.slovnet_pipe import analyzer

FILE = "verbs.tsv"
LIGHT = "осуществлять"
# Ending of a verbal noun → ending of its verb, for nouns that the list lacks: "формирование" → "формировать".
ENDINGS = (("изация", "изировать"), ("ирование", "ировать"), ("овка", "овать"), ("ание", "ать"))


@dataclass(frozen=True, slots=True)
class Verbal:
    """The verb of a verbal noun, the case of its object, and a light verb to use with the noun itself.

    ``case`` is accs, ablt or datv, or prep if a preposition follows the verb ("работать с"). An example of ``light`` is
    "осуществлять" with "обслуживание".
    """

    verb: str = ""
    case: str = "accs"
    light: str = LIGHT


@cache
def verbal_nouns() -> dict[str, Verbal]:
    """Noun → verb, from verbs.tsv."""
    text = files("alignment.language").joinpath(FILE).read_text(encoding="utf-8")
    return {
        row["noun"]: Verbal(verb=row["verb"] or "", case=row["case"] or "accs", light=row["light"] or LIGHT)
        for row in csv.DictReader(text.splitlines(), delimiter="\t")
    }


@lru_cache(maxsize=4096)
def verbal_of(noun: str) -> Verbal | None:
    """The verb of a noun in the nominative singular: from the list, else by its ending if the dictionary knows it."""
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
    """The dictionary form of a noun in the nominative."""
    for item in analyzer().parse(word.lower()):
        if item.tag.POS == "NOUN" and item.tag.case == "nomn":
            return str(item.normal_form)
    return word.lower()


def is_action(word: str) -> bool:
    """Whether a word is a noun of action: it has a verb, or the ending -ирование ("корпусирование")."""
    first = next((item for item in analyzer().parse(word.lower()) if item.tag.POS == "NOUN"), None)
    if first is None:
        return False
    noun = str(first.normal_form)
    return noun.endswith("ирование") or verbal_of(noun) is not None
