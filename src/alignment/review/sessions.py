"""Login sessions. They are stored on the server, so that logging out or closing an account really ends them."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update

from alignment.review.accounts import Accounts
from alignment.review.plain import plain
from alignment.review.tables import ADDRESS, AGENT, Event, LoginSession, User, now

# Without a click for so long, and in any case after so long, one logs in again: a working day, a week.
IDLE, WHOLE = timedelta(hours=12), timedelta(days=7)
# The last click is written down at most so often: a write for each page would slow all pages down.
NOTED = timedelta(minutes=1)


class Sessions(Accounts):
    """The part of the store with sessions. The browser has a random token, the store only its digest."""

    def open_session(self, user: User, address: str, agent: str) -> str:
        """Start a session of a person; returns its token."""
        token = secrets.token_urlsafe(32)
        with self.writing() as session:
            session.execute(delete(LoginSession).where(LoginSession.seen < now() - WHOLE))
            session.add(
                LoginSession(
                    user_id=user.id, token=_digest(token), address=plain(address, ADDRESS), agent=plain(agent, AGENT)
                )
            )
        return token

    def person_of(self, token: str) -> User | None:
        """The person of a session, or None if the session has ended or the account is closed."""
        with self.session() as session:
            row = session.execute(
                select(LoginSession, User)
                .join(User, User.id == LoginSession.user_id)
                .where(LoginSession.token == _digest(token), User.disabled.is_(None))
            ).one_or_none()
        if row is None:
            return None
        session_row, user = row
        moment = now()
        seen = _aware(session_row.seen)
        if moment - seen > IDLE or moment - _aware(session_row.created) > WHOLE:
            self.end_session(token)
            return None
        if moment - seen > NOTED:
            with self.writing() as session:
                session.execute(update(LoginSession).where(LoginSession.id == session_row.id).values(seen=moment))
        return user

    def end_session(self, token: str) -> None:
        """End a session; its token becomes invalid."""
        with self.writing() as session:
            session.execute(delete(LoginSession).where(LoginSession.token == _digest(token)))

    def sessions(self, login: str = "") -> list[tuple[User, LoginSession]]:
        """The open sessions of one account or of all, newest first."""
        conditions = [User.login == login] if login else []
        with self.session() as session:
            pairs = session.execute(
                select(User, LoginSession)
                .join(LoginSession, LoginSession.user_id == User.id)
                .where(*conditions)
                .order_by(LoginSession.seen.desc())
            )
            rows = [(user, entry) for user, entry in pairs]
        moment = now()
        return [
            (user, entry)
            for user, entry in rows
            if moment - _aware(entry.seen) <= IDLE and moment - _aware(entry.created) <= WHOLE
        ]

    def end_sessions(self, login: str) -> int:
        """Log an account out everywhere; returns how many sessions ended."""
        with self.writing() as session:
            own_ids = select(User.id).where(User.login == login).scalar_subquery()
            ended = session.execute(delete(LoginSession).where(LoginSession.user_id == own_ids))
            session.add(Event(user=login, action="sessions ended"))
            return int(ended.rowcount)  # type: ignore[attr-defined]  # a CursorResult for DELETE


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _aware(moment: datetime) -> datetime:
    """The time with its zone: SQLite returns times without one, and they are in UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
