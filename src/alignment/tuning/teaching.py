"""A slow model teaches faster ones: pairs that nobody has judged, with what a model that reads makes of them.

The judged pairs are few, and what a check meets is the best of hundreds of
statements. So requirements of the standards and of the judged pairs meet the
statements of their own standard, of foreign fields and of the judged programs;
the best few by the features alone are what a fast model's mistakes are made
of (Ross et al. 2011). The slow model reads them, and its probabilities are the
labels (Hinton et al. 2015). It knows nothing of the features' cosines that the
fast one does not, but it has read both texts at once. Models of other engines,
those that read among them, learn from the same pairs with features of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np

from alignment.encoders import Cache, Encoder, Vectors
from alignment.encoders.stored import stored_arrays
from alignment.errors import SettingsError
from alignment.matching.reading import load_reader, readings_of
from alignment.matching.texts import Side
from alignment.matching.verdict import VerdictModel
from alignment.tuning.gold import Pair
from alignment.tuning.measure import Scores, features_of
from alignment.tuning.standard_pairs import Drawn, Found, Miner, elsewhere, gathered
from alignment.tuning.unseen import by_key, key, keys_of

FILE = "taught.npz"
BEST = 4
# Statements of the judged programs for each judged requirement: 62 fields, where the standards have hardly three.
PROGRAMS_BEST = 12


class Taught(msgspec.Struct, frozen=True, kw_only=True):
    """Pairs with the probabilities of "covers" and of "covers at least in part" by the teacher, shape (pairs, 2)."""

    found: Found
    chances: Scores


class Lessons(msgspec.Struct, frozen=True, kw_only=True):
    """Requirements of the standards with statements of their own, of foreign ones and of the judged programs; judged
    requirements with statements of these programs that they were not judged with.
    """

    near: Taught
    far: Taught
    abroad: Taught
    programs: Taught


def lessons(
    sources: Sequence[Drawn],
    gold: Sequence[Pair],
    miner: Miner,
    teacher: VerdictModel,
    reader: Encoder,
) -> Lessons:
    """The best candidates by the teacher's first stage, and what the teacher, who has them read, thinks of them."""
    pupil = msgspec.structs.replace(teacher, second=None)

    def taught(found: Found) -> Taught:
        return Taught(found=found, chances=teacher.chances(found.features, readings_of(reader, found.pairs)))

    def of_standards(right: Callable[[Drawn], Sequence[Side]]) -> Taught:
        parts = [
            (*miner.best(source.requirements, right(source), source.weights, elsewhere, BEST, pupil), source.name)
            for source in sources
        ]
        return taught(gathered(parts))

    offered = list(dict.fromkeys(pair.statement for pair in gold))
    return Lessons(
        near=of_standards(lambda source: source.own),
        far=of_standards(lambda source: source.foreign),
        abroad=of_standards(lambda source: offered),
        programs=taught(_of_programs(gold, offered, miner, pupil)),
    )


def _of_programs(gold: Sequence[Pair], statements: Sequence[Side], miner: Miner, pupil: VerdictModel) -> Found:
    """Judged requirements with the best statements that they were not judged with, by the requirement's group."""
    first = {pair.requirement_id: pair for pair in reversed(gold)}
    judged: dict[str, set[Side]] = defaultdict(set)
    for pair in gold:
        judged[pair.requirement.text].add(pair.statement)

    def allowed(requirement: Side, statement: Side, _: float) -> bool:
        return statement not in judged[requirement.text]

    asked = sorted(first.values(), key=lambda pair: pair.group)
    group = {pair.requirement: pair.group for pair in asked}
    left = [pair.requirement for pair in asked]
    pairs, features = miner.best(left, statements, miner.common, allowed, PROGRAMS_BEST, pupil)
    groups = np.asarray([group[requirement] for requirement, _ in pairs])
    return Found(pairs=tuple(pairs), features=features, groups=groups)


def measured(told: Lessons, sources: Sequence[Drawn], miner: Miner) -> Lessons:
    """The same pairs and labels with the features of another engine."""
    weights = {source.name: source.weights for source in sources}

    def again(taught: Taught) -> Taught:
        found = taught.found
        features = np.zeros_like(found.features)
        for group in dict.fromkeys(found.groups):
            rows = np.flatnonzero(found.groups == group)
            pairs = [found.pairs[row] for row in rows]
            features[rows] = features_of(pairs, miner.encoder, miner.cache, weights.get(group, miner.common))
        return Taught(found=msgspec.structs.replace(found, features=features), chances=taught.chances)

    return Lessons(near=again(told.near), far=again(told.far), abroad=again(told.abroad), programs=again(told.programs))


class KnownReadings:
    """The reader, with what it said when the shipped model was taught (models/taught.npz): to read takes minutes.

    Only what it has not read is read, and only then is the extra [e5] needed.

    Args:
        models: folder of the file.
        teacher: model whose reader it stands for.
        cache: where new readings are kept.
    """

    name = "known readings"
    dimension = 2

    def __init__(self, models: Path, teacher: VerdictModel, cache: Cache) -> None:
        if teacher.second is None:
            raise SettingsError(f"the verdict model of {teacher.engine} has no second stage: it cannot teach.")
        self.version = teacher.second.reader
        self._teacher, self._cache = teacher, cache
        self._said: dict[bytes, Vectors] = {}
        self._used: dict[str, None] = {}
        path = models / FILE
        if path.is_file():
            with stored_arrays(path, "readings of the pairs that teach", "Delete it: it is made again.") as stored:
                if str(stored["version"]) == self.version:
                    self._said = by_key(stored["keys"], stored["readings"].astype(np.float32))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Log-odds of "covers" and "covers at least in part" to three digits, shape (len(texts), 2)."""
        keys = [key(text) for text in texts]
        self._used.update(dict.fromkeys(texts))
        missing = {name: text for name, text in zip(keys, texts, strict=True) if name not in self._said}
        if missing:
            reader = load_reader(self._teacher, self._cache)
            assert reader is not None  # a model with a second stage has one
            said = reader.encode(list(missing.values()))
            self._said.update(zip(missing, said.astype(np.float16).astype(np.float32), strict=True))
        return np.asarray([self._said[name] for name in keys], dtype=np.float32).reshape(len(keys), 2)

    def write(self, path: Path) -> None:
        """Keep what was asked for, in half precision."""
        texts = sorted(self._used, key=key)
        np.savez_compressed(
            path,
            version=np.asarray(self.version),
            keys=keys_of(texts),
            readings=self.encode(texts).astype(np.float16),
        )
