"""Infer the kind of a statement from the grammar of its head word, if no label and no lead word ("уметь") names it.

Russian words are parsed with the dictionary of pymorphy3; English verbs are
those that `alignment.language.bloom` lists, and more below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from alignment.dictionary import MorphParse, readings
from alignment.language.bloom import VERBS
from alignment.model import Kind

WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|[,;:.()]")
# "CASE-средствами" is parsed by its last part.
RUSSIAN = re.compile(r"(?:[^\W\d_]+-)*[а-яё]+", re.IGNORECASE)
FOREIGN_PART = re.compile(r"(?:[a-z]+-)+(?=[а-яё])", re.IGNORECASE)
# The head of a noun phrase stands behind its adjectives; a longer row of them is no head
# but a list.
MAX_WORDS_AHEAD = 7
# How far the verb may stand behind an opening ("С учётом требований заказчика … разрабатывает"). Twice
# as far is the next clause.
MAX_OPENING_WORDS = 16
OPENING = 400  # letters that hold so many words: time alone
ATTRIBUTES = frozenset({"ADJF", "PRTF", "NUMR", "NPRO"})
SKIPPED = frozenset({"ADVB", "PRCL", "CONJ", "COMP", "INTJ", "PRED"})
STUDENT = frozenset({"студент", "студенты", "выпускник", "выпускники", "бакалавр", "магистр", "специалист"})
# A reading of pymorphy3 is sure from this probability on: more likely than all others together.
MIN_CONFIDENCE = 0.5
# Verbs in -ся are mostly passive ("изучается"); these say what the student does.
REFLEXIVE = frozenset({"ориентируется", "руководствуется", "пользуется", "участвует", "взаимодействует", "занимается"})
# In "Целью освоения дисциплины является …" the noun in the instrumental is the predicate, not something mastered.
PREDICATE = re.compile(
    r"(?<!\w)(?:явля[ею]тся|служ[иа]т|выступа[ею]т|состо[ия]т|считает?ся|быть|стать|становится)(?!\w)", re.IGNORECASE
)

# English.
ADVERB = re.compile(r"[a-z]+ly")
ADJECTIVES = ("ed", "al", "ive", "ic", "able", "ible", "ous")
VERB_ENDINGS = ("ify", "ize", "ise")
WORDS: dict[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "prepositions": "of for in on with from at by as to",
        "particles": "up out off down",
        "determiners": "a an the its their",
        "other small words": "and or not if be is are was about into through between under",
        # Verbs of crafts and communication that the lists of the taxonomy lack.
        "more verbs": "adapt adjust align argue avoid communicate connect control cook cooperate draw drive ensure "
        "extract find fix follow handle interface keep lead master negotiate obtain participate present provide read "
        "recover remove repair replace resolve respond run search serve shape speak teach train treat weld",
        "nouns in -ise, -ize": "concise enterprise exercise expertise noise otherwise precise premise size",
        # Verbs that are as often nouns before another noun: "design patterns", "test methods", "process control".
        "modifiers": "abstract attribute break complete contrast control debate debug design drive experiment "
        "interface label lead list master match model name outline practice present process program question quote "
        "range rank rate record repair report review run search separate set shape sketch state structure support "
        "test train weld work",
        # Verbs that are nouns as well, but rarely before another noun: "a measure of", "measure blood pressure".
        "heads": "check draft estimate judge make measure plan prove reflect use",
    }.items()
}
ALL_VERBS = frozenset(VERBS) | WORDS["more verbs"]
CLOSED_CLASS = WORDS["prepositions"] | WORDS["determiners"] | WORDS["other small words"]


def kind_by_head(text: str) -> Kind | None:
    """The kind of a text by its first words; None for a noun phrase or unknown words.

    An infinitive or an English verb means a skill, a verb in the third person
    ("применяет") an indicator of a competence, and a noun in the instrumental
    ("методами отладки") experience.
    """
    words = [FOREIGN_PART.sub("", word) for word in WORD.findall(text[:OPENING])]
    if not words:
        return None
    if any(RUSSIAN.fullmatch(word) for word in words[:MAX_WORDS_AHEAD]):
        return _russian(words, text)
    return _english([word.lower() for word in words])


def is_infinitive(text: str) -> bool:
    """Whether the text begins with an infinitive; adverbs before it are allowed."""
    return bool(RUSSIAN.match(text)) and kind_by_head(text) is Kind.SKILL


@lru_cache(maxsize=16384)
def _speech(word: str) -> str:
    """The likeliest part of speech of a word form, by the summed probabilities of its analyses."""
    weights: dict[str, float] = {}
    for item in readings(word):
        weights[item.speech] = weights.get(item.speech, 0.0) + item.weight
    return max(weights, key=lambda name: weights[name]) if weights else ""


def _of(word: str, speech: str) -> Iterator[MorphParse]:
    return (item for item in readings(word) if item.speech == speech)


def _is_verb_form(word: str) -> bool:
    """Whether a finite verb says what a student does: "применяет", "осуществляют", but not "изучается"."""
    verb = word.lower()
    if verb.endswith(("ся", "сь")) and verb not in REFLEXIVE:
        return False
    best = max(_of(word, "VERB"), key=lambda item: item.weight)
    return best.person == "3per" and best.tense in ("pres", "futr")


def _russian(words: Sequence[str], text: str) -> Kind | None:
    for place, word in enumerate(words[:MAX_WORDS_AHEAD]):
        if not word[0].isalpha():
            if place:
                return None
            continue
        if not RUSSIAN.fullmatch(word):
            # In "SQL запросами" the head is the noun after the foreign word.
            continue
        speech = _speech(word)
        if speech == "INFN":
            return Kind.SKILL
        if speech == "VERB":
            return Kind.COMPETENCE if _is_verb_form(word) else None
        if speech in ("PREP", "GRND"):
            return _behind_opening(words[place + 1 :])
        if speech == "NOUN" and word.lower() in STUDENT:
            continue
        if speech == "NOUN":
            return _of_noun(words[: place + 1], text)
        # pymorphy3 also parses adverbs such as "обоснованно" as short adjectives.
        adverb = speech in SKIPPED or (speech in ("ADJS", "PRTS") and word.endswith("о"))
        if speech not in ATTRIBUTES and not adverb:
            return None
    return None


def _of_noun(words: Sequence[str], text: str) -> Kind | None:
    """Experience if the head noun is in the instrumental and its attributes can agree with it; else None."""
    noun = words[-1]
    parses = list(_of(noun, "NOUN"))
    instrumental = sum(item.weight for item in parses if item.case == "ablt") / (
        sum(item.weight for item in parses) or 1.0
    )
    attributes = [word for word in words[:-1] if word[0].isalpha() and _speech(word) in ATTRIBUTES]
    agree = all(any(item.case == "ablt" for item in readings(word)) for word in attributes)
    if instrumental <= MIN_CONFIDENCE or not agree or PREDICATE.search(text):
        return None
    return Kind.EXPERIENCE


def _behind_opening(words: Sequence[str]) -> Kind | None:
    """The kind of the verb after an opening such as "с использованием …" or "используя …"; None without a verb."""
    for word in words[:MAX_OPENING_WORDS]:
        if word in ".;:":
            return None
        if not RUSSIAN.fullmatch(word):
            continue
        speech = _speech(word)
        if speech == "INFN":
            return Kind.SKILL
        if speech == "VERB":
            return Kind.COMPETENCE if _is_verb_form(word) else None
    return None


def _english(words: Sequence[str]) -> Kind | None:
    words = [word for word in words if word.isalpha()]
    while words and (ADVERB.fullmatch(words[0]) or words[0] in ("not", "also", "to")):
        words = words[1:]
    if len(words) < 2:
        return None
    first, rest = words[0], words[1:]
    if first in CLOSED_CLASS:
        return None
    # "cook a meal", "set up the stand": only a verb can precede an article or such a particle.
    if rest[0] in WORDS["determiners"] | WORDS["particles"] and (
        first in ALL_VERBS or not first.endswith(("s", "ing"))
    ):
        return Kind.SKILL
    if first in ALL_VERBS or (first.endswith(VERB_ENDINGS) and first not in WORDS["nouns in -ise, -ize"]):
        return Kind.SKILL if _has_object(first, rest) else None
    # "applies", "designs the circuit": the third person of an indicator.
    for ending, stem in (("ies", "y"), ("es", ""), ("s", "")):
        if first.endswith(ending) and first.removesuffix(ending) + stem in VERBS and rest[0] in WORDS["determiners"]:
            return Kind.COMPETENCE
    return None


def _has_object(verb: str, rest: Sequence[str]) -> bool:
    """Whether an English word is a verb that governs ``rest``; for a word that may be a noun, the next words decide."""
    noun = verb in WORDS["modifiers"] | WORDS["heads"]
    if rest[0] in WORDS["prepositions"]:
        # "measure of risk", "state in physics"; "work with …", "negotiate with …" are verbs.
        return rest[0] != "of" and (not noun or verb == "work")
    if verb not in WORDS["modifiers"]:
        return True
    if rest[0] in ("and", "or"):
        return len(rest) > 1 and rest[1] in VERBS and rest[1] not in WORDS["modifiers"]
    # "design embedded systems", and not "design patterns".
    return len(rest) > 1 and rest[0].endswith(ADJECTIVES)
