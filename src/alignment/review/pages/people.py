"""Pages to log in and out, and to give a name in local mode."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from alignment.errors import InputError
from alignment.i18n import _
from alignment.review.gate import address_of
from alignment.review.services import Checked, Person, RefusedError, Services, TheServices
from alignment.review.tables import User

router = APIRouter(include_in_schema=False)
LONGEST_ADDRESS = 2000  # letters of an address within the site: browsers bear more, no page needs it
NextPage = Annotated[str, Query(max_length=LONGEST_ADDRESS)]
ReviewNumber = Annotated[int, Query(ge=0, le=1_000_000_000)]


@router.get("/login")
def login_page(request: Request, services: TheServices, next: NextPage = "", lost: bool = False) -> Response:
    """The form for login and password; ``next`` is the page to open then, ``lost``: a form was sent without a login."""
    return services.show(request, "login.html", user=None, failed=False, login="", next=inside(next), lost=lost)


@router.post("/login", dependencies=[Checked])
async def login(
    request: Request,
    services: TheServices,
    login: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=1000)],
    next: Annotated[str, Form(max_length=LONGEST_ADDRESS)] = "",
) -> Response:
    """Log in, and open the page ``next``; an earlier session of this browser ends."""
    user = await services.logins.check(login, password, address_of(request))
    if user is None:
        return services.show(
            request, "login.html", status=401, user=None, failed=True, login=login, next=inside(next), lost=False
        )
    await run_in_threadpool(_end, request, services)
    agent = request.headers.get("user-agent", "")
    request.session["login"] = await run_in_threadpool(services.store.open_session, user, address_of(request), agent)
    return RedirectResponse(inside(next) or "/", 303)


@router.post("/logout", dependencies=[Checked])
def logout(request: Request, services: TheServices) -> Response:
    """End the session, on the server and in the browser."""
    _end(request, services)
    return RedirectResponse("/login", 303)


@router.get("/me")
def me(request: Request, services: TheServices, user: Person, review: ReviewNumber = 0) -> Response:
    """The form for the name of the person in local mode; ``review`` is the review to return to."""
    _local(services)
    return services.show(request, "me.html", user=user, review=review)


@router.post("/me", dependencies=[Checked])
def rename(
    services: TheServices, user: Person, name: Annotated[str, Form(max_length=200)], review: ReviewNumber = 0
) -> Response:
    """Save the name, which protocols show."""
    _local(services)
    if not name.strip():
        raise InputError(_("the name is empty."), hint=_("Give surname, first name and patronymic."))
    with services.store.writing() as session:
        session.get_one(User, user.id).name = " ".join(name.split())
    return RedirectResponse(f"/reviews/{review}" if review else "/", 303)


def inside(address: str) -> str:
    """The address if it is a page of this site (a path), else nothing: a link must not lead to another site."""
    return address if address.startswith("/") and address[1:2] not in ("/", "\\") else ""


def came_from(request: Request) -> str:
    """The page of this site from which a request comes, with its query; empty if that is unknown."""
    try:
        parts = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return ""
    if parts.netloc != request.headers.get("host", "") or len(parts.path) + len(parts.query) >= LONGEST_ADDRESS:
        return ""
    return inside(parts.path + (f"?{parts.query}" if parts.query else ""))


def _local(services: Services) -> None:
    """Refuse the request if there are accounts: then the account has the name."""
    if not services.local:
        raise RefusedError(_("the name is that of your account."), hint=_("Ask the administrator of the server."))


def _end(request: Request, services: Services) -> None:
    if token := str(request.session.get("login", "")):
        services.store.end_session(token)
    request.session.clear()
