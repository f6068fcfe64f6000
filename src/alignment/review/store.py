"""The review store: reviews, findings and judgements; every write is one transaction."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache

import msgspec
import numpy as np
from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased, defer, selectinload

from alignment.errors import AlignmentError, InputError, NotFoundError
from alignment.i18n import _
from alignment.model import DECIDED, Alignment, Verdict
from alignment.review.agreement import WITHDRAWN, decided, disputed, latest
from alignment.review.carry import Carried, carry
from alignment.review.estimate import Estimator, values
from alignment.review.members import Members, seen_by
from alignment.review.plain import plain
from alignment.review.tables import FUNCTION, TITLE, Event, Item, Judgement, Member, Review, Role, Source, User, now

# Reports kept unpacked in memory: what experts work on at one time, some MB each.
KEPT = 16


class ConflictError(AlignmentError):
    """Somebody else has judged the finding since it was shown."""


class OpenedReview(msgspec.Struct, frozen=True):
    """A report under review, unpacked, and the estimator of its coverage."""

    alignment: Alignment
    estimator: Estimator


class ReviewStore(Members):
    """Reviews, findings and judgements."""

    def add(
        self,
        alignment: Alignment,
        name: str,
        login: str,
        *,
        double: float | None = None,
        sources: Mapping[str, bytes] | None = None,
    ) -> tuple[int, Carried]:
        """A new review; earlier decisions on the same standard and program go over to findings of the same text.

        Args:
            alignment: the result of a check.
            name: what people call the review.
            login: who imports it.
            double: share of the findings that two experts judge blindly, the others one; None: everybody all.
            sources: PDF files of the program by name.

        Whoever took part in the review before takes part in this one, and so does who imports it.
        """
        program = plain(alignment.program.title, TITLE)
        standard = plain(" ".join(part for part in (alignment.standard.code, alignment.standard.title) if part), TITLE)
        with self.session() as session:
            before = session.scalar(
                select(Review)
                .where(Review.program == program, Review.standard == standard)
                .options(
                    defer(Review.data),
                    selectinload(Review.items).selectinload(Item.judgements).selectinload(Judgement.user),
                )
                .order_by(Review.id.desc())
                .limit(1)
            )
            review = Review(
                name=plain(name, TITLE),
                program=program,
                standard=standard,
                data=zlib.compress(msgspec.json.encode(alignment)),
                double=double,
            )
            review.items.extend(_items(alignment, double))
            session.add(review)
            session.flush()
            session.add_all(Source(review_id=review.id, name=key, data=data) for key, data in (sources or {}).items())
            carried = carry(before, review) if before else Carried(kept=0, similar=(), lost=())
            session.add_all(Member(review_id=review.id, user_id=person) for person in _people(session, before, login))
            for item in review.items:
                recount(item)
            session.add(Event(user=login, action="import", detail=f"{review.id}: {name}"))
            return review.id, carried

    def reviews(self, user: User | None = None) -> list[tuple[Review, int, int]]:
        """Each review (that a person sees) with the number of its findings and of those that somebody judged."""
        with self.session() as session:
            counts = select(Item.review_id, func.count(), func.count().filter(Item.judges > 0)).group_by(Item.review_id)
            numbers = {review: (total, done) for review, total, done in session.execute(counts)}
            wanted = [seen_by(user)] if user else []
            rows = session.scalars(select(Review).where(*wanted).options(defer(Review.data)).order_by(Review.id))
            return [(item, *numbers.get(item.id, (0, 0))) for item in rows]

    def head(self, number: int) -> Review:
        """A review without its findings and report.

        Raises:
            NotFoundError: there is none of that number.
        """
        with self.session() as session:
            return _found(session.get(Review, number, options=[defer(Review.data)]), number)

    def review(self, number: int) -> Review:
        """A review with its findings and judgements.

        Raises:
            NotFoundError: there is none of that number.
        """
        with self.session() as session:
            review = session.scalar(
                select(Review)
                .where(Review.id == number)
                .options(selectinload(Review.items).selectinload(Item.judgements).selectinload(Judgement.user))
            )
            return _found(review, number)

    def opened(self, number: int) -> OpenedReview:
        """The report of a review, unpacked once.

        Raises:
            NotFoundError: there is no such review.
        """
        return self._opened(number)

    @cached_property
    def _opened(self) -> Callable[[int], OpenedReview]:
        """Reviews that are kept unpacked, by their number; another store has its own."""
        return lru_cache(maxsize=KEPT)(self._unpacked)

    def _unpacked(self, number: int) -> OpenedReview:
        with self.session() as session:
            alignment = alignment_of(_found(session.get(Review, number), number))
        return OpenedReview(alignment, Estimator(alignment))

    def source(self, number: int, name: str) -> bytes | None:
        """A kept PDF of the program."""
        with self.session() as session:
            return session.scalar(select(Source.data).where(Source.review_id == number, Source.name == name))

    def source_names(self, number: int) -> frozenset[str]:
        """Names of the kept PDF files of a review."""
        with self.session() as session:
            return frozenset(session.scalars(select(Source.name).where(Source.review_id == number)))

    def judge(
        self,
        item: int,
        user: User,
        verdict: Verdict,
        *,
        evidence: Sequence[str] = (),
        comment: str = "",
        version: int,
        settles: bool = False,
    ) -> None:
        """Add a judgement.

        Raises:
            ConflictError: the finding has been judged since ``version`` was shown.
            InputError: the review is locked, the person may not judge, or the verdict decides nothing.
            NotFoundError: there is no such finding.
        """
        if verdict not in DECIDED:
            raise InputError(_("a decision is covered, partial or gap."), hint=_("Look at it again."))
        if user.role == Role.VIEWER or (settles and user.role != Role.HEAD):
            raise InputError(_("this account may not do that."), hint=_("Ask the head of the review."))
        number = self._review_of(item)
        if not self.may_see(user, number):
            raise NotFoundError(_("there is no finding {number}.").format(number=item))
        opened = self.opened(number)
        estimator = opened.estimator
        known_statements = {statement.id for statement in opened.alignment.program.statements()}
        with self.writing() as session:
            # The row of the finding is held from here on: whoever comes second sees the new version.
            changed = session.execute(
                update(Item).where(Item.id == item, Item.version == version).values(version=version + 1)
            )
            if changed.rowcount != 1:  # type: ignore[attr-defined]  # a CursorResult for UPDATE
                raise ConflictError(
                    _("somebody has judged this finding since you opened it."), hint=_("Look at it again.")
                )
            if session.scalar(select(Review.locked).where(Review.id == number)):
                raise InputError(
                    _("the review is locked."), hint=_("A signed review is not changed; import the result anew.")
                )
            known = _decided(session, number)
            given = Judgement(
                user_id=user.id,
                verdict=verdict.value,
                evidence="\n".join(key for key in dict.fromkeys(evidence) if key in known_statements),
                comment=plain(comment),
                settles=settles,
            )
            row = session.get_one(Item, item, options=[selectinload(Item.judgements)])
            row.judgements.append(given)
            recount(row)
            before = estimator(known).width
            known.pop(row.position, None)
            given.narrowed = before - estimator(known | _one(row)).width
            session.add(Event(user=user.login, action="judge", detail=f"{item}: {verdict.value}"))

    def _review_of(self, item: int) -> int:
        with self.session() as session:
            number = session.scalar(select(Item.review_id).where(Item.id == item))
            if number is None:
                raise NotFoundError(_("there is no finding {number}.").format(number=item))
            return int(number)

    def decided(self, number: int) -> dict[int, str]:
        """The verdicts that stand, by position."""
        with self.session() as session:
            return _decided(session, number)

    def lock(self, number: int, user: User) -> None:
        """Close a review: nothing in it changes any more.

        Raises:
            InputError: the person is not a head, or findings wait for a judgement or a settlement.
        """
        if user.role != Role.HEAD:
            raise InputError(_("only a head may sign a review."), hint=_("Ask the head of the review."))
        with self.writing() as session:
            # Closed first, so that no judgement comes between the count and the signature; an error undoes it.
            closed = update(Review).where(Review.id == number).values(locked=now(), locked_by=user.id)
            if session.execute(closed).rowcount != 1:  # type: ignore[attr-defined]  # a CursorResult for UPDATE
                _found(None, number)
            count = select(func.count(), func.count().filter(Item.disputed))
            waiting, disputes = session.execute(count.where(Item.review_id == number, undecided())).one()
            if waiting:
                raise InputError(
                    _("{n} findings have no settled decision ({disputes} of them are disputed).").format(
                        n=waiting, disputes=disputes
                    ),
                    hint=_("Judge and settle them first."),
                )
            session.add(Event(user=user.login, action="lock", detail=str(number)))


def needed_of(count: int, double: float | None) -> list[int]:
    """How many experts each finding needs: two for a share drawn by a fixed seed, one for the others, 0 for all."""
    if double is None:
        return [0] * count
    twice = np.random.default_rng(count).permutation(count)[: round(double * count)]
    return [2 if position in set(twice.tolist()) else 1 for position in range(count)]


def alignment_of(review: Review) -> Alignment:
    """The alignment under review."""
    return msgspec.json.decode(zlib.decompress(review.data), type=Alignment, strict=False)


def _items(alignment: Alignment, double: float | None) -> list[Item]:
    """The findings as they are judged, in the order of the check; ``double`` as in `ReviewStore.add`."""
    worth, needed = values(alignment), needed_of(len(alignment.findings), double)
    return [
        Item(
            position=position,
            function=plain(finding.function, FUNCTION),
            requirement=plain(finding.requirement.text),
            verdict=finding.verdict.value,
            probability=finding.probability,
            value=worth[position],
            needed=needed[position],
            version=0,
        )
        for position, finding in enumerate(alignment.findings)
    ]


def _people(session: Session, before: Review | None, login: str) -> set[int]:
    """Who takes part in a new review: those of the one before it, and who adds it."""
    people = set(session.scalars(select(User.id).where(User.login == login)))
    if before is not None:
        people |= set(session.scalars(select(Member.user_id).where(Member.review_id == before.id)))
    return people


def recount(item: Item) -> None:
    """What the judgements say, beside the finding."""
    item.judges = len(latest(item))
    item.decided = decided(item) or ""
    item.disputed = disputed(item)


def _one(item: Item) -> dict[int, str]:
    return {item.position: item.decided} if item.decided else {}


def _decided(session: Session, number: int) -> dict[int, str]:
    statement = select(Item.position, Item.decided).where(Item.review_id == number, Item.decided != "")
    return dict(session.execute(statement).tuples().all())


def stands(entry: type[Judgement]) -> ColumnElement[bool]:
    """Whether a judgement is one that its author has not taken back (`agreement.standing`, for the database)."""
    later = aliased(Judgement)
    return and_(entry.verdict != WITHDRAWN, ~exists().where(later.undoes == entry.id))


def undecided() -> ColumnElement[bool]:
    """Whether a finding keeps its review from being signed.

    It has no decision, or too few have judged it and no head has settled it.
    """
    settled = exists().where(Judgement.item_id == Item.id, Judgement.settles, stands(Judgement))
    return or_(Item.decided == "", and_(Item.judges < Item.needed, ~settled))


def _found(review: Review | None, number: int) -> Review:
    if review is None:
        raise NotFoundError(
            _("there is no review {number}.").format(number=number), hint=_("`align review list` names all.")
        )
    return review
