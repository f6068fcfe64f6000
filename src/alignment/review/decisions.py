"""An expert's way through a review: the finding judged before, undo, many at once, and whether it may be signed."""

from __future__ import annotations

from collections import Counter

import msgspec
from sqlalchemy import and_, func, select, update
from sqlalchemy.orm import Session, selectinload

from alignment.errors import InputError, NotFoundError
from alignment.i18n import _
from alignment.model import Alignment
from alignment.review import queries
from alignment.review.agreement import VERDICTS, WITHDRAWN, latest
from alignment.review.store import ReviewStore, recount, stands, undecided
from alignment.review.tables import Decision, Event, Item, Review, Role, User


class Unsettled(msgspec.Struct, frozen=True, kw_only=True):
    """Findings that keep a review from being signed: without a decision that stands, and disputed among them."""

    waiting: int
    disputed: int


class AcceptableFindings(msgspec.Struct, frozen=True, kw_only=True):
    """Findings whose computed verdict can be accepted together: their positions, and how many of each verdict."""

    positions: tuple[int, ...]
    verdicts: dict[str, int]


def judged_before(store: ReviewStore, number: int, user: User, position: int) -> int | None:
    """Position of the finding that the person judged last before the one at ``position``; None where there is none.

    From a finding that the person has not judged it is the one judged last of all.
    """
    mine = select(Item.position).join(Decision, Decision.item_id == Item.id)
    mine = mine.where(Item.review_id == number, Decision.user_id == user.id, stands(Decision))
    with store.session() as session:
        positions = session.scalars(mine.order_by(Decision.id.desc())).all()
    order = list(dict.fromkeys(positions))
    later = order[order.index(position) + 1 :] if position in order else order
    return later[0] if later else None


def take_back(store: ReviewStore, number: int, user: User) -> int:
    """Take the person's last decision in a review back. Position of its finding.

    What the person had decided on the finding before stands again, else it waits. What was decided stays in the
    history: taking back is one more entry.

    Raises:
        InputError: the review is locked, or the person may not judge.
        NotFoundError: there is nothing to take back.
    """
    _may(user)
    with store.writing() as session:
        _open(session, number)
        last = session.scalar(
            select(Decision)
            .join(Item, Item.id == Decision.item_id)
            .where(
                Item.review_id == number,
                Decision.user_id == user.id,
                ~Decision.carried,
                stands(Decision),
            )
            .order_by(Decision.id.desc())
            .limit(1)
        )
        if last is None:
            raise NotFoundError(_("there is no decision of yours to take back."))
        # The row of the finding is held from here on, as in `ReviewStore.judge`.
        session.execute(update(Item).where(Item.id == last.item_id).values(version=Item.version + 1))
        item = session.get_one(Item, last.item_id, options=[selectinload(Item.decisions)], populate_existing=True)
        item.decisions.append(
            Decision(user_id=user.id, verdict=WITHDRAWN, evidence=last.evidence, comment=last.comment, undoes=last.id)
        )
        recount(item)
        session.add(Event(user=user.login, action="undo", detail=str(item.id)))
        return item.position


def acceptable_findings(store: ReviewStore, number: int, user: User, filters: queries.Filters) -> AcceptableFindings:
    """What a list under filters shows that waits for the person and whose computed verdict is one that can stand."""
    matching: list[Item] = []
    page, total = 1, 1
    while (page - 1) * queries.PAGE < total:
        items, total = queries.page_of_findings(store, number, user, filters, page)
        matching += [item for item in items if _waits(item, user) and item.verdict in VERDICTS]
        page += 1
    return AcceptableFindings(
        positions=tuple(item.position for item in matching), verdicts=dict(Counter(item.verdict for item in matching))
    )


def accept_computed(
    store: ReviewStore, number: int, user: User, positions: tuple[int, ...], alignment: Alignment
) -> int:
    """Accept the computed verdicts of several findings in one transaction, with the best evidence of each.

    Findings that somebody judged meanwhile and that wait no longer are passed over. How many were accepted.

    Raises:
        InputError: the review is locked, or the person may not judge.
    """
    _may(user)
    with store.writing() as session:
        _open(session, number)
        wanted = and_(Item.review_id == number, Item.position.in_(positions))
        session.execute(update(Item).where(wanted).values(version=Item.version + 1))
        items = session.scalars(select(Item).where(wanted).options(selectinload(Item.decisions))).all()
        done = [item for item in items if _waits(item, user) and item.verdict in VERDICTS]
        for item in done:
            finding = alignment.findings[item.position]
            best = finding.best.statement.id if finding.best and finding.verdict.answered else ""
            item.decisions.append(
                Decision(
                    user_id=user.id, verdict=item.verdict, evidence=best, comment=_("accepted together with others")
                )
            )
            recount(item)
        session.add(Event(user=user.login, action="accept many", detail=f"{number}: {len(done)}"))
        return len(done)


def unsettled(store: ReviewStore, number: int) -> Unsettled:
    """What keeps a review from being signed (as `ReviewStore.lock` counts it)."""
    with store.session() as session:
        waiting, disputed = session.execute(
            select(func.count(), func.count().filter(Item.disputed)).where(Item.review_id == number, undecided())
        ).one()
    return Unsettled(waiting=waiting, disputed=disputed)


def _may(user: User) -> None:
    """Refuse who only looks.

    Raises:
        InputError: they do.
    """
    if user.role == Role.VIEWER:
        raise InputError(_("this account may not do that."), hint=_("Ask the head of the review."))


def _open(session: Session, number: int) -> None:
    """Refuse a review that is signed.

    Raises:
        InputError: it is.
    """
    if session.scalar(select(Review.locked).where(Review.id == number)):
        raise InputError(_("the review is locked."), hint=_("A signed review is not changed; import the result anew."))


def _waits(item: Item, user: User) -> bool:
    """As `queries.listed` has it, for a finding that is loaded."""
    return user.id not in latest(item) and not (item.needed > 0 and item.judges >= item.needed)
