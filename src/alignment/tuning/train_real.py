"""Train the verdicts on real programs: ``python -m alignment.tuning.train real``.

Data: corpora/gold/real, and what the reranker said of it in folds that had not
seen program and standard (models/reranker-heldout.npz). First the model of
pairs (graded statements), then those of requirements, with and without the
reranker, on chances of pairs from models which had not seen the program.
`crossvalidated` tells what both are worth on programs and standards that
neither has seen: each fold leaves out some standards, and all sets of the
programs that were judged against them.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from alignment.encoders import Encoder
from alignment.matching.aligner import Aligner, Candidates, unread
from alignment.matching.features import FEATURES, Averages, Matrix
from alignment.matching.features import rows as pair_rows
from alignment.matching.meeting import Meeting
from alignment.matching.requirement import FEATURES as OF_REQUIREMENTS
from alignment.matching.requirement import RequirementModel
from alignment.matching.reranking import RERANKED, Reranker, pair_of
from alignment.matching.texts import Side
from alignment.matching.verdict import Logit, Second, VerdictModel
from alignment.model import Kind, Verdict
from alignment.progress import Progress
from alignment.tuning.heldout import Answers, heldout_key
from alignment.tuning.real import JudgedSet

Scores = NDArray[np.float64]
# scikit-learn's C of the regressions of pairs; 0.001 does no better on folds that leave out standards and programs.
PAIRS = 0.02
# scikit-learn's C of the two regressions of requirements.
STRENGTH = 0.05
FOLDS, INNER, CALIBRATION = 5, 4, 3
NOT_READ = np.full(2, np.nan, dtype=np.float32)
CREDIT = {Verdict.GAP: 0.0, Verdict.PARTIAL: 0.5, Verdict.COVERED: 1.0}
CLASSES = (Verdict.GAP, Verdict.PARTIAL, Verdict.COVERED)
STEP = 0.025
# Kappa that a stricter threshold of "covered" may cost.
SLACK = 0.01


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
    taught = [[_vector_text(item.text, item.discipline) for item in each.statements()] for each in programs]
    asked = [
        [_vector_text(item.text, f"{each.title}: {function.name}") for _, function, item in each.requirements()]
        for each in standards
    ]
    statement, requirement = (
        np.mean([encoder.encode(texts).mean(axis=0) for texts in side], axis=0) for side in (taught, asked)
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

    ``heldout`` is what the reranker said of pairs that it had not learned from (`alignment.tuning.heldout`); without
    it the aligner's own reranker, if there is one, reads the best candidates.
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


def fit_pairs(items: Sequence[Judged], base: VerdictModel, reranker: str = "") -> VerdictModel:
    """The model of pairs on graded candidates; ``base`` gives the weights of common lemmas.

    Its second stage is fitted where the reranker has read any of them.
    """
    features = np.concatenate([item.features[item.grades >= 0] for item in items])
    grades = np.concatenate([item.grades[item.grades >= 0] for item in items])
    read = np.concatenate([item.read[item.grades >= 0] for item in items])
    groups = np.concatenate([np.full(int((item.grades >= 0).sum()), item.where.program.title) for item in items])
    centre, scale = features.mean(axis=0).astype(np.float64), np.maximum(features.std(axis=0), 1e-6).astype(np.float64)
    blank = Logit(weights=[], bias=0.0)
    model = VerdictModel(
        version=_version(features, grades),
        engine=base.engine,
        features=FEATURES,
        centre=[round(float(value), 6) for value in centre],
        scale=[round(float(value), 6) for value in scale],
        covers=blank,
        touches=blank,
        covered=1.0,
        partial=0.0,
        common=base.common,
        average_statement=base.average_statement,
        average_requirement=base.average_requirement,
    )
    z = model.standardised(features)
    credits = np.zeros(len(grades))
    for seen, unseen in GroupKFold(CALIBRATION).split(z, grades, groups):
        credits[unseen] = np.mean([_fit(z[seen], grades[seen] >= grade)[1](z[unseen]) for grade in (2, 1)], axis=0)
    covered, partial = _least(credits, grades == 2), _least(credits, grades >= 1)
    return msgspec.structs.replace(
        model,
        covers=_fit(z, grades == 2)[0],
        touches=_fit(z, grades >= 1)[0],
        covered=max(covered, partial),
        partial=partial,
        second=_fit_second(z, read, grades, reranker),
    )


def _fit(z: Scores, labels: NDArray[np.bool_]) -> tuple[Logit, Callable[[Scores], Scores]]:
    """One regression of pairs, and its chances of other pairs."""
    fitted = LogisticRegression(C=PAIRS, solver="newton-cholesky", max_iter=200).fit(z, labels)
    weights = [round(float(value), 5) for value in fitted.coef_[0]]
    return Logit(weights=weights, bias=round(float(fitted.intercept_[0]), 5)), lambda other: fitted.predict_proba(
        other
    )[:, 1]


def _fit_second(z: Scores, read: Matrix, grades: NDArray[np.int64], reranker: str) -> Second | None:
    """The regressions of pairs that the reranker has read."""
    known = ~np.isnan(read).any(axis=1)
    if not reranker or not known.any():
        return None
    inputs = np.concatenate([z[known], read[known]], axis=1)
    covers, touches = (_fit(inputs, grades[known] >= grade)[0] for grade in (2, 1))
    return Second(reranker=reranker, covers=covers, touches=touches)


def _least(credits: Scores, labels: NDArray[np.bool_]) -> float:
    """The threshold on the expected credit of a pair with the best F1, to 0.025."""
    steps = np.arange(STEP, 1, STEP)
    found = [2 * (labels & (credits >= step)).sum() / max(1, labels.sum() + (credits >= step).sum()) for step in steps]
    return round(float(steps[int(np.argmax(found))]), 3)


def _version(*arrays: NDArray[np.generic]) -> str:
    digest = hashlib.blake2b(digest_size=4)
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return f"real-1-{digest.hexdigest()}"


def unseen_chances(items: Sequence[Judged], base: VerdictModel, reranker: str = "") -> list[Scores]:
    """Chances of each requirement's candidates by models that had not seen its program."""
    programs = sorted({item.where.program.title for item in items})
    fold = {name: number % INNER for number, name in enumerate(programs)}
    found: list[Scores] = [np.zeros((0, 2))] * len(items)
    for number in range(INNER):
        model = fit_pairs([item for item in items if fold[item.where.program.title] != number], base, reranker)
        for place, item in enumerate(items):
            if fold[item.where.program.title] == number:
                found[place] = model.chances(item.features, item.reranked(model))
    return found


def fit_requirements(items: Sequence[Judged], chances: Sequence[Scores], model: VerdictModel) -> RequirementModel:
    """The model of requirements on chances of pairs that had not been seen, with `best_thresholds`."""
    features = np.stack([item.summary(chance) for item, chance in zip(items, chances, strict=True)])
    centre, scale = features.mean(axis=0).astype(np.float64), np.maximum(features.std(axis=0), 1e-6).astype(np.float64)
    z = np.clip((features - centre) / scale, -3, 3)
    credits = np.asarray([CREDIT[item.verdict] for item in items])
    sides = []
    for labels in (credits == 1, credits > 0):
        fitted = LogisticRegression(C=STRENGTH, solver="newton-cholesky", max_iter=200).fit(z, labels)
        sides.append(
            Logit(
                weights=[round(float(value), 5) for value in fitted.coef_[0]],
                bias=round(float(fitted.intercept_[0]), 5),
            )
        )
    made = RequirementModel(
        version=_version(features, credits),
        engine=model.engine,
        verdict_model=model.version,
        features=OF_REQUIREMENTS,
        centre=[round(float(value), 6) for value in centre],
        scale=[round(float(value), 6) for value in scale],
        covers=sides[0],
        touches=sides[1],
        covered=1.0,
        partial=0.0,
        spread=0.0,
    )
    partial, covered = best_thresholds(credits, made.chances(features).mean(axis=1))
    return msgspec.structs.replace(made, covered=covered, partial=partial)


def best_thresholds(credits: Scores, expected: Scores) -> tuple[float, float]:
    """Thresholds (partial, covered) on the expected credit: the strictest "covered" within `SLACK` of the best kappa.

    Kappa hardly tells a strict threshold from a loose one; a wrong "covered" costs its reader more than a wrong
    "partial".
    """
    from alignment.tuning.real_figures import weighted_kappa

    found = []
    for partial in np.arange(0.1, 0.55, STEP):
        for covered in np.arange(partial + STEP, 0.95, STEP):
            said = np.where(expected >= covered, 1.0, np.where(expected >= partial, 0.5, 0.0))
            found.append((weighted_kappa(credits, said), round(float(partial), 3), round(float(covered), 3)))
    best = max(kappa for kappa, _, _ in found)
    _, partial, covered = max((item for item in found if item[0] >= best - SLACK), key=lambda item: (item[2], item[0]))
    return partial, covered


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What was said of a judged requirement by models that had seen neither its program nor its standard."""

    item: Judged
    covers: float
    touches: float
    verdict: Verdict
    pairs: Scores

    @property
    def expected(self) -> float:
        """Expected credit."""
        return (self.covers + self.touches) / 2


def crossvalidated(
    items: Sequence[Judged], base: VerdictModel, reranker: str = "", progress: Progress | None = None
) -> list[Held]:
    """What models say of each requirement that saw neither its program nor its standard, in the items' order.

    ``reranker`` is the version of the reranker; without one the verdicts are those of the engine ``fast``.
    """
    fold = _standard_folds(items)
    found: dict[int, Held] = {}
    for number in range(FOLDS):
        held = [place for place, item in enumerate(items) if fold[item.where.standard.code] == number]
        programs = {items[place].where.program.title for place in held}
        seen = [
            item
            for item in items
            if fold[item.where.standard.code] != number and item.where.program.title not in programs
        ]
        model = fit_pairs(seen, base, reranker)
        whole = fit_requirements(seen, unseen_chances(seen, base, reranker), model)
        for place in held:
            found[place] = said_of(items[place], model, whole)
        if progress:
            progress("folds", number + 1, FOLDS)
    return [found[place] for place in range(len(items))]


def said_of(item: Judged, model: VerdictModel, whole: RequirementModel) -> Held:
    """What the models say of one judged requirement."""
    pairs = model.chances(item.features, item.reranked(model))
    covers, touches = (float(value) for value in whole.chances(item.summary(pairs)))
    verdict = whole.thresholds.verdict((covers + touches) / 2)
    return Held(item=item, covers=covers, touches=touches, verdict=verdict, pairs=pairs)


def _standard_folds(items: Sequence[Judged]) -> dict[str, int]:
    """The fold of each standard: the largest first, each to the fold with fewest requirements so far."""
    sizes: dict[str, int] = defaultdict(int)
    for item in items:
        sizes[item.where.standard.code] += 1
    load, found = [0] * FOLDS, {}
    for code in sorted(sorted(sizes), key=lambda name: -sizes[name]):
        found[code] = load.index(min(load))
        load[found[code]] += sizes[code]
    return found


class Trained(msgspec.Struct, frozen=True, kw_only=True):
    """The model of pairs, and those of requirements by engine."""

    pairs: VerdictModel
    requirements: dict[str, RequirementModel]


def train(items: Sequence[Judged], base: VerdictModel, reranker: str, progress: Progress | None = None) -> Trained:
    """All models on all requirements; the figures are those of `crossvalidated`.

    ``reranker`` is the version of the reranker that the second stage is fitted with.
    """
    from alignment.tuning.real_figures import figures_of, spread_of

    pairs = fit_pairs(items, base, reranker)
    found = {}
    for engine, version in (("default", reranker), ("fast", "")):
        held = crossvalidated(items, base, version, progress)
        model = pairs if version else msgspec.structs.replace(pairs, second=None)
        whole = fit_requirements(items, unseen_chances(items, base, version), model)
        figures = {name: round(float(value), 4) for name, value in figures_of(held).items()}
        found[engine] = msgspec.structs.replace(whole, engine=engine, spread=round(spread_of(held), 4), figures=figures)
    return Trained(pairs=pairs, requirements=found)
