"""Accounts of the review store: people, passwords, the audit log."""

from __future__ import annotations

import secrets
from functools import lru_cache

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from alignment.errors import InputError, NotFoundError
from alignment.i18n import _
from alignment.review.database import Database
from alignment.review.plain import plain
from alignment.review.tables import LOGIN, PERSON, Event, LoginSession, Role, User, now

LOCAL = "local"
SHORTEST = 10  # characters of a password; guessing is slowed down as well (`alignment.review.throttle`)


class Accounts(Database):
    """The part of the store with people, who may look, judge or sign by their role."""

    def add_user(self, login: str, name: str, role: Role, password: str) -> None:
        """Add an account; the store keeps only the argon2 hash of the password.

        Raises:
            InputError: the login is taken or empty, or the password shorter than 10 characters.
        """
        hashed, login = _hashed(password), plain(login, LOGIN)
        if not login:
            raise InputError(_("the login is empty."), hint=_("Choose another login."))
        with self.writing() as session:
            if session.scalar(select(User).where(User.login == login)):
                raise InputError(
                    _("there is a user {login} already.").format(login=login), hint=_("Choose another login.")
                )
            session.add(User(login=login, name=plain(name, PERSON), role=role.value, password=hashed))
            session.add(Event(user=login, action="user", detail=role.value))

    def set_password(self, login: str, password: str) -> None:
        """Set a new password, and end all sessions of the account.

        Raises:
            InputError: the password is shorter than 10 characters.
            NotFoundError: there is no such account.
        """
        hashed = _hashed(password)
        with self.writing() as session:
            user = _account(session, login)
            user.password = hashed
            session.execute(delete(LoginSession).where(LoginSession.user_id == user.id))
            session.add(Event(user=login, action="password reset"))

    def set_role(self, login: str, role: Role) -> None:
        """Give an account another role.

        Raises:
            NotFoundError: there is no such account.
        """
        with self.writing() as session:
            _account(session, login).role = role.value
            session.add(Event(user=login, action="role", detail=role.value))

    def disable(self, login: str, disabled: bool = True) -> None:
        """Close an account, or open it again (``disabled`` False). Its sessions end; its decisions stay.

        Raises:
            NotFoundError: there is no such account.
        """
        with self.writing() as session:
            user = _account(session, login)
            user.disabled = now() if disabled else None
            session.execute(delete(LoginSession).where(LoginSession.user_id == user.id))
            session.add(Event(user=login, action="disabled" if disabled else "enabled"))

    def users(self) -> list[User]:
        """All accounts with a password, closed ones too."""
        with self.session() as session:
            return list(session.scalars(select(User).where(User.password != "").order_by(User.login)))

    def has_accounts(self) -> bool:
        """Whether anybody can log in."""
        with self.session() as session:
            able = select(User.id).where(User.password != "", User.disabled.is_(None))
            return session.scalar(able.limit(1)) is not None

    def local_user(self) -> User:
        """The only person of local mode (no accounts, this machine only); added on first use."""
        only = select(User).where(User.login == LOCAL, User.password == "")
        with self.session() as session:
            if (user := session.scalar(only)) is not None:
                return user
        with self.writing() as session:  # two simultaneous first requests must not add two people
            user = session.scalar(only)
            if user is None:
                user = User(login=LOCAL, name=LOCAL, role=Role.HEAD.value)
                session.add(user)
                session.flush()
            return user

    def user(self, number: int) -> User | None:
        """The person with that id, if there is one."""
        with self.session() as session:
            return session.get(User, number)

    def login(self, login: str, password: str) -> User | None:
        """The person if the password is right and the account is open, else None."""
        from argon2 import PasswordHasher
        from argon2.exceptions import Argon2Error, InvalidHashError

        nobody = _nobody()
        with self.session() as session:
            user = session.scalar(select(User).where(User.login == plain(login), User.disabled.is_(None)))
            # An unknown login must take as long as a wrong password, or its timing would tell which logins exist.
            stored = user.password if user and user.password else nobody
        try:
            right = PasswordHasher().verify(stored, password) and user is not None and bool(user.password)
        except (Argon2Error, InvalidHashError):
            right = False
        self.log(plain(login, LOGIN), "login" if right else "login refused")
        return user if right else None

    def log(self, user: str, action: str, detail: str = "") -> None:
        """Add a line to the audit log."""
        with self.writing() as session:
            session.add(Event(user=user, action=action, detail=detail))

    def events(self, limit: int = 200) -> list[Event]:
        """The newest lines of the audit log; ``limit`` of them, a page."""
        with self.session() as session:
            return list(session.scalars(select(Event).order_by(Event.id.desc()).limit(limit)))


def called(user: User) -> str:
    """The name of a person on pages and in protocols. In local mode it may not be given yet."""
    return _("name not given") if user.name == LOCAL else user.name


def _hashed(password: str) -> str:
    """The argon2 hash of a password.

    Raises:
        InputError: the password is too short.
    """
    from argon2 import PasswordHasher

    if len(password) < SHORTEST:
        raise InputError(
            _("the password has fewer than {n} characters.").format(n=SHORTEST), hint=_("Choose a longer one.")
        )
    return PasswordHasher().hash(password)


def _account(session: Session, login: str) -> User:
    user = session.scalar(select(User).where(User.login == login, User.password != ""))
    if user is None:
        raise NotFoundError(
            _("there is no account {login}.").format(login=login), hint=_("`align review user list` names all.")
        )
    return user


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash that no password has, made once; an unknown login is compared with it."""
    from argon2 import PasswordHasher

    return PasswordHasher().hash(secrets.token_urlsafe(32))
