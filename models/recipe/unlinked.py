"""Texts without links: for them the encoder learns only from its teacher."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path

from alignment.evaluation.gold import JudgedPair
from alignment.evaluation.links import half_of
from alignment.matching.contextual_text import contexts

# Sentences shorter than this are headings or scraps.
SHORTEST = 15
BREAK = re.compile(r"(?<=[.;!?])\s+|\n+")


def descriptions(path: Path) -> list[str]:
    """The sentences of descriptions of disciplines (ITMO, MIT licence), sorted."""
    texts: set[str] = set()
    with path.open(encoding="utf-8-sig", newline="") as source:
        for row in csv.DictReader(source, delimiter=";"):
            texts.update(part.strip() for part in BREAK.split(row["description"] or ""))
    return sorted(text for text in texts if len(text) >= SHORTEST)


def judged_texts(pairs: Sequence[JudgedPair], part: int) -> list[str]:
    """The texts and contexts (not the labels) of the judged pairs whose field is in half ``part`` (0 or 1), sorted."""
    sides = [side for pair in pairs if half_of(pair.group) == part for side in pair.sides]
    return sorted({side.text for side in sides} | set(contexts(sides)))
