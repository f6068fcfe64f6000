"""`Aligner`: compares a program with a standard; the result is an `Alignment`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.metadata import version

import msgspec
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from alignment.cache import Cache
from alignment.encoders import CachedEncoder, Encoder
from alignment.i18n import Text
from alignment.language.analysis import VERSION as LANGUAGE_VERSION
from alignment.matching.candidates import Candidates, not_reranked, top_rows
from alignment.matching.comparison import Comparison
from alignment.matching.contextual_text import TextInContext, start_analyses
from alignment.matching.evidence import top_evidence
from alignment.matching.features import PAIR_FEATURES, Matrix, VectorSpace, compute_features, retrieval_scores
from alignment.matching.generic import statement_areas
from alignment.matching.joint_evidence import add_joint_evidence
from alignment.matching.lexical import InvertedIndex, lemma_weights
from alignment.matching.parent_match import add_parent_matches, function_names
from alignment.matching.precedents import Precedents, no_precedents
from alignment.matching.requirement_model import RequirementModel, Scores, requirement_features
from alignment.matching.reranking import Reranker, places_to_rerank, rerank
from alignment.matching.twins import with_twins
from alignment.matching.verdict_model import VerdictModel
from alignment.matching.word_vectors import WordVectors
from alignment.model import (
    Alignment,
    Basis,
    Evidence,
    Finding,
    Issue,
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
NOTED = 32  # requirements between two notes on the progress: some in a second


class Aligner:
    """Compares programs with standards.

    Args:
        encoder: the encoder of texts; its vectors are cached here.
        cache: the cache of vectors and linguistic analyses.
        model: the verdict model, which gives the probabilities of a pair.
        thresholds: expected scores for the verdicts; default: those of the model.
        candidates: number of candidates of a requirement by meaning, and as
            many by words.
        evidence: number of statements that a finding keeps.
        progress: called with the stage, the number of steps done and of all steps.
        warnings: warnings about the settings, for the result.
        requirement_model: gives the probabilities of a requirement from all its
            candidates; without one they are those of the best pair.
        reranker: scores the best candidates of a requirement again; without
            one only their features count.
        precedents: graded pairs; without them nothing is known of pairs like
            these.
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
        precedents: Precedents | None = None,
    ) -> None:
        self.warnings = tuple(warnings)
        self.cache = cache
        # Without a reranker the second stage is not used, nor shown in explanations.
        self.model = model if reranker is not None else msgspec.structs.replace(model, second=None)
        self.requirement_model = requirement_model
        self.thresholds = thresholds or (requirement_model or model).thresholds
        self.candidates, self.evidence = candidates, evidence
        self.progress = progress or (lambda stage, done, total: None)
        self.encoder = CachedEncoder(encoder, cache, lambda done, total: self.progress("encode", done, total))
        self.reranker = reranker
        self.precedents = precedents or no_precedents()

    def align(self, program: Program, standard: Standard) -> Alignment:
        """The alignment, with a finding for each requirement in the order of the standard."""
        best: dict[int, float] = {}
        comparison = self.prepare(program, standard)
        # Most products here are small: a second thread that spins between them costs more than it gives.
        with threadpool_limits(limits=1, user_api="blas"):
            findings, spread = tuple(self.findings(comparison, best)), self._spread(comparison)
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
            spread=spread,
        )

    def _spread(self, comparison: Comparison) -> float:
        """`Alignment.spread`: smaller where requirements and statements were judged before; 0 without a requirement
        model.
        """
        if self.requirement_model is None:
            return 0.0
        return self.requirement_model.spread_at(
            self.precedents.known_share(comparison.vectors.requirements),
            self.precedents.same_words_share(comparison.vectors.statements),
        )

    def findings(self, comparison: Comparison, best_of: dict[int, float] | None = None) -> list[Finding]:
        """The findings of all requirements of a comparison, in the order of the standard.

        Args:
            comparison: both sides, from `prepare`.
            best_of: if given, it is filled with index of a statement → its best expected score for any requirement.
        """
        findings = []
        scored = zip(comparison.requirements, comparison.requirement_texts, self._score_all(comparison), strict=True)
        for index, ((general, function, requirement), side, candidates) in enumerate(scored):
            chances = self.model.chances(candidates.features, candidates.reranker_log_odds)
            _raise_best(best_of, candidates.statement_rows, chances)
            evidence = top_evidence(comparison.statements, candidates, chances, self.evidence, self.model)
            best = evidence[0][1] if evidence else None
            covers, at_least_partial = self._chances(comparison, side, candidates, chances, best)
            found = (covers + at_least_partial) / 2 >= self.thresholds.partial
            if best is not None and found and best.probability < self.model.partial:
                # Several weak candidates together: they are evidence by their score, not a nearest miss.
                evidence = top_evidence(
                    comparison.statements, candidates, chances, self.evidence, self.model, by_score=True
                )
                best = evidence[0][1]
            basis, promised = self._basis_of(comparison, candidates, chances, best)
            finding = Finding(
                requirement=requirement,
                function=function.code,
                general_function=general.code,
                verdict=Verdict.GAP,
                probability=round((covers + at_least_partial) / 2, 4),
                covers=round(covers, 4),
                at_least_partial=round(at_least_partial, 4),
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
        findings = add_parent_matches(with_twins(findings, comparison.requirement_texts), comparison, self)
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
        """Probabilities that the requirement is covered, and that it is covered at least in part.

        Args:
            comparison: both sides.
            requirement: the requirement.
            candidates: its candidates.
            chances: probabilities of the pairs, shape (candidates, 2).
            best: the best evidence; None if there are no candidates.
        """
        if best is None:
            return 0.0, 0.0
        model_chances = np.asarray([best.covers, best.at_least_partial])
        if self.requirement_model is not None:
            model_chances = self.requirement_model.chances(
                self.features_of(comparison, requirement, candidates, chances)
            )
        if any(comparison.statement_texts[i].text == requirement.text for i in candidates.statement_rows):
            # Real programs hardly ever repeat the words of a requirement, so the models could not learn this case.
            model_chances = np.maximum(model_chances, SAME_WORDS)
        return float(model_chances[0]), float(model_chances[1])

    def features_of(
        self, comparison: Comparison, requirement: TextInContext, candidates: Candidates, chances: Scores
    ) -> NDArray[np.float32]:
        """Features of the requirement for the requirement model, shape (len(requirement_model.FEATURES),).

        ``chances`` are the probabilities of the pairs, shape (candidates, 2).
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
        """The basis of the verdict, and whether any competence or indicator answers the requirement.

        The basis is that of the best evidence, or taught if this is a promise and a discipline teaches it.
        """
        if best is None:
            return Basis.NONE, False
        near = chances.mean(axis=1) >= self.model.partial
        bases = {comparison.statements[index].basis for index in candidates.statement_rows[near]}
        best_basis = best.statement.basis
        kept = best_basis is Basis.PROMISED and Basis.TAUGHT in bases
        return Basis.TAUGHT if kept else best_basis, Basis.PROMISED in bases | {best_basis}

    def _mark_joint(self, finding: Finding) -> Finding:
        """The finding, with ``together`` set if it is covered and no single statement is likely to cover it."""
        joint = (
            self.requirement_model is not None
            and finding.verdict is Verdict.COVERED
            and len(finding.evidence) > 1
            and max(item.covers for item in finding.evidence) < COVERS_ALONE <= finding.evidence[1].at_least_partial
        )
        return msgspec.structs.replace(finding, together=True) if joint else finding

    def prepare(self, program: Program, standard: Standard) -> Comparison:
        """The comparison of both sides: their texts, vectors and analyses."""
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
        vectors = VectorSpace(self.encoder, requirement_texts, statement_texts, self.model.averages, self.precedents)
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
        """The best ``count`` statements as (index, evidence), best first; a discipline's text is not repeated.

        The best statement has the highest expected score or, if all are below the
        model's threshold of a partial match, the highest probability of covering.

        Args:
            comparison: both sides.
            requirement: the requirement.
            cosines: those of the requirement with all statements, shape (len(COSINES), statements).
            count: number of statements.
            rerank: score the best candidates with the reranker, too.
        """
        candidates = (self.rerank_candidates if rerank else self.score_candidates)(comparison, requirement, cosines)
        chances = self.model.chances(candidates.features, candidates.reranker_log_odds)
        return top_evidence(comparison.statements, candidates, chances, count, self.model)

    def rerank_candidates(self, comparison: Comparison, requirement: TextInContext, cosines: Matrix) -> Candidates:
        """The candidates of one requirement, the best of them with the reranker's log-odds."""
        (candidates,) = self._rerank(
            comparison, [requirement], [self.score_candidates(comparison, requirement, cosines)]
        )
        return candidates

    def score_candidates(self, comparison: Comparison, requirement: TextInContext, cosines: Matrix) -> Candidates:
        """The candidates of a requirement and their features, not yet reranked.

        ``cosines`` are those of the requirement with all statements, shape (len(COSINES), statements).
        """
        if not comparison.statements:
            return Candidates(
                np.zeros(0, dtype=np.int64), np.zeros((0, len(PAIR_FEATURES)), dtype=np.float32), not_reranked(0)
            )
        admitted = comparison.admitted(requirement)
        by_words = comparison.inverted_index.scores(comparison.analyses[requirement.text].lemmas)
        rows = np.union1d(
            *(
                top_rows(np.where(admitted, scores, -np.inf), self.candidates)
                for scores in (retrieval_scores(cosines), by_words)
            )
        )
        rows = rows[admitted[rows]]
        texts = [comparison.statement_texts[i] for i in rows]
        features = compute_features(
            requirement,
            texts,
            cosines[:, rows],
            self.precedents.features(comparison.requirement_vector(requirement), comparison.vectors.statements[rows]),
            comparison.analyses,
            comparison.word_vectors,
            comparison.lemma_weights,
        )
        return Candidates(rows, features, not_reranked(len(rows)))

    def _score_all(self, comparison: Comparison) -> Iterable[Candidates]:
        """The candidates of all requirements, in order; with a reranker, all pairs are reranked in one batch first."""
        candidates = (
            self.score_candidates(comparison, side, comparison.vectors.cosines(index))
            for index, side in enumerate(comparison.requirement_texts)
        )
        if self.reranker is None:
            return candidates
        return self._rerank(comparison, comparison.requirement_texts, list(candidates))

    def _rerank(
        self, comparison: Comparison, requirements: Sequence[TextInContext], candidates: Sequence[Candidates]
    ) -> Sequence[Candidates]:
        """The candidates with the reranker's log-odds for the best of each requirement."""
        if self.reranker is None:
            return candidates
        best = [
            places_to_rerank(comparison.statements, item.statement_rows, self.model.probability(item.features))
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


def _raise_best(best_of: dict[int, float] | None, rows: NDArray[np.int64], chances: NDArray[np.float64]) -> None:
    """Raise the best expected score of each statement in ``best_of``, if it is given."""
    if best_of is not None:
        for i, probability in zip(rows, chances.mean(axis=1), strict=True):
            best_of[int(i)] = max(best_of.get(int(i), 0.0), float(probability))
