"""Weights of the lemmas that most work functions use: the field ``common`` of the verdict model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from alignment.cache import Cache
from alignment.matching.contextual_text import analyses
from alignment.model import Standard

FILE = "common-lemmas.json"
# Lemmas that get a weight. The last of them weighs 0.56; those beyond are rare enough to count whole. The labels that
# the models learned from were made under it: another number needs the steps reranker and verdict again.
COMMON = 400


def common_lemmas(standards: Sequence[Standard], cache: Cache) -> dict[str, float]:
    """The weights (0 to 1) of the lemmas that most work functions use: their idf, divided by the largest idf."""
    counts: Counter[str] = Counter()
    total = 0
    for standard in standards:
        for general in standard.functions:
            for function in general.functions:
                known = analyses((item.text for item in function.requirements), cache)
                counts.update({lemma for item in known.values() for lemma in item.lemmas})
                total += 1
    common = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:COMMON]
    return {lemma: round(float(np.log(total / count) / np.log(total)), 3) for lemma, count in common if count > 2}
