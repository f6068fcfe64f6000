"""Detect the language of a short text: by its script, then by the most frequent words of each language."""

from __future__ import annotations

import re

SUPPORTED = ("ru", "en")
WORD = re.compile(r"[^\W\d_]+")
CYRILLIC = re.compile(r"[\u0400-\u04FF]")
LATIN = re.compile(r"[A-Za-z\u00C0-\u024F]")
# A text with this many times fewer Cyrillic letters than Latin is still Russian with foreign terms in it: half as
# many; or a fourth, where there are more than these, two words, which no English text has by chance.
MIXED, TERMS, WORDS = 2, 4, 12
# Letters that only Ukrainian has; one or two stand in a name or a misread word.
UKRAINIAN_LETTERS = 3
# Function words distinguish languages on lines that are too short for letter statistics.
FUNCTION_WORDS = {
    "en": frozenset(
        [
            "the",
            "of",
            "and",
            "to",
            "in",
            "for",
            "on",
            "with",
            "by",
            "from",
            "be",
            "is",
            "are",
            "will",
            "students",
            "able",
            "their",
            "an",
            "or",
            "as",
            "at",
            "using",
        ]
    ),
    "de": frozenset(
        [
            "der",
            "die",
            "das",
            "und",
            "von",
            "zu",
            "im",
            "den",
            "mit",
            "für",
            "auf",
            "des",
            "eine",
            "werden",
            "sind",
            "können",
            "ein",
            "dem",
            "einer",
            "zur",
        ]
    ),
    "fr": frozenset(
        [
            "le",
            "la",
            "les",
            "des",
            "et",
            "une",
            "dans",
            "pour",
            "sur",
            "avec",
            "aux",
            "du",
            "est",
            "sont",
            "être",
            "par",
            "qui",
            "au",
        ]
    ),
    "es": frozenset(["el", "los", "las", "del", "una", "para", "con", "por", "que", "son", "y", "al", "como", "sus"]),
    "uk": frozenset(["та", "що", "для", "від", "які", "або", "вміти", "із", "щодо", "під", "бути", "знати"]),
}
UKRAINIAN = re.compile(r"[іїєґІЇЄҐ]")
FOREIGN_SCRIPT = re.compile(
    r"[\u0590-\u05FF\u0600-\u06FF\u0900-\u097F\u3040-\u30FF\u4E00-\u9FFF\uAC00-\uD7AF\u0370-\u03FF]"
)


def language_of(text: str) -> str:
    """The language: ``ru``, ``en``, ``uk``, ``de``, ``fr`` or ``es``.

    It is ``other`` for another script and ``und`` (undetermined) for a text without letters. A Latin text that cannot
    be recognised counts as ``en``.
    """
    cyrillic, latin, foreign = (len(script.findall(text)) for script in (CYRILLIC, LATIN, FOREIGN_SCRIPT))
    if foreign > cyrillic + latin:
        return "other"
    if not cyrillic and not latin:
        return "und"
    words = {word.lower() for word in WORD.findall(text)}
    if cyrillic * MIXED >= latin or (cyrillic > WORDS and cyrillic * TERMS >= latin):
        return "uk" if len(UKRAINIAN.findall(text)) >= UKRAINIAN_LETTERS else "ru"
    scores = {code: len(words & common) for code, common in FUNCTION_WORDS.items() if code != "uk"}
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] >= 2 and scores[best] > scores["en"] else "en"
