"""Decisions of several experts: the valid verdict of a finding, disputes, Cohen's kappa, Krippendorff's alpha."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from alignment.model import DECIDED
from alignment.review.tables import Decision, Item

VERDICTS = [verdict.value for verdict in DECIDED]
# The "verdict" of an entry that takes a decision back.
WITHDRAWN = ""


def standing(item: Item) -> list[Decision]:
    """The valid decisions on a finding, in their order: those that nobody took back."""
    undone = {decision.undoes for decision in item.decisions if decision.undoes is not None}
    return [entry for entry in item.decisions if entry.verdict != WITHDRAWN and entry.id not in undone]


def latest(item: Item) -> dict[int, Decision]:
    """By id of the person, the last valid decision of each."""
    return {decision.user_id: decision for decision in standing(item)}


def settled(item: Item) -> Decision | None:
    """The head's last settlement, if it is newer than all other decisions on the finding."""
    result = standing(item)
    return result[-1] if result and result[-1].settles else None


def disputed(item: Item) -> bool:
    """Whether experts disagree and nobody has settled it."""
    return settled(item) is None and len({decision.verdict for decision in latest(item).values()}) > 1


def standing_verdict(item: Item) -> str | None:
    """The verdict that counts: the settled one, else the one on which all who judged agree; None if there is none."""
    head = settled(item)
    if head is not None:
        return head.verdict
    verdicts = {decision.verdict for decision in latest(item).values()}
    return verdicts.pop() if len(verdicts) == 1 else None


Rating = tuple[int, int, str]
"""Finding, person, verdict."""


def ratings_of(rows: Iterable[Rating]) -> dict[int, dict[int, str]]:
    """Verdicts by person and then finding. If a person judged a finding several times, the last verdict counts."""
    ratings: dict[int, dict[int, str]] = {}
    for item, person, verdict in rows:
        ratings.setdefault(person, {})[item] = verdict
    return ratings


def ratings(items: Sequence[Item]) -> dict[int, dict[int, str]]:
    """Verdicts by person and then finding, without settlements: a head settles after seeing the others' verdicts."""
    return ratings_of(
        (item.id, entry.user_id, entry.verdict) for item in items for entry in standing(item) if not entry.settles
    )


def kappa_of(ratings: Mapping[int, Mapping[int, str]]) -> dict[tuple[int, int], float]:
    """Cohen's kappa (1960) of each pair of people, over the findings that both judged (at least two)."""
    from sklearn.metrics import cohen_kappa_score

    result = {}
    for first, second in combinations(sorted(ratings), 2):
        both = sorted(set(ratings[first]) & set(ratings[second]))
        if len(both) > 1:
            left, right = [ratings[first][key] for key in both], [ratings[second][key] for key in both]
            # If both gave the same verdict every time, kappa is undefined (0 / 0) although they agree fully.
            same = left == right
            result[first, second] = 1.0 if same else float(cohen_kappa_score(left, right, labels=VERDICTS))
    return result


def alpha_of(ratings: Mapping[int, Mapping[int, str]]) -> float | None:
    """Krippendorff's alpha (2011) for nominal data, from the coincidences of values within findings.

    None if no finding has two decisions.
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
    """Krippendorff's alpha over findings, without settlements."""
    return alpha_of(ratings(items))
