"""Train and calibrate the verdict model: ``python -m alignment.tuning.train verdict``.

Data: corpora/gold/pairs.tsv (written for the project) and the shipped
standards (for the weights of common lemmas). Split: by field, never by row.
Writes models/verdict-<engine>.json and prints the figures of the held-out
folds; models/verdict.card.md quotes them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from alignment.encoders import Cache, CachedEncoder
from alignment.encoders.pair_reader import PairReader
from alignment.matching.features import FEATURES, Matrix
from alignment.matching.reading import load_reader, readings_of
from alignment.matching.texts import Side, analyses
from alignment.matching.verdict import REACH, Logit, Second, VerdictModel, ordered
from alignment.model import Kind, Standard
from alignment.settings import load_settings
from alignment.standards import registry_xml
from alignment.tuning import readings
from alignment.tuning.gold import Pair, read_pairs
from alignment.tuning.judge import CREDIT, auc_keys, classes
from alignment.tuning.judge import figures as judged_figures
from alignment.tuning.measure import Scores, all_features, pair_features
from alignment.tuning.standard_pairs import Found, standard_pairs
from alignment.tuning.unseen import load_unseen

RANDOM_NEGATIVES = 6
SIBLINGS = 3
FOLDS = 6
STRENGTH = 0.2
# Products are held back this much more than the features themselves.
RESTRAINT = 7.0
# Together the near and the far negatives, and the positives, of the standards weigh these shares of the judged pairs.
NEAR_WEIGHT, FAR_WEIGHT, SAME_WEIGHT = 0.1, 0.3, 0.05
# How typical a requirement is of its function, and a statement of its discipline, says nothing of the two together.
# These features only temper others (products); with terms of their own the model took general competences, which are
# far from every discipline, for good evidence: in the negatives of the standards a "discipline" is a function, which
# its statements are nearer to than a program's statements are to theirs.
TEMPERING = ("requirement_function", "statement_discipline")
# Operating points: how many of a lower class may reach a threshold. Near negatives hold some true matches (nobody has
# judged them), so they may rise more often than judged partial matches.
PARTIAL_RISE, NEAR_RISE = 0.1, 0.13
TRAP_RISE, FAR_RISE = 0.25, 0.06
# With a reader judged pairs alone decide on "covered", and more strictly. It has not learned from near negatives; a
# quarter of them reach this (13 % without it), of which about a third are true matches. By their rule the threshold
# would be 0.9, and a quarter of what the sample teaches would be called partial.
READ_RISE = 0.05
# A statement that surely covers a part and no more has a credit of 0.5: the threshold stays below.
SURE_PARTIAL = 0.475
# Engines whose best candidates are read together with the requirement: slow, like the engine itself.
READING = ("thorough", "accurate")
SEED = 20261124
COMMON = 400
VERSION = "8"


def shipped_standards(folder: Path) -> list[Standard]:
    """All standards of corpora/standards."""
    settings = load_settings()
    return [item for path in sorted(folder.glob("*.xml")) for item in registry_xml.read(path, settings)]


def common_lemmas(standards: Sequence[Standard], cache: Cache) -> dict[str, float]:
    """Weights below 1 of the lemmas that most work functions use: idf scaled to (0, 1]."""
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


def widen(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs and, for each requirement, what nobody needs to judge.

    Itself as a statement of the right discipline covers. The title alone of the right discipline touches, for the
    discipline does teach it; that of a discipline whose statement only shares words does not.
    """
    first = {pair.requirement_id: pair for pair in pairs}
    discipline = {pair.requirement_id: pair.statement.context for pair in reversed(pairs) if pair.label == "covered"}
    others: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        if pair.label == "none":
            others[pair.requirement_id].add(pair.statement.context)
    added: list[Pair] = []
    for name, pair in first.items():
        own = discipline[name]
        copy = msgspec.structs.replace(pair.requirement, context=own)
        added.append(msgspec.structs.replace(pair, label="covered", statement=copy))
        for title, label in ((own, "partial"), *((title, "none") for title in sorted(others[name] - {own}))):
            side = Side.of(text=title, kind=Kind.TITLE, context=title)
            added.append(msgspec.structs.replace(pair, label=label, statement=side))
    return [*pairs, *added]


def examples(
    pairs: Sequence[Pair], table: dict[str, NDArray[np.float32]]
) -> tuple[Matrix, NDArray[np.float64], NDArray[np.str_]]:
    """Features, credit (1, 0.5, 0) and group of the judged pairs, of random statements of other groups and of siblings.

    A sibling is a statement that was judged against another requirement of the
    same work function: the same surroundings, in both languages, another matter.
    """
    features = [pair_features(pairs, table)]
    credits = [CREDIT[pair.label] for pair in pairs]
    groups = [pair.group for pair in pairs]
    random = np.random.default_rng(SEED)
    first = {pair.requirement_id: pair for pair in pairs}
    for name, pair in first.items():
        others = [index for index, other in enumerate(pairs) if other.group != pair.group]
        siblings = [
            index
            for index, other in enumerate(pairs)
            if other.requirement.context == pair.requirement.context and other.requirement_id != name
        ]
        chosen = np.concatenate(
            [
                random.choice(others, RANDOM_NEGATIVES, replace=False),
                random.choice(siblings, min(SIBLINGS, len(siblings)), replace=False).astype(int),
            ]
        )
        features.append(table[name][chosen])
        credits += [0.0] * len(chosen)
        groups += [pair.group] * len(chosen)
    return np.concatenate(features), np.asarray(credits), np.asarray(groups)


class Data(msgspec.Struct, frozen=True, kw_only=True):
    """Examples of one logit: features, labels, groups and weights, one row each.

    ``judged`` marks the rows that calibration looks at: pairs that somebody
    judged, in their natural proportions.
    """

    features: Matrix
    labels: NDArray[np.bool_]
    groups: NDArray[np.str_]
    weights: Scores
    judged: NDArray[np.bool_]


def with_standards(
    features: Matrix,
    labels: NDArray[np.bool_],
    groups: NDArray[np.str_],
    judged: NDArray[np.bool_],
    wrong: tuple[Found, float],
    right: tuple[Found, float],
) -> Data:
    """The judged pairs, and pairs of the standards, each kind with the share of them that it weighs together."""
    weights = [np.ones(len(labels))]
    for found, share in (wrong, right):
        weights.append(np.full(len(found.groups), share * len(labels) / len(found.groups)))
    negatives, positives = wrong[0], right[0]
    kinds = np.repeat([False, True], [len(negatives.groups), len(positives.groups)])
    return Data(
        features=np.concatenate([features, negatives.features, positives.features]),
        labels=np.concatenate([labels, kinds]),
        groups=np.concatenate([groups, negatives.groups, positives.groups]),
        weights=np.concatenate(weights),
        judged=np.concatenate([judged, np.zeros(len(kinds), dtype=bool)]),
    )


def fit_logit(data: Data, centre: Scores, scale: Scores) -> tuple[Logit, Scores]:
    """One calibrated logit, and its calibrated probabilities on folds that it had not seen."""
    z = np.clip((data.features - centre) / scale, -REACH, REACH)
    rows, columns = np.triu_indices(z.shape[1])
    products = z[:, rows] * z[:, columns]
    spread = np.maximum(products.std(axis=0), 1e-6) * RESTRAINT
    expanded = np.concatenate([z, products / spread], axis=1)
    tempering = [FEATURES.index(name) for name in TEMPERING]
    own = np.concatenate([np.arange(z.shape[1]), np.where(rows == columns, rows, -1)])
    expanded[:, np.isin(own, tempering)] = 0

    def regression() -> LogisticRegression:
        return LogisticRegression(C=STRENGTH, max_iter=5000, random_state=SEED)

    raw = np.zeros(len(data.labels))
    for seen, unseen in GroupKFold(FOLDS).split(expanded, data.labels, data.groups):
        model = regression().fit(expanded[seen], data.labels[seen], sample_weight=data.weights[seen])
        raw[unseen] = model.decision_function(expanded[unseen])
    platt = LogisticRegression(C=1e6).fit(raw[data.judged, None], data.labels[data.judged])
    model = regression().fit(expanded, data.labels, sample_weight=data.weights)
    single, double = model.coef_[0][: z.shape[1]], model.coef_[0][z.shape[1] :] / spread
    matrix = np.zeros((z.shape[1], z.shape[1]))
    matrix[rows, columns] += double / 2
    matrix[columns, rows] += double / 2
    logit = Logit(
        weights=[round(float(value), 5) for value in single],
        products=[[round(float(value), 5) for value in row] for row in matrix],
        bias=round(float(model.intercept_[0]), 5),
        slope=round(float(platt.coef_[0, 0]), 5),
        offset=round(float(platt.intercept_[0]), 5),
    )
    return logit, platt.predict_proba(raw[:, None])[:, 1]


class Mined(msgspec.Struct, frozen=True, kw_only=True):
    """Log-odds of pairs of the standards by their features and by the reader, each shape (pairs, 2), and their weight.

    The reader has not seen any of them.
    """

    first: Scores
    told: Matrix
    right: bool
    share: float


def second_stage(
    gold: Sequence[Pair], held: Scores, path: Path, mined: tuple[Sequence[Mined], Sequence[Mined]]
) -> tuple[Second, Scores]:
    """The second stage, and its probabilities of the judged pairs on folds that it had not seen.

    ``held`` are those of the features alone, shape (pairs, 2), held out too; the readings (`alignment.tuning.readings`)
    are by readers that had not seen the pair's field. ``mined`` has pairs of the standards for "covers" and for
    "touches": they say how far what stands out among hundreds is to be believed; the calibration is of judged pairs.
    """
    version, told = readings.load(path, gold)
    first = np.log(held / (1 - held))
    groups = np.asarray([pair.group for pair in gold])
    credits = np.asarray([CREDIT[pair.label] for pair in gold])
    result = np.zeros_like(held)
    numbers = []
    for column, labels in enumerate((credits == 1, credits > 0)):
        both = np.stack([first[:, column], told[:, column]], axis=1)
        for seen, unseen in GroupKFold(FOLDS).split(both, labels, groups):
            fold = _mixed(both[seen], labels[seen], column, mined[column])
            result[unseen, column] = 1 / (1 + np.exp(-(both[unseen] @ fold[:2] + fold[2])))
        numbers.append(_mixed(both, labels, column, mined[column]))
    one, two, three = ((round(float(a), 5), round(float(b), 5)) for a, b in zip(*numbers, strict=True))
    return Second(reader=version, first=one, read=two, offset=three), result


def _mixed(both: Scores, labels: NDArray[np.bool_], column: int, mined: Sequence[Mined]) -> Scores:
    """Weights of features and reader, and the offset, shape (3,)."""
    rows, wanted, weights = [both], [labels], [np.ones(len(labels))]
    for found in mined:
        rows.append(np.stack([found.first[:, column], found.told[:, column]], axis=1))
        wanted.append(np.full(len(found.first), found.right))
        weights.append(np.full(len(found.first), found.share * len(labels) / len(found.first)))
    fitted = LogisticRegression().fit(
        np.concatenate(rows), np.concatenate(wanted), sample_weight=np.concatenate(weights)
    )
    mix = fitted.coef_[0]
    platt = LogisticRegression(C=1e6).fit((both @ mix)[:, None], labels)
    slope = platt.coef_[0, 0]
    return np.asarray([*(mix * slope), platt.intercept_[0]])


def threshold(low: Scores, rise: float) -> float:
    """The score that the share ``rise`` of the lower class reaches."""
    return round(float(np.quantile(low, 1 - rise)), 2)


def train(engine: str, corpora: Path, cache: Cache) -> VerdictModel:
    """The model with its held-out figures."""
    gold = read_pairs(corpora / "gold" / "pairs.tsv")
    pairs = widen(gold)
    standards = shipped_standards(corpora / "standards")
    encoder = load_unseen(engine, cache)
    common = common_lemmas(standards, cache)
    mined = standard_pairs(standards, encoder, cache, common, SEED)
    features, credits, groups = examples(pairs, all_features(pairs, encoder, cache, common))
    judged = np.arange(len(credits)) < len(gold)
    centre = np.asarray(features.mean(axis=0), dtype=np.float64).round(5)
    scale = np.maximum(np.asarray(features.std(axis=0), dtype=np.float64), 1e-3).round(5)
    same = mined.same, SAME_WEIGHT
    covers, covers_scores = fit_logit(
        with_standards(features, credits == 1, groups, judged, (mined.near, NEAR_WEIGHT), same), centre, scale
    )
    touches, touches_scores = fit_logit(
        with_standards(features, credits > 0, groups, judged, (mined.far, FAR_WEIGHT), same), centre, scale
    )
    held = np.stack([covers_scores[: len(gold)], touches_scores[: len(gold)]], axis=1)
    model = VerdictModel(
        version=VERSION,
        engine=engine,
        features=FEATURES,
        centre=[float(value) for value in centre],
        scale=[float(value) for value in scale],
        covers=covers,
        touches=touches,
        covered=0.0,
        partial=0.0,
        common=common,
    )
    kinds = mined.near, mined.far, mined.same
    read: list[Matrix | None] = [None] * len(kinds)
    if engine in READING:
        reader = CachedEncoder(PairReader(), cache)
        told = [readings_of(reader, found.pairs) for found in kinds]
        near_read, far_read, same_read = (
            Mined(first=model.log_odds(found.features), told=said, right=found is mined.same, share=share)
            for found, said, share in zip(kinds, told, (NEAR_WEIGHT, FAR_WEIGHT, SAME_WEIGHT), strict=True)
        )
        path = load_settings().data_path("models") / readings.FILE
        second, held = second_stage(gold, held, path, ((near_read, same_read), (far_read, same_read)))
        model = msgspec.structs.replace(model, second=second)
        load_reader(model, cache)  # refuses readings of judged pairs that another reader gave
        read = [*told]
    near, far, repeats = (model.probability(found.features, said) for found, said in zip(kinds, read, strict=True))
    chances = ordered(held)
    credit = chances.mean(axis=1)
    labels = np.asarray([pair.label for pair in gold])
    halves = credit[labels == "partial"]
    strict = max(threshold(halves, PARTIAL_RISE), threshold(near, NEAR_RISE))
    covered = threshold(halves, READ_RISE) if model.second else strict
    partial = min(SURE_PARTIAL, max(threshold(credit[labels == "none"], TRAP_RISE), threshold(far, FAR_RISE)))
    figures = auc_keys(gold, credit) | judged_figures(list(labels), classes(chances))
    figures |= {
        "covered_of_covered": float(np.mean(credit[labels == "covered"] >= covered)),
        "covered_of_repeats": float(np.mean(repeats >= covered)),
        "covered_of_near_negatives": float(np.mean(near >= covered)),
        "partial_of_partial": float(np.mean(credit[labels == "partial"] >= partial)),
        "partial_of_far_negatives": float(np.mean(far >= partial)),
    }
    rounded = {name: round(value, 4) for name, value in figures.items()}
    version = f"{VERSION}+{model.second.reader}" if model.second else VERSION
    return msgspec.structs.replace(model, version=version, covered=covered, partial=partial, figures=rounded)
