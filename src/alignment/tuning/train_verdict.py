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

from alignment.encoders import Cache, CachedEncoder
from alignment.encoders.pair_reader import PairReader
from alignment.matching.features import FEATURES, Matrix
from alignment.matching.reading import load_reader, readings_of
from alignment.matching.texts import Side, analyses
from alignment.matching.verdict import VerdictModel, load_model, ordered
from alignment.model import Kind, Standard
from alignment.settings import load_settings
from alignment.standards import registry_xml
from alignment.tuning import readings, teaching
from alignment.tuning.fitting import JUDGED, TAUGHT, Data, Fit, Lesson, fit_logit, hard, with_lessons
from alignment.tuning.gold import Pair, read_pairs, without_context
from alignment.tuning.judge import CREDIT, answers, auc_keys, classes
from alignment.tuning.judge import figures as judged_figures
from alignment.tuning.measure import Scores, features_of
from alignment.tuning.second_stage import Mined, second_stage
from alignment.tuning.standard_pairs import Drawn, Found, Miner, Sides, drawn, negatives, positives
from alignment.tuning.teaching import KnownReadings, lessons, measured
from alignment.tuning.unseen import load_unseen

SEED = 20261124
RANDOM_NEGATIVES = 6
SIBLINGS = 3
# Together the near and the far negatives, and the positives, of the standards weigh these shares of the judged pairs.
NEAR_WEIGHT, FAR_WEIGHT, SAME_WEIGHT = 0.1, 0.3, 0.05
# The same of pairs that a slower model has labelled; with so many the regression may be freer (`Fit`).
NEAR_TAUGHT, FAR_TAUGHT, ABROAD_TAUGHT, PROGRAMS_TAUGHT = 0.2, 0.5, 0.5, 0.5
# The judged pairs once more, without function and discipline. So little suffices: macro-F1 of such pairs (graded_ru,
# default engine) is 0.62 with none, 0.78 with this, 0.74 with twice as much.
BARE_WEIGHT = 0.05
# Operating points: how many of a lower class may reach a threshold. Near pairs that the teacher denies hold hardly a
# true match, so they may rise no more often than judged partial matches.
PARTIAL_RISE = 0.1
TRAP_RISE, FAR_RISE = 0.25, 0.06
# With a reader judged pairs alone decide on "covered", and more strictly: it has not learned from near pairs, some of
# which, with nobody to deny them, are true matches. At 0.05 four of the sample's forty left-out requirements are called
# covered.
READ_RISE = 0.03
DENIED = 0.5
# A statement that surely covers a part and no more has a credit of 0.5: the threshold stays below.
SURE_PARTIAL = 0.475
# A model that no check uses: it reads, has learned from judged pairs alone, and labels the pairs that all others learn
# from besides. Its vectors are those of the default engine, whose best candidates these pairs are.
TEACHER, HOME = "teacher", "adapted"
VECTORS = {TEACHER: HOME, "thorough": HOME}
# Engines whose best candidates are read together with the requirement: slow, like the engine itself.
READING = (TEACHER, "thorough", "accurate")
# Engines whose vectors have nothing of the default's: they need their own mistakes among foreign fields besides.
APART = ("use", "e5")
# How far the second stage goes from the features alone (0) to what fits the judged pairs best (1), for "covers" and
# "touches". Whoever writes judged pairs words what touches and what does not differently, and the reader has learned
# that, too: on whole programs it tells partial matches from gaps worse than the features do (models/verdict.card.md).
BELIEF = (1.0, 0.5)
COMMON = 400
VERSION = "11"


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


def examples(pairs: Sequence[Pair]) -> tuple[list[Sides], NDArray[np.float64], NDArray[np.str_]]:
    """The judged pairs, random statements of other groups and siblings; credit (1, 0.5, 0) and group of each.

    A sibling is a statement that was judged against another requirement of the
    same work function: the same surroundings, in both languages, another matter.
    """
    shown = [pair.sides for pair in pairs]
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
        chosen = [
            *random.choice(others, RANDOM_NEGATIVES, replace=False),
            *random.choice(siblings, min(SIBLINGS, len(siblings)), replace=False).astype(int),
        ]
        shown += [(pair.requirement, pairs[index].statement) for index in chosen]
        credits += [0.0] * len(chosen)
        groups += [pair.group] * len(chosen)
    return shown, np.asarray(credits), np.asarray(groups)


def threshold(low: Scores, rise: float) -> float:
    """The score that the share ``rise`` of the lower class reaches."""
    return round(float(np.quantile(low, 1 - rise)), 2)


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """What every verdict model is made of: judged pairs, their features, pairs of the standards."""

    gold: list[Pair]
    sources: list[Drawn]
    miner: Miner
    same: Found
    features: Matrix
    credits: Scores
    groups: NDArray[np.str_]

    def fitted(
        self, engine: str, covers: Sequence[Lesson], touches: Sequence[Lesson], fit: Fit
    ) -> tuple[VerdictModel, Scores]:
        """A model without thresholds, and its probabilities of the judged pairs held out by field, shape (pairs, 2)."""
        judged = np.arange(len(self.credits)) < len(self.gold)
        centre = np.asarray(self.features.mean(axis=0), dtype=np.float64).round(5)
        scale = np.maximum(np.asarray(self.features.std(axis=0), dtype=np.float64), 1e-3).round(5)
        logits, held = [], []
        for labels, more in zip(answers(self.credits), (covers, touches), strict=True):
            examples = Data(
                features=self.features,
                labels=labels,
                groups=self.groups,
                weights=np.ones(len(labels)),
                judged=judged,
            )
            logit, scores = fit_logit(with_lessons(examples, more), centre, scale, fit)
            logits.append(logit)
            held.append(scores[: len(self.gold)])
        model = VerdictModel(
            version=VERSION,
            engine=engine,
            features=FEATURES,
            centre=[float(value) for value in centre],
            scale=[float(value) for value in scale],
            covers=logits[0],
            touches=logits[1],
            covered=0.0,
            partial=0.0,
            common=self.miner.common,
        )
        return model, np.stack(held, axis=1)


def material(engine: str, corpora: Path, cache: Cache) -> Material:
    """Everything but what a teacher or a reader adds."""
    gold = read_pairs(corpora / "gold" / "pairs.tsv")
    pairs = widen(gold)
    standards = shipped_standards(corpora / "standards")
    encoder = load_unseen(engine, cache)
    common = common_lemmas(standards, cache)
    miner = Miner(encoder, cache, common)
    sources = drawn(standards, miner, SEED)
    shown, credits, groups = examples(pairs)
    return Material(
        gold=gold,
        sources=sources,
        miner=miner,
        same=positives(sources, miner),
        features=features_of(shown, encoder, cache, common),
        credits=credits,
        groups=groups,
    )


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """What a model learns besides the judged pairs, and which pairs must not rise too high.

    These are ``near``, of one standard, and ``far``, of foreign fields: the second stage and the operating points look
    at them.
    """

    covers: Sequence[Lesson]
    touches: Sequence[Lesson]
    fit: Fit
    near: Found
    far: Found


def train(engine: str, corpora: Path, cache: Cache, keep: Path | None = None) -> VerdictModel:
    """The model of an engine, or that of `TEACHER`, with its held-out figures.

    ``keep`` is the folder for readings of the pairs that the teacher has labelled
    (`alignment.tuning.teaching.KnownReadings`).
    """
    found = material(VECTORS.get(engine, engine), corpora, cache)
    taught = engine != TEACHER
    course = _taught(engine, found, corpora, cache, keep) if taught else _untaught(found)
    model, held = found.fitted(engine, course.covers, course.touches, course.fit)
    kinds = course.near, course.far, found.same
    read: Sequence[Matrix | None] = [None] * len(kinds)
    if engine in READING:
        reader = CachedEncoder(PairReader(), cache)
        read = told = [readings_of(reader, part.pairs) for part in kinds]
        model, held = _read(model, held, found.gold, kinds, told, BELIEF if taught else (1.0, 1.0))
        load_reader(model, cache)  # refuses readings of judged pairs that another reader gave
    near, far, repeats = (model.probability(part.features, said) for part, said in zip(kinds, read, strict=True))
    return with_thresholds(model, found.gold, held, near, far, repeats)


def _untaught(found: Material) -> Course:
    """Pairs of the standards with one answer for all of a kind."""
    near, far = negatives(found.sources, found.miner)
    same = hard(found.same, True, SAME_WEIGHT)
    return Course(
        covers=(hard(near, False, NEAR_WEIGHT), same),
        touches=(hard(far, False, FAR_WEIGHT), same),
        fit=JUDGED,
        near=near,
        far=far,
    )


def _taught(engine: str, found: Material, corpora: Path, cache: Cache, keep: Path | None) -> Course:
    """Pairs with the teacher's answers, the same ones for every engine: the best by the teacher's own first stage.

    Topics of the right discipline that touch nothing besides: models took one word of it for a partial match. And the
    judged pairs with nothing above either text, for programs that name no disciplines.
    """
    models, miner = load_settings().data_path("models"), found.miner
    teacher = load_model(models, TEACHER)
    reader = KnownReadings(models, teacher, cache)
    at_home = miner.encoder.name == HOME
    chooser = miner if at_home else Miner(load_unseen(HOME, cache), cache, miner.common)
    told = lessons(found.sources, found.gold, chooser, teacher, reader)
    if not at_home:
        told = measured(told, found.sources, miner)
    if keep is not None:
        reader.write(keep / teaching.FILE)
    topics = _measured(read_pairs(corpora / "gold" / "topics.tsv"), miner)
    bare = _measured([without_context(pair) for pair in found.gold], miner)
    judged = answers(found.credits[: len(found.gold)])
    shares = NEAR_TAUGHT, FAR_TAUGHT, ABROAD_TAUGHT, PROGRAMS_TAUGHT
    covers, touches = (
        [
            *(
                Lesson(found=part.found, yes=part.chances[:, column], share=share)
                for part, share in zip((told.near, told.far, told.abroad, told.programs), shares, strict=True)
            ),
            hard(found.same, True, SAME_WEIGHT),
            hard(topics, False, len(topics.pairs) / len(found.credits), judged=True),
            Lesson(found=bare, yes=judged[column].astype(float), share=BARE_WEIGHT),
        ]
        for column in (0, 1)
    )
    near, far = (
        part.found.where(part.chances[:, column] < DENIED) for column, part in enumerate((told.near, told.far))
    )
    if engine in READING:
        near, far = negatives(found.sources, miner)
    elif engine in APART:
        _, far = negatives(found.sources, miner)
        touches.append(hard(far, False, FAR_WEIGHT))
    return Course(covers=covers, touches=touches, fit=TAUGHT, near=near, far=far)


def _measured(pairs: Sequence[Pair], miner: Miner) -> Found:
    """Judged pairs and their features."""
    shown = tuple(pair.sides for pair in pairs)
    return Found(
        pairs=shown,
        features=features_of(shown, miner.encoder, miner.cache, miner.common),
        groups=np.asarray([pair.group for pair in pairs]),
    )


def _read(
    model: VerdictModel,
    held: Scores,
    gold: Sequence[Pair],
    kinds: Sequence[Found],
    told: Sequence[Matrix],
    belief: tuple[float, float],
) -> tuple[VerdictModel, Scores]:
    """The model with a second stage, and its held-out probabilities.

    ``told`` are the readings of near, far and repeated pairs, ``kinds``.
    """
    near, far, same = (
        Mined(first=model.log_odds(part.features), told=said, right=right, share=share)
        for part, said, right, share in zip(
            kinds, told, (False, False, True), (NEAR_WEIGHT, FAR_WEIGHT, SAME_WEIGHT), strict=True
        )
    )
    path = load_settings().data_path("models") / readings.FILE
    second, held = second_stage(gold, held, path, ((near, same), (far, same)), belief)
    return msgspec.structs.replace(model, second=second), held


def with_thresholds(
    model: VerdictModel,
    gold: Sequence[Pair],
    held: Scores,
    near: Scores,
    far: Scores,
    repeats: Scores,
) -> VerdictModel:
    """The model with its operating points and its figures.

    ``held`` are probabilities of the judged pairs held out by field, shape (pairs, 2); the rest are credits by the
    model of negatives of one standard and of foreign fields, and of repeats.
    """
    chances = ordered(held)
    credit = chances.mean(axis=1)
    labels = np.asarray([pair.label for pair in gold])
    halves = credit[labels == "partial"]
    strict = max(threshold(halves, PARTIAL_RISE), threshold(near, PARTIAL_RISE))
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
