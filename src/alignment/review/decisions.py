"""Steps of an expert in a review: the previous finding, undo, accepting many findings, and what hinders signing."""

from __future__ import annotations

from collections import Counter

import msgspec
from sqlalchemy import and_, func, select, update
from sqlalchemy.orm import Session, selectinload

from alignment.errors import InputError, NotFoundError
from alignment.i18n import LANGUAGES, _, in_language
from alignment.model import Alignment
from alignment.review import queries
from alignment.review.agreement import VERDICTS, WITHDRAWN, latest
from alignment.review.store import ReviewStore, recount, signed, stands, undecided
from alignment.review.tables import Decision, Event, Item, Review, Role, User


class Unsettled(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers of findings that keep a review from being signed: all without a valid decision, and the disputed ones."""

    waiting: int
    disputed: int


class AcceptableFindings(msgspec.Struct, frozen=True, kw_only=True):
    """Findings whose computed verdicts can be accepted together: their positions, and the number of each verdict."""

    positions: tuple[int, ...]
    verdicts: dict[str, int]


def judged_before(store: ReviewStore, number: int, user: User, position: int) -> int | None:
    """The position of the finding that the person judged before the one at ``position``; None if there is none.

    If the person has not judged the finding at ``position``, it is the one that they judged last.
    """
    mine = select(Item.position).join(Decision, Decision.item_id == Item.id)
    mine = mine.where(Item.review_id == number, Decision.user_id == user.id, stands(Decision))
    with store.session() as session:
        positions = session.scalars(mine.order_by(Decision.id.desc())).all()
    order = list(dict.fromkeys(positions))
    later = order[order.index(position) + 1 :] if position in order else order
    return later[0] if later else None


def take_back(store: ReviewStore, number: int, user: User) -> int:
    """Take back the person's last decision in a review; returns the position of its finding.

    The person's decision before that on the same finding becomes valid again; without one, the finding waits again.
    Nothing is deleted: taking back adds an entry to the history.

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
        # This locks the row of the finding, as in `ReviewStore.judge`.
        session.execute(update(Item).where(Item.id == last.item_id).values(version=Item.version + 1))
        item = session.get_one(Item, last.item_id, options=[selectinload(Item.decisions)], populate_existing=True)
        item.decisions.append(
            Decision(user_id=user.id, verdict=WITHDRAWN, evidence=last.evidence, comment=last.comment, undoes=last.id)
        )
        recount(item)
        session.add(Event(user=user.login, action="undo", detail=str(item.id)))
        return item.position


def acceptable_findings(store: ReviewStore, number: int, user: User, filters: queries.Filters) -> AcceptableFindings:
    """The filtered findings that wait for the person and whose computed verdict can be a decision (not unknown)."""
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
    """Accept the computed verdicts of several findings, each with its best evidence, in one transaction.

    Findings that do not wait any more, because somebody judged them meanwhile, are skipped.

    Returns:
        How many were accepted.

    Raises:
        InputError: the review is locked, or the person may not judge.
    """
    _may(user)
    with store.writing() as session:
        _open(session, number)
        chosen = and_(Item.review_id == number, Item.position.in_(positions))
        session.execute(update(Item).where(chosen).values(version=Item.version + 1))
        items = session.scalars(select(Item).where(chosen).options(selectinload(Item.decisions))).all()
        done = [item for item in items if _waits(item, user) and item.verdict in VERDICTS]
        for item in done:
            finding = alignment.findings[item.position]
            best = finding.best.statement.id if finding.best and finding.verdict.answered else ""
            item.decisions.append(Decision(user_id=user.id, verdict=item.verdict, evidence=best, comment=_together()))
            recount(item)
        session.add(Event(user=user.login, action="accept many", detail=f"{number}: {len(done)}"))
        return len(done)


def own_comment(comment: str) -> str:
    """The comment as a person typed it: empty if it only says that the decision was one of many accepted together.

    Those words belong to that decision; a later one on the same finding must not inherit them.
    """
    marks = set()
    for language in LANGUAGES:
        with in_language(language):
            marks.add(_together())
    return "" if comment in marks else comment


def _together() -> str:
    return _("accepted together with others")


def unsettled(store: ReviewStore, number: int) -> Unsettled:
    """How many findings keep a review from being signed, counted as `ReviewStore.lock` does."""
    with store.session() as session:
        waiting, disputed = session.execute(
            select(func.count(), func.count().filter(Item.disputed)).where(Item.review_id == number, undecided())
        ).one()
    return Unsettled(waiting=waiting, disputed=disputed)


def _may(user: User) -> None:
    """Refuse people who may only look.

    Raises:
        InputError: the person is a viewer.
    """
    if user.role == Role.VIEWER:
        raise InputError(_("this account may not do that."), hint=_("Ask the head of the review."))


def _open(session: Session, number: int) -> None:
    """Refuse to change a signed review.

    Raises:
        InputError: the review is signed.
    """
    if session.scalar(select(Review.locked).where(Review.id == number)):
        raise signed()


def _waits(item: Item, user: User) -> bool:
    """Whether a loaded finding waits for the person (the same rule as in `queries`)."""
    return user.id not in latest(item) and not (item.needed > 0 and item.judges >= item.needed)
