"""What becomes of earlier decisions when the program or the standard has changed and was checked again."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from rapidfuzz import fuzz, process

from alignment.model import Verdict
from alignment.reports.words import verdict
from alignment.review.accounts import called
from alignment.review.agreement import latest
from alignment.review.tables import Item, Judgement, Offer, Review

# Similarity in percent from which a decision is offered for a reworded requirement: only endings, order and small words
# differ. It is an offer that a person takes or leaves.
SIMILAR = 90


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What became of earlier decisions in a new review: kept, offered (position, earlier text), and without ground."""

    kept: int
    similar: tuple[tuple[int, str], ...]
    lost: tuple[str, ...]


def carry(before: Review, review: Review) -> Carried:
    """Last judgements of each person go over where function and text are the same; similar texts are offered.

    What is offered and what lost its ground is kept with the new review, for its pages.
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
            for judgement in last.values():
                same.judgements.append(
                    Judgement(
                        user_id=judgement.user_id,
                        verdict=judgement.verdict,
                        evidence=judgement.evidence,
                        comment=judgement.comment,
                        settles=judgement.settles,
                        carried=True,
                        at=judgement.at,
                    )
                )
                same.version += 1
            kept += 1
            continue
        said = "; ".join(_line(judgement) for judgement in last.values())
        near = process.extractOne(old.requirement, texts, scorer=fuzz.token_sort_ratio, score_cutoff=SIMILAR)
        if near:
            similar.append((int(near[2]), old.requirement))
            item = review.items[int(near[2])]
            item.offer = f"{old.requirement} – {said}"
            _offer(item, old.requirement, last.values())
        else:
            lost.append(old.requirement)
            gone.append(f"{old.function} {old.requirement} – {said}")
    review.lost = "\n".join(gone)
    return Carried(kept=kept, similar=tuple(similar), lost=tuple(lost))


def _offer(item: Item, text: str, judgements: Iterable[Judgement]) -> None:
    """Each person's own part of the offer; of several earlier texts the last, as with the offer itself."""
    offers = {entry.user_id: entry for entry in item.offers}
    for judgement in judgements:
        said = f"{text} – {_line(judgement)}"
        if judgement.user_id in offers:
            offers[judgement.user_id].text = said
        else:
            item.offers.append(Offer(user_id=judgement.user_id, text=said))


def _line(judgement: Judgement) -> str:
    word = verdict(Verdict(judgement.verdict))
    return f"{called(judgement.user)}: {word}" + (f" ({judgement.comment})" if judgement.comment else "")
