"""spaCy pipelines for Russian and English behind one interface."""

from __future__ import annotations

from functools import lru_cache

import simplemma
import spacy
from spacy.language import Language
from spacy.tokens import Doc


@Language.component("simplemma_en")
def simplemma_en(doc: Doc) -> Doc:
    """Set English lemmas from the dictionary of simplemma."""
    for token in doc:
        token.lemma_ = simplemma.lemmatize(token.text, lang="en").lower()
    return doc


@lru_cache(maxsize=2)
def pipeline(language: str) -> Language:
    """The spaCy pipeline: Russian with slovnet and pymorphy3, any other language as English."""
    if language == "ru":
        import alignment.language.slovnet_pipe  # noqa: F401  registers the component

        nlp = spacy.blank("ru")
        nlp.add_pipe("slovnet")
    else:
        nlp = spacy.blank("en")
        nlp.add_pipe("simplemma_en")
    return nlp
