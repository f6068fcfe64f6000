"""Two statements that cover together what neither covers alone.

Both must touch the requirement, say different things, and as one text hold
more of it than each did: more of its meaning and, in one language, more of its
words. So the same weak statement found in five disciplines adds up to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from alignment.language.analysis import Analysis
from alignment.matching.features import DOING, cosines_beside, rows
from alignment.matching.lexicon import overlap
from alignment.matching.reranking import Reranker, reranked
from alignment.matching.texts import Side
from alignment.matching.verdict import VerdictModel
from alignment.model import Evidence, Finding, Thresholds, Verdict, decide

if TYPE_CHECKING:
    from alignment.matching.meeting import Meeting

# Above this cosine two statements say the same. Set by hand.
ALIKE = 0.8
# What the joint text must gain, in cosine and in the share of the requirement's words. Set by
# hand: only checks under a profile of pairs come here.
MORE_MEANING, MORE_WORDS = 0.02, 0.1


@dataclass(frozen=True)
class _Pair:
    finding: int
    members: tuple[Evidence, Evidence]
    statements: tuple[int, int]
    joint: Side
    analysis: Analysis


def read_together(
    findings: Sequence[Finding],
    meeting: Meeting,
    model: VerdictModel,
    thresholds: Thresholds,
    reranker: Reranker | None = None,
) -> list[Finding]:
    """Partial findings whose best two different statements as one text reach "covered"."""
    place = {statement.id: index for index, statement in enumerate(meeting.statements)}
    pairs = [
        pair
        for number, finding in enumerate(findings)
        if finding.verdict is Verdict.PARTIAL and not finding.title_only
        for one, two in combinations(finding.evidence, 2)
        if (pair := _pair(number, one, two, place, meeting, thresholds))
    ]
    if not pairs:
        return list(findings)
    vectors = meeting.encoder.encode([pair.joint.text for pair in pairs])
    result = list(findings)
    for pair, vector in zip(pairs, vectors, strict=True):
        own = meeting.space.cosines(pair.finding)[:, list(pair.statements)]
        cosines = cosines_beside(meeting.space, pair.finding, vector, pair.statements[0])
        if cosines[0, 0] < own[0].max() + MORE_MEANING:
            continue
        requirement = meeting.left[pair.finding]
        known = {requirement.text: meeting.known[requirement.text], pair.joint.text: pair.analysis}
        features = rows(requirement, [pair.joint], cosines, known, meeting.words, meeting.weights)
        read = reranked(reranker, [(requirement, pair.joint)]) if reranker else None
        covers, touches = (round(float(value), 4) for value in model.chances(features, read)[0])
        probability = round((covers + touches) / 2, 4)
        if probability < thresholds.covered or probability <= result[pair.finding].probability:
            continue
        finding = findings[pair.finding]
        rest = tuple(item for item in finding.evidence if item not in pair.members)
        lifted = msgspec.structs.replace(
            finding,
            probability=probability,
            covers=covers,
            touches=touches,
            together=True,
            evidence=(*pair.members, *rest),
        )
        result[pair.finding] = decide(lifted, thresholds)
    return result


def _pair(
    number: int, one: Evidence, two: Evidence, place: dict[str, int], meeting: Meeting, thresholds: Thresholds
) -> _Pair | None:
    """The two as one text, if both touch, neither is a title, and they differ."""
    if (
        min(one.probability, two.probability) < thresholds.partial
        or one.statement.title_only
        or two.statement.title_only
    ):
        return None
    left, right = place[one.statement.id], place[two.statement.id]
    if float(np.dot(meeting.space.statements[left], meeting.space.statements[right])) > ALIKE:
        return None
    requirement = meeting.known[meeting.left[number].text]
    sides = meeting.right[left], meeting.right[right]
    first, second = (meeting.known[side.text] for side in sides)
    lemmas = (*first.lemmas, *(lemma for lemma in second.lemmas if lemma not in first.lemmas))
    if requirement.language == first.language == second.language:
        alone = max(overlap(requirement.lemmas, item.lemmas, meeting.weights) for item in (first, second))
        if overlap(requirement.lemmas, lemmas, meeting.weights) < alone + MORE_WORDS:
            return None
    kind = one.statement.kind if one.statement.kind in DOING else two.statement.kind
    joint = Side(text="; ".join(side.text for side in sides), kind=kind, context=sides[0].context)
    analysis = Analysis(
        language=first.language, lemmas=lemmas, head=first.head, objects=(*first.objects, *second.objects)
    )
    return _Pair(number, (one, two), (left, right), joint, analysis)
