"""Split compound lines into single statements, only where this is safe.

"Знать: методы отладки; языки программирования" gives two statements of the kind
knowledge. "уметь настраивать и ремонтировать аппаратуру" is not split, because
the verbs share their object.
"""

from __future__ import annotations

import re

from alignment.language.grammar import is_infinitive
from alignment.language.kinds import kind_of, opens_competence, strip_lead
from alignment.model import Kind

# Possessive quantifiers scan each run of spaces only once.
SEPARATOR = re.compile(
    r"(?:(?<!\s)\s++)?+[;•▪\uf0b7]\s*+|(?:(?<!\s)[^\S\n]++)?+\n\s*+|(?<=[а-яёa-z)])\.\s++(?=[А-ЯЁA-Z])"
)
AND_VERB = re.compile(r"(?:,|(?<![\s,]))\s++(?:и|а также)\s+(?=[а-яё]+(?:ть|ться|ти|чь)\s)")
# Documents come without list marks (`alignment.documents.marks`); these are for texts from other sources.
BULLETS = re.compile(r"^[\s\-\u2010-\u2015\u2043\u2212•●▪◦·*\uf0b7]+")
LABEL = re.compile(
    # "Должен знать:" begins a line or a sentence; its first word is part of the label.
    r"(?:(?:^|(?<=[\n.;]))\s*+долж(?:ен|на|ны)\s++)?(?<![\w])(?P<label>знать|знает|уметь|умеет|владеть|владеет|"
    r"иметь практический опыт|иметь навыки|навыки|умения|знания|практический опыт)\s*[:\n]\s*",
    re.IGNORECASE,
)
PRONOUN = re.compile(r"(?<!\w)(?:их|него|них|ними|ним|ней|неё|нее|его|её|ее|этого|этих|им|ими)(?!\w)", re.IGNORECASE)
# What has fewer letters is no statement but what is left of a label or a number (as
# `programs.statement_text.MIN_LETTERS`).
MIN_CHARS = 6


def split_statements(text: str, default: Kind | None = None) -> list[tuple[str, Kind]]:
    """The statements in a compound line, each with its kind.

    ``default`` is the kind of statements without lead words, such as that of a
    column "Уметь"; if it is None, the grammar of the statement decides. Under
    such a kind or a label a lead of another kind is a verb of the statement:
    "Умения: понимать тексты" is a skill.
    """
    parts: list[tuple[str, Kind]] = []
    for chunk, labelled in _labelled(text, default):
        kind = labelled
        for raw in SEPARATOR.split(chunk):
            part = BULLETS.sub("", raw).strip(" \t;,.:")
            if not part:
                continue
            bare, lead = strip_lead(part)
            if labelled and lead not in (None, labelled):
                lead = None
            if lead and len(bare) >= MIN_CHARS:
                part = bare
                kind = lead
            elif kind is None and opens_competence(part):
                # The rest of the line belongs to the competence, too: "способен паять платы; читать схемы".
                kind = Kind.COMPETENCE
            part_kind = lead or kind or kind_of(part)
            parts += [(piece, part_kind) for piece in _split_verbs(part) if len(piece) >= MIN_CHARS]
    return parts


def _labelled(text: str, default: Kind | None) -> list[tuple[str, Kind | None]]:
    """The parts of a line after "Знать:", "Уметь:" …, with the kinds of these labels."""
    matches = list(LABEL.finditer(text))
    if not matches:
        return [(text, default)]
    chunks: list[tuple[str, Kind | None]] = []
    before = text[: matches[0].start()].strip(" ;,.:")
    if len(before) >= MIN_CHARS:
        chunks.append((before, default))
    for index, match in enumerate(matches):
        end = matches[index + 1].start() if index + 1 < len(matches) else len(text)
        chunks.append((text[match.end() : end], kind_of(match["label"])))
    return chunks


def _split_verbs(text: str) -> list[str]:
    """Split "выполнять A и оформлять B" if each verb has an object of its own."""
    pieces = AND_VERB.split(text)
    # A pronoun ("… и нести за них ответственность") refers to the first piece, so the text is not split.
    if len(pieces) < 2 or any(PRONOUN.search(piece) for piece in pieces[1:]):
        return [text]
    # It is safe if every piece is a verb with at least two words after it, so that each has its own object.
    if all(len(piece.split()) >= 3 and is_infinitive(piece.split()[0]) for piece in pieces):
        return pieces
    return [text]
