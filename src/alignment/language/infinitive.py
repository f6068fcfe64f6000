"""Reword the verbal nouns of a work function's name as verbs: "Проектирование …" → "проектировать …".

The syntax tree (slovnet) shows which nouns are heads and which words depend on
them. ``verbs.tsv`` has the verb of each noun and the case that it governs. The
dictionary (pymorphy3) gives the word forms. A head that no verb can replace
("техническое обслуживание") gets a verb before it: "осуществлять техническое
обслуживание".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from alignment.language.inflect import can_be, gender_of, in_case, is_animate, number_of, only_nominative
from alignment.language.slovnet_pipe import analyzer
from alignment.language.syntax import Token, tree
from alignment.language.verbs import LIGHT, Verbal, is_action, noun_of, verbal_of

LATIN = str.maketrans("ABCEHKMOPTXaceopxy", "АВСЕНКМОРТХасеорху")
NOUNS = ("NOUN", "PROPN")
COORDINATORS = (",", "и", "или", "и/или", "а")
POSSESSIVES = ("их", "его", "ее", "её")
CASES = {"Nom": "nomn", "Gen": "gent", "Dat": "datv", "Acc": "accs", "Ins": "ablt", "Loc": "loct"}


@dataclass(slots=True)
class Head:
    """A head noun with its attributes, the first noun of its object, and its verb if there is one."""

    word: Token
    attributes: list[Token] = field(default_factory=list)
    object: Token | None = None
    verbal: Verbal | None = None

    @property
    def opening(self) -> Token:
        """The first word of the head with its attributes."""
        return min([self.word, *self.attributes], key=lambda word: word.place)

    @property
    def plain(self) -> bool:
        """Whether a verb can replace the noun: there is a verb, and the noun has no attributes."""
        verbal = self.verbal
        several = verbal is not None and verbal.case == "prep" and self.word.number == "plur"
        return verbal is not None and bool(verbal.verb) and not self.attributes and not several


def infinitive(name: str) -> str:
    """A function's name reworded with infinitives: "Проверка и отладка кода" → "проверять и отлаживать код".

    A name that is not a noun phrase in the nominative ("Осуществлять …") only gets a small first letter.
    """
    return "; ".join(_with_verbs(part) for part in re.split(r"\s*;\s*", normal_name(name)) if part)


def declined(name: str, case: str) -> str:
    """A noun phrase in a case of OpenCorpora (gent, accs …): "Оценка сложности" → "оценки сложности" for gent."""
    words = tree(small(normal_name(name)))
    forms: dict[int, str] = {}
    for head in _heads(words):
        _turn(head.word, _agreeing(head, words), forms, now="nomn", wanted=case)
    return _joined(words, forms)


def normal_name(name: str) -> str:
    """The name on one line, without a full stop, with Latin letters in Cyrillic words replaced."""
    text = " ".join(name.replace("\u00ad", "").split()).strip(" .;,")
    return re.sub(
        r"[A-Za-zА-ЯЁа-яё]+",
        lambda match: match[0].translate(LATIN) if re.search(r"[а-яё]{2}", match[0]) else match[0],
        text,
    )


def small(text: str) -> str:
    """The text with a small first letter, unless its second letter is a capital (an abbreviation)."""
    return text[:1].lower() + text[1:] if not text[1:2].isupper() else text


def _joined(words: Sequence[Token], forms: dict[int, str]) -> str:
    return "".join(forms.get(word.place, word.text) + word.space for word in words).strip()


def _with_verbs(text: str) -> str:
    words = tree(small(text))
    forms: dict[int, str] = {}
    light = ""
    groups = list(_groups(_heads(words), words))
    for number, group in enumerate(groups):
        stop = groups[number + 1][0].opening.place if number + 1 < len(groups) else len(words)
        light = _say(group, words[:stop], forms, light)
    return _joined(words, forms)


def _is_noun(word: Token) -> bool:
    if word.speech in NOUNS:
        return not _never_noun(word.text.lower())
    first = analyzer().parse(word.text.lower())[0].tag
    return word.speech in ("ADJ", "VERB", "X") and first.POS == "NOUN"


def _is_attribute(word: Token) -> bool:
    if word.speech in NOUNS:
        return _never_noun(word.text.lower())
    return word.speech in ("ADJ", "VERB", "DET", "NUM") and any(
        item.tag.POS in ("ADJF", "PRTF") for item in analyzer().parse(word.text.lower())
    )


@lru_cache(maxsize=4096)
def _never_noun(text: str) -> bool:
    """Whether a word is only an adjective or participle in the dictionary, whatever the tagger says."""
    return all(item.tag.POS in ("ADJF", "PRTF") for item in analyzer().parse(text))


def _heads(words: Sequence[Token]) -> list[Head]:
    """The first noun and the nouns in the nominative that are coordinated with it, in order."""
    heads: list[Head] = []
    for word in words:
        if not _is_noun(word) or not can_be(word.text, "nomn"):
            if not heads and (word.speech in ("ADP", "VERB") and not _is_attribute(word)):
                return []
            continue
        attributes = _attributes_before(word, words)
        before = min([word.place, *(item.place for item in attributes)]) - 1
        if not heads:
            if before >= 0:
                return []
        elif not (
            words[before].text.lower() in COORDINATORS and _stands_first(word, attributes, heads[-1].word, words)
        ):
            continue
        heads.append(Head(word=word, attributes=attributes, verbal=verbal_of(noun_of(word.text))))
    for number, head in enumerate(heads):
        stop = heads[number + 1].opening.place if number + 1 < len(heads) else len(words)
        head.object = _object(head.word, words[:stop])
    return heads


def _attributes_before(word: Token, words: Sequence[Token]) -> list[Token]:
    """The adjectives before a noun, also coordinated ones: "технические и управленческие ревизии"."""
    attributes: list[Token] = []
    place = word.place - 1
    while place >= 0:
        here = words[place]
        if (_is_attribute(here) and can_be(here.text, "nomn")) or here.text.lower() in POSSESSIVES:
            attributes.append(here)
        elif not (attributes and place and here.text in (",", "и", "или")) or not (
            _is_attribute(words[place - 1]) and can_be(words[place - 1].text, "nomn")
        ):
            break
        place -= 1
    return attributes[::-1]


def _stands_first(word: Token, attributes: Sequence[Token], head: Token, words: Sequence[Token]) -> bool:
    """Whether a coordinated noun is another head: it is in the nominative, unlike the other nouns of a name."""
    between = words[head.place + 1 : word.place]
    texts = [item.text for item in between]
    if texts.count("(") > texts.count(")"):
        return False
    if any(item.text.lower().startswith("включа") for item in between):
        return False
    # "графика" may be the genitive of "график", but "инженерная" can only be a nominative.
    if word.text.lower() == head.text.lower() or any(only_nominative(item.text) for item in attributes):
        return True
    if can_be(word.text, "gent"):
        return word.case == "Nom" and word.relation == "conj" and verbal_of(noun_of(word.text)) is not None
    # In "направленных на оптимизацию … и внедрение …" the second noun is in the accusative, not a head.
    governed = any(item.speech == "ADP" and item.text.lower() in ("на", "в", "за", "под") for item in between)
    of_action = verbal_of(noun_of(word.text)) is not None
    if governed:
        return word.case == "Nom" and of_action
    beside = word.case == "Nom" and word.place == head.place + 2
    return of_action or beside or not can_be(word.text, "accs")


def _object(head: Token, words: Sequence[Token]) -> Token | None:
    """The object of a head: the noun in the genitive right after it, else one that depends on it in the tree."""
    for word in words[head.place + 1 :]:
        misread = word.place == head.place + 1 and word.speech in ("PART", "ADV", "SCONJ")  # "выбор типа"
        if _is_noun(word) or (misread and can_be(word.text, "gent")):
            if can_be(word.text, "gent") or _fixed(word):
                return word
            break
        if not _is_attribute(word) and word.text not in (",", "и", "или", "(", ")", "и/или"):
            break
    for child in head.children:
        inside = head.place < child.place < len(words)
        depends = child.relation == "nmod" and child.case == "Gen" and not _has_preposition(child)
        if inside and depends and not _is_attribute(child):  # "модернизация существующих и внедрение новых методов"
            return child
    return None


def _fixed(word: Token) -> bool:
    """Whether the word is an abbreviation, which has the same form in all cases."""
    return len(word.text) > 1 and word.text[-1:].isupper()


def _has_preposition(word: Token) -> bool:
    return any(child.relation == "case" for child in word.children)


def _groups(heads: Sequence[Head], words: Sequence[Token]) -> Iterator[list[Head]]:
    """The heads in groups that share one object: "проверка и отладка кода"."""
    group: list[Head] = []
    for number, head in enumerate(heads):
        group.append(head)
        last = number + 1 == len(heads)
        governs = head.verbal.case if head.verbal else "accs"
        follows = heads[number + 1].opening.place - head.word.place > 2 if not last else head.word is not words[-1]
        if head.object is not None or (governs != "accs" and follows):
            yield group
            group = []
    if group:
        yield group


def _say(group: Sequence[Head], words: Sequence[Token], forms: dict[int, str], light: str) -> str:
    """Reword a group of heads: as verbs, or in the accusative after one verb such as "осуществлять".

    Args:
        group: the heads, which share one object.
        words: the words of the name up to the next group.
        forms: the new form of each word, by its place; added to.
        light: the verb before the last group, which is not repeated.

    Returns:
        The verb before this group; "" if the heads were replaced by verbs.
    """
    last = group[-1]
    cases = {head.verbal.case for head in group if head.verbal}
    complete = last.object is not None or cases in ({"ablt"}, {"datv"}, {"prep"})
    if all(head.plain for head in group) and len(cases) == 1 and complete:
        for head in group:
            forms[head.word.place] = head.verbal.verb if head.verbal else head.word.text
        if last.object is not None and cases == {"accs"}:
            _turn_object(group, words, forms)
        return ""
    for head in group:
        _turn(head.word, _agreeing(head, words), forms, now="nomn", wanted="accs")
    verbal = group[0].verbal
    verb = verbal.light if verbal else LIGHT
    first = group[0].opening
    if verb != light:
        forms[first.place] = f"{verb} {forms.get(first.place, first.text)}"
    return verb


def _agreeing(head: Head, words: Sequence[Token]) -> list[Token]:
    """The words that agree with a head in the nominative: its attributes, and participles that begin clauses after it.

    An example is "включающее" in "Выявление вариантов, включающее описание". A participle that can also be a genitive
    belongs to another noun.
    """
    number, gender = number_of(head.word.text, "nomn"), gender_of(head.word.text, "nomn")
    result = list(head.attributes)
    for word in words[head.word.place + 2 :]:
        opens = word.speech in ("ADJ", "VERB") and _is_attribute(word) and words[word.place - 1].text == ","
        if not opens or not can_be(word.text, "nomn") or can_be(word.text, "gent"):
            continue
        if any(
            item.tag.case == "nomn" and item.tag.number == number and (number == "plur" or item.tag.gender == gender)
            for item in analyzer().parse(word.text.lower())
        ):
            result.append(word)
    return result


def _turn_object(group: Sequence[Head], words: Sequence[Token], forms: dict[int, str]) -> None:
    """Put the object of a group of verbs into the accusative: its nouns with the words that agree with them."""
    noun, head = group[-1].object, group[-1].word
    if noun is None:
        return
    shared = words[group[0].word.place + 1 : head.place]
    attributes = [word for word in shared if _is_attribute(word) and can_be(word.text, "gent")]
    attributes += [word for word in words[head.place + 1 : noun.place] if _is_attribute(word)]
    attributes = [word for word in attributes if can_be(word.text, "gent")]
    _turn(noun, attributes, forms, now="gent", wanted="accs")
    turned = [noun]
    seen = [noun]
    for word in words[noun.place + 1 :]:
        if word.place in forms and word.place > noun.place:
            continue
        if word.speech == "VERB" and not _is_attribute(word):
            break
        if _is_noun(word) or _stands_alone(word, words):
            if _belongs(word, seen, turned, words):
                _turn(word, _genitives_before(word, words), forms, now="gent", wanted="accs")
                turned.append(word)
            seen.append(word)
        elif _is_participle_behind(word, words) and (owner := _owner(word, seen)) in turned and owner is not None:
            _turn_attribute(word, owner, forms, now="gent", wanted="accs")


def _stands_alone(word: Token, words: Sequence[Token]) -> bool:
    """Whether an adjective is used as a noun: "стадий и составляющих проекта"."""
    if not _is_attribute(word) or words[word.place - 1].text not in ("и", "или"):
        return False
    if not any(item.tag.POS == "NOUN" for item in analyzer().parse(word.text.lower())):
        return False
    after = words[word.place + 1] if word.place + 1 < len(words) else None
    return after is not None and _is_noun(after) and number_of(after.text, "gent") != number_of(word.text, "gent")


def _genitives_before(word: Token, words: Sequence[Token]) -> list[Token]:
    """The adjectives in the genitive right before a noun, also coordinated ones."""
    result: list[Token] = []
    number = number_of(word.text, "gent")
    place = word.place - 1
    while place >= 0:
        here = words[place]
        if _is_attribute(here) and number_of(here.text, "gent") == number:
            result.append(here)
        elif not (here.text in (",", "и", "или") and result and number_of(words[place - 1].text, "gent") == number):
            break
        place -= 1
    return result


def _belongs(word: Token, seen: Sequence[Token], turned: Sequence[Token], words: Sequence[Token]) -> bool:
    """Whether a noun is coordinated with the object, not with a noun that depends on the object.

    It is coordinated with the nearest noun of its sort (an action or not), of
    the same number if there is one: "перечня работ и графика …" coordinates
    перечень and график, "измерений параметров и модификации свойств" two actions.
    """
    if not can_be(word.text, "gent"):
        return False
    before = min([word.place, *(item.place for item in _genitives_before(word, words))]) - 1
    if words[before].text.lower() in POSSESSIVES:  # "средства и его компонентов"
        before -= 1
    opening = words[before].text
    if opening == "(" and words[before - 1] is turned[-1]:
        return True
    if opening.lower() not in COORDINATORS:
        return False
    if words[before - 1] is seen[-1] and seen[-1] in turned:
        return True
    if word.text == turned[0].text:
        return True  # "топологии структур и топологии схем"
    listed = seen[-1] not in turned and words[before - 1] is seen[-1] and seen[-1].relation == "conj"
    if listed and is_action(seen[-1].text) == is_action(word.text):
        return False  # a list of dependent nouns: "материалов, инструментов и оснастки"
    preposition = max((item.place for item in words[turned[-1].place : before] if item.speech == "ADP"), default=-1)
    inside = [item for item in seen if item.place > preposition and _fits(word, item)]
    if preposition >= 0 and inside:
        return False
    if (
        word.head is not None
        and word.head in seen
        and word.head not in turned
        and is_action(word.head.text) == is_action(word.text)
    ):
        return False
    number = number_of(word.text, "gent")
    alike = [item for item in seen if is_action(item.text) == is_action(word.text)]
    same = [item for item in alike if number_of(item.text, _case_in_text(item)) == number] or (
        alike if is_action(word.text) else []
    )
    return (same[-1] if same else word.head) in turned


def _fits(word: Token, other: Token) -> bool:
    """Whether a noun can be in the case of another; an abbreviation can be in any."""
    if _fixed(other):
        return can_be(word.text, "gent")
    case = _case_in_text(other)
    return can_be(other.text, case) and can_be(word.text, case)


def _case_in_text(word: Token) -> str:
    return CASES.get(word.case, "gent")


def _is_participle_behind(word: Token, words: Sequence[Token]) -> bool:
    """Whether a participle or adjective begins a clause after its noun: ", необходимых для …"."""
    listed = _is_attribute(words[word.place - 2])  # "входного, межоперационного и выходного контроля"
    return _is_attribute(word) and words[word.place - 1].text == "," and can_be(word.text, "gent") and not listed


def _owner(word: Token, seen: Sequence[Token]) -> Token | None:
    """The nearest noun in the genitive with which a participle after it agrees; None if there is none."""
    number = number_of(word.text, "gent")
    fit = [item for item in seen if _case_in_text(item) == "gent" and number_of(item.text, "gent") == number]
    return fit[-1] if fit else None


def _turn(noun: Token, attributes: Sequence[Token], forms: dict[int, str], *, now: str, wanted: str) -> None:
    """Put a noun, and the adjectives and participles that agree with it, from the case ``now`` into ``wanted``."""
    forms[noun.place] = in_case(noun.text, now=now, wanted=wanted, number=noun.number, speech="NOUN")
    for word in attributes:
        _turn_attribute(word, noun, forms, now=now, wanted=wanted)


def _turn_attribute(word: Token, noun: Token, forms: dict[int, str], *, now: str, wanted: str) -> None:
    number = number_of(word.text, now)
    gender = gender_of(noun.text, now) if number != "plur" else ""
    forms[word.place] = in_case(
        word.text, now=now, wanted=wanted, number=number, gender=gender, speech="ADJF", animate=is_animate(noun.text)
    )
