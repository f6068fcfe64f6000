"""Carry earlier decisions over to a new review, after the program or the standard changed and was checked again."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from rapidfuzz import fuzz, process

from alignment.model import Verdict
from alignment.reports.words import verdict
from alignment.review.accounts import called
from alignment.review.agreement import latest
from alignment.review.tables import Decision, Item, Offer, Review

# Similarity in percent from which a decision is offered for a reworded requirement: only endings, order and small words
# differ. It is an offer that a person takes or leaves.
SIMILAR = 90


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What became of earlier decisions in a new review.

    ``kept`` counts findings whose decisions were carried over. ``similar`` are findings to which an earlier decision on
    a similar text is offered, as (position, earlier text). ``lost`` are texts that the new review no longer has.
    """

    kept: int
    similar: tuple[tuple[int, str], ...]
    lost: tuple[str, ...]


def carry(before: Review, review: Review) -> Carried:
    """Copy the last decision of each person to findings with the same function and text; offer those on similar texts.

    The new review keeps the offers and the lost decisions, so that its pages can show them.
    """
    by_text = {(item.function, item.requirement): item for item in review.items}
    texts = [item.requirement for item in review.items]
    kept, similar, lost, gone = 0, [], [], []
    for old in before.items:
        last = latest(old)
        if not last:
            continue
        same = by_text.get((old.function, old.requirement))
        if same is not None:
            for decision in last.values():
                same.decisions.append(
                    Decision(
                        user_id=decision.user_id,
                        verdict=decision.verdict,
                        evidence=decision.evidence,
                        comment=decision.comment,
                        settles=decision.settles,
                        carried=True,
                        at=decision.at,
                    )
                )
                same.version += 1
            kept += 1
            continue
        decisions = "; ".join(_line(decision) for decision in last.values())
        near = process.extractOne(old.requirement, texts, scorer=fuzz.token_sort_ratio, score_cutoff=SIMILAR)
        if near:
            similar.append((int(near[2]), old.requirement))
            item = review.items[int(near[2])]
            item.offer = f"{old.requirement} – {decisions}"
            _offer(item, old.requirement, last.values())
        else:
            lost.append(old.requirement)
            gone.append(f"{old.function} {old.requirement} – {decisions}")
    review.lost = "\n".join(gone)
    return Carried(kept=kept, similar=tuple(similar), lost=tuple(lost))


def _offer(item: Item, text: str, decisions: Iterable[Decision]) -> None:
    """Add each person's part of the offer to the finding. If several earlier texts are similar, the last one counts."""
    offers = {entry.user_id: entry for entry in item.offers}
    for decision in decisions:
        offered = f"{text} – {_line(decision)}"
        if decision.user_id in offers:
            offers[decision.user_id].text = offered
        else:
            item.offers.append(Offer(user_id=decision.user_id, text=offered))


def _line(decision: Decision) -> str:
    """A decision in one line: name, verdict, comment."""
    word = verdict(Verdict(decision.verdict))
    return f"{called(decision.user)}: {word}" + (f" ({decision.comment})" if decision.comment else "")
