"""The review store: reviews, findings and decisions. Every write is one transaction."""

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
from alignment.review.agreement import WITHDRAWN, disputed, latest, standing_verdict
from alignment.review.carry import Carried, carry
from alignment.review.estimate import Estimator, values
from alignment.review.members import Members, seen_by
from alignment.review.plain import plain
from alignment.review.tables import FUNCTION, TITLE, Decision, Event, Item, Member, Review, Role, Source, User, now

# Reports kept unpacked in memory: what experts work on at one time, some MB each.
KEPT = 16


class ConflictError(AlignmentError):
    """Somebody else has judged the finding since it was shown."""


class SignedError(InputError):
    """The review is signed and cannot be changed any more."""


class OpenedReview(msgspec.Struct, frozen=True):
    """The alignment of a review, decoded, and the estimator of its coverage."""

    alignment: Alignment
    estimator: Estimator


class ReviewStore(Members):
    """The whole review store; its base classes have people, sessions and members."""

    def add(
        self,
        alignment: Alignment,
        name: str,
        login: str,
        *,
        double: float | None = None,
        sources: Mapping[str, bytes] | None = None,
    ) -> tuple[int, Carried]:
        """Add a review. Decisions in the previous review of the same program and standard are carried over (`carry`).

        The members of the previous review, and the person who adds this one, become its members.

        Args:
            alignment: the result of a check.
            name: the name of the review.
            login: of the person who adds it.
            double: the share (0 to 1) of findings that two experts judge independently, the others one; None: everybody
                judges all findings.
            sources: contents of PDF files of the program by name.

        Returns:
            The number of the review, and what became of earlier decisions.
        """
        program = plain(alignment.program.title, TITLE)
        standard = plain(" ".join(part for part in (alignment.standard.code, alignment.standard.title) if part), TITLE)
        with self.session() as session:
            before = session.scalar(
                select(Review)
                .where(Review.program == program, Review.standard == standard)
                .options(
                    defer(Review.data),
                    selectinload(Review.items).selectinload(Item.decisions).selectinload(Decision.user),
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
        """The reviews that a person may see (None: all), each with its number of findings and of judged ones."""
        with self.session() as session:
            counts = select(Item.review_id, func.count(), func.count().filter(Item.judges > 0)).group_by(Item.review_id)
            numbers = {review: (total, done) for review, total, done in session.execute(counts)}
            visible = [seen_by(user)] if user else []
            rows = session.scalars(select(Review).where(*visible).options(defer(Review.data)).order_by(Review.id))
            return [(item, *numbers.get(item.id, (0, 0))) for item in rows]

    def head(self, number: int) -> Review:
        """A review without its findings and report.

        Raises:
            NotFoundError: there is no review with that number.
        """
        with self.session() as session:
            return _existing(session.get(Review, number, options=[defer(Review.data)]), number)

    def review(self, number: int) -> Review:
        """A review with its findings and decisions.

        Raises:
            NotFoundError: there is no review with that number.
        """
        with self.session() as session:
            review = session.scalar(
                select(Review)
                .where(Review.id == number)
                .options(selectinload(Review.items).selectinload(Item.decisions).selectinload(Decision.user))
            )
            return _existing(review, number)

    def opened(self, number: int) -> OpenedReview:
        """The alignment of a review, decoded; the last ones are cached.

        Raises:
            NotFoundError: there is no review with that number.
        """
        return self._opened(number)

    @cached_property
    def _opened(self) -> Callable[[int], OpenedReview]:
        """The cached function behind `opened`; each store has its own cache."""
        return lru_cache(maxsize=KEPT)(self._unpacked)

    def _unpacked(self, number: int) -> OpenedReview:
        with self.session() as session:
            alignment = alignment_of(_existing(session.get(Review, number), number))
        return OpenedReview(alignment, Estimator(alignment))

    def source(self, number: int, name: str) -> bytes | None:
        """The contents of a PDF file that the review keeps, or None."""
        with self.session() as session:
            return session.scalar(select(Source.data).where(Source.review_id == number, Source.name == name))

    def source_names(self, number: int) -> frozenset[str]:
        """Names of the PDF files that a review keeps."""
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
        """Add a decision.

        Args:
            item: id of the finding.
            user: who judges.
            verdict: covered, partial or gap.
            evidence: ids of the statements on which it rests; unknown ones are dropped.
            comment: free text.
            version: the version of the finding that the person saw.
            settles: whether it settles a dispute (heads only).

        Raises:
            ConflictError: somebody has judged the finding since ``version``.
            SignedError: the review is locked.
            InputError: the person may not judge, or the verdict is unknown.
            NotFoundError: there is no such finding, or the person may not see it.
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
            # This locks the row of the finding, so that a second person sees the new version.
            changed = session.execute(
                update(Item).where(Item.id == item, Item.version == version).values(version=version + 1)
            )
            if changed.rowcount != 1:  # type: ignore[attr-defined]  # a CursorResult for UPDATE
                raise _conflict(session, number, item, user)
            if session.scalar(select(Review.locked).where(Review.id == number)):
                raise signed()
            known = _decided(session, number)
            decision = Decision(
                user_id=user.id,
                verdict=verdict.value,
                evidence="\n".join(key for key in dict.fromkeys(evidence) if key in known_statements),
                comment=plain(comment),
                settles=settles,
            )
            row = session.get_one(Item, item, options=[selectinload(Item.decisions)])
            row.decisions.append(decision)
            recount(row)
            before = estimator(known).width
            known.pop(row.position, None)
            decision.narrowed = before - estimator(known | _one(row)).width
            session.add(Event(user=user.login, action="judge", detail=f"{item}: {verdict.value}"))

    def _review_of(self, item: int) -> int:
        with self.session() as session:
            number = session.scalar(select(Item.review_id).where(Item.id == item))
            if number is None:
                raise NotFoundError(_("there is no finding {number}.").format(number=item))
            return int(number)

    def decided(self, number: int) -> dict[int, str]:
        """The decided verdicts by position."""
        with self.session() as session:
            return _decided(session, number)

    def lock(self, number: int, user: User) -> None:
        """Sign and lock a review; after that it cannot be changed.

        Raises:
            InputError: the person is not a head, or some finding has no valid decision.
            NotFoundError: there is no review with that number.
        """
        if user.role != Role.HEAD:
            raise InputError(_("only a head may sign a review."), hint=_("Ask the head of the review."))
        with self.writing() as session:
            # Locked before counting, so that no decision can come between; an error rolls this back.
            closed = update(Review).where(Review.id == number).values(locked=now(), locked_by=user.id)
            if session.execute(closed).rowcount != 1:  # type: ignore[attr-defined]  # a CursorResult for UPDATE
                _existing(None, number)
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
    """How many experts each finding needs: two for the share ``double`` (drawn with a fixed seed), one for the others.

    If ``double`` is None, each is 0: everybody judges all findings.
    """
    if double is None:
        return [0] * count
    twice = np.random.default_rng(count).permutation(count)[: round(double * count)]
    return [2 if position in set(twice.tolist()) else 1 for position in range(count)]


def alignment_of(review: Review) -> Alignment:
    """The alignment of a review, decoded."""
    return msgspec.json.decode(zlib.decompress(review.data), type=Alignment, strict=False)


def _items(alignment: Alignment, double: float | None) -> list[Item]:
    """The findings as rows of the store, in the order of the check; ``double`` as in `ReviewStore.add`."""
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
    """Ids of the members of a new review: those of the previous one, and the person who adds it."""
    people = set(session.scalars(select(User.id).where(User.login == login)))
    if before is not None:
        people |= set(session.scalars(select(Member.user_id).where(Member.review_id == before.id)))
    return people


def recount(item: Item) -> None:
    """Update the counts that a finding keeps of its decisions."""
    item.judges = len(latest(item))
    item.decided = standing_verdict(item) or ""
    item.disputed = disputed(item)


def signed() -> SignedError:
    """The error that a review is signed."""
    return SignedError(
        _("the review is signed and locked."),
        hint=_("It cannot be changed any more; to judge anew, the head adds the result as a new review."),
    )


def _conflict(session: Session, number: int, item: int, user: User) -> AlignmentError:
    """The error that the person saw an old version: the review was signed, or the finding was judged since.

    It was judged by somebody else, or by the person in another window.
    """
    if session.scalar(select(Review.locked).where(Review.id == number)):
        return signed()
    last = session.scalar(
        select(Decision.user_id).where(Decision.item_id == item).order_by(Decision.id.desc()).limit(1)
    )
    if last == user.id:
        text = _("you have judged this finding since this page was opened, for example in another window.")
    else:
        text = _("somebody has judged this finding since you opened it.")
    return ConflictError(text, hint=_("This decision was not kept. Look at it again."))


def _one(item: Item) -> dict[int, str]:
    return {item.position: item.decided} if item.decided else {}


def _decided(session: Session, number: int) -> dict[int, str]:
    statement = select(Item.position, Item.decided).where(Item.review_id == number, Item.decided != "")
    return dict(session.execute(statement).tuples().all())


def stands(entry: type[Decision]) -> ColumnElement[bool]:
    """The condition that nobody took a decision back (`agreement.standing`, in SQL)."""
    later = aliased(Decision)
    return and_(entry.verdict != WITHDRAWN, ~exists().where(later.undoes == entry.id))


def undecided() -> ColumnElement[bool]:
    """The condition that a finding keeps its review from being signed.

    It has no decision, or too few experts have judged it and no head has settled it.
    """
    settled = exists().where(Decision.item_id == Item.id, Decision.settles, stands(Decision))
    return or_(Item.decided == "", and_(Item.judges < Item.needed, ~settled))


def _existing(review: Review | None, number: int) -> Review:
    """The review, if there is one; else `NotFoundError`."""
    if review is None:
        raise NotFoundError(
            _("there is no review {number}.").format(number=number), hint=_("`align review list` names all.")
        )
    return review
