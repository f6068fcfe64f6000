"""Who takes part in a review: nobody else sees that it exists."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.orm import Session

from alignment.errors import NotFoundError
from alignment.i18n import _
from alignment.review.sessions import Sessions
from alignment.review.tables import Event, Member, Review, Role, User


def seen_by(user: User) -> ColumnElement[bool]:
    """Which reviews a person sees: a head, who adds and signs them, all; others those they take part in."""
    if user.role == Role.HEAD:
        return Review.id == Review.id
    return exists().where(Member.review_id == Review.id, Member.user_id == user.id)


class Members(Sessions):
    """Members of reviews."""

    def may_see(self, user: User, number: int) -> bool:
        """Whether there is such a review for this person."""
        with self.session() as session:
            return session.scalar(select(Review.id).where(Review.id == number, seen_by(user))) is not None

    def members(self, number: int) -> list[User]:
        """Who takes part in a review."""
        with self.session() as session:
            joined = select(User).join(Member, Member.user_id == User.id).where(Member.review_id == number)
            return list(session.scalars(joined.order_by(User.name)))

    def join(self, number: int, logins: Iterable[str], *, by: str = "") -> None:
        """Let people take part in a review.

        Raises:
            NotFoundError: there is no such review or account.
        """
        wanted = list(dict.fromkeys(logins))
        with self.writing() as session:
            _review(session, number)
            users = {user.login: user for user in session.scalars(select(User).where(User.login.in_(wanted)))}
            if missing := [login for login in wanted if login not in users]:
                raise NotFoundError(
                    _("there is no account {login}.").format(login=", ".join(missing)),
                    hint=_("`align review user list` names all."),
                )
            there = set(session.scalars(select(Member.user_id).where(Member.review_id == number)))
            session.add_all(
                Member(review_id=number, user_id=user.id) for user in users.values() if user.id not in there
            )
            session.add(Event(user=by, action="members", detail=f"{number}: + {', '.join(wanted)}"))

    def leave(self, number: int, logins: Iterable[str], *, by: str = "") -> None:
        """Let people take part no more; their decisions stay.

        Raises:
            NotFoundError: there is no such review.
        """
        wanted = list(logins)
        with self.writing() as session:
            _review(session, number)
            gone = select(User.id).where(or_(*(User.login == login for login in wanted)))
            session.execute(delete(Member).where(Member.review_id == number, Member.user_id.in_(gone)))
            session.add(Event(user=by, action="members", detail=f"{number}: - {', '.join(wanted)}"))


def _review(session: Session, number: int) -> None:
    if session.scalar(select(Review.id).where(Review.id == number)) is None:
        raise NotFoundError(
            _("there is no review {number}.").format(number=number), hint=_("`align review list` names all.")
        )
