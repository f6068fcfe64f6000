"""What every page needs: the store, the templates, who is there, and forms that only our own pages can send."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import jinja2
from fastapi import Depends, Form, Request
from fastapi.responses import HTMLResponse

from alignment import i18n
from alignment.errors import AlignmentError
from alignment.i18n import _
from alignment.model import Alignment, Statement, Verdict
from alignment.review.child import Child
from alignment.review.runner import Runner
from alignment.review.runs import Runs
from alignment.review.store import Store
from alignment.review.tables import User

Search = Callable[[Alignment, str], list[Statement]]


class LoginNeeded(Exception):  # a detour, not an error
    """Nobody is logged in."""


class RefusedError(AlignmentError):
    """The person may not do that."""


@dataclass(frozen=True)
class Desk:
    """The store, the templates, whether there is just one person, search by meaning, child processes, checks."""

    store: Store
    pages: jinja2.Environment
    local: bool
    search: Search | None
    child: Child
    runs: Runs
    runner: Runner

    def show(self, request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page."""
        if "token" not in request.session:
            request.session["token"] = secrets.token_urlsafe(24)
        page = self.pages.get_template(name).render(
            language=i18n.language(), csrf=request.session["token"], local=self.local, Verdict=Verdict, **values
        )
        return HTMLResponse(page, status)


def sentence(error: AlignmentError) -> str:
    """What is wrong, as a page says it: with a capital where no file name comes first."""
    text = str(error)
    return text if error.file else text[:1].upper() + text[1:]


def desk_of(request: Request) -> Desk:
    """The desk of the application."""
    found: Desk = request.app.state.desk
    return found


def person_of(request: Request) -> User:
    """Who is logged in; in local mode the one person there is."""
    desk = desk_of(request)
    if desk.local:
        return desk.store.local_user()
    found = desk.store.user(int(request.session.get("user", 0)))
    if found is None:
        raise LoginNeeded
    return found


def checked(request: Request, csrf: Annotated[str, Form()] = "") -> None:
    """Refuse a form that was not made by a page of this session."""
    expected = str(request.session.get("token", ""))
    if not expected or not secrets.compare_digest(csrf.encode(), expected.encode()):
        raise AlignmentError(_("this form is too old or from another page."), hint=_("Open the page again."))


TheDesk = Annotated[Desk, Depends(desk_of)]
Person = Annotated[User, Depends(person_of)]
Checked = Depends(checked)
