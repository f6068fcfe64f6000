"""An interface for other programs of a university: POST /check, /suggest and /overlap, described by /openapi.json.

Files are sent as a form; answers are JSON. A child process with limited memory
and time reads the files. Without accounts only this machine may send requests;
with accounts a request needs login and password (HTTP Basic).
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPBasic, HTTPBasicCredentials

from alignment import catalogue
from alignment.review.child import library_name
from alignment.review.pages.uploads import read, taken
from alignment.review.services import Person, TheServices
from alignment.review.tables import User
from alignment.settings import load_settings

MOST = 20  # standards of one call: each is a check of some seconds to a minute
STANDARDS = (".xml", ".yaml", ".yml", ".csv", ".json", ".pdf", ".docx", ".html", ".zip")
_basic = HTTPBasic(auto_error=False)


def caller(user: Person, _sent: Annotated[HTTPBasicCredentials | None, Depends(_basic)]) -> User:
    """The person of the request, whom the gate has already checked; ``_sent`` puts the header into /openapi.json."""
    return user


Caller = Annotated[User, Depends(caller)]
Files = Annotated[list[UploadFile], File(description="Files of the program, or one zip.", min_length=1)]
ANSWERS: dict[int | str, dict[str, Any]] = {
    400: {"description": "The files or values cannot be used; `error` says why."},
    401: {"description": "Login and password are missing or wrong."},
    403: {"description": "The request comes from a page of another site, or the account may only look."},
    413: {"description": "The request has too many bytes."},
    422: {"description": "A value is missing or of the wrong kind; `error` says which."},
    429: {
        "description": "Too many requests at once (of this account or in all), or too many wrong passwords.",
        "headers": {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}},
    },
}
router = APIRouter(tags=["machine"], responses=ANSWERS)


def answer(kind: str, description: str) -> dict[int | str, dict[str, Any]]:
    """The description of a successful answer; `align schema` prints the full schema of an alignment."""
    shape = {"type": "array", "items": {"type": "object"}} if kind == "array" else {"type": "object"}
    return {200: {"description": description, "content": {"application/json": {"schema": shape}}}}


class Raw(Response):
    """A response whose body is JSON already."""

    media_type = "application/json"


@router.get("/standards")
def known(services: TheServices, user: Caller) -> list[dict[str, str]]:
    """The standards that can be checked against: code, title, order and date."""
    entries = [item for item in catalogue.entries(load_settings()) if item.readable]
    return [{"code": item.code, "title": item.title, "order": item.order, "date": item.date} for item in entries]


@router.post("/check", response_class=Raw, responses=answer("array", "One alignment per standard."))
async def check(
    request: Request,
    services: TheServices,
    user: Caller,
    files: Files,
    standard: Annotated[list[str], Form(description="Codes or titles of standards.", min_length=1, max_length=MOST)],
) -> Response:
    """Check a program against standards: the JSON report of `align check`, one alignment for each standard."""
    names = [library_name(item) for item in standard]
    taken(files)
    return Raw(await services.work(request, "check", lambda: read(files), *names))


@router.post("/suggest", response_class=Raw, responses=answer("array", "Standards, the best first."))
async def suggest(
    request: Request,
    services: TheServices,
    user: Caller,
    files: Files,
    count: Annotated[int, Form(ge=1, le=MOST, description="How many standards to check in full.")] = 8,
) -> Response:
    """The standards that fit a program best, as `align suggest --format json` prints them."""
    taken(files)
    return Raw(await services.work(request, "suggest", lambda: read(files), str(count)))


@router.post("/overlap", response_class=Raw, responses=answer("object", "Links, groups, exchange."))
async def overlap(
    request: Request,
    services: TheServices,
    user: Caller,
    files: Annotated[list[UploadFile] | None, File(description="Files of standards; default: all at hand.")] = None,
    least: Annotated[float, Form(ge=0, le=1, description="Lowest probability of a link.")] = 0.3,
) -> Response:
    """The work that standards share, as `align overlap --format json` prints it."""
    sent = files or []
    if sent:
        taken(sent, STANDARDS)
    return Raw(await services.work(request, "overlap", lambda: read(sent, STANDARDS) if sent else {}, str(least)))


def error_response(error: Exception, status: int) -> JSONResponse:
    """An error as JSON."""
    headers = {"WWW-Authenticate": 'Basic realm="align", charset="UTF-8"'} if status == 401 else None
    return JSONResponse({"error": str(error)}, status, headers=headers)
