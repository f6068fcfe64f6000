"""Texts that nobody linked, for the encoder to learn from its teacher what is near to what among them."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from alignment.matching.texts import contexts
from alignment.tuning.gold import Pair

# Sentences shorter than this are headings or scraps.
SHORTEST = 15
BREAK = re.compile(r"(?<=[.;!?])\s+|\n+")


def descriptions(path: Path) -> list[str]:
    """Sentences of the discipline descriptions (ITMO, MIT), sorted."""
    found: set[str] = set()
    with path.open(encoding="utf-8-sig", newline="") as source:
        for row in csv.DictReader(source, delimiter=";"):
            found.update(part.strip() for part in BREAK.split(row["description"] or ""))
    return sorted(text for text in found if len(text) >= SHORTEST)


def half(group: str) -> int:
    """The half, 0 or 1, that a field of the judged pairs belongs to; stable over machines and runs."""
    return hashlib.blake2b(group.encode(), digest_size=4).digest()[0] % 2


def judged_texts(pairs: Sequence[Pair], part: int) -> list[str]:
    """Texts and contexts of the judged pairs of one half, without their labels, sorted."""
    sides = [side for pair in pairs if half(pair.group) == part for side in (pair.requirement, pair.statement)]
    return sorted({side.text for side in sides} | set(contexts(sides)))
