"""Parse a Russian phrase into a syntax tree with slovnet, without a spaCy pipeline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from alignment.language import slovnet_pipe

TOKEN = re.compile(r"\w+(?:[-–]\w+)*|[^\w\s]")
NUMBERS = {"Sing": "sing", "Plur": "plur"}


@dataclass(slots=True, eq=False)
class Token:
    """A word of a phrase; ``head`` and ``children`` (in the order of the phrase) are its neighbours in the tree.

    ``place`` is its index in the phrase. ``speech``, ``relation`` and ``case``
    are those of Universal Dependencies (NOUN, nmod, Gen), ``number`` is "sing",
    "plur" or "". ``space`` is the white space between the word and the next one.
    """

    place: int
    text: str
    space: str
    speech: str = ""
    relation: str = ""
    case: str = ""
    number: str = ""
    head: Token | None = None
    children: list[Token] = field(default_factory=list)

    def above(self) -> Iterator[Token]:
        """The heads above the word in the tree, the nearest first."""
        seen = {self.place}
        word = self.head
        while word is not None and word.place not in seen:
            seen.add(word.place)
            yield word
            word = word.head


def tree(text: str) -> list[Token]:
    """The words of a phrase in order; the root is the one without a head."""
    tokens = list(TOKEN.finditer(text))
    if not tokens:
        return []
    ends = [*(match.start() for match in tokens[1:]), len(text)]
    words = [
        Token(place=number, text=match[0], space=text[match.end() : end])
        for number, (match, end) in enumerate(zip(tokens, ends, strict=True))
    ]
    morph, syntax = slovnet_pipe.models()
    plain = [word.text for word in words]
    tags, nodes = next(iter(morph.map([plain]))).tokens, next(iter(syntax.map([plain]))).tokens
    for word, tag, node in zip(words, tags, nodes, strict=True):
        word.speech, word.relation = tag.pos, node.rel
        word.case, word.number = tag.feats.get("Case", ""), NUMBERS.get(tag.feats.get("Number", ""), "")
        head = int(node.head_id) - 1
        if 0 <= head < len(words) and head != word.place:
            word.head = words[head]
            words[head].children.append(word)
    return words
