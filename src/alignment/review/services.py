"""What every page needs: the store, templates, the person of the request, and protection of forms (CSRF)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Annotated, Any

import jinja2
from fastapi import Depends, Form, Request
from fastapi.responses import HTMLResponse

from alignment import i18n
from alignment.errors import AlignmentError, NotFoundError
from alignment.i18n import _
from alignment.model import DECIDED, Alignment, Statement, Verdict
from alignment.review.child import Child
from alignment.review.concurrency import JobQueue
from alignment.review.logins import Logins
from alignment.review.runner import Runner
from alignment.review.runs import Runs
from alignment.review.store import ReviewStore
from alignment.review.tables import User

# Pages drawn a short while ago, about 100 KB each: 6 MB.
DRAWN = 64
Search = Callable[[Alignment, str], list[Statement]]


class LoginNeeded(Exception):  # not an error: the answer is a redirect to the login page
    """Nobody is logged in."""


class RefusedError(AlignmentError):
    """The person may not do that."""


class UnknownError(AlignmentError):
    """Login and password of a program's request are missing or wrong."""


@dataclass(frozen=True)
class Services:
    """The objects that pages work with.

    ``store`` has reviews and people, ``pages`` the templates. ``local``: there
    are no accounts and only one person. ``search`` finds statements by meaning,
    ``child`` works on files in a child process, ``jobs`` is the queue of heavy
    work, ``logins`` checks passwords, ``runs`` are the checks started in the
    browser and ``runner`` works on them.
    """

    store: ReviewStore
    pages: jinja2.Environment
    local: bool
    search: Search | None
    child: Child
    jobs: JobQueue
    logins: Logins
    runs: Runs
    runner: Runner

    @cached_property
    def drawn(self) -> Callable[[int, str, int], bytes]:
        """A function that draws a page of a PDF (review, file, page) as PNG; the last pictures are cached."""
        return lru_cache(maxsize=DRAWN)(self._draw)

    def _draw(self, number: int, name: str, sheet: int) -> bytes:
        data = self.store.source(number, name)
        if data is None:
            raise NotFoundError(_("the file {name} was not kept with this review.").format(name=name))
        return self.child.run("page", {name: data}, str(sheet))

    async def work(
        self, request: Request, task: str, read_files: Callable[[], dict[str, bytes]], *arguments: str
    ) -> bytes:
        """Run a task of the child on files when its turn in the queue comes, and return its answer.

        The files are read at that time. The gate has already taken a place in the queue (`alignment.review.gate`).

        Raises:
            AlignmentError: the task refuses its input.
        """
        return await self.jobs.run(lambda: self.child.run(task, read_files(), *arguments), request.is_disconnected)

    def show(self, request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """Render the page of a template as a response."""
        if "token" not in request.session:
            request.session["token"] = secrets.token_urlsafe(24)
        page = self.pages.get_template(name).render(
            language=i18n.language(),
            csrf=request.session["token"],
            local=self.local,
            Verdict=Verdict,
            DECIDED=DECIDED,
            **values,
        )
        return HTMLResponse(page, status)


def sentence(error: AlignmentError) -> str:
    """The message of an error as a page shows it; it begins with a capital unless a file name comes first."""
    text = str(error)
    return text if error.file else text[:1].upper() + text[1:]


def services_of(request: Request) -> Services:
    """The services of the application that got the request."""
    services: Services = request.app.state.services
    return services


def person_of(request: Request) -> User:
    """The person who is logged in, whom the gate has already checked; in local mode the only person.

    Raises:
        LoginNeeded: nobody is logged in.
    """
    person: User | None = getattr(request.state, "person", None)
    if person is None:
        raise LoginNeeded
    return person


# These dependencies are asynchronous because they never wait. FastAPI would run plain functions in threads, and three
# changes of thread for each page are slow when many people work at once.
async def _services(request: Request) -> Services:
    return services_of(request)


async def _person(request: Request) -> User:
    return person_of(request)


async def check_csrf(request: Request, csrf: Annotated[str, Form()] = "") -> None:
    """Refuse a form that no page of this session made (protection against CSRF).

    Raises:
        AlignmentError: the token of the form is not the session's.
    """
    expected = str(request.session.get("token", ""))
    if not expected or not secrets.compare_digest(csrf.encode(), expected.encode()):
        raise AlignmentError(_("this form is too old or from another page."), hint=_("Open the page again."))


TheServices = Annotated[Services, Depends(_services)]
Person = Annotated[User, Depends(_person)]
Checked = Depends(check_csrf)
