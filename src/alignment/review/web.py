"""The review pages (FastAPI): server-made HTML, one script for the keyboard, nothing fetched from elsewhere."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import jinja2
from fastapi import APIRouter, Depends, FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.middleware.sessions import SessionMiddleware

from alignment import i18n
from alignment.errors import AlignmentError, NotFoundError
from alignment.model import Alignment, Evidence, Statement, Verdict
from alignment.reports.html_report import environment
from alignment.reports.rows import MARKS
from alignment.reports.words import kind, place, verdict
from alignment.review.agreement import alpha, decided, disputed, kappa, latest
from alignment.review.protocol import csv_of, docx_of
from alignment.review.store import ConflictError, Store, alignment_of
from alignment.review.tables import Item, Review, Role, User

HERE = Path(__file__).parent
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
NEARBY = 2
SEARCHED = 12
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Search = Callable[[Alignment, str], list[Statement]]


class LoginNeeded(Exception):  # a detour, not an error
    """Nobody is logged in."""


@dataclass(frozen=True)
class Desk:
    """What every page needs: the store, the templates, whether there is just one person, and search by meaning."""

    store: Store
    pages: jinja2.Environment
    local: bool
    search: Search | None

    def show(self, request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page."""
        if "token" not in request.session:
            request.session["token"] = secrets.token_urlsafe(24)
        page = self.pages.get_template(name).render(
            language=i18n.language(), csrf=request.session["token"], local=self.local, Verdict=Verdict, **values
        )
        return HTMLResponse(page, status)


def _desk(request: Request) -> Desk:
    found: Desk = request.app.state.desk
    return found


def _person(request: Request) -> User:
    """Who is logged in; in local mode the one person there is."""
    desk = _desk(request)
    if desk.local:
        return desk.store.local_user()
    found = desk.store.user(int(request.session.get("user", 0)))
    if found is None:
        raise LoginNeeded
    return found


def _checked(request: Request, csrf: Annotated[str, Form()] = "") -> None:
    """Refuse a form that was not made by a page of this session."""
    expected = str(request.session.get("token", ""))
    if not expected or not secrets.compare_digest(csrf, expected):
        raise AlignmentError("this form is too old or from another page.", hint="Open the page again.")


TheDesk = Annotated[Desk, Depends(_desk)]
Person = Annotated[User, Depends(_person)]
Checked = Depends(_checked)
router = APIRouter()


@router.get("/login")
def login_page(request: Request, desk: TheDesk) -> Response:
    """The form for login and password."""
    return desk.show(request, "login.html", user=None, failed=False)


@router.post("/login", dependencies=[Checked])
def login(request: Request, desk: TheDesk, login: Annotated[str, Form()], password: Annotated[str, Form()]) -> Response:
    """Log in."""
    found = desk.store.login(login, password)
    if found is None:
        return desk.show(request, "login.html", 401, user=None, failed=True)
    request.session.clear()
    request.session["user"] = found.id
    return RedirectResponse("/", 303)


@router.post("/logout", dependencies=[Checked])
def logout(request: Request) -> Response:
    """Forget who is logged in."""
    request.session.clear()
    return RedirectResponse("/login", 303)


@router.get("/")
def start(request: Request, desk: TheDesk, user: Person) -> Response:
    """All reviews."""
    return desk.show(request, "start.html", user=user, reviews=desk.store.reviews())


@router.get("/reviews/{number}")
def review(
    request: Request, desk: TheDesk, user: Person, number: int, function: str = "", wanted: str = "", state: str = ""
) -> Response:
    """Findings of a review, those whose answer is worth most first."""
    found = desk.store.review(number)
    items = [item for item in found.items if _fits(item, function, wanted, state, user)]
    items.sort(key=lambda item: (bool(latest(item).get(user.id)), -item.value, item.position))
    people = {judgement.user_id: judgement.user.name for item in found.items for judgement in item.judgements}
    return desk.show(
        request,
        "review.html",
        user=user,
        review=found,
        items=items,
        functions=list(dict.fromkeys(item.function for item in found.items)),
        chosen=(function, wanted, state),
        done=sum(bool(latest(item).get(user.id)) for item in found.items),
        all_done=sum(bool(item.judgements) for item in found.items),
        disputes=sum(disputed(item) for item in found.items),
        kappa=[(people[one], people[two], value) for (one, two), value in kappa(found.items).items()],
        alpha=alpha(found.items),
        decided=lambda item: None if _hidden(item, user, found) else decided(item),
        disputed=lambda item: not _hidden(item, user, found) and disputed(item),
        mine=lambda item: latest(item).get(user.id),
        head=user.role == Role.HEAD,
    )


@router.get("/reviews/{number}/export/{name}")
def export(desk: TheDesk, user: Person, number: int, name: str) -> Response:
    """Decisions as labels, or the protocol."""
    found = desk.store.review(number)
    made = {"labels.csv": (csv_of, "text/csv; charset=utf-8"), "protocol.docx": (docx_of, DOCX)}.get(name)
    if made is None:
        raise NotFoundError(f"there is no export '{name}'.")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(made[0](found), media_type=made[1], headers=headers)


@router.post("/reviews/{number}/lock", dependencies=[Checked])
def lock(desk: TheDesk, user: Person, number: int) -> Response:
    """Sign a review: nothing in it changes any more."""
    desk.store.lock(number, user)
    return RedirectResponse(f"/reviews/{number}", 303)


@router.get("/reviews/{number}/{position}")
def finding(request: Request, desk: TheDesk, user: Person, number: int, position: int, q: str = "") -> Response:
    """One finding with its evidence in place, and the form to judge it."""
    found = desk.store.review(number)
    item = _item(found, position)
    alignment = alignment_of(found)
    own = alignment.findings[position]
    shown: list[Evidence | None] = [*own.evidence, own.nearest]
    hits = desk.search(alignment, q) if q and desk.search else []
    # An expert sees what others decided only after a decision of their own: so that judgements are independent.
    blind = _hidden(item, user, found)
    return desk.show(
        request,
        "finding.html",
        user=user,
        review=found,
        item=item,
        finding=own,
        evidence=[(entry, _around(alignment, entry.statement)) for entry in shown if entry],
        hits=[(statement, _around(alignment, statement)) for statement in hits],
        q=q,
        searchable=desk.search is not None,
        mine=latest(item).get(user.id),
        neighbours=_neighbours(found, item, user),
        may_judge=user.role != Role.VIEWER and found.locked is None,
        head=user.role == Role.HEAD,
        disputed=disputed(item),
        history=[entry for entry in item.judgements if not blind or entry.user_id == user.id],
        blind=blind,
    )


@router.post("/reviews/{number}/{position}", dependencies=[Checked])
def judge(
    desk: TheDesk,
    user: Person,
    number: int,
    position: int,
    choice: Annotated[Verdict, Form()],
    version: Annotated[int, Form()],
    comment: Annotated[str, Form(max_length=5000)] = "",
    evidence: Annotated[list[str] | None, Form()] = None,
    settles: Annotated[bool, Form()] = False,
) -> Response:
    """Keep a judgement and go on to the finding whose answer is worth most."""
    found = desk.store.review(number)
    item = _item(found, position)
    following = _neighbours(found, item, user)[1]
    desk.store.judge(
        item.id, user, choice, evidence=evidence or (), comment=comment.strip(), version=version, settles=settles
    )
    return RedirectResponse(f"/reviews/{number}" + ("" if following is None else f"/{following}"), 303)


def create_app(
    store: Store, *, secret: str, local: bool, secure: bool = False, search: Search | None = None
) -> FastAPI:
    """The application.

    Args:
        store: reviews and people, migrated.
        secret: key that signs the session cookie.
        local: one person without a password, for 127.0.0.1 only.
        secure: cookies over https only.
        search: statements of a program nearest in meaning to a text.
    """
    app = FastAPI(title="profstandart-align review", docs_url=None, redoc_url=None, openapi_url=None)
    pages = environment("alignment.review")
    pages.globals.update(MARKS=MARKS, verdict=verdict, kind=kind, place=place)
    app.state.desk = Desk(store=store, pages=pages, local=local, search=search)
    app.add_middleware(
        SessionMiddleware, secret_key=secret, same_site="strict", https_only=secure, session_cookie="align_review"
    )
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.include_router(router)
    app.middleware("http")(_harden)
    app.add_exception_handler(LoginNeeded, _to_login)
    app.add_exception_handler(AlignmentError, _refused)
    return app


async def _harden(request: Request, follow: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await follow(request)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


def _to_login(request: Request, error: Exception) -> Response:
    return RedirectResponse("/login", 303)


def _refused(request: Request, error: Exception) -> Response:
    status = 409 if isinstance(error, ConflictError) else 404 if isinstance(error, NotFoundError) else 400
    return _desk(request).show(request, "error.html", status, user=None, message=str(error))


def _item(review: Review, position: int) -> Item:
    for item in review.items:
        if item.position == position:
            return item
    raise NotFoundError(f"there is no finding {position} in this review.")


def _hidden(item: Item, user: User, review: Review) -> bool:
    """Whether others' decisions stay hidden from an expert who has not judged yet."""
    return user.role == Role.EXPERT and user.id not in latest(item) and review.locked is None


def _fits(item: Item, function: str, wanted: str, state: str, user: User) -> bool:
    if (function and item.function != function) or (wanted and item.verdict != wanted):
        return False
    if state == "open":
        return user.id not in latest(item)
    return disputed(item) if state == "disputed" else True


def _neighbours(review: Review, item: Item, user: User) -> tuple[int | None, int | None]:
    """Positions of the finding before, and of the most valuable one that the person has not judged yet."""
    waiting = [other for other in review.items if user.id not in latest(other) and other.id != item.id]
    following = max(waiting, key=lambda other: (other.value, -other.position)).position if waiting else None
    return (item.position - 1 if item.position else None), following


def _around(alignment: Alignment, statement: Statement) -> list[tuple[Statement, bool]]:
    """A statement with its neighbours in the discipline; the flag marks itself."""
    for discipline in alignment.program.disciplines:
        if discipline.title != statement.discipline:
            continue
        items = list(discipline.statements)
        place_of = next((index for index, item in enumerate(items) if item.id == statement.id), None)
        if place_of is not None:
            near = items[max(0, place_of - NEARBY) : place_of + NEARBY + 1]
            return [(item, item.id == statement.id) for item in near]
    return [(statement, True)]
