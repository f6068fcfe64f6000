"""Judged requirements as the verdict models see them: candidates with features and with answers of the reranker."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from alignment.encoders import Encoder
from alignment.evaluation.heldout import Answers, heldout_key
from alignment.evaluation.judged_sets import JudgedSet
from alignment.matching.aligner import Aligner
from alignment.matching.candidates import Candidates, not_reranked
from alignment.matching.comparison import Comparison
from alignment.matching.contextual_text import TextInContext
from alignment.matching.features import Averages, Matrix, compute_features
from alignment.matching.requirement_model import Scores, requirement_features
from alignment.matching.reranking import Reranker, places_to_rerank, reranker_input
from alignment.matching.verdict_model import VerdictModel
from alignment.model import Kind, Program, Verdict
from alignment.progress import Progress

# Both log-odds of a pair that the reranker has not seen.
NOT_READ = np.full(2, np.nan, dtype=np.float32)


class TrainingRow(msgspec.Struct, frozen=True, kw_only=True):
    """One judged requirement, number ``index`` of the set ``where``, as the models see it.

    ``features`` are those of its candidates, shape (candidates, pair features);
    ``vectors`` are the encoder's, of the requirement and then of the candidates, in
    16 bits to save memory; ``pairs`` are the texts for the reranker,
    ``reranker_log_odds`` its answers, shape (candidates, 2), NaN if there is none.
    ``grades`` are 0, 1 or 2, and -1 for candidates that nobody graded.
    ``candidates`` are their places in the program.
    ``summary`` is a function from probabilities of the candidates, shape
    (candidates, 2), to the features of the requirement. ``best`` is a function from
    expected credits of the candidates, shape (candidates,), to the places of those
    that a check would rerank.
    """

    where: JudgedSet
    index: int
    features: Matrix
    vectors: NDArray[np.float16]
    pairs: tuple[tuple[str, str], ...]
    reranker_log_odds: Matrix
    grades: NDArray[np.int64]
    candidates: NDArray[np.int64]
    summary: Callable[[Scores], NDArray[np.float32]]
    best: Callable[[Scores], list[int]]

    def reranked(self, model: VerdictModel) -> Matrix:
        """The reranker's log-odds for the candidates that a check with this model would rerank, NaN for the others."""
        shown = not_reranked(len(self.reranker_log_odds))
        if model.second is not None:
            places = self.best(model.probability(self.features))
            shown[places] = self.reranker_log_odds[places]
        return shown

    @property
    def verdict(self) -> Verdict:
        """The reader's verdict."""
        return self.where.requirements[self.index].verdict


def averages_of(sets: Sequence[JudgedSet], encoder: Encoder) -> Averages:
    """The mean vector of statements and of requirements; every program and every standard has the same weight."""
    programs = {where.program.title: where.program for where in sets}.values()
    standards = {where.standard.code: where.standard for where in sets}.values()
    statements = [statement_texts(each) for each in programs]
    requirements = [
        [vector_text(item.text, f"{each.title}: {function.name}") for _, function, item in each.requirements()]
        for each in standards
    ]
    statement, requirement = (
        np.mean([encoder.encode(texts).mean(axis=0) for texts in side], axis=0) for side in (statements, requirements)
    )
    return Averages(statement, requirement)


def statement_texts(program: Program) -> list[str]:
    """The texts whose vectors stand for the statements of a program, in their order."""
    return [vector_text(item.text, item.discipline) for item in program.statements()]


def vector_text(text: str, context: str) -> str:
    """The text whose vector stands for a requirement or statement: abbreviations spelled out, in the compared form."""
    return TextInContext.of(text=text, kind=Kind.TOPIC, context=context).normalized.text


def measured(
    sets: Sequence[JudgedSet],
    aligner: Aligner,
    heldout: Answers | None = None,
    progress: Progress | None = None,
) -> list[TrainingRow]:
    """The judged requirements of all sets, with the features of the candidates that a check would score.

    Args:
        sets: the judged sets.
        aligner: computes the features.
        heldout: answers of the reranker on pairs from which it had not learnt (`alignment.evaluation.heldout`); None:
            the aligner's own reranker, if it has one, scores the best candidates.
        progress: called with the stage, the steps done and the steps in all.
    """
    result: list[TrainingRow] = []
    for number, where in enumerate(sets, 1):
        items = _of_set(where, aligner, heldout or {})
        if heldout is None and aligner.reranker is not None:
            _read(items, aligner.reranker, aligner.model)
        result += items
        if progress:
            progress("match", number, len(sets))
    return result


def _of_set(where: JudgedSet, aligner: Aligner, heldout: Answers) -> list[TrainingRow]:
    comparison = aligner.prepare(where.program, where.standard)
    by_id = {item.id: (index, item.text) for index, (_, _, item) in enumerate(comparison.requirements)}
    by_text = {item.text: index for index, (_, _, item) in reversed(list(enumerate(comparison.requirements)))}
    place = {statement.id: index for index, statement in enumerate(comparison.statements)}
    result = []
    for number, judged in enumerate(where.requirements):
        index, text = by_id.get(judged.requirement.id, (-1, ""))
        if text != judged.requirement.text:  # in another edition the ids of requirements are different
            index = by_text[judged.requirement.text]
        side, cosines = comparison.requirement_texts[index], comparison.vectors.cosines(index)
        rows = aligner.score_candidates(comparison, side, cosines).statement_rows
        graded = {place[statement]: grade for statement, grade in judged.grades.items()}
        chosen = np.union1d(rows, np.asarray(sorted(graded), dtype=np.int64))
        right = [comparison.statement_texts[i] for i in chosen]
        vectors = np.concatenate([comparison.vectors.requirements[[index]], comparison.vectors.statements[chosen]])
        features = compute_features(
            side,
            right,
            cosines[:, chosen],
            aligner.precedents.features(vectors[0], vectors[1:]),
            comparison.analyses,
            comparison.word_vectors,
            comparison.lemma_weights,
        )
        is_own = np.isin(chosen, rows)
        pairs = tuple(reranker_input(side, other) for other in right)
        keys = [heldout_key(where.name, pair) for pair in pairs]

        summary, best = _views(comparison, side, Candidates(chosen, features, not_reranked(len(chosen))), is_own)
        result.append(
            TrainingRow(
                where=where,
                index=number,
                features=features,
                vectors=vectors.astype(np.float16),
                pairs=pairs,
                reranker_log_odds=np.stack([heldout.get(key, NOT_READ) for key in keys]),
                grades=np.asarray([graded.get(int(i), -1) for i in chosen]),
                candidates=chosen,
                summary=summary,
                best=best,
            )
        )
    return result


def _views(
    comparison: Comparison, side: TextInContext, candidates: Candidates, is_own: NDArray[np.bool_]
) -> tuple[Callable[[Scores], NDArray[np.float32]], Callable[[Scores], list[int]]]:
    """`TrainingRow.summary` and `TrainingRow.best` of a requirement; ``is_own`` marks what a check would score.

    Both keep what they need and not the comparison: its vectors would take gigabytes over all sets.
    """
    rows, features, _ = candidates
    rows, features = rows[is_own], features[is_own]
    statements, places = comparison.statements, np.flatnonzero(is_own)
    sides = [comparison.statement_texts[i] for i in rows]
    texts, kinds = [item.text for item in sides], [item.kind for item in sides]
    kind, length = side.kind, len(comparison.analyses[side.text].lemmas)

    def summary(chances: Scores) -> NDArray[np.float32]:
        return requirement_features(kind, length, texts, kinds, features, chances[is_own])

    def best(value: Scores) -> list[int]:
        return [int(places[place]) for place in places_to_rerank(statements, rows, value[is_own])]

    return summary, best


def _read(items: Sequence[TrainingRow], reranker: Reranker, model: VerdictModel) -> None:
    """Let the reranker score the best candidates of each row."""
    places = [(item, place) for item in items for place in item.best(model.probability(item.features))]
    scores = reranker.scores([item.pairs[place] for item, place in places])
    for (item, place), score in zip(places, scores, strict=True):
        item.reranker_log_odds[place] = score
