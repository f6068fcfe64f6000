"""Precedents made of judged sets, and the features of judged requirements when some of them must not be seen.

A model must not learn from the answer itself: of a judged requirement no pair of
its own program is ever seen. Rows are made twice, with and without the pairs of
its own standard, so that a model learns what precedents are worth both for a
standard that has some and for one that has none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from alignment.encoders import Encoder, Vectors
from alignment.evaluation.judged_sets import JudgedSet
from alignment.evaluation.training_rows import TrainingRow, vector_text
from alignment.matching.features import PAIR_FEATURES, Matrix
from alignment.matching.precedents import PRECEDENT_FEATURES, Precedents, in_8_bits, mapped, of_length_1
from alignment.progress import Progress

# Principal axes that likeness is measured in: with 128, 256 and all 512 the mean kappa on programs never seen was
# 0.551, 0.551 and 0.545.
AXES = 256
PROGRESS_EVERY = 50  # rows: a quarter of a second
# The columns of `PRECEDENT_FEATURES` stand side by side from here.
FIRST_COLUMN = PAIR_FEATURES.index(PRECEDENT_FEATURES[0])


class JudgedPairs(NamedTuple):
    """Precedents with the program and the standard of each pair, shape (pairs,)."""

    precedents: Precedents
    programs: NDArray[np.str_]
    standards: NDArray[np.str_]


class View(NamedTuple):
    """What a row may see: ``visible``, shape (pairs,), and whether that includes its own standard."""

    visible: NDArray[np.bool_]
    own_standard: bool = True


def precedents_of(sets: Sequence[JudgedSet], encoder: Encoder) -> JudgedPairs:
    """All graded pairs of judged sets; two grades of one pair by two sets stand as two pairs."""
    requirements: dict[str, int] = {}
    statements: dict[str, int] = {}
    disciplines: list[str] = []
    rows = []
    for where in sets:
        by_id = {item.id: item for item in where.program.statements()}
        for judged in where.requirements:
            text = vector_text(judged.requirement.text, f"{where.standard.title}: {judged.function.name}")
            requirement = requirements.setdefault(text, len(requirements))
            for identifier, grade in judged.grades.items():
                statement = by_id[identifier]
                other = vector_text(statement.text, statement.discipline)
                if other not in statements:
                    disciplines.append(statement.discipline)
                rows.append(
                    (
                        requirement,
                        statements.setdefault(other, len(statements)),
                        grade,
                        where.program.title,
                        where.standard.code,
                    )
                )
    rows.sort(key=lambda row: row[0])
    vectors = encoder.encode([*requirements, *statements])
    centre = vectors.mean(axis=0)
    axes = _principal_axes(vectors - centre)
    reduced = of_length_1(in_8_bits(mapped(vectors, centre, axes)))
    split = len(requirements)
    pair_requirement, pair_statement, grades, programs, standards = zip(*rows, strict=True)
    pairs = [np.asarray(column, dtype=np.int64) for column in (pair_requirement, pair_statement, grades)]
    return JudgedPairs(
        Precedents(
            version=_version(*pairs, [*requirements, *statements]),
            encoder=encoder.name,
            centre=centre.astype(np.float16).astype(np.float32),
            axes=axes.astype(np.float16).astype(np.float32),
            requirement_vectors=reduced[:split],
            statement_vectors=reduced[split:],
            pair_requirement=pairs[0],
            pair_statement=pairs[1],
            grades=pairs[2],
            requirements=tuple(requirements),
            statements=tuple(statements),
            disciplines=tuple(disciplines),
        ),
        np.asarray(programs),
        np.asarray(standards),
    )


def _principal_axes(centred: Vectors) -> Vectors:
    """The axes of largest variance, shape (dimensions, `AXES`), each with its largest part positive."""
    values, axes = np.linalg.eigh(centred.T.astype(np.float64) @ centred)
    kept = axes[:, np.argsort(-values)[:AXES]]
    signs = np.sign(kept[np.abs(kept).argmax(axis=0), np.arange(kept.shape[1])])
    return np.asarray(kept * signs, dtype=np.float32)


def _version(*parts: NDArray[np.int64] | Sequence[str]) -> str:
    digest = hashlib.blake2b(digest_size=4)
    for part in parts:
        digest.update(part.tobytes() if isinstance(part, np.ndarray) else "\n".join(part).encode())
    return f"precedents-1-{digest.hexdigest()}"


def precedent_tables(
    items: Sequence[TrainingRow],
    judged: JudgedPairs,
    views: Sequence[View],
    progress: Progress | None = None,
    *,
    same_words: bool = True,
) -> list[Matrix]:
    """`PRECEDENT_FEATURES` of each row's candidates in each view, shapes (views, candidates, features).

    No row ever sees a pair of its own program, nor, without ``same_words``, one whose statement has its candidate's
    words.
    """
    tables = []
    # Rows stand set by set, so that the masks of one set are kept at a time.
    last, hidden = ("", ""), list[NDArray[np.bool_]]()
    for number, item in enumerate(items, 1):
        of_set = item.where.program.title, item.where.standard.code
        if of_set != last:
            own_program, own_standard = judged.programs == of_set[0], judged.standards == of_set[1]
            hidden = [own_program | ~view.visible | (own_standard & (not view.own_standard)) for view in views]
            last = of_set
        vectors = item.vectors.astype(np.float32)
        tables.append(judged.precedents.features(vectors[0], vectors[1:], hidden, same_words=same_words))
        if progress and number % PROGRESS_EVERY == 0:
            progress("precedents", number, len(items))
    return tables


def with_precedents(item: TrainingRow, table: Matrix) -> TrainingRow:
    """The row with precedents as one view shows them, shape (candidates, features)."""
    features = item.features.copy()
    features[:, FIRST_COLUMN : FIRST_COLUMN + len(PRECEDENT_FEATURES)] = table
    return msgspec.structs.replace(item, features=features)


def both_views(
    items: Sequence[TrainingRow], judged: JudgedPairs, progress: Progress | None = None
) -> list[TrainingRow]:
    """The rows with the precedents of their own standard, and then again without."""
    every = np.ones(len(judged.standards), dtype=bool)
    views = [View(every), View(every, own_standard=False)]
    tables = precedent_tables(items, judged, views, progress)
    return [with_precedents(item, table[view]) for view in (0, 1) for item, table in zip(items, tables, strict=True)]
