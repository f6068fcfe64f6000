"""Pages of a check, for a methodologist: send a program's files, choose standards, read and download the report."""

from __future__ import annotations

from functools import lru_cache
from pathlib import PurePosixPath
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import JSONResponse, RedirectResponse, Response

from alignment import catalogue, reports
from alignment.errors import InputError, NotFoundError
from alignment.i18n import _, language
from alignment.review import run_changes
from alignment.review.file_names import attachment, file_title
from alignment.review.report_page import media_type, policy
from alignment.review.runs import KEPT_DAYS, WORKING, ReadSummary, Run, State, Step, restart
from alignment.review.services import Checked, Person, RefusedError, Services, TheServices
from alignment.review.sources import title_of
from alignment.review.tables import Role, User
from alignment.settings import load_settings

MOST_STANDARDS = 10  # of one check: people choose among six that are proposed
# Formats that people ask for most.
FIRST = ("docx", "xlsx", "pdf", "html")
router = APIRouter(prefix="/runs", include_in_schema=False)
Names = Annotated[list[str] | None, Form()]
Uploads = Annotated[list[UploadFile] | None, File()]


def may_check(user: User) -> bool:
    """Whether a person may start checks."""
    return user.role != Role.VIEWER


def visible_runs(services: Services, user: User) -> list[Run]:
    """The checks that a person may see: a head sees all, others their own."""
    return services.runs.all(None if user.role == Role.HEAD else user.login)


@router.post("", dependencies=[Checked])
def add(
    services: TheServices,
    user: Person,
    name: Annotated[str, Form(max_length=200)] = "",
    files: Uploads = None,
    paths: Names = None,
    more: Annotated[bool, Form()] = False,
) -> Response:
    """Start a new check; with ``more``, further requests bring its files."""
    if not may_check(user):
        raise RefusedError(_("this account may not check programs."), hint=_("Ask the head of the review."))
    services.runs.purge()
    run = services.runs.add(user.login, name)
    _keep(services, run, files, paths)
    if not more:
        return read(services, user, run.id)
    return _to(run)


@router.post("/{number}/files", dependencies=[Checked])
def more_files(
    services: TheServices, user: Person, number: str, files: Uploads = None, paths: Names = None
) -> Response:
    """Add files to a program; a file of the same name replaces the earlier one."""
    run = run_of(services, user, number)
    _still(run, *WORKING, "done")
    _keep(services, run, files, paths)
    return Response(status_code=204)


@router.post("/{number}/read", dependencies=[Checked])
def read(
    services: TheServices,
    user: Person,
    number: str,
    choice: Annotated[str, Form(max_length=300)] = "",
    files: Uploads = None,
    paths: Names = None,
) -> Response:
    """Read the files, now that all have arrived, and propose standards."""
    run = run_of(services, user, number)
    _still(run, *WORKING, "done")
    _keep(services, run, files, paths)
    if not services.runs.files(number):
        raise InputError(_("no file was given, or it is empty."), hint=_("Choose a file."))
    restart(services.runs.path(number))
    # Until the documents have been read, the program has the name of its folder or file.
    first = PurePosixPath(services.runs.files(number)[0]).parts
    program = first[0] if len(first) > 1 else PurePosixPath(first[0]).stem
    _begin(services, run, state="reading", program=program, choice=choice, choices=(), error="", wanted=False)
    return _to(run)


@router.get("/{number}")
def page(
    request: Request, services: TheServices, user: Person, number: str, other: str = "", problem: str = ""
) -> Response:
    """The page of a check in its present state.

    ``other`` is the id of an earlier check to compare with, ``problem`` says what was wrong with the choice just sent.
    """
    run = run_of(services, user, number)
    known = {"done": _done, "choosing": _choosing, "reading": _choosing}.get(run.state)
    values: dict[str, Any] = known(services, run, other) if known else {}
    seen = services.runs.seen(number)
    return services.show(
        request,
        "run.html",
        user=user,
        run=run,
        seen=seen,
        files=services.runs.files(number),
        step=step_text(run, services.runs.step(number)),
        mark=mark_of(run, seen),
        days=KEPT_DAYS,
        may_review=user.role == Role.HEAD,
        problem=_problem(problem) if run.state in ("reading", "choosing") else "",
        **values,
    )


@router.get("/{number}/state")
def state(services: TheServices, user: Person, number: str) -> JSONResponse:
    """How far a check is; the page asks for this while it waits."""
    run = run_of(services, user, number)
    step = services.runs.step(number)
    seen = services.runs.seen(number)
    return JSONResponse(
        {"state": mark_of(run, seen), "text": step_text(run, step), "done": step.done, "total": step.total}
    )


@router.post("/{number}/check", dependencies=[Checked])
def check(
    services: TheServices,
    user: Person,
    number: str,
    standard: Names = None,
    own: Uploads = None,
) -> Response:
    """Compare with the chosen standards, or, if the program is still being read, as soon as it has been read."""
    run = run_of(services, user, number)
    _still(run, "checking", "done")
    known = {code for code, _title in library()}
    chosen = tuple(dict.fromkeys(code for code in standard or () if code in known))
    sent = [services.runs.keep_standard(number, item.filename or "", item.file) for item in own or () if item.filename]
    names = tuple(dict.fromkeys((*run.own, *sent)))
    problem = ""
    if not chosen and not names:
        problem = "none"
    elif len(chosen) + len(names) > MOST_STANDARDS:
        problem = "many"
    if problem or run.state == "reading":
        # While the program is being read, `Runner` starts the comparison afterwards; below, if reading has just ended.
        run = services.runs.change(
            number,
            lambda old: msgspec.structs.replace(
                old, standards=chosen, own=names, wanted=not problem and old.state == "reading", error=""
            ),
        )
    if not problem and run.state != "reading":
        _begin(services, run, state="checking", standards=chosen, own=names, error="")
    # The message belongs to this answer only: kept with the check, it would outlive what it says.
    return RedirectResponse(f"/runs/{run.id}?problem={problem}", 303) if problem else _to(run)


def _problem(name: str) -> str:
    """What was wrong with a choice of standards, in words."""
    return {
        "none": _("Choose at least one standard, or give a file of your own."),
        "many": _("At most {n} standards can be checked at a time.").format(n=MOST_STANDARDS),
    }.get(name, "")


@router.post("/{number}/own", dependencies=[Checked])
def without_own(services: TheServices, user: Person, number: str, name: Annotated[str, Form()]) -> Response:
    """Remove a standard's file that was sent before."""
    run = run_of(services, user, number)
    _still(run, "checking", "done")
    services.runs.change(
        number, lambda old: msgspec.structs.replace(old, own=tuple(item for item in old.own if item != name), error="")
    )
    return _to(run)


@router.get("/{number}/report")
def report(services: TheServices, user: Person, number: str) -> Response:
    """The report as a page, isolated from ours: only its own script may run in it."""
    run = run_of(services, user, number)
    headers = {"Content-Security-Policy": policy(), "X-Frame-Options": "SAMEORIGIN"}
    return Response(_rendered(services, user, run, "html"), media_type=media_type("html"), headers=headers)


@router.get("/{number}/download/{form}")
def download(services: TheServices, user: Person, number: str, form: str) -> Response:
    """Download the report as a file."""
    run = run_of(services, user, number)
    if form not in forms():
        raise NotFoundError(_("there is no export {name}.").format(name=form))
    data = _rendered(services, user, run, form)
    standard = ", ".join(item.standard for item in run.results)
    ending = "md" if form == "markdown" else form
    name = file_title(f"{run.title} – {standard}") + f".{ending}"
    return Response(data, media_type=media_type(form), headers=attachment(f"report.{ending}", name))


@router.post("/{number}/again", dependencies=[Checked])
def again(services: TheServices, user: Person, number: str) -> Response:
    """Start a new check of the same files with other standards; the old one stays, to compare with."""
    copied = services.runs.copy(run_of(services, user, number))
    _begin(services, copied, state="reading")
    return _to(copied)


@router.post("/{number}/review", dependencies=[Checked])
async def to_review(services: TheServices, user: Person, number: str) -> Response:
    """Hand the result to experts: make a review for each standard."""
    if user.role != Role.HEAD:
        raise RefusedError(_("only a head may add reviews."), hint=_("Ask the head of the review."))

    def added() -> list[int]:
        run = run_of(services, user, number)
        return [services.store.add(item, title_of(item), user.login)[0] for item in services.runs.result(run.id)]

    with services.jobs.slot(user.id):
        numbers = await services.jobs.run(added)
    return RedirectResponse(f"/reviews/{numbers[0]}" if len(numbers) == 1 else "/", 303)


@router.post("/{number}/delete", dependencies=[Checked])
def delete(services: TheServices, user: Person, number: str) -> Response:
    """Delete a check with its files."""
    services.runs.delete(run_of(services, user, number).id)
    services.store.log(user.login, "delete check", number)
    return RedirectResponse("/", 303)


def mark_of(run: Run, seen: ReadSummary | None) -> str:
    """A word that changes when the page must be loaded again, because more than its progress bar has changed."""
    return f"{run.state} {0 if seen is None else 1 + (seen.proposals is not None)}"


def step_text(run: Run, step: Step) -> str:
    """The step that is being done, in words."""
    stages = {
        "start": _("Starting"),
        "read": _("Reading the files"),
        "pages": _("Reading pages"),
        "ocr": _("Recognising scanned pages"),
        "suggest": _("Looking for standards that fit"),
        "analyse": _("Analysing texts"),
        "encode": _("Comparing meanings"),
        "match": _("Comparing requirements with the program"),
        "pairs": _("Reranking the best candidates"),
    }
    if run.state not in WORKING:
        return ""
    stage = stages.get(step.stage) or (_("Waiting for its turn") if not step.stage else _("Working"))
    count = _("{done} of {total}").format(done=step.done, total=step.total) if step.total > 1 else ""
    return ": ".join(part for part in (stage, step.detail) if part) + (f" ({count})" if count else "")


def library() -> list[tuple[str, str]]:
    """Codes and titles of the standards at hand, one line for each code."""
    folder = load_settings().standards_path()
    return _listed(str(folder), folder.stat().st_mtime_ns if folder.is_dir() else 0)


@lru_cache(maxsize=2)
def _listed(_folder: str, _changed: int) -> list[tuple[str, str]]:
    """The library, kept until the user's folder changes, because reading a thousand files for each page is slow."""
    titles = {item.code or item.title: item.title for item in catalogue.entries(load_settings()) if item.readable}
    return sorted(titles.items())


def forms() -> list[str]:
    """The formats of the report that this installation can make, the most wanted first."""
    from importlib.util import find_spec

    known = [name for name in reports.FORMATS.names() if name != "pdf" or find_spec("weasyprint")]
    return sorted(known, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))


def _choosing(services: Services, run: Run, _other: str) -> dict[str, Any]:
    seen = services.runs.seen(run.id)
    known = library()
    codes = {code for code, _title in known}
    proposals = [item for item in (seen.proposals if seen else None) or () if item.code in codes]
    first = {item.code for item in proposals}
    return {"proposals": proposals, "library": [item for item in known if item[0] not in first]}


def _done(services: Services, run: Run, other: str) -> dict[str, Any]:
    earlier = services.runs.earlier(run)
    before = next((item for item in earlier if item.id == other), earlier[0] if earlier else None)
    compared = run_changes.compare_all(services.runs.result(before.id), services.runs.result(run.id)) if before else []
    sides = [services.runs.files(item.id) for item in (before, run)] if before else [[], []]
    gone, new = run_changes.files_between(*sides)
    return {
        "earlier": earlier,
        "before": before,
        "compared": compared,
        "files_gone": gone,
        "files_new": new,
        "forms": forms(),
    }


def _rendered(services: Services, user: User, run: Run, form: str) -> bytes:
    """The report in one format; it is made once for each language."""
    if run.state != "done":
        raise NotFoundError(_("this check has no report yet."))
    path = services.runs.path(run.id) / "reports" / f"{language()}.{form}"
    if not path.is_file():
        with services.jobs.slot(user.id):
            services.child.run("report", {}, str(services.runs.path(run.id)), form)
    return path.read_bytes()


def _begin(services: Services, run: Run, **values: Any) -> None:
    """Change a check and queue it.

    Raises:
        BusyError: the person has too many checks in work; the check stays as it was.
    """
    services.runner.admit(run.owner, run.id)
    services.runner.submit(services.runs.change(run.id, lambda old: msgspec.structs.replace(old, **values)))


def _keep(services: Services, run: Run, files: list[UploadFile] | None, paths: list[str] | None) -> None:
    """Save files in the folder of a check; ``paths`` has their names with folders, in the same order."""
    sent = [item for item in files or () if item.filename]
    names = paths if paths and len(paths) == len(sent) else [item.filename or "" for item in sent]
    for item, shown in zip(sent, names, strict=True):
        services.runs.keep(run.id, shown or item.filename or "", item.file)


def run_of(services: Services, user: User, number: str) -> Run:
    """A check that the person may see.

    Raises:
        NotFoundError: there is no such check, or it belongs to somebody else.
    """
    run = services.runs.get(number)
    if run.owner != user.login and user.role != Role.HEAD:
        raise NotFoundError(_("there is no such check; it may have been deleted."))
    return run


def _still(run: Run, *too_late: State) -> None:
    """Refuse to change a check that is in one of the states ``too_late``.

    Raises:
        InputError: it is.
    """
    if run.state in too_late:
        raise InputError(
            _("this check has already begun; its files and standards cannot be changed any more."),
            hint=_("Start a new check."),
        )


def _to(run: Run) -> Response:
    return RedirectResponse(f"/runs/{run.id}", 303)
