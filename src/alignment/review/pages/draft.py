"""The page of link tables: tick functions; read competences, indicators, drift and disciplines; download them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from alignment.analysis.draft import Draft, Drift, FunctionChoice
from alignment.errors import NotFoundError
from alignment.i18n import _
from alignment.reports.draft_tables import change, grounds, tables
from alignment.review import drafts
from alignment.review.file_names import attachment
from alignment.review.pages.runs import may_check, run_of
from alignment.review.report_page import media_type
from alignment.review.runs import Run
from alignment.review.services import Checked, Person, Services, TheServices
from alignment.review.tables import User

router = APIRouter(prefix="/runs/{number}/draft", include_in_schema=False)
FunctionNames = Annotated[list[str] | None, Form()]


@router.get("")
def page(request: Request, services: TheServices, user: Person, number: str) -> Response:
    """The tables of the functions that are ticked."""
    run = _done(services, user, number)
    draft = _made(services, user, run)
    return services.show(
        request,
        "draft.html",
        user=user,
        run=run,
        draft=draft,
        standards=list(_by_standard(draft)),
        own=drafts.kept_choice(services.runs.path(run.id)) is not None,
        may=may_check(user),
        forms=drafts.FORMS,
        matrix=next(item for item in tables(draft, chosen_only=True) if item.name == "Матрица"),
        name_of=name_of,
        grounds=grounds,
        change=change,
        untaught=untaught,
        others=others,
    )


@router.post("", dependencies=[Checked])
def choose(services: TheServices, user: Person, number: str, function: FunctionNames = None) -> Response:
    """Save the ticked functions and make the tables from them."""
    _keep(services, user, number, function or [])
    return RedirectResponse(f"/runs/{number}/draft", 303)


@router.post("/choice", dependencies=[Checked])
def keep(services: TheServices, user: Person, number: str, function: FunctionNames = None) -> Response:
    """Save the ticked functions only. The script of the page sends them after each change, so that none is lost."""
    _keep(services, user, number, function or [])
    return Response(status_code=204)


@router.post("/proposed", dependencies=[Checked])
def proposed(services: TheServices, user: Person, number: str) -> Response:
    """Go back to the proposed functions."""
    drafts.forget_choice(services.runs.path(_done(services, user, number).id))
    return RedirectResponse(f"/runs/{number}/draft", 303)


@router.get("/download/{form}")
def download(services: TheServices, user: Person, number: str, form: str) -> Response:
    """The tables as a file."""
    run = _done(services, user, number)
    if form not in drafts.FORMS:
        raise NotFoundError(_("there is no export {name}.").format(name=form))
    path = drafts.path_of(services.runs.path(run.id), _made(services, user, run), form)
    if not path.is_file():
        path = drafts.path_of(services.runs.path(run.id), _made(services, user, run, form), form)
    title = _("{program} – link tables").format(program=run.title[:100])
    headers = attachment(f"links.{form}", f"{title}.{form}".replace("/", "-"))
    return Response(path.read_bytes(), media_type=media_type(form), headers=headers)


def name_of(item: FunctionChoice) -> str:
    """The value that stands for a function in the form."""
    return f"{item.function} {item.standard}"


def untaught(draft: Draft) -> int:
    """How many requirements of the chosen functions no discipline teaches."""
    return len({name for item in draft.competences for one in item.indicators for name in one.untaught})


def others(item: Drift) -> str:
    """The other functions that a declared link may mean, apart from the proposed one."""
    return ", ".join(item.others)


def _by_standard(draft: Draft) -> Iterator[dict[str, Any]]:
    """The standards, with their generalized functions, with their work functions, in order."""
    titles = {item.code or item.title: f"{item.code} {item.title}".strip() for item in draft.standards}
    for key, items in groupby(draft.functions, lambda item: item.standard):
        groups = groupby(items, lambda item: (item.general_function, item.general_name, item.general_level))
        yield {
            "title": titles.get(key, key),
            "groups": [
                {"code": code, "name": name, "level": level, "functions": list(functions)}
                for (code, name, level), functions in groups
            ],
        }


def _keep(services: Services, user: User, number: str, names: list[str]) -> None:
    run = _done(services, user, number)
    draft = drafts.last_draft(services.runs.path(run.id)) or _made(services, user, run)
    known = {name_of(item): (item.standard, item.function) for item in draft.functions}
    drafts.keep_choice(services.runs.path(run.id), {known[name] for name in names if name in known})


def _made(services: Services, user: User, run: Run, form: str = "") -> Draft:
    """The tables of the present choice. If needed, the child process makes them, and their file in one format."""
    folder = services.runs.path(run.id)
    draft = None if form else drafts.kept_draft(folder)
    if draft is None:
        with services.jobs.slot(user.id):
            services.child.run("draft", {}, str(folder), form)
        draft = drafts.kept_draft(folder)
    if draft is None:  # somebody has changed the ticks meanwhile
        raise NotFoundError(_("the tables are being made again."), hint=_("Open the page again."))
    return draft


def _done(services: Services, user: User, number: str) -> Run:
    """A finished check that the person may see.

    Raises:
        NotFoundError: there is no such check, it belongs to somebody else, or it has no result yet.
    """
    run = run_of(services, user, number)
    if run.state != "done":
        raise NotFoundError(_("this check has no report yet."))
    return run
