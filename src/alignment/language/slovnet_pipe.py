"""The morphology and syntax of slovnet as a spaCy component, with lemmas by pymorphy3.

The models (news_v1, trained on Nerus) and the navec embeddings are data files
of the ``natasha`` wheel. natasha itself is not imported, because it needs the
unmaintained pymorphy2.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from alignment.errors import MissingExtraError
from alignment.i18n import message as _

# Texts that are sent at a time, and sentences of them that a network computes at a time: memory and time alone.
BATCH, NETWORK_BATCH = 256, 64
# The part of speech outweighs case and number together, of which each counts one: "стали" is a verb or a noun.
SPEECH = 4
POS_TO_PYMORPHY = {
    "NOUN": {"NOUN"},
    "PROPN": {"NOUN"},
    "ADJ": {"ADJF", "ADJS", "PRTF", "PRTS", "COMP"},
    "VERB": {"VERB", "INFN", "PRTF", "PRTS", "GRND"},
    "AUX": {"VERB", "INFN"},
    "ADV": {"ADVB", "COMP", "PRED"},
    "ADP": {"PREP"},
    "DET": {"ADJF", "NPRO"},
    "PRON": {"NPRO", "ADJF"},
    "NUM": {"NUMR", "ADJF"},
}
CASES = {"Nom": "nomn", "Gen": "gent", "Dat": "datv", "Acc": "accs", "Ins": "ablt", "Loc": "loct"}
NUMBERS = {"Sing": "sing", "Plur": "plur"}


def data_folder() -> Path:
    """The folder ``natasha/data``, found without importing natasha.

    Raises:
        MissingExtraError: natasha is not installed.
    """
    spec = importlib.util.find_spec("natasha")
    if spec is None or spec.origin is None:
        raise MissingExtraError(_("the Russian models are missing."), hint=_("Install the package natasha."))
    return Path(spec.origin).parent / "data"


@lru_cache(maxsize=1)
def models() -> tuple[Any, Any]:
    """The slovnet taggers of morphology and syntax, with their embeddings."""
    from navec import Navec
    from slovnet import Morph, Syntax

    folder = data_folder()
    embedding = Navec.load(folder / "emb" / "navec_news_v1_1B_250K_300d_100q.tar")
    morph = Morph.load(folder / "model" / "slovnet_morph_news_v1.tar", batch_size=NETWORK_BATCH)
    syntax = Syntax.load(folder / "model" / "slovnet_syntax_news_v1.tar", batch_size=NETWORK_BATCH)
    morph.navec(embedding)
    syntax.navec(embedding)
    return morph, syntax


@lru_cache(maxsize=1)
def analyzer() -> Any:
    """The pymorphy3 dictionary."""
    import pymorphy3

    return pymorphy3.MorphAnalyzer()


@lru_cache(maxsize=100_000)
def lemma(word: str, pos: str, case: str, number: str) -> str:
    """The lemma of the analysis by pymorphy3 that agrees best with the tagger's part of speech, case and number."""
    parses = analyzer().parse(word.lower())
    wanted = POS_TO_PYMORPHY.get(pos, set())

    def fit(parse: Any) -> tuple[int, float]:
        tag = parse.tag
        same_speech = SPEECH if tag.POS in wanted else 0
        same_form = (tag.case == CASES.get(case)) + (tag.number == NUMBERS.get(number))
        return same_speech + same_form, parse.score

    normal_form = str(max(parses, key=fit).normal_form) if parses else word.lower()
    return normal_form.replace("ё", "е")


@Language.factory("slovnet")
class SlovnetPipe:
    """A spaCy component that sets pos, morph, head, dep and lemma of Russian tokens."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Tag one document."""
        return next(iter(self.pipe([doc])))

    def pipe(self, stream: Iterable[Doc], batch_size: int = BATCH) -> Iterator[Doc]:
        """Tag documents in batches, since the network is faster on many sentences at once."""
        docs = iter(stream)
        morph, syntax = models()
        while batch := list(islice(docs, batch_size)):
            filled = [doc for doc in batch if len(doc)]
            words = [[token.text for token in doc] for doc in filled]
            for doc, tags, tree in zip(filled, morph.map(words), syntax.map(words), strict=True):
                _annotate(doc, tags.tokens, tree.tokens)
            yield from batch


def _annotate(doc: Doc, tags: list[Any], tree: list[Any]) -> None:
    for index, (token, tag, node) in enumerate(zip(doc, tags, tree, strict=True)):
        token.pos_ = tag.pos
        token.set_morph(  # type: ignore[attr-defined]  # in spaCy since 3.0, absent from its stub
            "|".join(f"{key}={value}" for key, value in sorted(tag.feats.items()))
        )
        token.lemma_ = lemma(token.text, tag.pos, tag.feats.get("Case", ""), tag.feats.get("Number", ""))
        head = int(node.head_id) - 1
        token.head = doc[head] if 0 <= head < len(doc) and head != index else token
        token.dep_ = "ROOT" if token.head is token or head < 0 else node.rel
