"""Language processing: the language of a text, lemmas, the kind of a statement, splitting; spaCy is loaded on use."""

from __future__ import annotations

from alignment.language.bloom import bloom_level
from alignment.language.detect import SUPPORTED, language_of
from alignment.language.kinds import kind_of, strip_lead
from alignment.language.split import split_statements

__all__ = ["SUPPORTED", "bloom_level", "kind_of", "language_of", "split_statements", "strip_lead"]
