"""The application (FastAPI): server-made HTML, one script for the keyboard, nothing fetched from elsewhere."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.sessions import SessionMiddleware

from alignment.errors import AlignmentError, NotFoundError
from alignment.i18n import _, plural
from alignment.reports.html_report import environment
from alignment.reports.judge_words import judged
from alignment.reports.rows import MARKS
from alignment.reports.words import kind, place, verdict
from alignment.review.accounts import called
from alignment.review.base import UnavailableError
from alignment.review.body_limit import BodyLimit
from alignment.review.busy import BusyError, Jobs
from alignment.review.child import Child
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
# Of every answer.
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
# Under these names this machine calls itself; under others a page of another site could (DNS rebinding).
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
    jobs: Jobs | None = None,
    logins: Logins | None = None,
) -> FastAPI:
    """The application.

    Args:
        store: reviews and people, migrated.
        secret: key that signs the session cookie.
        local: one person without a password, for 127.0.0.1 only.
        secure: https only, for cookies and for browsers that came once.
        search: statements of a program nearest in meaning to a text.
        child: where files that people give are read.
        upload_mb: most megabytes of one upload.
        hosts: names under which the server is called (header Host); empty: any.
        jobs: the queue of heavy work.
        logins: who checks passwords.
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
        MARKS=MARKS, called=called, verdict=verdict, kind=kind, place=place, judged=judged, plural=plural
    )
    child = child or Child()
    checks = Runs(folder_for(store.engine.url, load_settings()))
    runner = Runner(checks, child)
    app.state.services = Services(
        store=store,
        pages=pages,
        local=local,
        search=search,
        child=child,
        jobs=jobs or Jobs(),
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
    """What every request goes through; arguments as in `create_app`. What is added last stands outermost."""
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
    """A page or a line for each error that a request can end in."""
    app.add_exception_handler(LoginNeeded, _to_login)
    app.add_exception_handler(AlignmentError, _refused)
    app.add_exception_handler(HTTPException, _missing)
    app.add_exception_handler(RequestValidationError, _unfit)


def _answer(request: Request, error: Exception) -> Response:
    return _to_login(request, error) if isinstance(error, LoginNeeded) else _refused(request, error)


def _to_login(request: Request, error: Exception) -> Response:
    return RedirectResponse("/login", 303)


def _refused(request: Request, error: Exception) -> Response:
    status = next((code for kind, code in STATUS if isinstance(error, kind)), BAD)
    if request.url.path in MACHINE:
        answer: Response = machine.error_response(error, status)
    else:
        message = sentence(error) if isinstance(error, AlignmentError) else str(error)
        answer = _told(request, status, message)
    if isinstance(error, BusyError):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _unfit(request: Request, error: Exception) -> Response:
    """A value of an address or form that does not fit: said on a page, not as JSON."""
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    names = ", ".join(dict.fromkeys(str(item["loc"][-1]) for item in problems))
    if request.url.path in MACHINE:
        return machine.error_response(ValueError(_("this value does not fit: {names}.").format(names=names)), UNFIT)
    return _told(request, UNFIT, _("This value does not fit: {names}.").format(names=names))


def _missing(request: Request, error: Exception) -> Response:
    """An address that is none, or one that only a form calls: said on a page, with the way to the first one."""
    status = error.status_code if isinstance(error, HTTPException) else NOWHERE
    if request.url.path in MACHINE:
        return machine.error_response(
            ValueError(_("this address does not take {method}.").format(method=request.method)), status
        )
    return _told(request, status, _("There is no such page."))


def _told(request: Request, status: int, message: str) -> Response:
    """What went wrong, on a page of whoever asked."""
    person = getattr(request.state, "person", None)
    return services_of(request).show(request, "error.html", status, user=person, message=message)
