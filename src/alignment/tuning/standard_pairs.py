"""Pairs from the real standards: what the best of many statements of one field looks like.

A check takes the best of hundreds of statements, most of them of the right
field. Pairs judged one by one do not show that. So requirements of one work
function meet the requirements of others, as if those were a program's
statements and their functions its disciplines; the best few by the untrained
score are kept as negatives, near copies (which do cover) are left out.

Positives: a labour action and the skill that repeats it within one function
("Проверка функционирования …", "Проверять функционирование …"), and a
requirement without its closing circumstance ("… в соответствии с …"), as
programs shorten it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import compress

import msgspec
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from alignment.encoders import Cache, Encoder
from alignment.language.analysis import Analysis
from alignment.matching.features import DOING, FEATURES, Matrix, Space, rows, untrained
from alignment.matching.lexicon import own_weights
from alignment.matching.texts import Side, analyses
from alignment.matching.verdict import VerdictModel
from alignment.matching.words import Words, word_encoder
from alignment.model import Standard
from alignment.tuning.measure import features_of

SAMPLE = 40
BEST = 3
# Of so many statements by the untrained score a model chooses the best, as a check does.
DEPTH = 32
# Above these a pair may well be a match: it is nobody's negative example.
ALIKE_WORDS = 72
ALIKE_MEANING_NEAR, ALIKE_MEANING_FAR = 0.8, 0.72
# An action and a skill this much alike say the same.
SAME_WORDS, SAME_MEANING = 80, 0.75
CIRCUMSTANCE = re.compile(
    r",?\s(?:в соответствии с|с учетом|с учётом|в объеме|при|для|на основе|с использованием|с целью|согласно)\s.*$"
)
MIN_WORDS = 3
# 06.001 and 06.005 are what the tests and the README measure on: training does not see them.
HELD_OUT = ("06.001", "06.005")


Sides = tuple[Side, Side]
# Pairs, their features, the name of their group.
Part = tuple[Sequence[Sides], Matrix, str]
# May this statement, of such a meaning (cosine), stand for that requirement?
Allowed = Callable[[Side, Side, float], bool]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Pairs, their features, shape (pairs, features), and the standard of each."""

    pairs: tuple[Sides, ...]
    features: Matrix
    groups: NDArray[np.str_]

    def where(self, wanted: NDArray[np.bool_]) -> Found:
        """Only the wanted pairs, a mark for each."""
        return Found(
            pairs=tuple(compress(self.pairs, wanted)), features=self.features[wanted], groups=self.groups[wanted]
        )


def field(standard: Standard) -> str:
    """Field of a standard: area of activity; 40.0xx are one field, microelectronics, with 29.002 and 10.104."""
    area = standard.code[:2]
    return "micro" if area in ("40", "29", "10", "") else area


def sides(standard: Standard, *, as_program: bool) -> list[Side]:
    """Requirements as one side of pairs; as a program's statements their function is their discipline."""
    return [
        Side.of(
            text=item.text,
            kind=item.kind,
            context=function.name if as_program else f"{standard.title}: {function.name}",
        )
        for _, function, item in standard.requirements()
    ]


class Miner:
    """Looks for pairs among requirements and statements by the vectors of one engine.

    Args:
        encoder: engine for the vectors.
        cache: where vectors and analyses are kept.
        common: weights of the lemmas that every standard uses.
    """

    def __init__(self, encoder: Encoder, cache: Cache, common: dict[str, float]) -> None:
        self.encoder, self.cache, self.common = encoder, cache, common
        self.single = word_encoder(encoder, cache)

    def best(
        self,
        left: Sequence[Side],
        right: Sequence[Side],
        weights: Mapping[str, float],
        allowed: Allowed,
        count: int,
        model: VerdictModel | None = None,
    ) -> tuple[list[Sides], Matrix]:
        """The best ``count`` allowed statements for each requirement, and the features of these pairs.

        Best by the untrained score or, with a model, by that of the best `DEPTH`.
        """
        known = analyses((side.text for side in (*left, *right)), self.cache)
        words = Words(self.single, known.values())
        space = Space(self.encoder, left, right)
        result, pairs = [np.zeros((0, len(FEATURES)), dtype=np.float32)], []
        for index, requirement in enumerate(left):
            cosines = space.cosines(index)
            kept: list[int] = []
            seen: set[tuple[str, str]] = set()
            for candidate in np.argsort(-untrained(cosines)):
                statement = right[candidate]
                name = statement.text, statement.context
                if name in seen or not allowed(requirement, statement, float(cosines[0, candidate])):
                    continue
                seen.add(name)
                kept.append(int(candidate))
                if len(kept) == (DEPTH if model else count):
                    break
            if not kept:
                continue
            found = rows(requirement, [right[i] for i in kept], cosines[:, kept], known, words, weights)
            order = np.argsort(-model.probability(found), kind="stable")[:count] if model else np.arange(len(kept))
            result.append(found[order])
            pairs += [(requirement, right[kept[i]]) for i in order]
        return pairs, np.concatenate(result)


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A standard, some of its requirements, its own and those of foreign fields as statements, weights of lemmas."""

    standard: Standard
    requirements: tuple[Side, ...]
    own: tuple[Side, ...]
    foreign: tuple[Side, ...]
    weights: Mapping[str, float]

    @property
    def name(self) -> str:
        """What its pairs are grouped by."""
        return self.standard.code or self.standard.title


def drawn(standards: Sequence[Standard], miner: Miner, seed: int) -> list[Drawn]:
    """The standards that are not held out, each with `SAMPLE` requirements drawn from it."""
    random = np.random.default_rng(seed)
    used = [standard for standard in standards if standard.code not in HELD_OUT]
    found = []
    for standard in used:
        left = sides(standard, as_program=False)
        known = analyses((side.text for side in left), miner.cache)
        found.append(
            Drawn(
                standard=standard,
                requirements=tuple(left[i] for i in random.choice(len(left), min(SAMPLE, len(left)), replace=False)),
                own=tuple(sides(standard, as_program=True)),
                foreign=tuple(
                    side for item in used if field(item) != field(standard) for side in sides(item, as_program=True)
                ),
                weights=own_weights([known[side.text].lemmas for side in left], miner.common),
            )
        )
    return found


def elsewhere(requirement: Side, statement: Side, _: float) -> bool:
    """Is the statement of another function than the requirement's own?"""
    return statement.context != requirement.context.partition(": ")[2]


def gathered(parts: Sequence[Part]) -> Found:
    """Pairs, features and the name of each part's group in one."""
    return Found(
        pairs=tuple(pair for pairs, _, _ in parts for pair in pairs),
        features=np.concatenate([part for _, part, _ in parts]),
        groups=np.asarray([name for pairs, _, name in parts for _ in pairs]),
    )


def _unlike(known: Mapping[str, Analysis], limit: float) -> Allowed:
    """Statements of other functions that are alike neither in words nor, above ``limit``, in meaning."""

    def allowed(requirement: Side, statement: Side, meaning: float) -> bool:
        return (
            elsewhere(requirement, statement, meaning)
            and meaning <= limit
            and _alike(known[requirement.text], known[statement.text]) <= ALIKE_WORDS
        )

    return allowed


def negatives(sources: Sequence[Drawn], miner: Miner) -> tuple[Found, Found]:
    """Requirements of each standard with the best of its own other functions (near) and of foreign fields (far)."""
    near: list[Part] = []
    far: list[Part] = []
    for source in sources:
        every = (*source.requirements, *source.own, *source.foreign)
        known = analyses((side.text for side in every), miner.cache)
        for found, right, limit in ((near, source.own, ALIKE_MEANING_NEAR), (far, source.foreign, ALIKE_MEANING_FAR)):
            mined = miner.best(source.requirements, right, source.weights, _unlike(known, limit), BEST)
            found.append((*mined, source.name))
    return gathered(near), gathered(far)


def positives(sources: Sequence[Drawn], miner: Miner) -> Found:
    """Actions and skills that repeat each other, and requirements without their closing circumstance."""
    parts: list[Part] = []
    for source in sources:
        known = analyses((side.text for side in sides(source.standard, as_program=False)), miner.cache)
        same = _repeats(source.standard, known) + _shortened(source.standard)
        features = features_of(same, miner.encoder, miner.cache, source.weights)
        near = features[:, FEATURES.index("meaning")] >= SAME_MEANING
        parts.append(([pair for pair, kept in zip(same, near, strict=True) if kept], features[near], source.name))
    return gathered(parts)


def _alike(one: Analysis, two: Analysis) -> float:
    return fuzz.token_set_ratio(" ".join(one.lemmas), " ".join(two.lemmas))


def _repeats(standard: Standard, known: Mapping[str, Analysis]) -> list[tuple[Side, Side]]:
    """(action, skill) and (skill, action) of one function with nearly the same lemmas."""
    pairs = []
    for general in standard.functions:
        for function in general.functions:
            context = f"{standard.title}: {function.name}"
            doing = [
                Side.of(text=item.text, kind=item.kind, context=context)
                for item in function.requirements
                if item.kind in DOING
            ]
            pairs += [
                (one, msgspec.structs.replace(two, context=general.name))
                for one in doing
                for two in doing
                if one.kind is not two.kind and _alike(known[one.text], known[two.text]) >= SAME_WORDS
            ]
    return pairs


def _shortened(standard: Standard) -> list[tuple[Side, Side]]:
    """(requirement, the requirement without its closing circumstance)."""
    pairs = []
    for general, function, item in standard.requirements():
        short = CIRCUMSTANCE.sub("", item.text)
        if short != item.text and len(short.split()) >= MIN_WORDS:
            left = Side.of(text=item.text, kind=item.kind, context=f"{standard.title}: {function.name}")
            pairs.append((left, Side.of(text=short, kind=item.kind, context=general.name)))
    return pairs[:: max(1, len(pairs) // SAMPLE)]
