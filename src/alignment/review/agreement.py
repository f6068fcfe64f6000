"""What several experts decided: the settled verdict of a finding, disputes, Cohen's kappa and Krippendorff's alpha."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from alignment.model import DECIDED
from alignment.review.tables import Decision, Item

VERDICTS = [verdict.value for verdict in DECIDED]
# Stands in place of a verdict where somebody took a decision back.
WITHDRAWN = ""


def standing(item: Item) -> list[Decision]:
    """The decisions on a finding in their order, without those that were taken back."""
    undone = {decision.undoes for decision in item.decisions if decision.undoes is not None}
    return [entry for entry in item.decisions if entry.verdict != WITHDRAWN and entry.id not in undone]


def latest(item: Item) -> dict[int, Decision]:
    """The last decision of each person that stands."""
    return {decision.user_id: decision for decision in standing(item)}


def settled(item: Item) -> Decision | None:
    """The head's last settlement, if it is newer than all other decisions on the finding."""
    result = standing(item)
    return result[-1] if result and result[-1].settles else None


def disputed(item: Item) -> bool:
    """Whether experts disagree and nobody has settled it."""
    return settled(item) is None and len({decision.verdict for decision in latest(item).values()}) > 1


def standing_verdict(item: Item) -> str | None:
    """The verdict that stands: settled, or the one on which all who judged agree."""
    head = settled(item)
    if head is not None:
        return head.verdict
    verdicts = {decision.verdict for decision in latest(item).values()}
    return verdicts.pop() if len(verdicts) == 1 else None


Rating = tuple[int, int, str]
"""Finding, person, verdict."""


def ratings_of(rows: Iterable[Rating]) -> dict[int, dict[int, str]]:
    """Verdicts by person and finding; of several by one person on one finding the last."""
    ratings: dict[int, dict[int, str]] = {}
    for item, person, verdict in rows:
        ratings.setdefault(person, {})[item] = verdict
    return ratings


def ratings(items: Sequence[Item]) -> dict[int, dict[int, str]]:
    """Verdicts by person and finding, settlements aside: they are made with the others in view."""
    return ratings_of(
        (item.id, entry.user_id, entry.verdict) for item in items for entry in standing(item) if not entry.settles
    )


def kappa_of(ratings: Mapping[int, Mapping[int, str]]) -> dict[tuple[int, int], float]:
    """Cohen's kappa (1960) of each two people over the findings that both judged."""
    from sklearn.metrics import cohen_kappa_score

    result = {}
    for one, two in combinations(sorted(ratings), 2):
        both = sorted(set(ratings[one]) & set(ratings[two]))
        if len(both) > 1:
            left, right = [ratings[one][key] for key in both], [ratings[two][key] for key in both]
            # Where both said one and the same word throughout, agreement is whole and kappa undefined.
            whole = left == right
            result[one, two] = 1.0 if whole else float(cohen_kappa_score(left, right, labels=VERDICTS))
    return result


def alpha_of(ratings: Mapping[int, Mapping[int, str]]) -> float | None:
    """Krippendorff's alpha (2011) for nominal data, from the coincidences of values within findings.

    None where no finding has two decisions.
    """
    by_item: dict[int, list[str]] = {}
    for verdicts in ratings.values():
        for item, verdict in verdicts.items():
            by_item.setdefault(item, []).append(verdict)
    units = [unit for unit in by_item.values() if len(unit) > 1]
    if not units:
        return None
    totals: Counter[str] = Counter()
    observed = 0.0
    for unit in units:
        counts = Counter(unit)
        totals.update(counts)
        size = len(unit)
        observed += sum(count * (size - count) for count in counts.values()) / (size - 1)
    whole = sum(totals.values())
    expected = sum(count * (whole - count) for count in totals.values()) / (whole - 1)
    return 1.0 if expected == 0 else 1 - observed / expected


def alpha(items: Sequence[Item]) -> float | None:
    """Krippendorff's alpha of findings."""
    return alpha_of(ratings(items))
