"""People of the review store: accounts, passwords, logins."""

from __future__ import annotations

import secrets
from functools import lru_cache

from sqlalchemy import select

from alignment.errors import InputError
from alignment.i18n import _
from alignment.review.base import Base
from alignment.review.tables import Event, Role, User

LOCAL = "local"
SHORTEST = 10


class Accounts(Base):
    """Who may look, judge and sign."""

    def add_user(self, login: str, name: str, role: Role, password: str) -> None:
        """A new account; the password is kept as argon2 hash.

        Raises:
            InputError: the login is taken, or the password shorter than 10 characters.
        """
        from argon2 import PasswordHasher

        if len(password) < SHORTEST:
            raise InputError(
                _("the password has fewer than {n} characters.").format(n=SHORTEST), hint=_("Choose a longer one.")
            )
        with self.session() as session:
            if session.scalar(select(User).where(User.login == login)):
                raise InputError(
                    _("there is a user {login} already.").format(login=login), hint=_("Choose another login.")
                )
            session.add(User(login=login, name=name, role=role.value, password=PasswordHasher().hash(password)))
            session.add(Event(user=login, action="user", detail=role.value))

    def has_accounts(self) -> bool:
        """Whether anybody can log in."""
        with self.session() as session:
            return session.scalar(select(User.id).where(User.password != "").limit(1)) is not None

    def local_user(self) -> User:
        """The one person of local mode."""
        with self.session() as session:
            found = session.scalar(select(User).where(User.login == LOCAL))
            if found is None:
                found = User(login=LOCAL, name=LOCAL, role=Role.HEAD.value)
                session.add(found)
                session.flush()
            return found

    def user(self, number: int) -> User | None:
        """The person of that number."""
        with self.session() as session:
            return session.get(User, number)

    def login(self, login: str, password: str) -> User | None:
        """The person, if the password is theirs."""
        from argon2 import PasswordHasher
        from argon2.exceptions import Argon2Error, InvalidHashError

        nobody = _nobody()
        with self.session() as session:
            found = session.scalar(select(User).where(User.login == login))
            # An unknown login takes as long as a wrong password.
            stored = found.password if found and found.password else nobody
        try:
            right = PasswordHasher().verify(stored, password) and found is not None and bool(found.password)
        except (Argon2Error, InvalidHashError):
            right = False
        self.log(login[:80], "login" if right else "login refused")
        return found if right else None

    def log(self, user: str, action: str, detail: str = "") -> None:
        """A line of the audit log."""
        with self.writing() as session:
            session.add(Event(user=user, action=action, detail=detail))

    def events(self, limit: int = 200) -> list[Event]:
        """The newest lines of the audit log."""
        with self.session() as session:
            return list(session.scalars(select(Event).order_by(Event.id.desc()).limit(limit)))


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash that no password has, made once: what a login that does not exist is compared with."""
    from argon2 import PasswordHasher

    return PasswordHasher().hash(secrets.token_urlsafe(32))
