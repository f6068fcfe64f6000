"""Tables of the review store. A judgement is only ever added: what an expert decided before stays readable."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import DateTime, Dialect, ForeignKey, Index, LargeBinary, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from alignment.review.plain import bearable


class Role(StrEnum):
    """What a person may do: look, judge, or settle and sign as well."""

    VIEWER = "viewer"
    EXPERT = "expert"
    HEAD = "head"


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)


# Lengths of columns, as the migrations made them; what is kept is cut to them (`alignment.review.plain`).
LOGIN, PERSON, TITLE, ADDRESS, AGENT, FUNCTION = 80, 200, 300, 64, 200, 40


class Line(TypeDecorator[str]):
    """A short text; what no page or document can bear is left out on the way in, and of what is looked for too."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text as it is kept."""
        return None if value is None else bearable(value)


class Words(Line):
    """A text of any length, kept as a `Line`."""

    impl = Text
    cache_ok = True


class Base(DeclarativeBase):
    """Base of all tables."""


class User(Base):
    """A person; without a password only in local mode."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(Line(LOGIN), unique=True)
    name: Mapped[str] = mapped_column(Line(PERSON))
    role: Mapped[str] = mapped_column(Line(20))
    password: Mapped[str] = mapped_column(Line(200), default="")
    disabled: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), default=None)


class LoginSession(Base):
    """Somebody logged in; ``token`` is the digest of what the browser keeps."""

    __tablename__ = "sessions"
    __table_args__ = (Index("sessions_user", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    token: Mapped[str] = mapped_column(Line(64), unique=True)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    seen: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    address: Mapped[str] = mapped_column(Line(ADDRESS), default="")
    agent: Mapped[str] = mapped_column(Line(AGENT), default="")


class Review(Base):
    """One alignment under review; ``data`` is the report as JSON, ``name`` how people call it.

    ``double`` is the share of the findings that two experts judge, each unseen
    by the other, while every other finding needs one; None: everybody judges all.
    ``lost`` has the earlier decisions whose ground is gone, a line each.
    """

    __tablename__ = "reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Line(TITLE))
    program: Mapped[str] = mapped_column(Line(TITLE))
    standard: Mapped[str] = mapped_column(Line(TITLE))
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    double: Mapped[float | None] = mapped_column(default=None)
    lost: Mapped[str] = mapped_column(Words, default="")
    locked: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), default=None)
    locked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), default=None)
    signer: Mapped[User | None] = relationship(lazy="joined")
    items: Mapped[list[Item]] = relationship(back_populates="review", order_by="Item.position")


class Member(Base):
    """A person who takes part in a review."""

    __tablename__ = "members"
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)


class Item(Base):
    """One finding of a review; ``version`` grows with every judgement, so that nobody overwrites unseen.

    ``needed`` is how many experts are to judge it (0: everybody may).
    ``judges``, ``decided`` and ``disputed`` repeat what the judgements say, for
    lists and counts. ``offer`` is an earlier decision on a similar text.
    """

    __tablename__ = "items"
    __table_args__ = (UniqueConstraint("review_id", "position"), Index("items_value", "review_id", "value"))
    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    position: Mapped[int]
    function: Mapped[str] = mapped_column(Line(FUNCTION))
    requirement: Mapped[str] = mapped_column(Words)
    verdict: Mapped[str] = mapped_column(Line(20))
    probability: Mapped[float]
    value: Mapped[float]
    version: Mapped[int] = mapped_column(default=0)
    needed: Mapped[int] = mapped_column(default=0)
    judges: Mapped[int] = mapped_column(default=0)
    decided: Mapped[str] = mapped_column(Line(20), default="")
    disputed: Mapped[bool] = mapped_column(default=False)
    offer: Mapped[str] = mapped_column(Words, default="")
    review: Mapped[Review] = relationship(back_populates="items")
    judgements: Mapped[list[Judgement]] = relationship(back_populates="item", order_by="Judgement.id")
    offers: Mapped[list[Offer]] = relationship()


class Judgement(Base):
    """What one person decided on one finding at one moment.

    ``narrowed`` says by how much (as a share) it made the interval of the
    coverage narrower. ``undoes`` is the judgement of the same person that this
    entry takes back: neither counts, and what stood before stands again.
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
    verdict: Mapped[str] = mapped_column(Line(20))
    evidence: Mapped[str] = mapped_column(Words, default="")
    comment: Mapped[str] = mapped_column(Words, default="")
    settles: Mapped[bool] = mapped_column(default=False)
    carried: Mapped[bool] = mapped_column(default=False)
    narrowed: Mapped[float | None] = mapped_column(default=None)
    undoes: Mapped[int | None] = mapped_column(default=None)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    item: Mapped[Item] = relationship(back_populates="judgements")
    user: Mapped[User] = relationship()


class Offer(Base):
    """What one person decided before on a similar text: theirs to see while others' decisions are hidden."""

    __tablename__ = "offers"
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Words)


class Source(Base):
    """A PDF of the program, kept so that the page behind a piece of evidence can be shown."""

    __tablename__ = "sources"
    __table_args__ = (UniqueConstraint("review_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    name: Mapped[str] = mapped_column(Line(300))
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Event(Base):
    """A line of the audit log."""

    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    user: Mapped[str] = mapped_column(Line(LOGIN))
    action: Mapped[str] = mapped_column(Line(40))
    detail: Mapped[str] = mapped_column(Words, default="")
