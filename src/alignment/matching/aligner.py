"""`Aligner`: a program and a standard meet, one `Alignment` leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version

import numpy as np

from alignment.encoders import Cache, CachedEncoder, Encoder
from alignment.language.analysis import VERSION as LANGUAGE_VERSION
from alignment.language.analysis import Analysis
from alignment.matching.features import Space, rows, untrained
from alignment.matching.lexicon import Postings, own_weights
from alignment.matching.texts import Side, analyses_beside
from alignment.matching.verdict import VerdictModel
from alignment.model import (
    Alignment,
    Evidence,
    Finding,
    Kind,
    Program,
    Standard,
    Statement,
    Thresholds,
    Verdict,
    decide,
)

Progress = Callable[[str, int, int], None]


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
    ) -> None:
        self.cache, self.model = cache, model
        self.thresholds = thresholds or model.thresholds
        self.candidates, self.evidence = candidates, evidence
        self.progress = progress or (lambda stage, done, total: None)
        self.encoder = CachedEncoder(encoder, cache, lambda done, total: self.progress("encode", done, total))

    def align(self, program: Program, standard: Standard) -> Alignment:
        """Findings for every requirement of the standard, in its order."""
        statements = list(program.statements())
        tree = list(standard.requirements())
        left = [
            Side(text=requirement.text, kind=requirement.kind, context=f"{standard.title}: {function.name}")
            for _, function, requirement in tree
        ]
        right = [Side(text=item.text, kind=item.kind, context=item.discipline) for item in statements]
        waiting = analyses_beside(
            (side.text for side in (*left, *right)),
            self.cache,
            lambda done, total: self.progress("analyse", done, total),
        )
        space = Space(self.encoder, left, right)
        known = waiting()
        postings = Postings([known[side.text].lemmas for side in right])
        weights = own_weights([known[side.text].lemmas for side in left], self.model.common)
        findings = []
        for index, (general, function, requirement) in enumerate(tree):
            evidence = self._evidence(index, left[index], right, statements, space, postings, known, weights)
            finding = Finding(
                requirement=requirement,
                function=function.code,
                general_function=general.code,
                verdict=Verdict.GAP,
                probability=evidence[0].probability if evidence else 0.0,
                evidence=tuple(evidence),
                title_only=bool(evidence) and evidence[0].statement.title_only,
            )
            findings.append(decide(finding, self.thresholds))
            if index % 32 == 0:
                self.progress("match", index + 1, len(tree))
        self.progress("match", len(tree), len(tree))
        return Alignment(
            program=program,
            standard=standard,
            findings=tuple(findings),
            thresholds=self.thresholds,
            engine=self.encoder.name,
            versions={
                "profstandart-align": version("profstandart-align"),
                "engine": self.encoder.version,
                "language": LANGUAGE_VERSION,
                "verdict": self.model.version,
            },
        )

    def _evidence(
        self,
        index: int,
        requirement: Side,
        right: Sequence[Side],
        statements: Sequence[Statement],
        space: Space,
        postings: Postings,
        known: Mapping[str, Analysis],
        weights: Mapping[str, float],
    ) -> list[Evidence]:
        """The best statements for one requirement, best first; no discipline twice with one text."""
        if not statements:
            return []
        cosines = space.cosines(index)
        chosen = np.union1d(
            _top(untrained(cosines), self.candidates),
            _top(postings.scores(known[requirement.text].lemmas), self.candidates),
        )
        features = rows(requirement, [right[i] for i in chosen], cosines[:, chosen], known, weights)
        probabilities = self.model.probability(features)
        # Titles say little: at equal probability real content goes first; then the program's order.
        order = sorted(
            range(len(chosen)),
            key=lambda i: (-probabilities[i], statements[int(chosen[i])].kind is Kind.TITLE, chosen[i]),
        )
        kept: list[Evidence] = []
        seen: set[tuple[str, str]] = set()
        for i in order:
            statement = statements[int(chosen[i])]
            if (statement.text, statement.discipline) in seen:
                continue
            seen.add((statement.text, statement.discipline))
            kept.append(
                Evidence(
                    statement=statement,
                    probability=round(float(probabilities[i]), 4),
                    contributions=self.model.explain(features[i]),
                )
            )
            if len(kept) == self.evidence:
                break
        return kept


def _top(
    scores: np.ndarray[tuple[int], np.dtype[np.float32]], count: int
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    count = min(count, len(scores))
    return np.argpartition(-scores, count - 1)[:count].astype(np.int64)
