"""For systems of universities: POST /check, /suggest and /overlap, described by /openapi.json.

Files come as a form, answers are JSON. Everything is read in a child process
with bounded memory and time. Without accounts this machine alone may call; with
accounts a call carries login and password (HTTP Basic).
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
    """Who calls, as the gate found out before the body was read; the header is named here for the description."""
    return user


Caller = Annotated[User, Depends(caller)]
Files = Annotated[list[UploadFile], File(description="Files of the program; one zip is taken too.", min_length=1)]
ANSWERS: dict[int | str, dict[str, Any]] = {
    400: {"description": "The files or values cannot be used; `error` says why."},
    401: {"description": "Login and password are missing or wrong."},
    403: {"description": "A page of another site calls, or an account that may look only."},
    413: {"description": "More bytes than are taken."},
    422: {"description": "A value is missing or of the wrong kind; `error` says which."},
    429: {
        "description": "Too much at once of this account or in all, or too many wrong passwords.",
        "headers": {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}},
    },
}
router = APIRouter(tags=["machine"], responses=ANSWERS)


def answer(kind: str, description: str) -> dict[int | str, dict[str, Any]]:
    """What a good answer is; `align schema` prints the whole shape of an alignment."""
    shape = {"type": "array", "items": {"type": "object"}} if kind == "array" else {"type": "object"}
    return {200: {"description": description, "content": {"application/json": {"schema": shape}}}}


class Raw(Response):
    """JSON that is made already."""

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
    """A program against standards: the JSON report of `align check`, one alignment per standard."""
    names = [library_name(item) for item in standard]
    taken(files)
    return Raw(await services.work(request, "check", lambda: read(files), *names))


@router.post("/suggest", response_class=Raw, responses=answer("array", "Standards, the best first."))
async def suggest(
    request: Request,
    services: TheServices,
    user: Caller,
    files: Files,
    count: Annotated[int, Form(ge=1, le=MOST, description="How many standards are checked in full.")] = 8,
) -> Response:
    """The standards that fit a program best: what `align suggest --json` prints."""
    taken(files)
    return Raw(await services.work(request, "suggest", lambda: read(files), str(count)))


@router.post("/overlap", response_class=Raw, responses=answer("object", "Links, groups, exchange."))
async def overlap(
    request: Request,
    services: TheServices,
    user: Caller,
    files: Annotated[list[UploadFile] | None, File(description="Files of standards; none: all at hand.")] = None,
    least: Annotated[float, Form(ge=0, le=1, description="Least probability of a link.")] = 0.3,
) -> Response:
    """Work that standards share: what `align overlap --format json` prints."""
    given = files or []
    if given:
        taken(given, STANDARDS)
    return Raw(await services.work(request, "overlap", lambda: read(given, STANDARDS) if given else {}, str(least)))


def error_response(error: Exception, status: int) -> JSONResponse:
    """An error as JSON."""
    headers = {"WWW-Authenticate": 'Basic realm="align", charset="UTF-8"'} if status == 401 else None
    return JSONResponse({"error": str(error)}, status, headers=headers)
