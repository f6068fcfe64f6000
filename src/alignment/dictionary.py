"""Whether a Russian word form is in the dictionary (pymorphy3): what tells a cut word from two words."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

OBLIQUE = frozenset({"gent", "gen2", "datv", "accs", "ablt", "loct", "loc2"})


@lru_cache(maxsize=1)
def _analyzer() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")


@lru_cache(maxsize=4096)
def is_word(text: str) -> bool:
    """Whether the dictionary knows the word form."""
    return bool(_analyzer().word_is_known(text.lower()))


@lru_cache(maxsize=4096)
def can_begin(text: str) -> bool:
    """Whether a phrase may begin with the word form: what is no oblique case ("Российской"), or is not known."""
    form = text.lower()
    if not _analyzer().word_is_known(form):
        return True
    return any(parse.tag.case not in OBLIQUE for parse in _analyzer().parse(form))
