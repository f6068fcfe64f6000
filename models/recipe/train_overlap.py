"""Train the model of links between work functions, in step overlap of the pipeline.

Two O*NET tasks of different occupations that share a detailed work activity
(DWA) count as the same work. Only tasks of occupations that the training of the
encoder did not see are used. The model is trained on half of the DWAs and
measured on the other half.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss

from alignment.analysis.overlap.chance import NEIGHBOURS, Chance
from alignment.encoders import Encoder
from alignment.evaluation.links import half_of, held_out, tsv


class Tasks(msgspec.Struct, frozen=True, kw_only=True):
    """Tasks, with the occupation and the DWAs of each."""

    texts: tuple[str, ...]
    occupations: tuple[str, ...]
    activities: tuple[frozenset[str], ...]


def held_out_tasks(folder: Path, half: int | None = None) -> Tasks:
    """Tasks of held-out occupations; with ``half`` (0 or 1) only tasks whose DWAs are all in that half."""
    occupation = {row["Task ID"]: row["O*NET-SOC Code"] for row in tsv(folder / "task_statements.tsv")}
    text = {row["Task ID"]: row["Task"] for row in tsv(folder / "task_statements.tsv")}
    by_text: dict[str, set[str]] = defaultdict(set)
    for row in tsv(folder / "tasks_to_dwas.tsv"):
        if row["Task ID"] in occupation and held_out(occupation[row["Task ID"]]):
            by_text[row["Task ID"]].add(row["DWA ID"])
    kept = [task for task, own in by_text.items() if half is None or {half_of(item) for item in own} == {half}]
    return Tasks(
        texts=tuple(text[task] for task in kept),
        occupations=tuple(occupation[task] for task in kept),
        activities=tuple(frozenset(by_text[task]) for task in kept),
    )


class Pairs(msgspec.Struct, frozen=True):
    """Pairs of tasks: cosine, mean density (`Chance`), whether they share a DWA; shape (pairs,) each."""

    cosines: NDArray[np.float32]
    density: NDArray[np.float32]
    same: NDArray[np.bool_]


def pairs_of(tasks: Tasks, encoder: Encoder) -> Pairs:
    """All pairs of tasks of different occupations."""
    vectors = encoder.encode(list(tasks.texts))
    cosines = vectors @ vectors.T
    names = np.asarray(tasks.occupations)
    other = names[:, None] != names[None]
    near = np.where(other, cosines, 0.0)
    density = np.sort(near, axis=1)[:, -NEIGHBOURS:].clip(0).mean(axis=1)
    one, two = np.triu_indices(len(names), 1)
    kept = other[one, two]
    one, two = one[kept], two[kept]
    return Pairs(cosines[one, two], (density[one] + density[two]) / 2, same_of(tasks)[one, two])


def same_of(tasks: Tasks) -> NDArray[np.bool_]:
    """Whether two tasks share a DWA, shape (tasks, tasks)."""
    known = sorted(frozenset().union(*tasks.activities)) if tasks.activities else []
    column = {name: number for number, name in enumerate(known)}
    has = np.zeros((len(tasks.texts), len(known)), dtype=np.int32)
    for row, own in enumerate(tasks.activities):
        has[row, [column[name] for name in own]] = 1
    return np.asarray(has @ has.T > 0, dtype=np.bool_)


def train(folder: Path, encoder: Encoder) -> Chance:
    """The model for the vectors of an encoder, with its figures on the half of the DWAs that it did not see."""
    fit, measure = (held_out_tasks(folder, half) for half in (0, 1))
    pairs = pairs_of(fit, encoder)
    features = np.stack([pairs.cosines, pairs.cosines - pairs.density], axis=1)
    # Two features and thousands of pairs: 1e4 is next to no regularization, 1000 rounds more than it takes.
    model = LogisticRegression(C=1e4, max_iter=1000).fit(features, pairs.same)
    (cosine, beyond), constant = model.coef_[0], float(model.intercept_[0])
    chance = Chance(engine=encoder.name, cosine=float(cosine), beyond=float(beyond), constant=constant)
    test = pairs_of(measure, encoder)
    chances = chance(test.cosines, test.density)
    figures = {
        "pairs": float(len(chances)),
        "same": float(test.same.sum()),
        "average_precision": float(average_precision_score(test.same, chances)),
        "brier": float(brier_score_loss(test.same, chances)),
        "expected_same": float(chances.sum()),
    }
    return msgspec.structs.replace(chance, figures={name: round(value, 4) for name, value in figures.items()})
