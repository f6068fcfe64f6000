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
from alignment.review.agreement import WITHDRAWN, Rating, alpha_of, kappa_of, latest, ratings_of
from alignment.review.store import Store
from alignment.review.tables import Item, Judgement, Offer, Review, Role, User

PAGE = 100


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


class Progress(msgspec.Struct, frozen=True, kw_only=True):
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
    own, any_own = aliased(Judgement), aliased(Judgement)
    last = select(func.max(any_own.id)).where(any_own.item_id == Item.id, any_own.user_id == user.id).correlate(Item)
    return exists().where(own.id == last.scalar_subquery(), own.verdict != WITHDRAWN)


def _stands() -> ColumnElement[bool]:
    """Whether a judgement is one that its author has not taken back."""
    later = aliased(Judgement)
    same = and_(later.item_id == Judgement.item_id, later.user_id == Judgement.user_id, later.id > Judgement.id)
    return and_(Judgement.verdict != WITHDRAWN, ~exists().where(same, later.verdict == WITHDRAWN))


def _waits(user: User) -> ColumnElement[bool]:
    """Whether a finding waits for the person: not judged by them, and not by as many as it needs."""
    enough = and_(Item.needed > 0, Item.judges >= Item.needed)
    return and_(~_by(user), ~enough)


def item(store: Store, number: int, position: int) -> Item:
    """One finding with its judgements.

    Raises:
        NotFoundError: there is none.
    """
    with store.session() as session:
        found = session.scalar(
            select(Item)
            .where(Item.review_id == number, Item.position == position)
            .options(selectinload(Item.judgements).selectinload(Judgement.user))
        )
    if found is None:
        raise NotFoundError(_("there is no finding {number}.").format(number=position))
    return found


def following(store: Store, number: int, user: User, after: int) -> int | None:
    """Position of the finding that comes after ``after`` among those that wait for the person, by worth.

    From the last one it goes on with those that were passed over.
    """
    with store.session() as session:
        worth = session.scalar(select(Item.value).where(Item.review_id == number, Item.position == after))
        below = (
            or_(Item.value < worth, and_(Item.value == worth, Item.position > after)) if worth is not None else true()
        )
        return session.scalar(
            select(Item.position)
            .where(Item.review_id == number, Item.position != after, _waits(user))
            .order_by(below.desc(), Item.value.desc(), Item.position)
            .limit(1)
        )


def texts_with(alignment: Alignment, text: str) -> frozenset[int]:
    """Positions of the findings that have all words of a text, in the requirement, its function or its evidence."""
    words = text.casefold().split()
    names = {function.code: function.name for general in alignment.standard.functions for function in general.functions}
    found = set()
    for position, finding in enumerate(alignment.findings):
        best = finding.best.statement if finding.best else None
        parts = [finding.function, names.get(finding.function, ""), finding.requirement.text]
        whole = " ".join([*parts, best.discipline, best.text] if best else parts).casefold()
        if all(word in whole for word in words):
            found.add(position)
    return frozenset(found)


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
        own = exists().where(Offer.item_id == Item.id, Offer.user_id == user.id)
        wanted.append(and_(Item.offer != "", or_(_shown(user, locked), own)))
    if filters.low > 0 or filters.high < 1:
        wanted.append(Item.probability.between(filters.low, filters.high))
    if filters.positions is not None:
        wanted.append(Item.position.in_(filters.positions))
    return wanted


def listed(store: Store, number: int, user: User, filters: Filters, page: int) -> tuple[list[Item], int]:
    """One page of findings, those that wait for the person first, by worth; and how many fit in all."""
    with store.session() as session:
        wanted = _wanted(number, user, filters, locked=_locked(session, number))
        count = session.scalar(select(func.count()).select_from(Item).where(*wanted)) or 0
        found = session.scalars(
            select(Item)
            .where(*wanted)
            .options(selectinload(Item.judgements))
            .order_by(_waits(user).desc(), Item.value.desc(), Item.position)
            .offset(PAGE * max(0, page - 1))
            .limit(PAGE)
        )
        return list(found), count


def progress(store: Store, number: int, user: User) -> Progress:
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
    return Progress(total=total, judged=judged, mine=mine, waiting=waiting, disputed=disputed, decided=decided)


def decided(store: Store, number: int, user: User) -> dict[int, str]:
    """The verdicts that stand, by position; those that the person may see."""
    with store.session() as session:
        seen = _shown(user, _locked(session, number))
        found = select(Item.position, Item.decided).where(Item.review_id == number, Item.decided != "", seen)
        return dict(session.execute(found).tuples().all())


def for_person(store: Store, number: int, user: User) -> Review:
    """A review with its findings and judgements, without those of others that the person may not see yet.

    What leaves a review (csv, protocol) is made of this.

    Raises:
        NotFoundError: there is none of that number.
    """
    found = store.review(number)
    for entry in found.items:
        if hidden(entry, user, found.locked is not None):
            set_committed_value(entry, "judgements", [])
    return found


def functions(store: Store, number: int) -> list[str]:
    """Codes of the work functions of a review, in its order."""
    with store.session() as session:
        found = select(Item.function).where(Item.review_id == number).group_by(Item.function)
        return list(session.scalars(found.order_by(func.min(Item.position))))


def gain(store: Store, number: int, user: User) -> float | None:
    """By how much the person's last answer made the interval of coverage narrower, as a share."""
    with store.session() as session:
        return session.scalar(
            select(Judgement.narrowed)
            .join(Item, Item.id == Judgement.item_id)
            .where(Item.review_id == number, Judgement.user_id == user.id, Judgement.narrowed.is_not(None), _stands())
            .order_by(Judgement.id.desc())
            .limit(1)
        )


def team(store: Store, number: int, user: User) -> Team:
    """Who judged how much, and how far they agree on what the person may see."""
    with store.session() as session:
        seen = _shown(user, _locked(session, number))
        rows = _ratings(session, number, seen)
        names: dict[int, str] = dict(session.execute(select(User.id, User.name)).tuples().all())
        gains = select(Judgement.user_id, func.count(func.distinct(Item.id)), func.avg(Judgement.narrowed))
        done = session.execute(
            gains.join(Item, Item.id == Judgement.item_id)
            .where(Item.review_id == number, _stands())
            .group_by(Judgement.user_id)
        ).all()
        twice = select(func.count()).select_from(Item).where(Item.review_id == number, Item.judges > 1, seen)
        double = session.scalar(twice)
    found = ratings_of(rows)
    return Team(
        people=tuple((names[person], count, float(mean or 0.0)) for person, count, mean in done),
        kappa=tuple((names[one], names[two], value) for (one, two), value in kappa_of(found).items()),
        alpha=alpha_of(found),
        double=double or 0,
    )


def _ratings(session: Session, number: int, seen: ColumnElement[bool]) -> Sequence[Rating]:
    found = (
        select(Judgement.item_id, Judgement.user_id, Judgement.verdict)
        .join(Item, Item.id == Judgement.item_id)
        .where(Item.review_id == number, ~Judgement.settles, seen)
        .order_by(Judgement.id)
    )
    return [(item_id, person, verdict) for item_id, person, verdict in session.execute(found)]


def offer(store: Store, found: Item, user: User, blind: bool) -> str:
    """The earlier decision on a similar text; while others' decisions are hidden, the person's own."""
    if not blind or not found.offer:
        return found.offer
    with store.session() as session:
        own = session.get(Offer, (found.id, user.id))
    return own.text if own else ""


def hidden(found: Item, user: User, locked: bool) -> bool:
    """Whether others' decisions stay hidden from an expert who has not judged yet."""
    return user.role == Role.EXPERT and user.id not in latest(found) and not locked
