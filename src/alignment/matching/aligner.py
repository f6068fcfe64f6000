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
from alignment.matching.comparison import Comparison
from alignment.matching.contextual_text import TextInContext, start_analyses
from alignment.matching.features import FEATURES, Matrix, VectorSpace, compute_features, retrieval_scores
from alignment.matching.generic import statement_areas
from alignment.matching.joint_evidence import add_joint_evidence
from alignment.matching.lexical import InvertedIndex, lemma_weights
from alignment.matching.parent_match import add_parent_matches, function_names
from alignment.matching.requirement_model import RequirementModel, Scores, requirement_features
from alignment.matching.reranking import RERANK_COUNT, Reranker, rerank
from alignment.matching.verdict_model import VerdictModel
from alignment.matching.word_vectors import WordVectors
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

# Chances of "covered" and "at least in part" where a statement says the same words as the requirement. Too
# few judged pairs are such to fit them, and they hardly matter: with (0.8, 0.9) none of 674 judged verdicts changes.
SAME_WORDS = (0.95, 0.99)
# A statement less likely than this to cover does not cover alone; one at least this likely to touch takes part.
# More likely than not: no parameter that was tuned; with 0.25 or 0.75 none of 344 judged verdicts changes.
COVERS_ALONE = 0.5
# Taken off a value so that it stands behind every other: chances lie between 0 and 1.
RANK_PENALTY = 1.0
NOTED = 32  # requirements between two notes on the progress: some in a second


class Candidates(NamedTuple):
    """Statements that a requirement is compared with.

    ``statement_rows`` are their places in the program, ``features`` those of the pairs,
    ``reranker_log_odds`` the reranker's log-odds, shape (candidates, 2), NaN for pairs that
    it has not read.
    """

    statement_rows: NDArray[np.int64]
    features: Matrix
    reranker_log_odds: Matrix


class Aligner:
    """Compares programs with standards.

    Args:
        encoder: engine for the vectors.
        cache: where vectors and analyses are kept.
        model: features to probability.
        thresholds: probabilities at which a verdict changes.
        candidates: how many statements per requirement are scored, by
            meaning and by words each; the default is that of the settings (24).
        evidence: how many statements a finding keeps; likewise (3).
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
        comparison = self.prepare(program, standard)
        findings = tuple(self.findings(comparison, best))
        return Alignment(
            program=program,
            standard=standard,
            findings=findings,
            reach={
                statement.id: round(best.get(index, 0.0), 4)
                for index, statement in enumerate(comparison.statements)
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

    def findings(self, comparison: Comparison, best_of: dict[int, float] | None = None) -> list[Finding]:
        """Findings for every requirement of the meeting, in the standard's order.

        ``best_of``, if given, gets the best probability of each statement (by
        index) over all requirements that it was a candidate for.
        """
        findings = []
        scored = zip(comparison.requirements, comparison.requirement_texts, self._score_all(comparison), strict=True)
        for index, ((general, function, requirement), side, candidates) in enumerate(scored):
            chances = self.model.chances(candidates.features, candidates.reranker_log_odds)
            _raise_best(best_of, candidates.statement_rows, chances)
            evidence = self._top_evidence(comparison, candidates, chances, self.evidence)
            best = evidence[0][1] if evidence else None
            covers, touches = self._chances(comparison, side, candidates, chances, best)
            basis, promised = self._basis_of(comparison, candidates, chances, best)
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
            findings.append(self._mark_joint(decide(finding, self.thresholds)))
            if index % NOTED == 0:
                self.progress("match", index + 1, len(comparison.requirements))
        if self.requirement_model is None:
            findings = add_joint_evidence(findings, comparison, self.model, self.thresholds, self.reranker)
        findings = add_parent_matches(findings, comparison, self)
        self.progress("match", len(comparison.requirements), len(comparison.requirements))
        return findings

    def _chances(
        self,
        comparison: Comparison,
        requirement: TextInContext,
        candidates: Candidates,
        chances: Scores,
        best: Evidence | None,
    ) -> tuple[float, float]:
        """Chances that the requirement is covered, and that it is at least in part; ``chances`` are the pairs'."""
        if best is None:
            return 0.0, 0.0
        if self.requirement_model is None:
            return best.covers, best.touches
        model_chances = self.requirement_model.chances(self.features_of(comparison, requirement, candidates, chances))
        if any(comparison.statement_texts[i].text == requirement.text for i in candidates.statement_rows):
            # Real programs hardly ever say a requirement in its own words: the models have not learned what that means.
            model_chances = np.maximum(model_chances, SAME_WORDS)
        return float(model_chances[0]), float(model_chances[1])

    def features_of(
        self, comparison: Comparison, requirement: TextInContext, candidates: Candidates, chances: Scores
    ) -> NDArray[np.float32]:
        """Features of the requirement as a whole (`alignment.matching.requirement_model`), shape (len(FEATURES),).

        ``chances`` are those of the pairs, shape (candidates, 2).
        """
        rows, features, _ = candidates
        return requirement_features(
            requirement.kind,
            len(comparison.analyses[requirement.text].lemmas),
            [comparison.statement_texts[i].text for i in rows],
            [comparison.statement_texts[i].kind for i in rows],
            features,
            chances,
        )

    def _basis_of(
        self, comparison: Comparison, candidates: Candidates, chances: Scores, best: Evidence | None
    ) -> tuple[Basis, bool]:
        """What the strongest evidence is worth (a promise that is taught is taught), and whether there is a promise."""
        if best is None:
            return Basis.NONE, False
        near = chances.mean(axis=1) >= self.model.partial
        bases = {comparison.statements[index].basis for index in candidates.statement_rows[near]}
        best_basis = best.statement.basis
        kept = best_basis is Basis.PROMISED and Basis.TAUGHT in bases
        return Basis.TAUGHT if kept else best_basis, Basis.PROMISED in bases | {best_basis}

    def _mark_joint(self, finding: Finding) -> Finding:
        """The finding, marked where it is covered and no statement alone is likely to cover it."""
        joint = (
            self.requirement_model is not None
            and finding.verdict is Verdict.COVERED
            and len(finding.evidence) > 1
            and max(item.covers for item in finding.evidence) < COVERS_ALONE <= finding.evidence[1].touches
        )
        return msgspec.structs.replace(finding, together=True) if joint else finding

    def prepare(self, program: Program, standard: Standard) -> Comparison:
        """Vectors and analyses of both sides."""
        statements = list(program.statements())
        requirements = list(standard.requirements())
        requirement_texts = [
            TextInContext.of(
                text=requirement.text, kind=requirement.kind, context=f"{standard.title}: {function.name}"
            ).normalized
            for _, function, requirement in requirements
        ]
        statement_texts = [
            TextInContext.of(text=item.text, kind=item.kind, context=item.discipline).normalized for item in statements
        ]
        functions = function_names(standard).values()
        wait_for_analyses = start_analyses(
            (side.text for side in (*requirement_texts, *statement_texts, *functions)),
            self.cache,
            lambda done, total: self.progress("analyse", done, total),
        )
        vectors = VectorSpace(self.encoder, requirement_texts, statement_texts, self.model.averages)
        analyses = wait_for_analyses()
        return Comparison(
            standard=standard,
            requirements=requirements,
            requirement_texts=requirement_texts,
            statement_texts=statement_texts,
            statements=statements,
            encoder=self.encoder,
            vectors=vectors,
            analyses=analyses,
            word_vectors=WordVectors(self.encoder, analyses.values()),
            inverted_index=InvertedIndex([analyses[side.text].lemmas for side in statement_texts]),
            lemma_weights=lemma_weights([analyses[side.text].lemmas for side in requirement_texts], self.model.common),
            areas=statement_areas(program, statements),
        )

    def rank_candidates(
        self, comparison: Comparison, requirement: TextInContext, cosines: Matrix, count: int, *, rerank: bool = True
    ) -> list[tuple[int, Evidence]]:
        """The best ``count`` statements with their index, best first; no discipline twice with one text.

        Best is the highest probability or, where that is below the model's
        threshold of a partial match, the highest chance of covering.
        """
        candidates = (self.rerank_candidates if rerank else self.score_candidates)(comparison, requirement, cosines)
        chances = self.model.chances(candidates.features, candidates.reranker_log_odds)
        return self._top_evidence(comparison, candidates, chances, count)

    def rerank_candidates(self, comparison: Comparison, requirement: TextInContext, cosines: Matrix) -> Candidates:
        """The candidates of one requirement, the best of them read by the reranker."""
        (candidates,) = self._rerank(
            comparison, [requirement], [self.score_candidates(comparison, requirement, cosines)]
        )
        return candidates

    def _top_evidence(
        self,
        comparison: Comparison,
        candidates: Candidates,
        chances: Scores,
        count: int,
    ) -> list[tuple[int, Evidence]]:
        """The best ``count`` of a requirement's candidates, see `rank_candidates`."""
        statements = comparison.statements
        rows, features, reranker_log_odds = candidates
        if not len(rows):
            return []
        probabilities = chances.mean(axis=1)
        bases = np.asarray([statements[i].basis for i in rows])
        # Where nothing touches the requirement the nearest miss is what would come nearest to covering it: bare titles
        # touch a little of everything. The model's own threshold decides: others can be set without matching anew.
        value = probabilities if probabilities.max() >= self.model.partial else chances[:, 0]
        near = probabilities >= self.model.partial
        if (near & (bases != Basis.TITLE)).any():
            # Where content speaks, titles do not speak before it.
            value = np.where(bases == Basis.TITLE, value - RANK_PENALTY, value)
        kept = self.distinct_best(comparison, rows, value, count)
        taught = np.flatnonzero(near & (bases == Basis.TAUGHT))
        if len(taught) and count > 1 and not np.isin(kept, taught).any():
            # What teaches a promise is shown beside it, however many disciplines repeat the promise.
            kept[-1] = int(taught[value[taught].argmax()])
        return [
            (
                int(rows[i]),
                Evidence(
                    statement=statements[int(rows[i])],
                    probability=round(float(probabilities[i]), 4),
                    covers=round(float(chances[i, 0]), 4),
                    touches=round(float(chances[i, 1]), 4),
                    contributions=self.model.explain(features[i], reranker_log_odds[i]),
                ),
            )
            for i in kept
        ]

    def score_candidates(self, comparison: Comparison, requirement: TextInContext, cosines: Matrix) -> Candidates:
        """The candidates of a requirement and their features; none is read yet."""
        if not comparison.statements:
            return Candidates(
                np.zeros(0, dtype=np.int64), np.zeros((0, len(FEATURES)), dtype=np.float32), not_reranked(0)
            )
        admitted = comparison.admitted(requirement)
        by_words = comparison.inverted_index.scores(comparison.analyses[requirement.text].lemmas)
        rows = np.union1d(
            *(
                _top_rows(np.where(admitted, scores, -np.inf), self.candidates)
                for scores in (retrieval_scores(cosines), by_words)
            )
        )
        rows = rows[admitted[rows]]
        texts = [comparison.statement_texts[i] for i in rows]
        features = compute_features(
            requirement, texts, cosines[:, rows], comparison.analyses, comparison.word_vectors, comparison.lemma_weights
        )
        return Candidates(rows, features, not_reranked(len(rows)))

    def distinct_best(
        self, comparison: Comparison, rows: NDArray[np.int64], value: NDArray[np.float64], count: int
    ) -> list[int]:
        """Places in ``rows`` of the best ``count``, best first; no discipline twice with one text."""
        # Titles say little: at equal probability real content goes first; then the program's order.
        order = sorted(
            range(len(rows)),
            key=lambda i: (-value[i], comparison.statements[int(rows[i])].kind is Kind.TITLE, rows[i]),
        )
        kept: list[int] = []
        seen: set[tuple[str, str]] = set()
        for i in order:
            statement = comparison.statements[int(rows[i])]
            if (statement.text, statement.discipline) not in seen:
                seen.add((statement.text, statement.discipline))
                kept.append(i)
            if len(kept) == count:
                break
        return kept

    def _score_all(self, comparison: Comparison) -> Iterable[Candidates]:
        """The candidates of all requirements in turn; the reranker reads the best of all at once first."""
        every = (
            self.score_candidates(comparison, side, comparison.vectors.cosines(index))
            for index, side in enumerate(comparison.requirement_texts)
        )
        return every if self.reranker is None else self._rerank(comparison, comparison.requirement_texts, list(every))

    def _rerank(
        self, comparison: Comparison, requirements: Sequence[TextInContext], candidates: Sequence[Candidates]
    ) -> Sequence[Candidates]:
        """The candidates with what the reranker says of the best of each requirement."""
        if self.reranker is None:
            return candidates
        best = [
            self.distinct_best(comparison, item.statement_rows, self.model.probability(item.features), RERANK_COUNT)
            for item in candidates
        ]
        pairs = [
            (side, comparison.statement_texts[item.statement_rows[place]])
            for side, item, places in zip(requirements, candidates, best, strict=True)
            for place in places
        ]
        scores, start = rerank(self.reranker, pairs), 0
        for item, places in zip(candidates, best, strict=True):
            item.reranker_log_odds[places] = scores[start : start + len(places)]
            start += len(places)
        return candidates


def not_reranked(count: int) -> Matrix:
    """Log-odds of pairs that no reranker has read, shape (count, 2)."""
    return np.full((count, 2), np.nan, dtype=np.float32)


def _raise_best(best_of: dict[int, float] | None, rows: NDArray[np.int64], chances: NDArray[np.float64]) -> None:
    """Raise the best probability of each statement, if somebody wants it."""
    if best_of is not None:
        for i, probability in zip(rows, chances.mean(axis=1), strict=True):
            best_of[int(i)] = max(best_of.get(int(i), 0.0), float(probability))


def _top_rows(scores: NDArray[np.floating], count: int) -> NDArray[np.int64]:
    count = min(count, len(scores))
    return np.argpartition(-scores, count - 1)[:count].astype(np.int64)
