"""Members of reviews. Nobody else can see that a review exists."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.orm import Session

from alignment.errors import NotFoundError
from alignment.i18n import _
from alignment.review.sessions import Sessions
from alignment.review.tables import Event, Member, Review, Role, User


def seen_by(user: User) -> ColumnElement[bool]:
    """The condition for reviews that a person may see: a head sees all, others those of which they are members."""
    if user.role == Role.HEAD:
        return Review.id == Review.id
    return exists().where(Member.review_id == Review.id, Member.user_id == user.id)


class Members(Sessions):
    """The part of the store with members of reviews."""

    def may_see(self, user: User, number: int) -> bool:
        """Whether the review exists and the person may see it."""
        with self.session() as session:
            return session.scalar(select(Review.id).where(Review.id == number, seen_by(user))) is not None

    def members(self, number: int) -> list[User]:
        """The members of a review, by name."""
        with self.session() as session:
            joined = select(User).join(Member, Member.user_id == User.id).where(Member.review_id == number)
            return list(session.scalars(joined.order_by(User.name)))

    def join(self, number: int, logins: Iterable[str], *, by: str = "") -> None:
        """Make people members of a review.

        Args:
            number: of the review.
            logins: of the people.
            by: login of the person who does this, for the audit log.

        Raises:
            NotFoundError: there is no such review or account.
        """
        names = list(dict.fromkeys(logins))
        with self.writing() as session:
            _review(session, number)
            users = {user.login: user for user in session.scalars(select(User).where(User.login.in_(names)))}
            if missing := [login for login in names if login not in users]:
                raise NotFoundError(
                    _("there is no account {login}.").format(login=", ".join(missing)),
                    hint=_("`align review user list` names all."),
                )
            there = set(session.scalars(select(Member.user_id).where(Member.review_id == number)))
            session.add_all(
                Member(review_id=number, user_id=user.id) for user in users.values() if user.id not in there
            )
            session.add(Event(user=by, action="members", detail=f"{number}: + {', '.join(names)}"))

    def leave(self, number: int, logins: Iterable[str], *, by: str = "") -> None:
        """End the membership of people; their decisions stay. Arguments as in `join`.

        Raises:
            NotFoundError: there is no such review.
        """
        names = list(logins)
        with self.writing() as session:
            _review(session, number)
            gone = select(User.id).where(or_(*(User.login == login for login in names)))
            session.execute(delete(Member).where(Member.review_id == number, Member.user_id.in_(gone)))
            session.add(Event(user=by, action="members", detail=f"{number}: - {', '.join(names)}"))


def _review(session: Session, number: int) -> None:
    if session.scalar(select(Review.id).where(Review.id == number)) is None:
        raise NotFoundError(
            _("there is no review {number}.").format(number=number), hint=_("`align review list` names all.")
        )
