"""Who is logged in: kept on the server, so that logging out, a new password or a disabled account ends it there."""

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
    """Sessions of the pages; what the browser keeps is a random token, what the store keeps is its digest."""

    def open_session(self, user: User, address: str, agent: str) -> str:
        """A new session; returns its token."""
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
        """Whose session it is, if it goes on and the account is not disabled."""
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
        """Log out: the token is worth nothing from now on."""
        with self.writing() as session:
            session.execute(delete(LoginSession).where(LoginSession.token == _digest(token)))

    def sessions(self, login: str = "") -> list[tuple[User, LoginSession]]:
        """Sessions that go on, of one account or all, the newest first."""
        wanted = [User.login == login] if login else []
        with self.session() as session:
            pairs = session.execute(
                select(User, LoginSession)
                .join(LoginSession, LoginSession.user_id == User.id)
                .where(*wanted)
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
    """SQLite gives back a moment without its zone, which is UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
