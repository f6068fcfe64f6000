"""Judged requirements as the verdict models see them: candidates with their features, the answers of the reranker."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from alignment.encoders import Encoder
from alignment.evaluation.heldout import Answers, heldout_key
from alignment.evaluation.real import JudgedSet
from alignment.matching.aligner import Aligner, Candidates, unread
from alignment.matching.features import Averages, Matrix
from alignment.matching.features import rows as pair_rows
from alignment.matching.meeting import Meeting
from alignment.matching.reranking import RERANKED, Reranker, pair_of
from alignment.matching.texts import Side
from alignment.matching.verdict import VerdictModel
from alignment.model import Kind, Verdict

Scores = NDArray[np.float64]
Progress = Callable[[str, int, int], None]
NOT_READ = np.full(2, np.nan, dtype=np.float32)


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One judged requirement as the models see it.

    ``features`` are those of its candidates, shape (candidates, pair features);
    ``pairs`` their texts for the reranker and ``read`` its log-odds, shape
    (candidates, 2), NaN where it has not read; ``grades`` has 0, 1, 2, and -1
    for candidates that nobody graded; ``candidates`` their places in the
    program; ``summary`` gives the features of the requirement for chances of
    its candidates, ``best`` the places of those that a check would have
    reranked, for their expected credit.
    """

    where: JudgedSet
    index: int
    features: Matrix
    pairs: tuple[tuple[str, str], ...]
    read: Matrix
    grades: NDArray[np.int64]
    candidates: NDArray[np.int64]
    summary: Callable[[Scores], NDArray[np.float32]]
    best: Callable[[Scores], list[int]]

    def reranked(self, model: VerdictModel) -> Matrix:
        """The reranker's log-odds of the candidates that a check with this model would have it read, NaN elsewhere."""
        shown = unread(len(self.read))
        if model.second is not None:
            places = self.best(model.probability(self.features))
            shown[places] = self.read[places]
        return shown

    @property
    def verdict(self) -> Verdict:
        """The reader's verdict."""
        return self.where.requirements[self.index].verdict


def averages_of(sets: Sequence[JudgedSet], encoder: Encoder) -> Averages:
    """The mean vector of a statement and of a requirement; every program and every standard weighs the same."""
    programs = {where.program.title: where.program for where in sets}.values()
    standards = {where.standard.code: where.standard for where in sets}.values()
    statements = [[_vector_text(item.text, item.discipline) for item in each.statements()] for each in programs]
    requirements = [
        [_vector_text(item.text, f"{each.title}: {function.name}") for _, function, item in each.requirements()]
        for each in standards
    ]
    statement, requirement = (
        np.mean([encoder.encode(texts).mean(axis=0) for texts in side], axis=0) for side in (statements, requirements)
    )
    return Averages(statement, requirement)


def _vector_text(text: str, context: str) -> str:
    return Side.of(text=text, kind=Kind.TOPIC, context=context).plain.text


def measured(
    sets: Sequence[JudgedSet],
    aligner: Aligner,
    heldout: Answers | None = None,
    progress: Progress | None = None,
) -> list[Judged]:
    """The judged requirements of all sets with the features of the candidates that a check would score.

    ``heldout`` is what the reranker said of pairs that it had not learned from
    (`alignment.evaluation.heldout`); without it the aligner's own reranker, if there is one, reads the best candidates.
    """
    found: list[Judged] = []
    for number, where in enumerate(sets, 1):
        items = _of_set(where, aligner, heldout or {})
        if heldout is None and aligner.reranker is not None:
            _read(items, aligner.reranker, aligner.model)
        found += items
        if progress:
            progress("match", number, len(sets))
    return found


def _of_set(where: JudgedSet, aligner: Aligner, heldout: Answers) -> list[Judged]:
    meeting = aligner.meet(where.program, where.standard)
    by_id = {item.id: (index, item.text) for index, (_, _, item) in enumerate(meeting.tree)}
    by_text = {item.text: index for index, (_, _, item) in reversed(list(enumerate(meeting.tree)))}
    place = {statement.id: index for index, statement in enumerate(meeting.statements)}
    found = []
    for number, judged in enumerate(where.requirements):
        index, text = by_id.get(judged.requirement.id, (-1, ""))
        if text != judged.requirement.text:  # another edition counts its requirements otherwise
            index = by_text[judged.requirement.text]
        side, cosines = meeting.left[index], meeting.space.cosines(index)
        own = aligner.scored(meeting, side, cosines).chosen
        graded = {place[statement]: grade for statement, grade in judged.grades.items()}
        chosen = np.union1d(own, np.asarray(sorted(graded), dtype=np.int64))
        right = [meeting.right[i] for i in chosen]
        features = pair_rows(side, right, cosines[:, chosen], meeting.known, meeting.words, meeting.weights)
        is_own = np.isin(chosen, own)
        pairs = tuple(pair_of(side, other) for other in right)
        keys = [heldout_key(where.name, pair) for pair in pairs]

        summary, best = _views(aligner, meeting, side, Candidates(chosen, features, unread(len(chosen))), is_own)
        found.append(
            Judged(
                where=where,
                index=number,
                features=features,
                pairs=pairs,
                read=np.stack([heldout.get(key, NOT_READ) for key in keys]),
                grades=np.asarray([graded.get(int(i), -1) for i in chosen]),
                candidates=chosen,
                summary=summary,
                best=best,
            )
        )
    return found


def _views(
    aligner: Aligner, meeting: Meeting, side: Side, candidates: Candidates, is_own: NDArray[np.bool_]
) -> tuple[Callable[[Scores], NDArray[np.float32]], Callable[[Scores], list[int]]]:
    """`Judged.summary` and `Judged.best` of a requirement; ``is_own`` says which candidates a check would score."""
    own = Candidates(candidates.chosen[is_own], candidates.features[is_own], candidates.read[is_own])
    places = np.flatnonzero(is_own)

    def summary(chances: Scores) -> NDArray[np.float32]:
        return aligner.features_of(meeting, side, own, chances[is_own])

    def best(value: Scores) -> list[int]:
        return [int(places[place]) for place in aligner.best_of(meeting, own.chosen, value[is_own], RERANKED)]

    return summary, best


def _read(items: Sequence[Judged], reranker: Reranker, model: VerdictModel) -> None:
    """Have the best candidates read."""
    places = [(item, place) for item in items for place in item.best(model.probability(item.features))]
    scores = reranker.scores([item.pairs[place] for item, place in places])
    for (item, place), score in zip(places, scores, strict=True):
        item.read[place] = score
