"""Word by word: has each word of the requirement a counterpart among the statement's words, in whichever language?

Vectors of whole texts say how near two matters are, not whether all of the one
is in the other. The nearest counterpart of each word, weighted by how telling
the word is, does: the soft token recall and precision of BERTScore (Zhang et
al. 2020), here on vectors of single lemmas.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from alignment.encoders import Encoder
from alignment.language.analysis import Analysis

# Below the first cosine two words are strangers, above the second they say the same. Set anew with the
# encoder whose common cosine is fixed (`alignment.encoders.adapted.COMMON_COSINE`): both belong to its scale.
# The models are fitted under them: with 0.75 for the second 87 of 751 verdicts of judged programs change.
UNRELATED_COSINE, SYNONYM_COSINE = 0.37, 0.825
# Half way between: what is below is told as missing.
COUNTERPART_COSINE = (UNRELATED_COSINE + SYNONYM_COSINE) / 2

Matrix = NDArray[np.float32]


class WordVectors:
    """Vectors of all lemmas of some analyses."""

    def __init__(self, encoder: Encoder, analyses: Iterable[Analysis]) -> None:
        lemmas = list(dict.fromkeys(lemma for item in analyses for lemma in item.lemmas))
        self.row_of = {lemma: index for index, lemma in enumerate(lemmas)}
        self.vectors = encoder.encode(lemmas)

    def counterparts(self, analysis: Analysis, others: Sequence[Analysis], weights: Mapping[str, float]) -> Matrix:
        """How far others have one text's words, shape (others, 3).

        The columns: how much of ``analysis`` has a counterpart in the other and how
        much of the other has one in ``analysis``, each 0 to 1, and the nearest
        cosine to an object of ``analysis``. Words weigh as in `alignment.matching.lexical`.
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
        """The lemmas of ``analysis`` that have no counterpart in the other, in their order."""
        mine = list(dict.fromkeys(analysis.lemmas))
        if not mine or not other.lemmas:
            return tuple(mine)
        best = (self._vectors_of(mine) @ self._vectors_of(other.lemmas).T).max(axis=1)
        return tuple(lemma for lemma, cosine in zip(mine, best, strict=True) if cosine < COUNTERPART_COSINE)

    def _vectors_of(self, lemmas: Sequence[str]) -> Matrix:
        return self.vectors[[self.row_of[lemma] for lemma in lemmas]]
