"""The web application (FastAPI). The server renders HTML; pages load nothing from other sites."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.sessions import SessionMiddleware

from alignment.errors import AlignmentError, NotFoundError
from alignment.i18n import _, plural
from alignment.reports.html_report import environment
from alignment.reports.rows import MARKS
from alignment.reports.words import judge_note, kind, place, score, verdict
from alignment.review.accounts import called
from alignment.review.body_limit import BodyLimit
from alignment.review.child import Child
from alignment.review.concurrency import BusyError, JobQueue
from alignment.review.database import UnavailableError
from alignment.review.gate import AccessGate
from alignment.review.logins import Logins
from alignment.review.pages import draft, findings, machine, people, reviews, runs, uploads
from alignment.review.runner import Runner
from alignment.review.runs import Runs, folder_for
from alignment.review.security_headers import SecurityHeaders
from alignment.review.services import LoginNeeded, RefusedError, Search, Services, UnknownError, sentence, services_of
from alignment.review.store import ConflictError, ReviewStore
from alignment.settings import load_settings

HERE = Path(__file__).parent
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# Headers of every response.
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
# Bytes of a request that carries no files: a form has some KB, a list of all findings 200.
SMALL = 1_000_000
MACHINE = ("/check", "/suggest", "/overlap", "/standards")
# Beginnings of paths where files may be given: their work goes through the queue (`Services.work`).
LARGE = ("/upload", "/check", "/suggest", "/overlap")
# Beginnings of paths whose requests may carry files. A check of the browser only takes them in: it waits in the queue
# of its own (`Runner`), which has a bound for each person too.
FILES = ("/runs", *LARGE)
# Names of this machine for itself. Other names are refused, because a page of another site could use them (DNS
# rebinding).
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
# HTTP: what was sent cannot be used, has a value that does not fit, or an address that there is none of.
BAD, UNFIT, NOWHERE = 400, 422, 404
STATUS: tuple[tuple[type[AlignmentError], int], ...] = (
    (ConflictError, 409),
    (NotFoundError, 404),
    (RefusedError, 403),
    (UnknownError, 401),
    (BusyError, 429),
    (UnavailableError, 503),
)


def create_app(
    store: ReviewStore,
    *,
    secret: str,
    local: bool,
    secure: bool = False,
    search: Search | None = None,
    child: Child | None = None,
    upload_mb: int = 100,
    hosts: tuple[str, ...] = (),
    jobs: JobQueue | None = None,
    logins: Logins | None = None,
) -> FastAPI:
    """The web application.

    Args:
        store: reviews and people, already migrated.
        secret: the key that signs the session cookie.
        local: no accounts; one person without a password, for this machine only.
        secure: https only: cookies are sent over https only, and browsers remember it (HSTS).
        search: finds the statements of a program that are nearest in meaning to a text.
        child: works on files in child processes.
        upload_mb: the largest upload, in megabytes.
        hosts: host names of the server (header Host); empty: any.
        jobs: the queue of heavy work.
        logins: checks passwords.
    """
    app = FastAPI(
        title="profstandart-align review",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        version=version("profstandart-align"),
    )
    pages = environment("alignment.review")
    pages.globals.update(
        MARKS=MARKS,
        called=called,
        verdict=verdict,
        kind=kind,
        place=place,
        judge_note=judge_note,
        plural=plural,
        score=score,
    )
    child = child or Child()
    checks = Runs(folder_for(store.sql_engine.url, load_settings()))
    runner = Runner(checks, child)
    app.state.services = Services(
        store=store,
        pages=pages,
        local=local,
        search=search,
        child=child,
        jobs=jobs or JobQueue(),
        logins=logins or Logins(store),
        runs=checks,
        runner=runner,
    )
    runner.resume()
    _guard(app, secret=secret, secure=secure, upload_mb=upload_mb, hosts=hosts)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    for part in (machine, people, uploads, draft, runs, reviews, findings):
        app.include_router(part.router)
    _answer_errors(app)
    return app


def _guard(app: FastAPI, *, secret: str, secure: bool, upload_mb: int, hosts: tuple[str, ...]) -> None:
    """Add the middleware; arguments as in `create_app`. The one added last is the outermost."""
    app.add_middleware(AccessGate, refuse=_answer, hosts=hosts, calls=MACHINE, heavy=LARGE, closed=FILES)
    app.add_middleware(
        SessionMiddleware,
        secret_key=secret,
        same_site="strict",
        https_only=secure,
        session_cookie="__Host-align_review" if secure else "align_review",
    )
    app.add_middleware(BodyLimit, small=SMALL, large=upload_mb * 1_000_000, large_paths=FILES)
    app.add_middleware(SecurityHeaders, headers=HEADERS, secure=secure)


def _answer_errors(app: FastAPI) -> None:
    """Register a response for each error that a request can end with."""
    app.add_exception_handler(LoginNeeded, _to_login)
    app.add_exception_handler(AlignmentError, _refused)
    app.add_exception_handler(HTTPException, _missing)
    app.add_exception_handler(RequestValidationError, _unfit)


def _answer(request: Request, error: Exception) -> Response:
    return _to_login(request, error) if isinstance(error, LoginNeeded) else _refused(request, error)


def _to_login(request: Request, error: Exception) -> Response:
    """To the login page, which leads back afterwards; if a form was sent, it says that nothing of it was kept."""
    if request.url.path == "/logout":  # the session had ended already
        return RedirectResponse("/login", 303)
    sent = request.method not in ("GET", "HEAD")
    page = people.came_from(request) if sent else request.url.path
    values = {"next": page if page and page != "/" else "", "lost": "1" if sent else ""}
    query = urlencode({name: value for name, value in values.items() if value})
    return RedirectResponse(f"/login?{query}" if query else "/login", 303)


def _refused(request: Request, error: Exception) -> Response:
    status = next((code for kind, code in STATUS if isinstance(error, kind)), BAD)
    if request.url.path in MACHINE:
        answer: Response = machine.error_response(error, status)
    else:
        message = sentence(error) if isinstance(error, AlignmentError) else str(error)
        answer = _error_page(request, status, message)
    if isinstance(error, BusyError):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _unfit(request: Request, error: Exception) -> Response:
    """The response to a wrong value in an address or form: a page, not the JSON of FastAPI."""
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    names = ", ".join(dict.fromkeys(str(item["loc"][-1]) for item in problems))
    if request.url.path in MACHINE:
        return machine.error_response(ValueError(_("this value does not fit: {names}.").format(names=names)), UNFIT)
    return _error_page(request, UNFIT, _("This value does not fit: {names}.").format(names=names))


def _missing(request: Request, error: Exception) -> Response:
    """The response to an address that does not exist or takes another method: a page with a link to the first page."""
    status = error.status_code if isinstance(error, HTTPException) else NOWHERE
    if request.url.path in MACHINE:
        return machine.error_response(
            ValueError(_("this address does not take {method}.").format(method=request.method)), status
        )
    return _error_page(request, status, _("There is no such page."))


def _error_page(request: Request, status: int, message: str) -> Response:
    """A page with the message."""
    person = getattr(request.state, "person", None)
    # What was typed is still in the page before, which browsers keep.
    back = people.came_from(request) if request.method == "POST" else ""
    return services_of(request).show(request, "error.html", status, user=person, message=message, back=back)
