"""Delays after wrong passwords, for an account and for an address; they grow with each wrong password."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

# Wrong passwords before the first delay. Behind one address may sit a whole faculty.
FREE_ACCOUNT, FREE_ADDRESS = 5, 30
# The delay is 1 s after the first wrong password beyond these, then doubles, up to a quarter of an hour.
LONGEST = 900.0
# What was wrong so long ago, four times the longest delay, is forgotten.
MEMORY = 3600.0
# Accounts and addresses that are remembered: some MB; a flood of others pushes the oldest out.
KEPT = 20_000
# Bits of an IPv6 address that a home or office is given (RFC 6177): it can take any address beyond them.
HOME = 64


@dataclass
class _Count:
    wrong: int = 0
    until: float = 0.0
    last: float = 0.0


class Throttle:
    """Counts attempts to log in, in memory.

    An attempt counts as wrong until it has proved right, so that many at the same
    time cannot evade the delay. From an address where the account has logged in
    before, wrong passwords from other addresses do not count: a stranger cannot
    lock a person out of their own desk.

    Args:
        clock: a monotonic clock, in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: OrderedDict[Hashable, _Count] = OrderedDict()
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._lock = Lock()

    def begin(self, login: str, address: str) -> int:
        """Count an attempt. Returns 0 if the password may be tried, else the seconds to wait."""
        with self._lock:
            now = self._clock()
            counts = [(self._count(key, now), free) for key, free in self._keys(login, address)]
            wait = max(count.until - now for count, _free in counts)
            if wait > 0:
                return math.ceil(wait)
            for count, free in counts:
                count.wrong += 1
                count.last = now
                over = count.wrong - free
                count.until = now + min(2.0**over, LONGEST) if over >= 0 else 0.0
            return 0

    def right(self, login: str, address: str) -> None:
        """Note that the password was right: reset the account, and take this attempt off the address's count."""
        with self._lock:
            now = self._clock()
            (account, _), (place, free) = self._keys(login, address)
            self._counts.pop(account, None)
            count = self._count(place, now)
            count.wrong = max(0, count.wrong - 1)
            if count.wrong < free:
                count.until = 0.0
            self._known[login.casefold(), near(address)] = None
            _bound(self._known)

    def delay(self, login: str, address: str) -> int:
        """Seconds until the next attempt for this account from this address is allowed."""
        with self._lock:
            now = self._clock()
            waits = (self._count(key, now).until - now for key, _free in self._keys(login, address))
            return max(0, math.ceil(max(waits)))

    def shut(self, address: str) -> int:
        """Seconds until the next attempt for any account from this address is allowed."""
        with self._lock:
            now = self._clock()
            result = self._counts.get(("address", near(address)))
            return max(0, math.ceil(result.until - now)) if result else 0

    def penalty(self, login: str, address: str) -> int:
        """The delay in seconds that the last attempt caused, even if part of it has passed."""
        with self._lock:
            now = self._clock()
            counts = [self._count(key, now) for key, _free in self._keys(login, address)]
            return max(0, math.ceil(max(count.until - count.last for count in counts)))

    def _keys(self, login: str, address: str) -> tuple[tuple[Hashable, int], tuple[Hashable, int]]:
        name, place = login.casefold(), near(address)
        is_known = (name, place) in self._known
        return (("account", name, place if is_known else ""), FREE_ACCOUNT), (("address", place), FREE_ADDRESS)

    def _count(self, key: Hashable, now: float) -> _Count:
        count = self._counts.get(key)
        if count is None or now - max(count.last, count.until) > MEMORY:
            count = self._counts[key] = _Count(last=now)
        self._counts.move_to_end(key)
        _bound(self._counts)
        return count


def _bound(entries: OrderedDict[Hashable, _Count] | OrderedDict[tuple[str, str], None]) -> None:
    while len(entries) > KEPT:
        entries.popitem(last=False)


def near(address: str) -> str:
    """The address; for IPv6 its /64 network, which belongs to one customer."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    # IPv4 addresses stand for themselves.
    return str(ipaddress.ip_network((parsed, HOME), strict=False)) if parsed.version == 6 else str(parsed)
