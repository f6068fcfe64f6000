"""A vector of the letters of a text: hashed character n-grams with TF-IDF weights.

Together with an encoder's vector it lets literal matches count in the cosine:
rare words, names, codes. N-grams are hashed into 2^18 places, each with its
inverse document frequency. These are added with random signs into 1,024
dimensions (feature hashing, Weinberger et al. 2009), which changes cosines by
about 0.03.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alignment.encoders.interface import Vectors, unit

# Places of the hashed letters, and dimensions they are thrown into at random: a cosine in so many is off by a thirtieth
# (one over the square root), which a teacher of 15 % does not feel.
PLACES, WIDTH = 2**18, 1024
SEED = 20261125  # of the random signs and columns: any, but the same in each run
# Letters of an n-gram, as in the baseline of letters (`alignment.evaluation.scorers`).
NGRAMS = (2, 4)


class Lexical:
    """Texts → unit vectors; ``weights`` has the inverse document frequency of each place, shape (PLACES,)."""

    def __init__(self, weights: NDArray[np.float32]) -> None:
        from scipy.sparse import coo_array

        random = np.random.default_rng(SEED)
        signs = random.choice(np.asarray([-1.0, 1.0], dtype=np.float32), PLACES)
        columns = random.integers(0, WIDTH, PLACES)
        self._down = coo_array((signs * weights, (np.arange(PLACES), columns)), shape=(PLACES, WIDTH)).tocsr()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), WIDTH)."""
        counts = counted(texts)
        counts.data = 1 + np.log(counts.data)
        return unit(np.asarray((counts @ self._down).todense(), dtype=np.float32))


def counted(texts: Sequence[str]) -> Any:
    """How often each place occurs in each text, sparse, shape (len(texts), PLACES)."""
    from sklearn.feature_extraction.text import HashingVectorizer

    vectorizer = HashingVectorizer(
        analyzer="char_wb", ngram_range=NGRAMS, n_features=PLACES, alternate_sign=False, norm=None, dtype=np.float32
    )
    return vectorizer.transform(texts).tocsr()


def frequencies(texts: Sequence[str]) -> NDArray[np.float32]:
    """Inverse document frequency of each place (smoothed, as scikit-learn's TF-IDF), shape (PLACES,)."""
    seen = np.bincount(counted(texts).indices, minlength=PLACES)
    return np.asarray(np.log((1 + len(texts)) / (1 + seen)) + 1, dtype=np.float32)
