"""The requirement model: probabilities of a requirement from all its candidates (models/requirement-ENGINE.json).

The score of the best of a thousand pairs is partly noise. More reliable is how
many candidates cover at least a part, with what probability, and whether any of
them is a practical skill if the requirement is one. Two logistic regressions on
the features below give the probabilities that the requirement is covered, and
that it is covered at least in part. They are fitted to judged requirements of
real programs; the probabilities of pairs came from models that had seen neither
the program nor the standard.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from alignment.errors import SettingsError, why
from alignment.i18n import message as _
from alignment.matching.features import PAIR_FEATURES, Matrix
from alignment.matching.verdict_model import Logit
from alignment.model import Kind, Thresholds

Scores = NDArray[np.float64]
# Kinds of statements that let the student do something; a lecture's topic does not.
PRACTICAL_KINDS = frozenset({Kind.SKILL, Kind.EXPERIENCE, Kind.COMPETENCE, Kind.ACTION})
# How many of the best chances are features by themselves, and how many are summed up. All coefficients are fitted
# under these numbers.
TOP_AT_LEAST_PARTIAL, TOP_COVERS, TOP_CANDIDATES = 5, 4, 8
REQUIREMENT_FEATURES = (
    *(f"touches_{number}" for number in range(1, TOP_AT_LEAST_PARTIAL + 1)),
    *(f"covers_{number}" for number in range(1, TOP_COVERS + 1)),
    "any_touches",
    "any_covers",
    "sum_touches",
    "practice_touches",
    "theory_touches",
    "practice_covers",
    "theory_covers",
    "action",
    "skill",
    "knowledge",
    "meaning",
    "words_found",
    "length",
)
# Chances are kept this far from 0 and 1 before their log-odds are taken, as reports round them. Models are fitted under
# it.
MIN_CHANCE = 1e-4
# Standardised features are kept within so many deviations, so that one outlier decides no verdict: three, as usual.
# With six none of 751 verdicts of judged programs changes.
MAX_DEVIATIONS = 3.0
# Log-odds in the place of a kind of candidate that there is none of: below every chance (`MIN_CHANCE` gives -9), and
# `MAX_DEVIATIONS` bounds what it does.
NO_CANDIDATE_LOG_ODDS = -100.0
# How far a chance "covered" that must not decide stays below what would: a percent is seen in a report.
# With five times as much none of the same verdicts changes.
THEORY_MARGIN = 0.01


class RequirementModel(msgspec.Struct, frozen=True, kw_only=True):
    """Two logistic regressions, for "covered" and for "covered at least in part", and the thresholds of the verdicts.

    ``features`` are the names of the features, ``centre`` and ``scale`` their
    means and standard deviations. ``verdict_model`` is the version of the verdict
    model with which it was fitted. ``spread`` is the standard deviation, over
    unseen programs and standards, of judged minus expected coverage beyond what
    chance explains; ``known_spread`` the same where precedents know the standard,
    ``other_words_spread`` where they know the standard, but no statement in the words
    of the program.
    """

    version: str
    engine: str
    verdict_model: str
    features: tuple[str, ...]
    centre: list[float]
    scale: list[float]
    covers: Logit
    at_least_partial: Logit = msgspec.field(name="touches")
    covered: float
    partial: float
    spread: float
    known_spread: float
    other_words_spread: float
    figures: dict[str, float] = {}

    @property
    def thresholds(self) -> Thresholds:
        """The thresholds, which were chosen on judged programs."""
        return Thresholds(covered=self.covered, partial=self.partial)

    def spread_at(self, known_share: float, same_words: float) -> float:
        """The spread of a program and a standard.

        The variance is the mean of both standards' by the share, which is never less than that of parts whose errors
        have nothing to do with each other. Statements in words that were never judged add as much variance as they
        were measured to add where the standard is known; where it is new that was not measured.

        Args:
            known_share: the share (0 to 1) of the standard's requirements that were judged before.
            same_words: the share (0 to 1) of the program's statements that were judged before in the same words.
        """
        variance = known_share * self.known_spread**2 + (1 - known_share) * self.spread**2
        other_words = max(0.0, self.other_words_spread**2 - self.known_spread**2)
        return math.sqrt(variance + (1 - same_words) * other_words)

    def chances(self, features: Matrix) -> Scores:
        """Probabilities of "covered" and of "covered at least in part" (never the smaller), shape (requirements, 2).

        ``features`` has shape (requirements, len(REQUIREMENT_FEATURES)), with NaN for missing values.
        """
        z = np.clip((features - np.asarray(self.centre)) / np.asarray(self.scale), -MAX_DEVIATIONS, MAX_DEVIATIONS)
        z = np.where(np.isnan(z), 0.0, z)
        both = [z @ np.asarray(side.weights) + side.bias for side in (self.covers, self.at_least_partial)]
        chance = 1 / (1 + np.exp(-np.stack(both, axis=-1)))
        ceiling = np.where(_theory_only(features), 2 * self.covered - 1 - THEORY_MARGIN, 1.0)
        covers = np.minimum(np.minimum(chance[..., 0], ceiling), chance[..., 1])
        return np.stack([covers, chance[..., 1]], axis=-1)


def requirement_features(
    kind: Kind, length: int, texts: Sequence[str], kinds: Sequence[Kind], features: Matrix, chances: Scores
) -> NDArray[np.float32]:
    """Features of one requirement, shape (len(REQUIREMENT_FEATURES),).

    A feature that a program with few statements cannot have, such as that of a
    fifth candidate, is NaN and counts neither for nor against.

    Args:
        kind: kind of the requirement.
        length: number of lemmas of the requirement.
        texts: texts of the candidates; of several candidates with the same text only the best counts.
        kinds: kinds of the candidates.
        features: features of the pairs, shape (candidates, len(PAIR_FEATURES)).
        chances: probabilities of the pairs, shape (candidates, 2).
    """
    kept = _distinct(texts, chances)
    covers, at_least_partial = chances[kept, 0], chances[kept, 1]
    practice = np.asarray([kinds[index] in PRACTICAL_KINDS for index in kept], dtype=bool)
    is_small = len(kept) < TOP_CANDIDATES
    most_touches, most_covers = _highest(at_least_partial, TOP_CANDIDATES), _highest(covers, TOP_CANDIDATES)
    return np.asarray(
        [
            *_missing(_log_odds(most_touches[:TOP_AT_LEAST_PARTIAL]), len(kept)),
            *_missing(_log_odds(most_covers[:TOP_COVERS]), len(kept)),
            _log_odds(float(1 - np.prod(1 - most_touches))),
            _log_odds(float(1 - np.prod(1 - most_covers))),
            most_touches.sum(),
            *(
                np.nan if is_small and not where.any() else _log_odds(_best(values, where))
                for values in (at_least_partial, covers)
                for where in (practice, ~practice)
            ),
            *(float(kind is other) for other in (Kind.ACTION, Kind.SKILL, Kind.KNOWLEDGE)),
            features[:, PAIR_FEATURES.index("meaning")].max(initial=0.0),
            features[:, PAIR_FEATURES.index("words_found")].max(initial=0.0),
            length,
        ],
        dtype=np.float32,
    )


def _theory_only(features: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Mask of the requirements that ask to do something and are better covered by theory than by practice.

    By the definition of a verdict (docs/guide.md) theory covers such a requirement in part at most. `chances` limits
    its probability of "covered", so that the expected score stays below the threshold.
    """
    column = {
        name: features[..., REQUIREMENT_FEATURES.index(name)]
        for name in ("action", "skill", "practice_covers", "theory_covers")
    }
    theory, practice = (
        np.nan_to_num(column[name], nan=NO_CANDIDATE_LOG_ODDS) for name in ("theory_covers", "practice_covers")
    )
    return np.asarray((column["action"] + column["skill"] > 0) & (theory > practice))


def _distinct(texts: Sequence[str], chances: Scores) -> list[int]:
    """Indices of the candidates, best first, without repeated texts."""
    seen: set[str] = set()
    kept = []
    for index in np.argsort(-chances.sum(axis=1), kind="stable"):
        key = re.sub(r"\W+", "", texts[index].lower())
        if key not in seen:
            seen.add(key)
            kept.append(int(index))
    return kept


def _highest(values: Scores, count: int) -> Scores:
    highest = np.sort(values)[::-1][:count]
    return np.concatenate([highest, np.zeros(count - len(highest))])


def _missing(values: Scores, count: int) -> Scores:
    """The values with NaN from the index ``count`` on."""
    return np.where(np.arange(len(values)) < count, values, np.nan)


def _best(values: Scores, where: NDArray[np.bool_]) -> float:
    return float(values[where].max(initial=0.0))


def _log_odds(chance: Scores | float) -> Scores:
    kept = np.clip(chance, MIN_CHANCE, 1 - MIN_CHANCE)
    return np.asarray(np.log(kept / (1 - kept)))


def load_requirement_model(folder: Path, engine: str, verdict_model: str) -> RequirementModel:
    """The requirement model of an engine, "default" or "fast".

    Args:
        folder: the folder of models.
        engine: name of the engine.
        verdict_model: version of the verdict model in use.

    Raises:
        SettingsError: the file is missing or damaged, or was fitted with another verdict model.
    """
    path = folder / f"requirement-{engine}.json"
    hint = _("Install the package again.")
    try:
        model = msgspec.json.decode(path.read_bytes(), type=RequirementModel)
    except (OSError, msgspec.MsgspecError) as error:
        raise SettingsError(
            _("the requirement model cannot be read: {error}.", error=why(error)), file=str(path), hint=hint
        ) from error
    if model.features != REQUIREMENT_FEATURES or model.verdict_model != verdict_model:
        raise SettingsError(_("the requirement model does not fit the verdict model."), file=str(path), hint=hint)
    return model
