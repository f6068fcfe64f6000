"""Access control of every request: the host name, the person, the review, a place in the queue.

It happens before the body of a request is read, so that a request that is not
allowed is refused without reading its files.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from contextlib import ExitStack
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import PlainTextResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from alignment.errors import AlignmentError, NotFoundError
from alignment.i18n import _
from alignment.review.services import LoginNeeded, RefusedError, UnknownError, services_of
from alignment.review.tables import Role, User

# Paths that are open without logging in.
OPEN = ("/login", "/openapi.json")
# A POST to this path starts a check in the browser; without a place for it, its files are refused.
NEW_CHECK = "/runs"
SAFE = ("GET", "HEAD", "OPTIONS")
REVIEW = re.compile(r"/reviews/(\d+)(?:/|$)")
# No id of a database has ten digits before there are a billion rows; a longer one overflows its column.
LONG = re.compile(r"\d{10}")
Refuse = Callable[[Request, Exception], Response]


class AccessGate:
    """ASGI middleware for access control; it needs the session middleware outside of it.

    Args:
        app: the application behind it.
        refuse: makes the response to an error.
        hosts: host names of this server; empty: any.
        calls: paths for programs, which log in with each request (HTTP Basic).
        heavy: beginnings of paths where a POST is heavy work and first takes a place in the queue.
        closed: beginnings of paths where viewers may not POST.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        refuse: Refuse,
        hosts: tuple[str, ...],
        calls: tuple[str, ...],
        heavy: tuple[str, ...],
        closed: tuple[str, ...],
    ) -> None:
        self.app, self.refuse = app, refuse
        self.hosts = frozenset(host.casefold() for host in hosts)
        self.calls, self.heavy, self.closed = calls, heavy, closed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] == "websocket":  # this application has no websockets
            await send({"type": "websocket.close"})
            return
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        if self.hosts and host_of(request) not in self.hosts:
            text = _("this server does not have that name; its names are set with --allowed-host.")
            await _closing(PlainTextResponse(text, 421))(scope, receive, send)
            return
        with ExitStack() as places:
            try:
                person = await self._person(request)
                scope.setdefault("state", {})["person"] = person
                await self._allowed(request, person)
                if person is not None and _posts(request, self.heavy):
                    places.enter_context(services_of(request).jobs.slot(person.id))
            except (AlignmentError, LoginNeeded) as error:
                await _closing(self.refuse(request, error))(scope, receive, send)
                return
            await self.app(scope, receive, send)

    async def _person(self, request: Request) -> User | None:
        """The person who sends the request; None if nobody is logged in.

        Raises:
            RefusedError: a page of another site sends the request.
            UnknownError: a program's request has no login and password, or wrong ones.
            LoginNeeded: somebody who is not logged in sends a form.
            ThrottledError: too many wrong passwords came from this address.
        """
        services, path = services_of(request), request.url.path
        origin = request.headers.get("origin")
        if request.method not in SAFE and origin and urlsplit(origin).netloc != request.headers.get("host", ""):
            raise RefusedError(_("requests from pages of other sites are refused."))
        if services.local:
            return await run_in_threadpool(services.store.local_user)
        if path in self.calls:
            login, password = basic_of(request)
            person = await services.logins.check_call(login, password, address_of(request)) if login else None
            if person is None:
                raise UnknownError(_("login and password are needed (HTTP Basic)."))
            return person
        if path == "/login" and request.method == "POST":
            services.logins.refuse_shut(address_of(request))
        token = str(request.session.get("login", ""))
        person = await run_in_threadpool(services.store.person_of, token) if token else None
        if person is None and request.method not in SAFE and path not in OPEN:
            raise LoginNeeded
        return person

    async def _allowed(self, request: Request, person: User | None) -> None:
        """Check that the person may send this request.

        Raises:
            NotFoundError: there is no such page, or this person may not know of it.
            RefusedError: a viewer sends files.
            BusyError: the person already has as many checks in work as allowed.
        """
        path = request.url.path
        sent = request.scope.get("query_string", b"")
        if (LONG.search(path) and path.startswith("/reviews/")) or "\0" in path or b"%00" in sent:
            raise NotFoundError(_("there is no such page."))
        if person is None:
            return
        if _posts(request, self.closed) and person.role == Role.VIEWER:
            raise RefusedError(_("this account may only look."), hint=_("Ask the head of the review."))
        if path == NEW_CHECK and request.method == "POST":
            await run_in_threadpool(services_of(request).runner.admit, person.login)
        review = REVIEW.match(path)
        if review and not await run_in_threadpool(services_of(request).store.may_see, person, int(review[1])):
            raise NotFoundError(
                _("there is no review {number}.").format(number=review[1]),
                hint=None if services_of(request).local else _("Ask the head of the review to add you as a member."),
            )


def _posts(request: Request, paths: tuple[str, ...]) -> bool:
    return request.method == "POST" and request.url.path.startswith(paths)


def host_of(request: Request) -> str:
    """The host name in the request, without the port."""
    try:
        return (urlsplit(f"//{request.headers.get('host', '')}").hostname or "").casefold()
    except ValueError:
        return ""


def address_of(request: Request) -> str:
    """The IP address from which a request comes."""
    return request.client.host if request.client else ""


def basic_of(request: Request) -> tuple[str, str]:
    """Login and password of a request (HTTP Basic); both empty if there are none."""
    scheme, _space, value = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() != "basic":
        return "", ""
    try:
        login, _colon, password = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return login, password


def _closing(response: Response) -> Response:
    """The response with "Connection: close", so that the server does not wait for the rest of the request."""
    response.headers["Connection"] = "close"
    return response
