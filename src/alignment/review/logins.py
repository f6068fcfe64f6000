"""Check logins and passwords: wrong ones are throttled, few are hashed at a time, those of programs are remembered."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import secrets
import time
from collections import Counter, OrderedDict
from concurrent.futures import ThreadPoolExecutor

from alignment.i18n import _
from alignment.review.accounts import Accounts
from alignment.review.concurrency import BusyError
from alignment.review.plain import plain
from alignment.review.tables import LOGIN, User
from alignment.review.throttle import Throttle, near

# Argon2 takes 64 MB for each password: so many at a time, so many waiting in all and from one address
# (docs/storm.md: 268 MB at most).
AT_ONCE, WAITING, PER_ADDRESS = 2, 32, 8
# A call carries its password each time: one that was right is not hashed again for so many seconds,
# after which a changed password counts.
REMEMBERED = 300.0
KEPT = 1000  # such calls that are remembered: more than a server has callers in that time
log = logging.getLogger(__name__)


class ThrottledError(BusyError):
    """Too many wrong passwords for this account or from this address."""


class Logins:
    """Checks passwords for pages and for requests of programs.

    Args:
        store: the accounts.
        throttle: counts wrong passwords.
    """

    def __init__(self, store: Accounts, throttle: Throttle | None = None) -> None:
        self.store, self.throttle = store, throttle or Throttle()
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="align-password")
        self._waiting: Counter[str] = Counter()
        self._key = secrets.token_bytes(32)
        self._right: OrderedDict[bytes, tuple[int, str, float]] = OrderedDict()

    def refuse_shut(self, address: str) -> None:
        """Refuse a login from an address that has to wait, before its password is read.

        Raises:
            ThrottledError: too many passwords from this address were wrong.
        """
        if wait := self.throttle.shut(address):
            raise ThrottledError(_("too many wrong passwords."), seconds=wait)

    async def check(self, login: str, password: str, address: str) -> User | None:
        """The person if the password is right, else None.

        Raises:
            ThrottledError: too many passwords were wrong; this one was not tried.
            BusyError: too many passwords are being checked.
        """
        # This runs in the only thread of the event loop, so the counts need no lock.
        place = near(address)
        if self._waiting[place] >= PER_ADDRESS or self._waiting.total() >= WAITING:
            raise BusyError(_("too many people are logging in at the moment."), seconds=2)
        wait = self.throttle.begin(login, address)
        if wait:
            raise ThrottledError(_("too many wrong passwords."), seconds=wait)
        self._waiting[place] += 1
        try:
            loop = asyncio.get_running_loop()
            user = await loop.run_in_executor(self._pool, self.store.login, login, password)
            if user is not None:
                self.throttle.right(login, address)
                return user
            await loop.run_in_executor(self._pool, self._locked, login, address)
            return None
        finally:
            self._waiting[place] -= 1
            if not self._waiting[place]:
                del self._waiting[place]

    def _locked(self, login: str, address: str) -> None:
        """Log that the next attempt has to wait, if it has to."""
        seconds = self.throttle.penalty(login, address)
        if seconds:
            name = plain(login, LOGIN)
            line = _("too many wrong passwords for {login} from {address}: the next attempt is possible in {n} s")
            log.warning(line.format(login=repr(name), address=address, n=seconds))
            self.store.log(name, "login locked", f"{address}: {seconds} s")

    async def check_call(self, login: str, password: str, address: str) -> User | None:
        """As `check`, for a program that sends its password with each request; right ones are remembered."""
        key = hmac.digest(self._key, f"{login}\0{password}".encode(), hashlib.sha256)
        user, stored, end = self._right.get(key, (0, "", 0.0))
        if time.monotonic() < end:
            known = await asyncio.to_thread(self.store.user, user)
            # A password that was changed or an account that was closed must count at once.
            if known is not None and known.password == stored and known.disabled is None:
                return known
        self._right.pop(key, None)
        person = await self.check(login, password, address)
        if person is not None:
            self._right[key] = (person.id, person.password, time.monotonic() + REMEMBERED)
            while len(self._right) > KEPT:
                self._right.popitem(last=False)
        return person
