"""Queries of the pages on a review: the next finding, a filtered list, progress, agreement."""

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
from alignment.review.tables import Decision, Item, Offer, Review, Role, User

PAGE = 100  # findings of a page of the list, which must be drawn in 200 ms (docs/load.md)


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Which findings a list shows; an empty field does not filter.

    ``state`` is "open" (waits for the person), "disputed" or "offered" (with an
    earlier decision). ``low`` and ``high`` bound the probability. ``positions``
    are the findings in which a searched text was found (`texts_with`).
    """

    general: str = ""
    function: str = ""
    verdict: str = ""
    state: str = ""
    low: float = 0.0
    high: float = 1.0
    positions: frozenset[int] | None = None


class ReviewProgress(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers of findings: in all, judged by anybody, by the person, waiting for the person, disputed, decided."""

    total: int
    judged: int
    mine: int
    waiting: int
    disputed: int
    decided: int

    @property
    def share(self) -> int:
        """Findings that are the person's part: those judged by them, and those that wait for them."""
        return self.mine + self.waiting


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """The work of each person, and their agreement.

    ``people`` are (name, findings judged, mean gain): how much one decision narrowed the interval of coverage, as a
    share of 1. ``kappa`` is that of each pair of people; ``double`` counts findings judged by more than one.
    """

    people: tuple[tuple[str, int, float], ...]
    kappa: tuple[tuple[str, str, float], ...]
    alpha: float | None
    double: int


def _by(user: User) -> Exists:
    """The condition that the person has judged a finding and not taken it back."""
    own_decision = aliased(Decision)
    return exists().where(own_decision.item_id == Item.id, own_decision.user_id == user.id, stands(own_decision))


def _waits(user: User) -> ColumnElement[bool]:
    """The condition that a finding waits for the person: they have not judged it, and it needs more decisions."""
    enough = and_(Item.needed > 0, Item.judges >= Item.needed)
    return and_(~_by(user), ~enough)


def item(store: ReviewStore, number: int, position: int) -> Item:
    """One finding with its decisions.

    Raises:
        NotFoundError: the review has no finding at this position.
    """
    with store.session() as session:
        row = session.scalar(
            select(Item)
            .where(Item.review_id == number, Item.position == position)
            .options(selectinload(Item.decisions).selectinload(Decision.user))
        )
    if row is None:
        raise NotFoundError(_("there is no finding {number}.").format(number=position))
    return row


def following(store: ReviewStore, number: int, user: User, after: int) -> int | None:
    """The position of the next finding that waits for the person, in the order of their value (`estimate.values`).

    After the last one, those that were skipped come again. None if no finding waits.
    """
    with store.session() as session:
        worth = session.scalar(select(Item.value).where(Item.review_id == number, Item.position == after))
        result = select(Item.position).where(Item.review_id == number, Item.position != after, _waits(user))
        if worth is not None:
            below = or_(Item.value < worth, and_(Item.value == worth, Item.position > after))
            result = result.order_by(below.desc())
        return session.scalar(result.order_by(Item.value.desc(), Item.position).limit(1))


def texts_with(alignment: Alignment, text: str) -> frozenset[int]:
    """Positions of the findings with all words of a text in their requirement, work function or best evidence."""
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
    """The condition that a person may see the decisions of others on a finding (the reverse of `hidden`, in SQL)."""
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


def page_of_findings(
    store: ReviewStore, number: int, user: User, filters: Filters, page: int
) -> tuple[list[Item], int]:
    """One page of the filtered findings, and how many there are in all.

    Those that wait for the person come first, then by value.
    """
    with store.session() as session:
        wanted = _wanted(number, user, filters, locked=_locked(session, number))
        count = session.scalar(select(func.count()).select_from(Item).where(*wanted)) or 0
        rows = session.scalars(
            select(Item)
            .where(*wanted)
            .options(selectinload(Item.decisions))
            .order_by(_waits(user).desc(), Item.value.desc(), Item.position)
            .offset(PAGE * max(0, page - 1))
            .limit(PAGE)
        )
        return list(rows), count


def progress(store: ReviewStore, number: int, user: User) -> ReviewProgress:
    """How far a review is, counting only decisions that the person may see."""
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


def standing_verdicts(store: ReviewStore, number: int, user: User) -> dict[int, str]:
    """By position, the decided verdicts that the person may see."""
    with store.session() as session:
        seen = _shown(user, _locked(session, number))
        statement = select(Item.position, Item.decided).where(Item.review_id == number, Item.decided != "", seen)
        return dict(session.execute(statement).tuples().all())


def for_person(store: ReviewStore, number: int, user: User) -> Review:
    """A review with its findings and decisions, without decisions that the person may not see yet.

    Exports (csv, protocol) are made from this.

    Raises:
        NotFoundError: there is no review with that number.
    """
    result = store.review(number)
    for entry in result.items:
        if hidden(entry, user, result.locked is not None):
            set_committed_value(entry, "decisions", [])
    return result


def function_codes(store: ReviewStore, number: int) -> list[str]:
    """Codes of the work functions of a review, in their order there."""
    with store.session() as session:
        statement = select(Item.function).where(Item.review_id == number).group_by(Item.function)
        return list(session.scalars(statement.order_by(func.min(Item.position))))


def gain(store: ReviewStore, number: int, user: User) -> float | None:
    """How much the person's last decision narrowed the interval of coverage, as a share of 1; None if unknown."""
    with store.session() as session:
        return session.scalar(
            select(Decision.narrowed)
            .join(Item, Item.id == Decision.item_id)
            .where(Item.review_id == number, Decision.user_id == user.id)
            .where(Decision.narrowed.is_not(None), stands(Decision))
            .order_by(Decision.id.desc())
            .limit(1)
        )


def team_progress(store: ReviewStore, number: int, user: User) -> Team:
    """The work of each person, and the agreement on findings that the person may see."""
    with store.session() as session:
        seen = _shown(user, _locked(session, number))
        rows = _ratings(session, number, seen)
        names = {person.id: called(person) for person in session.scalars(select(User))}
        gains = select(Decision.user_id, func.count(func.distinct(Item.id)), func.avg(Decision.narrowed))
        done = session.execute(
            gains.join(Item, Item.id == Decision.item_id)
            .where(Item.review_id == number, stands(Decision))
            .group_by(Decision.user_id)
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
        select(Decision.item_id, Decision.user_id, Decision.verdict)
        .join(Item, Item.id == Decision.item_id)
        .where(Item.review_id == number, ~Decision.settles, seen, stands(Decision))
        .order_by(Decision.id)
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
