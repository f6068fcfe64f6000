"""Features of single words: whether each word of a requirement has a counterpart in the statement, in any language.

Vectors of whole texts show how near two subjects are, but not whether a
statement has everything that a requirement asks. The nearest counterpart of each
word, weighted by how rare the word is, shows this: it is the soft token recall
and precision of BERTScore (Zhang et al. 2020), here on vectors of single lemmas.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from alignment.encoders import Encoder
from alignment.language.analysis import Analysis

# Below the first cosine two words are strangers, above the second they say the same. Set anew with the
# encoder whose common cosine is fixed (`alignment.encoders.fine_tuned.COMMON_COSINE`): both belong to its scale.
# The models are fitted under them: with 0.75 for the second 87 of 751 verdicts of judged programs change.
UNRELATED_COSINE, SYNONYM_COSINE = 0.37, 0.825
# Half way between: what is below is told as missing.
COUNTERPART_COSINE = (UNRELATED_COSINE + SYNONYM_COSINE) / 2

CosineMatrix = NDArray[np.float32]


class WordVectors:
    """Unit vectors of all lemmas in some analyses; `row_of` maps a lemma to its row in ``vectors``."""

    def __init__(self, encoder: Encoder, analyses: Iterable[Analysis]) -> None:
        lemmas = list(dict.fromkeys(lemma for item in analyses for lemma in item.lemmas))
        self.row_of = {lemma: index for index, lemma in enumerate(lemmas)}
        self.vectors = encoder.encode(lemmas)

    def counterparts(
        self, analysis: Analysis, others: Sequence[Analysis], weights: Mapping[str, float]
    ) -> CosineMatrix:
        """How far the words of one text have counterparts in others and vice versa, shape (others, 3).

        The columns are the weighted share of ``analysis`` that has a counterpart in
        the other text (recall), the weighted share of the other text that has one in
        ``analysis`` (precision), both from 0 to 1, and the highest cosine to an
        object of ``analysis``.

        Args:
            analysis: the analysis of the requirement.
            others: the analyses of statements.
            weights: lemma → weight (`alignment.matching.lexical.lemma_weights`).
        """
        result = np.zeros((len(others), 3), dtype=np.float32)
        mine = list(dict.fromkeys(analysis.lemmas))
        theirs = [list(dict.fromkeys(other.lemmas)) for other in others]
        filled = [index for index, lemmas in enumerate(theirs) if lemmas]
        if not mine or not filled:
            return result
        columns = [lemma for index in filled for lemma in theirs[index]]
        starts = np.cumsum([0, *(len(theirs[index]) for index in filled)])[:-1]
        cosines = self._vectors_of(mine) @ self._vectors_of(columns).T
        near = np.clip((cosines - UNRELATED_COSINE) / (SYNONYM_COSINE - UNRELATED_COSINE), 0, 1)
        own_weights = np.asarray([weights.get(lemma, 1.0) for lemma in mine], dtype=np.float32)
        other_weights = np.asarray([weights.get(lemma, 1.0) for lemma in columns], dtype=np.float32)
        nearest = np.maximum.reduceat(near, starts, axis=1)
        objects = [row for row, lemma in enumerate(mine) if lemma in analysis.objects] or list(range(len(mine)))
        result[filled, 0] = own_weights @ nearest / own_weights.sum()
        total = np.add.reduceat(other_weights, starts)
        result[filled, 1] = np.add.reduceat(near.max(axis=0) * other_weights, starts) / total
        result[filled, 2] = np.maximum.reduceat(cosines[objects].max(axis=0), starts)
        return result

    def missing(self, analysis: Analysis, other: Analysis) -> tuple[str, ...]:
        """The lemmas of ``analysis`` without a counterpart in ``other``, in their order."""
        mine = list(dict.fromkeys(analysis.lemmas))
        if not mine or not other.lemmas:
            return tuple(mine)
        best = (self._vectors_of(mine) @ self._vectors_of(other.lemmas).T).max(axis=1)
        return tuple(lemma for lemma, cosine in zip(mine, best, strict=True) if cosine < COUNTERPART_COSINE)

    def _vectors_of(self, lemmas: Sequence[str]) -> CosineMatrix:
        return self.vectors[[self.row_of[lemma] for lemma in lemmas]]
