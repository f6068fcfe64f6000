"""What every page needs: the store, the templates, who is there, and forms that only our own pages can send."""

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
from alignment.review.busy import Jobs
from alignment.review.child import Child
from alignment.review.logins import Logins
from alignment.review.runner import Runner
from alignment.review.runs import Runs
from alignment.review.store import ReviewStore
from alignment.review.tables import User

# Pages drawn a short while ago, about 100 KB each: 6 MB.
DRAWN = 64
Search = Callable[[Alignment, str], list[Statement]]


class LoginNeeded(Exception):  # a detour, not an error
    """Nobody is logged in."""


class RefusedError(AlignmentError):
    """The person may not do that."""


class UnknownError(AlignmentError):
    """Login and password of a call are missing or wrong."""


@dataclass(frozen=True)
class Services:
    """What the pages work with.

    The store, the templates, whether there is just one person, search by
    meaning, work in a child process, the queue of heavy work, who logs in,
    checks of the browser and who works on them.
    """

    store: ReviewStore
    pages: jinja2.Environment
    local: bool
    search: Search | None
    child: Child
    jobs: Jobs
    logins: Logins
    runs: Runs
    runner: Runner

    @cached_property
    def drawn(self) -> Callable[[int, str, int], bytes]:
        """Pages of PDFs as pictures, by review, file and page; the last ones are kept."""
        return lru_cache(maxsize=DRAWN)(self._draw)

    def _draw(self, number: int, name: str, sheet: int) -> bytes:
        data = self.store.source(number, name)
        if data is None:
            raise NotFoundError(_("the file {name} was not kept with this review.").format(name=name))
        return self.child.run("page", {name: data}, str(sheet))

    async def work(
        self, request: Request, task: str, read_files: Callable[[], dict[str, bytes]], *arguments: str
    ) -> bytes:
        """The answer of a task of the child on files, when its turn in the queue has come; they are read then.

        The gate has taken the person's place in the queue (`alignment.review.gate`).

        Raises:
            AlignmentError: what the task says of its input.
        """
        return await self.jobs.run(lambda: self.child.run(task, read_files(), *arguments), request.is_disconnected)

    def show(self, request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page."""
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
    """What is wrong, as a page says it: with a capital where no file name comes first."""
    text = str(error)
    return text if error.file else text[:1].upper() + text[1:]


def services_of(request: Request) -> Services:
    """What the pages of the application work with."""
    services: Services = request.app.state.services
    return services


def person_of(request: Request) -> User:
    """Who is logged in, as the gate found out; in local mode the one person there is."""
    person: User | None = getattr(request.state, "person", None)
    if person is None:
        raise LoginNeeded
    return person


# What pages depend on is asynchronous, since none of it waits: FastAPI gives other functions to a thread, and three
# changes of thread for each page are what people wait for when many ask at once.
async def _services(request: Request) -> Services:
    return services_of(request)


async def _person(request: Request) -> User:
    return person_of(request)


async def checked(request: Request, csrf: Annotated[str, Form()] = "") -> None:
    """Refuse a form that was not made by a page of this session."""
    expected = str(request.session.get("token", ""))
    if not expected or not secrets.compare_digest(csrf.encode(), expected.encode()):
        raise AlignmentError(_("this form is too old or from another page."), hint=_("Open the page again."))


TheServices = Annotated[Services, Depends(_services)]
Person = Annotated[User, Depends(_person)]
Checked = Depends(checked)
