"""Tables of the review store. Decisions are only added, never changed, so that the history stays readable."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import DateTime, Dialect, ForeignKey, Index, LargeBinary, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from alignment.review.plain import bearable


class Role(StrEnum):
    """What a person may do: a viewer looks, an expert also judges, a head also settles and signs."""

    VIEWER = "viewer"
    EXPERT = "expert"
    HEAD = "head"


def now() -> datetime:
    """The present time in UTC."""
    return datetime.now(UTC)


# Lengths of columns, as the migrations made them; what is kept is cut to them (`alignment.review.plain`).
LOGIN, PERSON, TITLE, ADDRESS, AGENT, FUNCTION = 80, 200, 300, 64, 200, 40


class ShortText(TypeDecorator[str]):
    """A short text. Characters that pages or documents cannot hold are removed when it is stored or searched for."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text as it is stored."""
        return None if value is None else bearable(value)


class LongText(ShortText):
    """A text of any length, cleaned like a `ShortText`."""

    impl = Text
    cache_ok = True


class Base(DeclarativeBase):
    """Base of all tables."""


class User(Base):
    """A person; the password (a hash) is empty only for the person of local mode."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(ShortText(LOGIN), unique=True)
    name: Mapped[str] = mapped_column(ShortText(PERSON))
    role: Mapped[str] = mapped_column(ShortText(20))
    password: Mapped[str] = mapped_column(ShortText(200), default="")
    disabled: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), default=None)


class LoginSession(Base):
    """A login session; ``token`` is the digest of the token in the browser."""

    __tablename__ = "sessions"
    __table_args__ = (Index("sessions_user", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    token: Mapped[str] = mapped_column(ShortText(64), unique=True)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    seen: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    address: Mapped[str] = mapped_column(ShortText(ADDRESS), default="")
    agent: Mapped[str] = mapped_column(ShortText(AGENT), default="")


class Review(Base):
    """A review of one alignment, which ``data`` holds as compressed JSON.

    ``double`` is the share (0 to 1) of findings that two experts judge
    independently, while the others need one; None: everybody judges all findings.
    ``lost`` has the earlier decisions that were not carried over, one a line.
    """

    __tablename__ = "reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(ShortText(TITLE))
    program: Mapped[str] = mapped_column(ShortText(TITLE))
    standard: Mapped[str] = mapped_column(ShortText(TITLE))
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    double: Mapped[float | None] = mapped_column(default=None)
    lost: Mapped[str] = mapped_column(LongText, default="")
    locked: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), default=None)
    locked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), default=None)
    signer: Mapped[User | None] = relationship(lazy="joined")
    items: Mapped[list[Item]] = relationship(back_populates="review", order_by="Item.position")


class Member(Base):
    """A member of a review."""

    __tablename__ = "members"
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)


class Item(Base):
    """One finding of a review, at its ``position`` in the alignment.

    ``value`` says how much a decision on it would tell (`estimate.values`).
    ``version`` grows with every decision, so that nobody overwrites a decision
    that they have not seen. ``needed`` is how many experts must judge it (0:
    everybody). ``judges``, ``decided`` and ``disputed`` repeat what the decisions
    say, to make lists and counts fast. ``offer`` is an earlier decision on a
    similar text.
    """

    __tablename__ = "items"
    __table_args__ = (UniqueConstraint("review_id", "position"), Index("items_value", "review_id", "value"))
    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    position: Mapped[int]
    function: Mapped[str] = mapped_column(ShortText(FUNCTION))
    requirement: Mapped[str] = mapped_column(LongText)
    verdict: Mapped[str] = mapped_column(ShortText(20))
    probability: Mapped[float]
    value: Mapped[float]
    version: Mapped[int] = mapped_column(default=0)
    needed: Mapped[int] = mapped_column(default=0)
    judges: Mapped[int] = mapped_column(default=0)
    decided: Mapped[str] = mapped_column(ShortText(20), default="")
    disputed: Mapped[bool] = mapped_column(default=False)
    offer: Mapped[str] = mapped_column(LongText, default="")
    review: Mapped[Review] = relationship(back_populates="items")
    decisions: Mapped[list[Decision]] = relationship(back_populates="item", order_by="Decision.id")
    offers: Mapped[list[Offer]] = relationship()


class Decision(Base):
    """What one person decided on one finding at one moment.

    ``narrowed`` says how much it narrowed the interval of the coverage (share of
    1). ``undoes`` is the decision of the same person that this entry takes back;
    then neither of the two counts, and the person's earlier decision does.
    ``carried``: it comes from an earlier review. ``settles``: a head settled a
    dispute with it.
    """

    __tablename__ = "judgements"
    __table_args__ = (
        Index("judgements_item", "item_id"),
        Index("judgements_user", "user_id", "item_id"),
        Index("judgements_undoes", "undoes"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    verdict: Mapped[str] = mapped_column(ShortText(20))
    evidence: Mapped[str] = mapped_column(LongText, default="")
    comment: Mapped[str] = mapped_column(LongText, default="")
    settles: Mapped[bool] = mapped_column(default=False)
    carried: Mapped[bool] = mapped_column(default=False)
    narrowed: Mapped[float | None] = mapped_column(default=None)
    undoes: Mapped[int | None] = mapped_column(default=None)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    item: Mapped[Item] = relationship(back_populates="decisions")
    user: Mapped[User] = relationship()


class Offer(Base):
    """A person's own earlier decision on a similar text; shown to that person while others' decisions are hidden."""

    __tablename__ = "offers"
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    text: Mapped[str] = mapped_column(LongText)


class Source(Base):
    """A PDF file of the program, kept so that the page of a statement can be shown."""

    __tablename__ = "sources"
    __table_args__ = (UniqueConstraint("review_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    name: Mapped[str] = mapped_column(ShortText(300))
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Event(Base):
    """A line of the audit log."""

    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    user: Mapped[str] = mapped_column(ShortText(LOGIN))
    action: Mapped[str] = mapped_column(ShortText(40))
    detail: Mapped[str] = mapped_column(LongText, default="")
