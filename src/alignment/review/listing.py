"""Reviews, members, accounts and sessions as records that the commands list or print as JSON."""

from __future__ import annotations

from collections import Counter
from typing import Any

from alignment.i18n import _
from alignment.review.carry import Carried
from alignment.review.store import ReviewStore

Record = dict[str, Any]


def reviews(store: ReviewStore) -> list[Record]:
    """All reviews: number, name, number of decided findings and of all, whether it is signed."""
    return [
        {"number": item.id, "name": item.name, "decided": done, "findings": total, "signed": bool(item.locked)}
        for item, total, done in store.reviews()
    ]


def review_line(record: Record) -> str:
    """One review as a line, separated by tabs."""
    state = _("signed and locked") if record["signed"] else _("open")
    return f"{record['number']}\t{record['name']}\t{record['decided']}/{record['findings']}\t{state}\n"


def carried_lines(carried: Carried) -> list[str]:
    """The numbers of earlier decisions that were carried over and of those that were not; empty if there are none."""
    if not (carried.kept or carried.similar or carried.lost):
        return []
    return [
        _("earlier decisions: {kept} carried over, {similar} on similar texts, {lost} not carried over").format(
            kept=carried.kept, similar=len(carried.similar), lost=len(carried.lost)
        ),
        *(_("similar: {text}").format(text=text) for _position, text in carried.similar),
        *(_("not carried over: {text}").format(text=text) for text in carried.lost),
    ]


def members(store: ReviewStore, number: int) -> list[Record]:
    """The members of a review, with login, name and role."""
    return [{"login": person.login, "name": person.name, "role": str(person.role)} for person in store.members(number)]


def users(store: ReviewStore) -> list[Record]:
    """All accounts, each with its number of open sessions."""
    open_sessions = Counter(person.login for person, _entry in store.sessions())
    return [
        {
            "login": person.login,
            "name": person.name,
            "role": str(person.role),
            "state": _("closed") if person.disabled else _("active"),
            "sessions": open_sessions[person.login],
        }
        for person in store.users()
    ]


def sessions(store: ReviewStore, login: str = "") -> list[Record]:
    """The open sessions of one account, or of all."""
    return [
        {
            "login": person.login,
            "began": f"{entry.created:%Y-%m-%d %H:%M}",
            "seen": f"{entry.seen:%Y-%m-%d %H:%M}",
            "address": entry.address,
            "agent": entry.agent,
        }
        for person, entry in store.sessions(login)
    ]
