"""Reviews, members, accounts and sessions as records, for the command line: what it lists and gives out as JSON."""

from __future__ import annotations

from collections import Counter
from typing import Any

from alignment.i18n import _
from alignment.review.carry import Carried
from alignment.review.store import ReviewStore

Record = dict[str, Any]


def reviews(store: ReviewStore) -> list[Record]:
    """All reviews: number, name, findings decided and in all, whether signed."""
    return [
        {"number": item.id, "name": item.name, "decided": done, "findings": total, "signed": bool(item.locked)}
        for item, total, done in store.reviews()
    ]


def review_line(record: Record) -> str:
    """One review on a line, with tabs between."""
    state = _("signed and locked") if record["signed"] else _("open")
    return f"{record['number']}\t{record['name']}\t{record['decided']}/{record['findings']}\t{state}\n"


def carried_lines(carried: Carried) -> list[str]:
    """What became of earlier decisions; empty where there were none."""
    if not (carried.kept or carried.similar or carried.lost):
        return []
    return [
        _("earlier decisions: {kept} carried over, {similar} on similar texts, {lost} without ground").format(
            kept=carried.kept, similar=len(carried.similar), lost=len(carried.lost)
        ),
        *(_("similar: {text}").format(text=text) for _position, text in carried.similar),
        *(_("without ground: {text}").format(text=text) for text in carried.lost),
    ]


def members(store: ReviewStore, number: int) -> list[Record]:
    """Who takes part in a review."""
    return [{"login": person.login, "name": person.name, "role": str(person.role)} for person in store.members(number)]


def users(store: ReviewStore) -> list[Record]:
    """All accounts with the number of their open sessions."""
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
    """Open sessions, of one account or all."""
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
