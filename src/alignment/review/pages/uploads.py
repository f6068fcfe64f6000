"""The page to add a review from a result or a program: files are limited in size and kind, and a child reads them."""

from __future__ import annotations

from functools import partial
from pathlib import PurePath
from typing import Annotated

import msgspec
from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from alignment import catalogue
from alignment.errors import AlignmentError, AmbiguousError, InputError, NotFoundError
from alignment.i18n import _
from alignment.model import Alignment
from alignment.review.child import library_name
from alignment.review.file_names import distinct_names, safe_name
from alignment.review.services import Checked, Person, RefusedError, Services, TheServices, sentence
from alignment.review.sources import title_of
from alignment.review.tables import Role, User
from alignment.settings import load_settings

KINDS = (".json", ".docx", ".pdf", ".xlsx", ".xls", ".plx", ".zip", ".md", ".html", ".csv", ".txt", ".doc")
MOST_FILES = 200  # of one upload: reports and their sources; a whole program is given to a check
router = APIRouter(include_in_schema=False)


@router.get("/upload")
def upload_page(request: Request, services: TheServices, user: Person) -> Response:
    """The form for a result or a program."""
    _may(user)
    return _page(request, services, user)


def _page(
    request: Request,
    services: Services,
    user: User,
    *,
    standard: str = "",
    name: str = "",
    double: str = "",
    problem: AlignmentError | None = None,
) -> Response:
    """The form, with what was typed before and the problem with it."""
    known = [(item.code or item.title, f"{item.code} {item.title}") for item in catalogue.entries(load_settings())]
    return services.show(
        request,
        "upload.html",
        status=200 if problem is None else 400,
        user=user,
        standards=list(dict(known).items()),
        kinds=",".join(KINDS),
        given={"standard": standard, "name": name, "double": double},
        problem=sentence(problem) if problem else "",
    )


@router.post("/upload", dependencies=[Checked])
async def upload(
    request: Request,
    services: TheServices,
    user: Person,
    files: Annotated[list[UploadFile], File()],
    standard: Annotated[str, Form(max_length=300)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
    double: Annotated[str, Form(max_length=3)] = "",
) -> Response:
    """Read the files and make reviews from them."""
    _may(user)
    try:
        numbers = await _made(request, services, user, files, standard, name, double)
    except (InputError, NotFoundError, AmbiguousError) as error:
        return await run_in_threadpool(
            partial(_page, request, services, user, standard=standard, name=name, double=double, problem=error)
        )
    return RedirectResponse(f"/reviews/{numbers[0]}" if len(numbers) == 1 else "/", 303)


async def _made(
    request: Request, services: Services, user: User, files: list[UploadFile], standard: str, name: str, double: str
) -> list[int]:
    """Make the reviews; returns their numbers."""
    names = taken(files)
    if all(key.lower().endswith(".json") for key in names):
        made = await services.work(request, "result", lambda: read(files))
    elif not standard:
        raise InputError(_("no standard was chosen."), hint=_("Choose one, or give a result of align check (json)."))
    else:
        made = await services.work(request, "check", lambda: read(files), library_name(standard))
    share = int(double) / 100 if double.isascii() and double.isdigit() and int(double) <= 100 else None
    alignments = msgspec.json.decode(made, type=list[Alignment])
    pdfs = {key: item for key, item in zip(names, files, strict=True) if key.lower().endswith(".pdf")}
    return await services.jobs.run(
        lambda: [_kept(services, user, alignment, name, share, pdfs) for alignment in alignments]
    )


def _kept(
    services: Services, user: User, alignment: Alignment, name: str, double: float | None, pdfs: dict[str, UploadFile]
) -> int:
    title = name.strip() or title_of(alignment)
    named = {statement.location.file for statement in alignment.program.statements()}
    sources = {key: _bytes(item) for key, item in pdfs.items() if key in named}
    return services.store.add(alignment, title, user.login, double=double, sources=sources)[0]


def taken(files: list[UploadFile], kinds: tuple[str, ...] = KINDS) -> list[str]:
    """Safe and distinct names for the files, in their order.

    Raises:
        InputError: there are too many files, none at all, or one of a kind that is not accepted.
    """
    if len(files) > MOST_FILES:
        raise InputError(
            _("{n} files were sent; at most {most} are accepted.").format(n=len(files), most=MOST_FILES),
            hint=_("Pack them as a zip."),
        )
    names = distinct_names(safe_name(item.filename or "", number) for number, item in enumerate(files))
    for name in names:
        if PurePath(name).suffix.lower() not in kinds:
            raise InputError(
                _("files of this kind are not accepted."),
                file=name,
                hint=_("Accepted kinds: {kinds}.").format(kinds=", ".join(kinds)),
            )
    if not any(item.size for item in files):
        raise InputError(_("no file was given, or it is empty."), hint=_("Choose a file."))
    return names


def read(files: list[UploadFile], kinds: tuple[str, ...] = KINDS) -> dict[str, bytes]:
    """The contents of the files by name.

    Raises:
        InputError: as `taken`.
    """
    return {name: _bytes(item) for name, item in zip(taken(files, kinds), files, strict=True)}


def _bytes(item: UploadFile) -> bytes:
    item.file.seek(0)
    return item.file.read()


def _may(user: User) -> None:
    if user.role != Role.HEAD:
        raise RefusedError(_("only a head may add reviews."), hint=_("Ask the head of the review."))
