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
from starlette.concurrency import run_in_threadpool

from alignment import standards
from alignment.errors import AlignmentError
from alignment.i18n import message as _
from alignment.review.desk import RefusedError, TheDesk, desk_of
from alignment.review.pages.uploads import read
from alignment.review.tables import User
from alignment.settings import load_settings

MOST = 20
STANDARDS = (".xml", ".yaml", ".yml", ".csv", ".json", ".pdf", ".docx", ".html", ".zip")
_basic = HTTPBasic(auto_error=False)


class UnknownError(AlignmentError):
    """Login and password are missing or wrong."""


def caller(request: Request, sent: Annotated[HTTPBasicCredentials | None, Depends(_basic)]) -> User:
    """Who calls: the one person of local mode, or the account of the header."""
    desk = desk_of(request)
    if desk.local:
        # A page of another site can make a browser send a form here, but not without saying where it comes from.
        origin = request.headers.get("origin")
        if origin and origin.rstrip("/") != str(request.base_url).rstrip("/"):
            raise RefusedError(_("calls from pages of other sites are not taken."))
        return desk.store.local_user()
    found = desk.store.login(sent.username, sent.password) if sent else None
    if found is None:
        raise UnknownError(_("login and password are needed (HTTP Basic)."))
    return found


Caller = Annotated[User, Depends(caller)]
Files = Annotated[list[UploadFile], File(description="Files of the program; one zip is taken too.", min_length=1)]
ANSWERS: dict[int | str, dict[str, Any]] = {
    400: {"description": "The files or values cannot be used; `error` says why."},
    401: {"description": "Login and password are missing or wrong."},
    403: {"description": "The call comes from a page of another site."},
    413: {"description": "More bytes than are taken."},
    422: {"description": "A value is missing or of the wrong kind; `error` says which."},
    503: {"description": "Others are being worked on."},
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
def known(desk: TheDesk, user: Caller) -> list[dict[str, str]]:
    """The standards that can be checked against: code, title, order and date."""
    found = [item for item in standards.entries(load_settings()) if item.readable]
    return [{"code": item.code, "title": item.title, "order": item.order, "date": item.date} for item in found]


@router.post("/check", response_class=Raw, responses=answer("array", "One alignment per standard."))
async def check(
    desk: TheDesk,
    user: Caller,
    files: Files,
    standard: Annotated[list[str], Form(description="Codes or titles of standards.", min_length=1, max_length=MOST)],
) -> Response:
    """A program against standards: the JSON report of `align check`, one alignment per standard."""
    given = read(files)
    return Raw(await run_in_threadpool(desk.child.run, "check", given, *(_name(item) for item in standard)))


@router.post("/suggest", response_class=Raw, responses=answer("array", "Standards, the best first."))
async def suggest(
    desk: TheDesk,
    user: Caller,
    files: Files,
    count: Annotated[int, Form(ge=1, le=MOST, description="How many standards are checked in full.")] = 8,
) -> Response:
    """The standards that fit a program best: what `align suggest --json` prints."""
    return Raw(await run_in_threadpool(desk.child.run, "suggest", read(files), str(count)))


@router.post("/overlap", response_class=Raw, responses=answer("object", "Links, groups, exchange."))
async def overlap(
    desk: TheDesk,
    user: Caller,
    files: Annotated[list[UploadFile] | None, File(description="Files of standards; none: all at hand.")] = None,
    least: Annotated[float, Form(ge=0, le=1, description="Least probability of a link.")] = 0.3,
) -> Response:
    """Work that standards share: what `align overlap --format json` prints."""
    given = read(files, STANDARDS) if files else {}
    return Raw(await run_in_threadpool(desk.child.run, "overlap", given, str(least)))


def _name(text: str) -> str:
    """A code or title, never a path: what a caller names must not reach into this machine's files."""
    cleaned = text.strip()
    if not cleaned or any(sign in cleaned for sign in "/\\\0#") or cleaned.startswith("."):
        raise AlignmentError(_("name a standard by its code or title."))
    return cleaned


def told(error: Exception, status: int) -> JSONResponse:
    """An error as JSON."""
    headers = {"WWW-Authenticate": 'Basic realm="align", charset="UTF-8"'} if status == 401 else None
    return JSONResponse({"error": str(error)}, status, headers=headers)
