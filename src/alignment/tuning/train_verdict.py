"""Train and calibrate the verdict model: ``python -m alignment.tuning.train_verdict``.

Data: corpora/gold/pairs_ru.tsv (written for the project) and the shipped
standards (for the weights of common lemmas). Split: by field, never by row.
Writes models/verdict-<engine>.json and prints the figures of the held-out
folds; models/verdict.card.md quotes them.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from alignment.encoders import Cache, CachedEncoder, load_encoder
from alignment.matching.features import FEATURES, Matrix
from alignment.matching.texts import Side, analyses
from alignment.matching.verdict import Logit, VerdictModel
from alignment.model import Standard
from alignment.settings import load_settings
from alignment.standards import registry_xml
from alignment.tuning.gold import Pair, read_pairs
from alignment.tuning.measure import Scores, all_features, pair_features, separation
from alignment.tuning.standard_pairs import Found, standard_pairs

RANDOM_NEGATIVES = 6
FOLDS = 6
STRENGTH = 1.0
# Together the pairs of the standards weigh this share of the judged ones.
NEGATIVES_WEIGHT = 0.1
POSITIVES_WEIGHT = 0.1
# Operating points: how many of a lower class may reach a threshold. Near negatives hold some true matches (nobody has
# judged them), so they may rise more often than judged partial matches.
PARTIAL_RISE, NEAR_RISE = 0.1, 0.25
TRAP_RISE, FAR_RISE = 0.25, 0.1
SEED = 20261124
COMMON = 400


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
    common = counts.most_common(COMMON)
    return {lemma: round(float(np.log(total / count) / np.log(total)), 3) for lemma, count in common if count > 2}


def widen(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs and, for each requirement, itself as a statement of the right discipline: a copy covers."""
    discipline = {pair.requirement_id: pair.statement.context for pair in reversed(pairs) if pair.label == "covered"}
    copies = [
        msgspec.structs.replace(
            pair,
            label="covered",
            statement=Side(
                text=pair.requirement.text, kind=pair.requirement.kind, context=discipline[pair.requirement_id]
            ),
        )
        for pair in {pair.requirement_id: pair for pair in pairs}.values()
    ]
    return [*pairs, *copies]


def examples(
    pairs: Sequence[Pair], table: dict[str, NDArray[np.float32]]
) -> tuple[Matrix, NDArray[np.float64], NDArray[np.str_]]:
    """Features, credit (1, 0.5, 0) and group of the judged pairs and of random statements of other groups."""
    credit = {"covered": 1.0, "partial": 0.5, "none": 0.0}
    features = [pair_features(pairs, table)]
    credits = [credit[pair.label] for pair in pairs]
    groups = [pair.group for pair in pairs]
    random = np.random.default_rng(SEED)
    first = {pair.requirement_id: pair for pair in pairs}
    for name, pair in first.items():
        others = [index for index, other in enumerate(pairs) if other.group != pair.group]
        chosen = random.choice(others, RANDOM_NEGATIVES, replace=False)
        features.append(table[name][chosen])
        credits += [0.0] * len(chosen)
        groups += [pair.group] * len(chosen)
    return np.concatenate(features), np.asarray(credits), np.asarray(groups)


class Data(msgspec.Struct, frozen=True, kw_only=True):
    """Examples of one logit: features, labels, groups and weights, one row each."""

    features: Matrix
    labels: NDArray[np.bool_]
    groups: NDArray[np.str_]
    weights: Scores


def with_standards(
    features: Matrix, labels: NDArray[np.bool_], groups: NDArray[np.str_], wrong: Found, right: Found
) -> Data:
    """The judged pairs, and pairs of the standards that together weigh a share of them."""
    weights = [np.ones(len(labels))]
    for found, share in ((wrong, NEGATIVES_WEIGHT), (right, POSITIVES_WEIGHT)):
        weights.append(np.full(len(found.groups), share * len(labels) / len(found.groups)))
    return Data(
        features=np.concatenate([features, wrong.features, right.features]),
        labels=np.concatenate(
            [labels, np.zeros(len(wrong.groups), dtype=bool), np.ones(len(right.groups), dtype=bool)]
        ),
        groups=np.concatenate([groups, wrong.groups, right.groups]),
        weights=np.concatenate(weights),
    )


def fit_logit(data: Data, centre: Scores) -> tuple[Logit, Scores]:
    """One calibrated logit, and its calibrated probabilities on folds that it had not seen."""
    scale = StandardScaler().fit(data.features).scale_
    scaled = (data.features - centre) / scale

    def regression() -> LogisticRegression:
        return LogisticRegression(C=STRENGTH, max_iter=5000, random_state=SEED)

    raw = np.zeros(len(data.labels))
    for seen, unseen in GroupKFold(FOLDS).split(scaled, data.labels, data.groups):
        model = regression().fit(scaled[seen], data.labels[seen], sample_weight=data.weights[seen])
        raw[unseen] = model.decision_function(scaled[unseen])
    platt = LogisticRegression(C=1e6).fit(raw[:, None], data.labels, sample_weight=data.weights)
    model = regression().fit(scaled, data.labels, sample_weight=data.weights)
    weights = model.coef_[0] / scale
    logit = Logit(
        weights={name: round(float(value), 5) for name, value in zip(FEATURES, weights, strict=True)},
        bias=round(float(model.intercept_[0]), 5),
        slope=round(float(platt.coef_[0, 0]), 5),
        offset=round(float(platt.intercept_[0]), 5),
    )
    return logit, platt.predict_proba(raw[:, None])[:, 1]


def threshold(low: Scores, rise: float) -> float:
    """The score that the share ``rise`` of the lower class reaches."""
    return round(float(np.quantile(low, 1 - rise)), 2)


def train(engine: str, corpora: Path, cache: Cache) -> tuple[VerdictModel, dict[str, float]]:
    """The model and its held-out figures."""
    pairs = widen(read_pairs(corpora / "gold" / "pairs_ru.tsv"))
    standards = shipped_standards(corpora / "standards")
    encoder = CachedEncoder(load_encoder(engine), cache)
    common = common_lemmas(standards, cache)
    mined = standard_pairs(standards, encoder, cache, common, SEED)
    features, credits, groups = examples(pairs, all_features(pairs, encoder, cache, common))
    centre = np.asarray(features.mean(axis=0), dtype=np.float64)
    covers, covers_scores = fit_logit(with_standards(features, credits == 1, groups, mined.near, mined.same), centre)
    touches, touches_scores = fit_logit(with_standards(features, credits > 0, groups, mined.far, mined.same), centre)
    judged = (covers_scores[: len(credits)] + touches_scores[: len(credits)]) / 2
    model = VerdictModel(
        version="3",
        engine=engine,
        centre={name: round(float(value), 5) for name, value in zip(FEATURES, centre, strict=True)},
        covers=covers,
        touches=touches,
        covered=0.0,
        partial=0.0,
        common=common,
    )
    near, far = model.probability(mined.near.features), model.probability(mined.far.features)
    same = model.probability(mined.same.features)
    figures = separation(pairs, judged[: len(pairs)])
    figures["Brier"] = float(np.mean((judged - credits) ** 2))
    # The judged "none" are traps that share words or the discipline.
    trap = np.asarray([pair.label == "none" for pair in pairs] + [False] * (len(credits) - len(pairs)))
    covered = max(threshold(judged[credits == 0.5], PARTIAL_RISE), threshold(near, NEAR_RISE))
    partial = max(threshold(judged[trap], TRAP_RISE), threshold(far, FAR_RISE))
    figures["covered of covered"] = float(np.mean(judged[credits == 1] >= covered))
    figures["covered of repeats"] = float(np.mean(same >= covered))
    figures["covered of near negatives"] = float(np.mean(near >= covered))
    figures["partial of partial"] = float(np.mean(judged[credits == 0.5] >= partial))
    figures["partial of far negatives"] = float(np.mean(far >= partial))
    return msgspec.structs.replace(model, covered=covered, partial=partial), figures


def main() -> None:
    """Train for one engine, print the figures, write the model."""
    settings = load_settings()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default=settings.engine)
    parser.add_argument("--output", type=Path, default=None, help="default: models/verdict-ENGINE.json")
    options = parser.parse_args()
    with Cache(settings.cache_path()) as cache:
        model, figures = train(options.engine, settings.data_path("corpora"), cache)
    path = options.output or settings.data_path("models") / f"verdict-{options.engine}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(model), indent=1) + b"\n")
    sys.stdout.write("held out by field: " + ", ".join(f"{name} {value:.3f}" for name, value in figures.items()))
    sys.stdout.write(f"\nthresholds: covered {model.covered}, partial {model.partial}\nwritten: {path}\n")


if __name__ == "__main__":
    main()
