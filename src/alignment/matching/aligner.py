"""`Aligner`: a program and a standard meet, one `Alignment` leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.metadata import version
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from alignment.cache import Cache
from alignment.encoders import CachedEncoder, Encoder
from alignment.i18n import Text
from alignment.language.analysis import VERSION as LANGUAGE_VERSION
from alignment.matching.above import look_above, sides_above
from alignment.matching.features import FEATURES, Matrix, Space, rows, untrained
from alignment.matching.generic import statement_areas
from alignment.matching.lexicon import Postings, own_weights
from alignment.matching.meeting import Meeting
from alignment.matching.requirement import RequirementModel, Scores, requirement_features
from alignment.matching.reranking import RERANKED, Reranker, reranked
from alignment.matching.texts import Side, analyses_beside
from alignment.matching.together import read_together
from alignment.matching.verdict import VerdictModel
from alignment.matching.words import Words
from alignment.model import (
    Alignment,
    Basis,
    Evidence,
    Finding,
    Issue,
    Kind,
    Program,
    Standard,
    Thresholds,
    Verdict,
    decide,
)
from alignment.progress import Progress

# Chances of "covered" and "at least in part" where a statement says the same words as the requirement. Set by hand:
# the judged programs have too few such pairs to fit them.
SAME_WORDS = (0.95, 0.99)
# A statement less likely than this to cover does not cover alone; one at least this likely to touch takes part.
# More likely than not: no parameter that was tuned.
ALONE = 0.5
# Taken off a value so that it stands behind every other: chances lie between 0 and 1.
BEHIND = 1.0


class Candidates(NamedTuple):
    """Statements that a requirement is compared with.

    ``chosen`` are their places in the program, ``features`` those of the pairs,
    ``read`` the reranker's log-odds, shape (candidates, 2), NaN for pairs that
    it has not read.
    """

    chosen: NDArray[np.int64]
    features: Matrix
    read: Matrix


class Aligner:
    """Compares programs with standards.

    Args:
        encoder: engine for the vectors.
        cache: where vectors and analyses are kept.
        model: features to probability.
        thresholds: probabilities at which a verdict changes.
        candidates: how many statements per requirement are scored, by
            meaning and by words each.
        evidence: how many statements a finding keeps.
        progress: told the stage, the steps done and their number.
        warnings: what the alignment should tell about its settings.
        requirement_model: the verdict of a requirement from all its candidates;
            without one it is that of the best pair.
        reranker: reads the best candidates together with the requirement;
            without one their features are all that is known.
    """

    def __init__(
        self,
        encoder: Encoder,
        cache: Cache,
        model: VerdictModel,
        *,
        thresholds: Thresholds | None = None,
        candidates: int = 24,
        evidence: int = 3,
        progress: Progress | None = None,
        warnings: Sequence[Text] = (),
        requirement_model: RequirementModel | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self.warnings = tuple(warnings)
        self.cache = cache
        # Without a reranker no pair has a second stage, nor do explanations.
        self.model = model if reranker is not None else msgspec.structs.replace(model, second=None)
        self.requirement_model = requirement_model
        self.thresholds = thresholds or (requirement_model or model).thresholds
        self.candidates, self.evidence = candidates, evidence
        self.progress = progress or (lambda stage, done, total: None)
        self.encoder = CachedEncoder(encoder, cache, lambda done, total: self.progress("encode", done, total))
        self.reranker = reranker

    def align(self, program: Program, standard: Standard) -> Alignment:
        """Findings for every requirement of the standard, in its order."""
        best: dict[int, float] = {}
        meeting = self.meet(program, standard)
        findings = tuple(self.findings(meeting, best))
        return Alignment(
            program=program,
            standard=standard,
            findings=findings,
            reach={
                statement.id: round(best.get(index, 0.0), 4)
                for index, statement in enumerate(meeting.statements)
                if not statement.title_only
            },
            thresholds=self.thresholds,
            engine=self.encoder.name,
            warnings=tuple(Issue(message=text) for text in self.warnings),
            versions={
                "profstandart-align": version("profstandart-align"),
                "engine": self.encoder.version,
                "language": LANGUAGE_VERSION,
                "verdict": self.model.version,
                **({"requirement": self.requirement_model.version} if self.requirement_model else {}),
            },
            spread=self.requirement_model.spread if self.requirement_model else 0.0,
        )

    def findings(self, meeting: Meeting, best_of: dict[int, float] | None = None) -> list[Finding]:
        """Findings for every requirement of the meeting, in the standard's order.

        ``best_of``, if given, gets the best probability of each statement (by
        index) over all requirements that it was a candidate for.
        """
        findings = []
        scored = zip(meeting.tree, meeting.left, self._all_scored(meeting), strict=True)
        for index, ((general, function, requirement), side, candidates) in enumerate(scored):
            chances = self.model.chances(candidates.features, candidates.read)
            _keep(best_of, candidates.chosen, chances)
            evidence = self._chosen(meeting, candidates, chances, self.evidence)
            best = evidence[0][1] if evidence else None
            covers, touches = self._chances(meeting, side, candidates, chances, best)
            basis, promised = self._bases(meeting, candidates, chances, best)
            finding = Finding(
                requirement=requirement,
                function=function.code,
                general_function=general.code,
                verdict=Verdict.GAP,
                probability=round((covers + touches) / 2, 4),
                covers=round(covers, 4),
                touches=round(touches, 4),
                evidence=tuple(item for _, item in evidence),
                title_only=best is not None and best.statement.title_only,
                basis=basis,
                promised=promised,
            )
            findings.append(self._joint(decide(finding, self.thresholds)))
            if index % 32 == 0:
                self.progress("match", index + 1, len(meeting.tree))
        if self.requirement_model is None:
            findings = read_together(findings, meeting, self.model, self.thresholds, self.reranker)
        findings = look_above(findings, meeting, self)
        self.progress("match", len(meeting.tree), len(meeting.tree))
        return findings

    def _chances(
        self, meeting: Meeting, requirement: Side, candidates: Candidates, chances: Scores, best: Evidence | None
    ) -> tuple[float, float]:
        """Chances that the requirement is covered, and that it is at least in part; ``chances`` are the pairs'."""
        if best is None:
            return 0.0, 0.0
        if self.requirement_model is None:
            return best.covers, best.touches
        found = self.requirement_model.chances(self.features_of(meeting, requirement, candidates, chances))
        if any(meeting.right[i].text == requirement.text for i in candidates.chosen):
            # Real programs hardly ever say a requirement in its own words: the models have not learned what that means.
            found = np.maximum(found, SAME_WORDS)
        return float(found[0]), float(found[1])

    def features_of(
        self, meeting: Meeting, requirement: Side, candidates: Candidates, chances: Scores
    ) -> NDArray[np.float32]:
        """Features of the requirement as a whole (`alignment.matching.requirement`), shape (len(FEATURES),).

        ``chances`` are those of the pairs, shape (candidates, 2).
        """
        chosen, features, _ = candidates
        return requirement_features(
            requirement.kind,
            len(meeting.known[requirement.text].lemmas),
            [meeting.right[i].text for i in chosen],
            [meeting.right[i].kind for i in chosen],
            features,
            chances,
        )

    def _bases(
        self, meeting: Meeting, candidates: Candidates, chances: Scores, best: Evidence | None
    ) -> tuple[Basis, bool]:
        """What the strongest evidence is worth (a promise that is taught is taught), and whether there is a promise."""
        if best is None:
            return Basis.NONE, False
        near = chances.mean(axis=1) >= self.model.partial
        found = {meeting.statements[index].basis for index in candidates.chosen[near]}
        own = best.statement.basis
        kept = own is Basis.PROMISED and Basis.TAUGHT in found
        return Basis.TAUGHT if kept else own, Basis.PROMISED in found | {own}

    def _joint(self, finding: Finding) -> Finding:
        """The finding, marked where it is covered and no statement alone is likely to cover it."""
        joint = (
            self.requirement_model is not None
            and finding.verdict is Verdict.COVERED
            and len(finding.evidence) > 1
            and max(item.covers for item in finding.evidence) < ALONE <= finding.evidence[1].touches
        )
        return msgspec.structs.replace(finding, together=True) if joint else finding

    def meet(self, program: Program, standard: Standard) -> Meeting:
        """Vectors and analyses of both sides."""
        statements = list(program.statements())
        tree = list(standard.requirements())
        left = [
            Side.of(text=requirement.text, kind=requirement.kind, context=f"{standard.title}: {function.name}").plain
            for _, function, requirement in tree
        ]
        right = [Side.of(text=item.text, kind=item.kind, context=item.discipline).plain for item in statements]
        above = sides_above(standard).values()
        waiting = analyses_beside(
            (side.text for side in (*left, *right, *above)),
            self.cache,
            lambda done, total: self.progress("analyse", done, total),
        )
        space = Space(self.encoder, left, right, self.model.averages)
        known = waiting()
        return Meeting(
            standard=standard,
            tree=tree,
            left=left,
            right=right,
            statements=statements,
            encoder=self.encoder,
            space=space,
            known=known,
            words=Words(self.encoder, known.values()),
            postings=Postings([known[side.text].lemmas for side in right]),
            weights=own_weights([known[side.text].lemmas for side in left], self.model.common),
            areas=statement_areas(program, statements),
        )

    def candidates_of(
        self, meeting: Meeting, requirement: Side, cosines: Matrix, count: int, *, rerank: bool = True
    ) -> list[tuple[int, Evidence]]:
        """The best ``count`` statements with their index, best first; no discipline twice with one text.

        Best is the highest probability or, where that is below the model's
        threshold of a partial match, the highest chance of covering.
        """
        candidates = (self.read if rerank else self.scored)(meeting, requirement, cosines)
        chances = self.model.chances(candidates.features, candidates.read)
        return self._chosen(meeting, candidates, chances, count)

    def read(self, meeting: Meeting, requirement: Side, cosines: Matrix) -> Candidates:
        """The candidates of one requirement, the best of them read by the reranker."""
        (found,) = self._reranked(meeting, [requirement], [self.scored(meeting, requirement, cosines)])
        return found

    def _chosen(
        self,
        meeting: Meeting,
        candidates: Candidates,
        chances: Scores,
        count: int,
    ) -> list[tuple[int, Evidence]]:
        """The best ``count`` of a requirement's candidates, see `candidates_of`."""
        statements = meeting.statements
        chosen, features, read = candidates
        if not len(chosen):
            return []
        probabilities = chances.mean(axis=1)
        bases = np.asarray([statements[i].basis for i in chosen])
        # Where nothing touches the requirement the nearest miss is what would come nearest to covering it: bare titles
        # touch a little of everything. The model's own threshold decides: others can be set without matching anew.
        value = probabilities if probabilities.max() >= self.model.partial else chances[:, 0]
        near = probabilities >= self.model.partial
        if (near & (bases != Basis.TITLE)).any():
            # Where content speaks, titles do not speak before it.
            value = np.where(bases == Basis.TITLE, value - BEHIND, value)
        kept = self.best_of(meeting, chosen, value, count)
        taught = np.flatnonzero(near & (bases == Basis.TAUGHT))
        if len(taught) and count > 1 and not np.isin(kept, taught).any():
            # What teaches a promise is shown beside it, however many disciplines repeat the promise.
            kept[-1] = int(taught[value[taught].argmax()])
        return [
            (
                int(chosen[i]),
                Evidence(
                    statement=statements[int(chosen[i])],
                    probability=round(float(probabilities[i]), 4),
                    covers=round(float(chances[i, 0]), 4),
                    touches=round(float(chances[i, 1]), 4),
                    contributions=self.model.explain(features[i], read[i]),
                ),
            )
            for i in kept
        ]

    def scored(self, meeting: Meeting, requirement: Side, cosines: Matrix) -> Candidates:
        """The candidates of a requirement and their features; none is read yet."""
        if not meeting.statements:
            return Candidates(np.zeros(0, dtype=np.int64), np.zeros((0, len(FEATURES)), dtype=np.float32), unread(0))
        admitted = meeting.admitted(requirement)
        by_words = meeting.postings.scores(meeting.known[requirement.text].lemmas)
        chosen = np.union1d(
            *(_top(np.where(admitted, scores, -np.inf), self.candidates) for scores in (untrained(cosines), by_words))
        )
        chosen = chosen[admitted[chosen]]
        right = [meeting.right[i] for i in chosen]
        features = rows(requirement, right, cosines[:, chosen], meeting.known, meeting.words, meeting.weights)
        return Candidates(chosen, features, unread(len(chosen)))

    def best_of(self, meeting: Meeting, chosen: NDArray[np.int64], value: NDArray[np.float64], count: int) -> list[int]:
        """Places in ``chosen`` of the best ``count``, best first; no discipline twice with one text."""
        # Titles say little: at equal probability real content goes first; then the program's order.
        order = sorted(
            range(len(chosen)),
            key=lambda i: (-value[i], meeting.statements[int(chosen[i])].kind is Kind.TITLE, chosen[i]),
        )
        kept: list[int] = []
        seen: set[tuple[str, str]] = set()
        for i in order:
            statement = meeting.statements[int(chosen[i])]
            if (statement.text, statement.discipline) not in seen:
                seen.add((statement.text, statement.discipline))
                kept.append(i)
            if len(kept) == count:
                break
        return kept

    def _all_scored(self, meeting: Meeting) -> Iterable[Candidates]:
        """The candidates of all requirements in turn; the reranker reads the best of all at once first."""
        every = (self.scored(meeting, side, meeting.space.cosines(index)) for index, side in enumerate(meeting.left))
        return every if self.reranker is None else self._reranked(meeting, meeting.left, list(every))

    def _reranked(
        self, meeting: Meeting, requirements: Sequence[Side], found: Sequence[Candidates]
    ) -> Sequence[Candidates]:
        """The candidates with what the reranker says of the best of each requirement."""
        if self.reranker is None:
            return found
        best = [self.best_of(meeting, item.chosen, self.model.probability(item.features), RERANKED) for item in found]
        pairs = [
            (side, meeting.right[item.chosen[place]])
            for side, item, places in zip(requirements, found, best, strict=True)
            for place in places
        ]
        scores, start = reranked(self.reranker, pairs), 0
        for item, places in zip(found, best, strict=True):
            item.read[places] = scores[start : start + len(places)]
            start += len(places)
        return found


def unread(count: int) -> Matrix:
    """Log-odds of pairs that no reranker has read, shape (count, 2)."""
    return np.full((count, 2), np.nan, dtype=np.float32)


def _keep(best_of: dict[int, float] | None, chosen: NDArray[np.int64], chances: NDArray[np.float64]) -> None:
    """Raise the best probability of each statement, if somebody wants it."""
    if best_of is not None:
        for i, probability in zip(chosen, chances.mean(axis=1), strict=True):
            best_of[int(i)] = max(best_of.get(int(i), 0.0), float(probability))


def _top(scores: NDArray[np.floating], count: int) -> NDArray[np.int64]:
    count = min(count, len(scores))
    return np.argpartition(-scores, count - 1)[:count].astype(np.int64)
