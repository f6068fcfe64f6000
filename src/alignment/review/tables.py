"""Tables of the review store. A judgement is only ever added: what an expert decided before stays readable."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Role(StrEnum):
    """What a person may do: look, judge, or settle and sign as well."""

    VIEWER = "viewer"
    EXPERT = "expert"
    HEAD = "head"


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """Base of all tables."""


class User(Base):
    """A person; without a password only in local mode."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    password: Mapped[str] = mapped_column(String(200), default="")


class Review(Base):
    """One alignment under review; ``data`` is the report as JSON, ``name`` how people call it."""

    __tablename__ = "reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    program: Mapped[str] = mapped_column(String(300))
    standard: Mapped[str] = mapped_column(String(300))
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    locked: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), default=None)
    locked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), default=None)
    items: Mapped[list[Item]] = relationship(back_populates="review", order_by="Item.position")


class Item(Base):
    """One finding of a review; ``version`` grows with every judgement, so that nobody overwrites unseen."""

    __tablename__ = "items"
    __table_args__ = (UniqueConstraint("review_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    position: Mapped[int]
    function: Mapped[str] = mapped_column(String(40))
    requirement: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(String(20))
    probability: Mapped[float]
    value: Mapped[float]
    version: Mapped[int] = mapped_column(default=0)
    review: Mapped[Review] = relationship(back_populates="items")
    judgements: Mapped[list[Judgement]] = relationship(back_populates="item", order_by="Judgement.id")


class Judgement(Base):
    """What one person decided on one finding at one moment."""

    __tablename__ = "judgements"
    __table_args__ = (Index("judgements_item", "item_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    verdict: Mapped[str] = mapped_column(String(20))
    evidence: Mapped[str] = mapped_column(Text, default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    settles: Mapped[bool] = mapped_column(default=False)
    carried: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    item: Mapped[Item] = relationship(back_populates="judgements")
    user: Mapped[User] = relationship()


class Event(Base):
    """A line of the audit log."""

    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    user: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(Text, default="")
