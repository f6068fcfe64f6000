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
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from alignment.encoders import Cache, Encoder
from alignment.language.analysis import Analysis
from alignment.matching.features import DOING, Matrix, Space, rows, untrained
from alignment.matching.lexicon import own_weights
from alignment.matching.texts import Side, analyses
from alignment.matching.words import Words, word_encoder
from alignment.model import Standard

SAMPLE = 40
BEST = 3
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


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Pairs, their features, shape (pairs, features), and the standard of each."""

    pairs: tuple[Sides, ...]
    features: Matrix
    groups: NDArray[np.str_]


class StandardPairs(msgspec.Struct, frozen=True, kw_only=True):
    """Negatives of one standard (near) and of foreign fields (far), and positives (same)."""

    near: Found
    far: Found
    same: Found


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


def standard_pairs(
    standards: Sequence[Standard], encoder: Encoder, cache: Cache, common: Mapping[str, float], seed: int
) -> StandardPairs:
    """Negatives and positives of all standards that are not held out."""
    random = np.random.default_rng(seed)
    single = word_encoder(encoder, cache)
    used = [standard for standard in standards if standard.code not in HELD_OUT]
    found: dict[str, list[tuple[list[Sides], Matrix, str]]] = {"near": [], "far": [], "same": []}
    for standard in used:
        left = sides(standard, as_program=False)
        name = standard.code or standard.title
        known = analyses((side.text for side in left), cache)
        weights = own_weights([known[side.text].lemmas for side in left], common)
        chosen = [left[i] for i in random.choice(len(left), min(SAMPLE, len(left)), replace=False)]
        foreign = [side for item in used if field(item) != field(standard) for side in sides(item, as_program=True)]
        near = _best(chosen, sides(standard, as_program=True), encoder, single, cache, weights, ALIKE_MEANING_NEAR)
        far = _best(chosen, foreign, encoder, single, cache, weights, ALIKE_MEANING_FAR)
        same = _pairs(_repeats(standard, known) + _shortened(standard), encoder, single, cache, weights, SAME_MEANING)
        for kind, part in (("near", near), ("far", far), ("same", same)):
            if part[0]:
                found[kind].append((*part, name))
    return StandardPairs(
        **{
            kind: Found(
                pairs=tuple(pair for pairs, _, _ in parts for pair in pairs),
                features=np.concatenate([part for _, part, _ in parts]),
                groups=np.asarray([name for pairs, _, name in parts for _ in pairs]),
            )
            for kind, parts in found.items()
        }
    )


def _best(
    left: Sequence[Side],
    right: Sequence[Side],
    encoder: Encoder,
    single: Encoder,
    cache: Cache,
    weights: Mapping[str, float],
    limit: float,
) -> tuple[list[Sides], Matrix]:
    """The best wrong statements for each requirement, and the features of these pairs."""
    known = analyses((side.text for side in (*left, *right)), cache)
    words = Words(single, known.values())
    space = Space(encoder, left, right)
    result, pairs = [], []
    for index, requirement in enumerate(left):
        cosines = space.cosines(index)
        own = requirement.context.partition(": ")[2]
        kept: list[int] = []
        for candidate in np.argsort(-untrained(cosines)):
            statement = right[candidate]
            if statement.context == own or cosines[0, candidate] > limit:
                continue
            if _alike(known[requirement.text], known[statement.text]) > ALIKE_WORDS:
                continue
            kept.append(int(candidate))
            if len(kept) == BEST:
                break
        if kept:
            result.append(rows(requirement, [right[i] for i in kept], cosines[:, kept], known, words, weights))
            pairs += [(requirement, right[i]) for i in kept]
    return pairs, np.concatenate(result)


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


def _pairs(
    pairs: Sequence[tuple[Side, Side]],
    encoder: Encoder,
    single: Encoder,
    cache: Cache,
    weights: Mapping[str, float],
    least: float,
) -> tuple[list[Sides], Matrix]:
    """The pairs whose meaning is near enough, and their features, shape (pairs, features)."""
    known = analyses((side.text for pair in pairs for side in pair), cache)
    words = Words(single, known.values())
    result, kept = [], []
    for one, two in pairs:
        cosines = Space(encoder, [one], [two]).cosines(0)
        if cosines[0, 0] >= least:
            result.append(rows(one, [two], cosines, known, words, weights)[0])
            kept.append((one, two))
    return kept, np.asarray(result, dtype=np.float32)
