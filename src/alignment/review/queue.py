"""What the pages ask of a review: the next finding, a list under filters, progress, agreement."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import ColumnElement, Exists, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from alignment.errors import NotFoundError
from alignment.i18n import _
from alignment.model import Alignment
from alignment.review.accounts import called
from alignment.review.agreement import Rating, alpha_of, kappa_of, latest, ratings_of
from alignment.review.store import ReviewStore, stands
from alignment.review.tables import Item, Judgement, Offer, Review, Role, User

PAGE = 100  # findings of a page of the list, which must be drawn in 200 ms (docs/load.md)


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Which findings a list shows; empty means all.

    ``state`` is open (waits for the person), disputed or offered; ``low`` and
    ``high`` bound the probability; ``positions`` are those whose text has what
    was searched for (`texts_with`).
    """

    general: str = ""
    function: str = ""
    verdict: str = ""
    state: str = ""
    low: float = 0.0
    high: float = 1.0
    positions: frozenset[int] | None = None


class ReviewProgress(msgspec.Struct, frozen=True, kw_only=True):
    """Findings in all, judged by anybody, by the person, waiting for the person, disputed, decided."""

    total: int
    judged: int
    mine: int
    waiting: int
    disputed: int
    decided: int


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """What each person did (name, findings judged, mean gain), and how far they agree."""

    people: tuple[tuple[str, int, float], ...]
    kappa: tuple[tuple[str, str, float], ...]
    alpha: float | None
    double: int


def _by(user: User) -> Exists:
    """Whether the person has judged a finding and not taken it back."""
    own_judgement = aliased(Judgement)
    return exists().where(own_judgement.item_id == Item.id, own_judgement.user_id == user.id, stands(own_judgement))


def _waits(user: User) -> ColumnElement[bool]:
    """Whether a finding waits for the person: not judged by them, and not by as many as it needs."""
    enough = and_(Item.needed > 0, Item.judges >= Item.needed)
    return and_(~_by(user), ~enough)


def item(store: ReviewStore, number: int, position: int) -> Item:
    """One finding with its judgements.

    Raises:
        NotFoundError: there is none.
    """
    with store.session() as session:
        row = session.scalar(
            select(Item)
            .where(Item.review_id == number, Item.position == position)
            .options(selectinload(Item.judgements).selectinload(Judgement.user))
        )
    if row is None:
        raise NotFoundError(_("there is no finding {number}.").format(number=position))
    return row


def following(store: ReviewStore, number: int, user: User, after: int) -> int | None:
    """Position of the finding that comes after ``after`` among those that wait for the person, by worth.

    From the last one it goes on with those that were passed over.
    """
    with store.session() as session:
        worth = session.scalar(select(Item.value).where(Item.review_id == number, Item.position == after))
        result = select(Item.position).where(Item.review_id == number, Item.position != after, _waits(user))
        if worth is not None:
            below = or_(Item.value < worth, and_(Item.value == worth, Item.position > after))
            result = result.order_by(below.desc())
        return session.scalar(result.order_by(Item.value.desc(), Item.position).limit(1))


def texts_with(alignment: Alignment, text: str) -> frozenset[int]:
    """Positions of the findings that have all words of a text, in the requirement, its function or its evidence."""
    words = text.casefold().split()
    names = {function.code: function.name for general in alignment.standard.functions for function in general.functions}
    ids = set()
    for position, finding in enumerate(alignment.findings):
        best = finding.best.statement if finding.best else None
        parts = [finding.function, names.get(finding.function, ""), finding.requirement.text]
        whole = " ".join([*parts, best.discipline, best.text] if best else parts).casefold()
        if all(word in whole for word in words):
            ids.add(position)
    return frozenset(ids)


def _shown(user: User, locked: bool) -> ColumnElement[bool]:
    """Whether others' decisions on a finding may be shown to the person (as `hidden`, for the database)."""
    return true() if locked or user.role != Role.EXPERT else _by(user)


def _locked(session: Session, number: int) -> bool:
    return session.scalar(select(Review.locked).where(Review.id == number)) is not None


def _wanted(number: int, user: User, filters: Filters, *, locked: bool) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [Item.review_id == number]
    if filters.general:
        wanted.append(
            or_(Item.function == filters.general, Item.function.startswith(filters.general + "/", autoescape=True))
        )
    if filters.function:
        wanted.append(Item.function == filters.function)
    if filters.verdict:
        wanted.append(Item.verdict == filters.verdict)
    if filters.state == "open":
        wanted.append(_waits(user))
    if filters.state == "disputed":
        wanted += [Item.disputed.is_(True), _shown(user, locked)]
    if filters.state == "offered":
        own_offer = exists().where(Offer.item_id == Item.id, Offer.user_id == user.id)
        wanted.append(and_(Item.offer != "", or_(_shown(user, locked), own_offer)))
    if filters.low > 0 or filters.high < 1:
        wanted.append(Item.probability.between(filters.low, filters.high))
    if filters.positions is not None:
        wanted.append(Item.position.in_(filters.positions))
    return wanted


def listed(store: ReviewStore, number: int, user: User, filters: Filters, page: int) -> tuple[list[Item], int]:
    """One page of findings, those that wait for the person first, by worth; and how many fit in all."""
    with store.session() as session:
        wanted = _wanted(number, user, filters, locked=_locked(session, number))
        count = session.scalar(select(func.count()).select_from(Item).where(*wanted)) or 0
        rows = session.scalars(
            select(Item)
            .where(*wanted)
            .options(selectinload(Item.judgements))
            .order_by(_waits(user).desc(), Item.value.desc(), Item.position)
            .offset(PAGE * max(0, page - 1))
            .limit(PAGE)
        )
        return list(rows), count


def progress(store: ReviewStore, number: int, user: User) -> ReviewProgress:
    """How far a review is; of what others decided only what the person may see."""
    with store.session() as session:
        seen = _shown(user, _locked(session, number))
        counts = select(
            func.count(),
            func.count().filter(and_(Item.judges > 0, seen)),
            func.count().filter(_by(user)),
            func.count().filter(_waits(user)),
            func.count().filter(and_(Item.disputed, seen)),
            func.count().filter(and_(Item.decided != "", seen)),
        ).where(Item.review_id == number)
        total, judged, mine, waiting, disputed, decided = session.execute(counts).one()
    return ReviewProgress(total=total, judged=judged, mine=mine, waiting=waiting, disputed=disputed, decided=decided)


def decided(store: ReviewStore, number: int, user: User) -> dict[int, str]:
    """The verdicts that stand, by position; those that the person may see."""
    with store.session() as session:
        seen = _shown(user, _locked(session, number))
        statement = select(Item.position, Item.decided).where(Item.review_id == number, Item.decided != "", seen)
        return dict(session.execute(statement).tuples().all())


def for_person(store: ReviewStore, number: int, user: User) -> Review:
    """A review with its findings and judgements, without those of others that the person may not see yet.

    What leaves a review (csv, protocol) is made of this.

    Raises:
        NotFoundError: there is none of that number.
    """
    result = store.review(number)
    for entry in result.items:
        if hidden(entry, user, result.locked is not None):
            set_committed_value(entry, "judgements", [])
    return result


def functions(store: ReviewStore, number: int) -> list[str]:
    """Codes of the work functions of a review, in its order."""
    with store.session() as session:
        statement = select(Item.function).where(Item.review_id == number).group_by(Item.function)
        return list(session.scalars(statement.order_by(func.min(Item.position))))


def gain(store: ReviewStore, number: int, user: User) -> float | None:
    """By how much the person's last answer made the interval of coverage narrower, as a share."""
    with store.session() as session:
        return session.scalar(
            select(Judgement.narrowed)
            .join(Item, Item.id == Judgement.item_id)
            .where(Item.review_id == number, Judgement.user_id == user.id)
            .where(Judgement.narrowed.is_not(None), stands(Judgement))
            .order_by(Judgement.id.desc())
            .limit(1)
        )


def team(store: ReviewStore, number: int, user: User) -> Team:
    """Who judged how much, and how far they agree on what the person may see."""
    with store.session() as session:
        seen = _shown(user, _locked(session, number))
        rows = _ratings(session, number, seen)
        names = {person.id: called(person) for person in session.scalars(select(User))}
        gains = select(Judgement.user_id, func.count(func.distinct(Item.id)), func.avg(Judgement.narrowed))
        done = session.execute(
            gains.join(Item, Item.id == Judgement.item_id)
            .where(Item.review_id == number, stands(Judgement))
            .group_by(Judgement.user_id)
        ).all()
        twice = select(func.count()).select_from(Item).where(Item.review_id == number, Item.judges > 1, seen)
        double = session.scalar(twice)
    ratings = ratings_of(rows)
    return Team(
        people=tuple((names[person], count, float(mean or 0.0)) for person, count, mean in done),
        kappa=tuple((names[one], names[two], value) for (one, two), value in kappa_of(ratings).items()),
        alpha=alpha_of(ratings),
        double=double or 0,
    )


def _ratings(session: Session, number: int, seen: ColumnElement[bool]) -> Sequence[Rating]:
    statement = (
        select(Judgement.item_id, Judgement.user_id, Judgement.verdict)
        .join(Item, Item.id == Judgement.item_id)
        .where(Item.review_id == number, ~Judgement.settles, seen, stands(Judgement))
        .order_by(Judgement.id)
    )
    return [(item_id, person, verdict) for item_id, person, verdict in session.execute(statement)]


def offer(store: ReviewStore, item: Item, user: User, blind: bool) -> str:
    """The earlier decision on a similar text; while others' decisions are hidden, the person's own."""
    if not blind or not item.offer:
        return item.offer
    with store.session() as session:
        own_offer = session.get(Offer, (item.id, user.id))
    return own_offer.text if own_offer else ""


def hidden(item: Item, user: User, locked: bool) -> bool:
    """Whether others' decisions stay hidden from an expert who has not judged yet."""
    return user.role == Role.EXPERT and user.id not in latest(item) and not locked
