"""Joint evidence: two statements that together cover a requirement that neither covers alone.

Both must cover a part of the requirement and differ from each other. Joined into
one text they must have more of the requirement than each alone: more of its
meaning and, in the same language, more of its words. Repetitions of one weak
statement in several disciplines therefore do not add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from alignment.language.analysis import Analysis
from alignment.matching.contextual_text import TextInContext
from alignment.matching.features import PRACTICE_KINDS, compute_features, cosines_with
from alignment.matching.lexical import weighted_overlap
from alignment.matching.reranking import Reranker, rerank
from alignment.matching.verdict_model import VerdictModel
from alignment.model import Evidence, Finding, Thresholds, Verdict, decide

if TYPE_CHECKING:
    from alignment.matching.comparison import Comparison

# Above this cosine two statements say the same, and together no more than each. With 0.65 or 0.95 none of 751
# verdicts of pairs on judged programs changes.
SAME_STATEMENT_COSINE = 0.8
# What the joint text must gain, in cosine and in the share of the requirement's words. Only
# checks under a profile of pairs come here; of the same verdicts half the gains change 0 and 4, double change 5 and 27.
MIN_COSINE_GAIN, MIN_WORD_GAIN = 0.02, 0.1


@dataclass(frozen=True)
class _JointPair:
    finding: int
    members: tuple[Evidence, Evidence]
    statements: tuple[int, int]
    joint: TextInContext
    analysis: Analysis


def add_joint_evidence(
    findings: Sequence[Finding],
    comparison: Comparison,
    model: VerdictModel,
    thresholds: Thresholds,
    reranker: Reranker | None = None,
) -> list[Finding]:
    """The findings; a partial one becomes covered if two of its statements joined into one text cover it."""
    place = {statement.id: index for index, statement in enumerate(comparison.statements)}
    pairs = [
        pair
        for number, finding in enumerate(findings)
        if finding.verdict is Verdict.PARTIAL and not finding.title_only
        for one, two in combinations(finding.evidence, 2)
        if (pair := _joint_pair(number, one, two, place, comparison, thresholds))
    ]
    if not pairs:
        return list(findings)
    vectors = comparison.encoder.encode([pair.joint.text for pair in pairs])
    result = list(findings)
    for pair, vector in zip(pairs, vectors, strict=True):
        single_cosines = comparison.vectors.cosines(pair.finding)[:, list(pair.statements)]
        cosines = cosines_with(comparison.vectors, pair.finding, vector, pair.statements[0])
        if cosines[0, 0] < single_cosines[0].max() + MIN_COSINE_GAIN:
            continue
        requirement = comparison.requirement_texts[pair.finding]
        analyses = {requirement.text: comparison.analyses[requirement.text], pair.joint.text: pair.analysis}
        features = compute_features(
            requirement,
            [pair.joint],
            cosines,
            comparison.vectors.precedents.features(comparison.vectors.requirements[pair.finding], vector[None]),
            analyses,
            comparison.word_vectors,
            comparison.lemma_weights,
        )
        reranker_log_odds = rerank(reranker, [(requirement, pair.joint)]) if reranker else None
        covers, at_least_partial = (round(float(value), 4) for value in model.chances(features, reranker_log_odds)[0])
        probability = round((covers + at_least_partial) / 2, 4)
        if probability < thresholds.covered or probability <= result[pair.finding].probability:
            continue
        finding = findings[pair.finding]
        rest = tuple(item for item in finding.evidence if item not in pair.members)
        lifted = msgspec.structs.replace(
            finding,
            probability=probability,
            covers=covers,
            at_least_partial=at_least_partial,
            together=True,
            evidence=(*pair.members, *rest),
        )
        result[pair.finding] = decide(lifted, thresholds)
    return result


def _joint_pair(
    number: int,
    first_evidence: Evidence,
    second_evidence: Evidence,
    place: dict[str, int],
    comparison: Comparison,
    thresholds: Thresholds,
) -> _JointPair | None:
    """The two statements as one text, if both cover a part, neither is a title, and they differ; else None."""
    if (
        min(first_evidence.probability, second_evidence.probability) < thresholds.partial
        or first_evidence.statement.title_only
        or second_evidence.statement.title_only
    ):
        return None
    left, right = place[first_evidence.statement.id], place[second_evidence.statement.id]
    if float(np.dot(comparison.vectors.statements[left], comparison.vectors.statements[right])) > SAME_STATEMENT_COSINE:
        return None
    requirement = comparison.analyses[comparison.requirement_texts[number].text]
    sides = comparison.statement_texts[left], comparison.statement_texts[right]
    first, second = (comparison.analyses[side.text] for side in sides)
    lemmas = (*first.lemmas, *(lemma for lemma in second.lemmas if lemma not in first.lemmas))
    if requirement.language == first.language == second.language:
        alone = max(
            weighted_overlap(requirement.lemmas, item.lemmas, comparison.lemma_weights) for item in (first, second)
        )
        if weighted_overlap(requirement.lemmas, lemmas, comparison.lemma_weights) < alone + MIN_WORD_GAIN:
            return None
    kind = (
        first_evidence.statement.kind
        if first_evidence.statement.kind in PRACTICE_KINDS
        else second_evidence.statement.kind
    )
    joint = TextInContext(text="; ".join(side.text for side in sides), kind=kind, context=sides[0].context)
    analysis = Analysis(
        language=first.language, lemmas=lemmas, head=first.head, objects=(*first.objects, *second.objects)
    )
    return _JointPair(number, (first_evidence, second_evidence), (left, right), joint, analysis)
