"""Precedents: graded pairs that are like a pair (requirement, statement), and what the reader said of them.

A careful reader has graded hundreds of thousands of pairs of real programs and
standards (corpora/gold/real). How near pairs were graded says more of a new one
than any measure of its words: kernel regression over pairs (Nadaraya 1964,
Watson 1964), the kernel being the product of one over requirements and one over
statements. Three widths are features, from "this very requirement" to "anything
of the kind"; each comes with its weight, so that the models know how much
stands behind it. models/precedents.npz holds the pairs; its card says what they
are worth on standards that have precedents and on those that have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from alignment.encoders import Vectors
from alignment.errors import SettingsError, why
from alignment.i18n import message as _
from alignment.model import Noun

PRECEDENTS_FILE = "precedents.npz"
# Exponents of the kernel: exp(a (cos - 1)) over requirements times exp(b (cos - 1)) over statements. The first couple
# sees hardly more than the requirement itself, the last all of its neighbourhood. On programs never seen the three
# together have a mean kappa 0.03 above the first alone, the first two 0.002 below all three.
WIDTHS = {"same": (60.0, 12.0), "near": (12.0, 12.0), "wide": (6.0, 8.0)}
# Requirements with a lower cosine are no precedents: at 0.5 the widest kernel weighs 0.05.
MIN_COSINE = 0.5
# A requirement with such a cosine is the same, or the same with a misprint or a word exchanged (112 of the 5,053 texts
# have such a twin); 8 bits keep a vector to 0.999. Statements with such a cosine are said to have the same words.
SAME_COSINE = 0.98
# Vectors that are compared with all judged ones at a time: 26 MB.
COMPARED = 1024
# Shares of grade 1 or 2 and of grade 2 in the first 116 judged sets, and the weight with which they count beside the
# precedents: a fiftieth of one that is the very pair.
PRIOR_AT_LEAST_PARTIAL, PRIOR_COVERS, PRIOR_WEIGHT = 0.12, 0.01, 0.02
# Weights are kept above this before their logarithm is taken: a twentieth of the prior's.
MIN_WEIGHT = 0.001
LARGEST_BYTE = 127  # of a signed byte, in which vectors are kept
MEASURES = ("at_least_partial", "covers", "weight")
PRECEDENT_FEATURES = tuple(f"precedents_{width}_{measure}" for width in WIDTHS for measure in MEASURES)

Matrix = NDArray[np.float32]


class Precedent(Noun, frozen=True, kw_only=True):
    """One graded pair, as explanations show it; ``likeness`` is the kernel "near", 0 to 1."""

    requirement: str
    statement: str
    discipline: str
    grade: int
    likeness: float


@dataclass(frozen=True, kw_only=True)
class Precedents:
    """Graded pairs of judged programs and standards.

    ``centre``, shape (dimensions,), and ``axes``, shape (dimensions, d), map vectors of the encoder to the d principal
    axes in which likeness is measured; ``requirement_vectors`` and ``statement_vectors`` are such, of length 1. A pair
    is a place in ``pair_requirement``, ``pair_statement`` and ``grades``, sorted by requirement. Of each requirement
    and statement the text is kept, and of each statement the discipline in which it was first judged.
    """

    version: str
    encoder: str
    centre: Vectors
    axes: Vectors
    requirement_vectors: Vectors
    statement_vectors: Vectors
    pair_requirement: NDArray[np.int64]
    pair_statement: NDArray[np.int64]
    grades: NDArray[np.int64]
    requirements: Sequence[str]
    statements: Sequence[str]
    disciplines: Sequence[str]

    @cached_property
    def _first_pair(self) -> NDArray[np.int64]:
        """Place of the first pair of each requirement, and the number of pairs last."""
        return np.searchsorted(self.pair_requirement, np.arange(len(self.requirement_vectors) + 1))

    def mapped(self, vectors: Vectors) -> Vectors:
        """Vectors of the encoder in the axes of the precedents, of length 1, shape (n, d)."""
        return mapped(vectors, self.centre, self.axes)

    def features(
        self,
        requirement: Vectors,
        statements: Vectors,
        hidden: Sequence[NDArray[np.bool_]] = (),
        *,
        same_words: bool = True,
    ) -> NDArray[np.float32]:
        """`PRECEDENT_FEATURES` of one requirement with several statements.

        Args:
            requirement: its vector by the encoder, shape (dimensions,).
            statements: theirs, shape (n, dimensions).
            hidden: for training: pairs that may not be seen, each of shape (pairs,).
            same_words: whether precedents count whose statement has the same words as the one at hand (`SAME_COSINE`).

        Returns:
            Shares as log-odds and weights as logarithms, shape (n, features); with ``hidden`` one such table for each
            of its arrays, shape (len(hidden), n, features).
        """
        pairs, likeness = self._neighbours(requirement)
        # A statement that was judged for several requirements is compared once; its pairs add up in its column.
        order = np.argsort(self.pair_statement[pairs], kind="stable")
        pairs, likeness = pairs[order], likeness[order]
        judged, first_pairs = np.unique(self.pair_statement[pairs], return_index=True)
        cosines = np.zeros((len(statements), 0), dtype=np.float32)
        if len(judged):
            cosines = self.mapped(statements) @ self.statement_vectors[judged].T
        grades = self.grades[pairs]
        seen = np.asarray([~mask[pairs] for mask in hidden] or [np.ones(len(pairs), dtype=bool)])
        table = np.empty((len(seen), len(statements), len(PRECEDENT_FEATURES)), dtype=np.float32)
        kernels = {width: np.exp(width * (cosines - 1)).T for _, width in WIDTHS.values()}
        if not same_words:
            other_words = (cosines < SAME_COSINE).T
            kernels = {width: kernel * other_words for width, kernel in kernels.items()}
        for place, (of_requirements, of_statements) in enumerate(WIDTHS.values()):
            weight = seen * np.exp(of_requirements * (likeness - 1))
            kernel = kernels[of_statements]
            total, partial, covers = (
                _sums(weight * counted, first_pairs) @ kernel for counted in (1, grades >= 1, grades == 2)
            )
            first = place * len(MEASURES)
            for column, count, prior in ((0, partial, PRIOR_AT_LEAST_PARTIAL), (1, covers, PRIOR_COVERS)):
                share = (count + prior * PRIOR_WEIGHT) / (total + PRIOR_WEIGHT)
                table[..., first + column] = np.log(share / (1 - share))
            table[..., first + 2] = np.log(total + MIN_WEIGHT)
        return table if len(hidden) else table[0]

    def known_share(self, requirements: Vectors) -> float:
        """The share of requirements that were judged before, by their vectors, shape (n, dimensions)."""
        return self._share_in(requirements, self.requirement_vectors)

    def same_words_share(self, statements: Vectors) -> float:
        """The share of statements that were judged before word for word, by their vectors, shape (n, dimensions)."""
        return self._share_in(statements, self.statement_vectors)

    def _share_in(self, vectors: Vectors, judged: Vectors) -> float:
        """The share of ``vectors`` of which ``judged`` has the same."""
        if not len(judged) or not len(vectors):
            return 0.0
        own = self.mapped(vectors)
        parts = (own[start : start + COMPARED] @ judged.T for start in range(0, len(own), COMPARED))
        return float(np.mean(np.concatenate([part.max(axis=1) for part in parts]) >= SAME_COSINE))

    def nearest(self, requirement: Vectors, statement: Vectors, count: int) -> list[Precedent]:
        """The ``count`` graded pairs most like one pair, nearest first, each text of a statement once."""
        pairs, likeness = self._neighbours(requirement)
        if not len(pairs):
            return []
        of_requirements, of_statements = WIDTHS["near"]
        cosines = self.statement_vectors[self.pair_statement[pairs]] @ self.mapped(statement[None])[0]
        kernel = np.exp(of_statements * (cosines - 1) + of_requirements * (likeness - 1))
        result: dict[str, Precedent] = {}
        for place in np.argsort(-kernel, kind="stable"):
            pair = pairs[place]
            text = self.statements[self.pair_statement[pair]]
            if text not in result:
                result[text] = Precedent(
                    requirement=self.requirements[self.pair_requirement[pair]],
                    statement=text,
                    discipline=self.disciplines[self.pair_statement[pair]],
                    grade=int(self.grades[pair]),
                    likeness=round(float(min(1.0, kernel[place])), 4),
                )
            if len(result) == count:
                break
        return list(result.values())

    def _neighbours(self, requirement: Vectors) -> tuple[NDArray[np.int64], Matrix]:
        """Pairs of requirements like this one, and the cosine of each with it."""
        if not len(self.requirement_vectors):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        cosines = self.requirement_vectors @ self.mapped(requirement[None])[0]
        near = np.flatnonzero(cosines > MIN_COSINE)
        first = self._first_pair
        counts = first[near + 1] - first[near]
        # The ranges of pairs of all these requirements, one after the other.
        pairs = np.arange(counts.sum()) + np.repeat(first[near] - np.cumsum(counts) + counts, counts)
        return pairs, np.repeat(cosines[near], counts)


def _sums(values: Matrix, first: NDArray[np.int64]) -> Matrix:
    """Sums over the groups of columns that begin at the places ``first``, shape (rows, groups)."""
    if not len(first):
        return np.zeros((len(values), 0), dtype=np.float32)
    return np.add.reduceat(values.astype(np.float32), first, axis=1)


def no_precedents() -> Precedents:
    """Precedents of nothing: every feature says that nothing is known."""
    empty = np.zeros((0, 1), dtype=np.float32)
    none = np.zeros(0, dtype=np.int64)
    return Precedents(
        version="",
        encoder="",
        centre=np.zeros(1, dtype=np.float32),
        axes=np.zeros((1, 1), dtype=np.float32),
        requirement_vectors=empty,
        statement_vectors=empty,
        pair_requirement=none,
        pair_statement=none,
        grades=none,
        requirements=(),
        statements=(),
        disciplines=(),
    )


def save_precedents(path: Path, precedents: Precedents) -> None:
    """Write them; vectors in 8 bits, texts as UTF-8 lines."""
    np.savez_compressed(
        path,
        version=np.asarray(precedents.version),
        encoder=np.asarray(precedents.encoder),
        centre=precedents.centre.astype(np.float16),
        axes=precedents.axes.astype(np.float16),
        requirement_vectors=in_8_bits(precedents.requirement_vectors),
        statement_vectors=in_8_bits(precedents.statement_vectors),
        pair_requirement=precedents.pair_requirement.astype(np.int32),
        pair_statement=precedents.pair_statement.astype(np.int32),
        grades=precedents.grades.astype(np.int8),
        requirements=_lines(precedents.requirements),
        statements=_lines(precedents.statements),
        disciplines=_lines(precedents.disciplines),
    )


def load_precedents(folder: Path) -> Precedents:
    """The precedents in a folder of models.

    Raises:
        SettingsError: the file is missing or damaged.
    """
    path = folder / PRECEDENTS_FILE
    try:
        with np.load(path, allow_pickle=False) as kept:
            return Precedents(
                version=str(kept["version"]),
                encoder=str(kept["encoder"]),
                centre=kept["centre"].astype(np.float32),
                axes=kept["axes"].astype(np.float32),
                requirement_vectors=of_length_1(kept["requirement_vectors"]),
                statement_vectors=of_length_1(kept["statement_vectors"]),
                pair_requirement=kept["pair_requirement"].astype(np.int64),
                pair_statement=kept["pair_statement"].astype(np.int64),
                grades=kept["grades"].astype(np.int64),
                requirements=_texts(kept["requirements"]),
                statements=_texts(kept["statements"]),
                disciplines=_texts(kept["disciplines"]),
            )
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise SettingsError(
            _("the precedents cannot be read: {error}.", error=why(error)),
            file=str(path),
            hint=_("Install the package again."),
        ) from error


def mapped(vectors: Vectors, centre: Vectors, axes: Vectors) -> Vectors:
    """Vectors of the encoder, shape (n, dimensions), in ``axes`` from ``centre``, of length 1, shape (n, d)."""
    return of_length_1((vectors - centre) @ axes)


def in_8_bits(vectors: Vectors) -> NDArray[np.int8]:
    """Vectors as they are kept, each scaled by its largest part; their length is lost."""
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9)
    return np.asarray(np.round(vectors / largest * LARGEST_BYTE), dtype=np.int8)


def of_length_1(vectors: NDArray[np.number[Any]]) -> Vectors:
    """Vectors, also what `in_8_bits` kept, as such of length 1."""
    vectors = vectors.astype(np.float32)
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def _lines(texts: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(" ".join(text.split()) for text in texts).encode(), dtype=np.uint8)


def _texts(lines: NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(lines.tobytes().decode().split("\n")) if len(lines) else ()
