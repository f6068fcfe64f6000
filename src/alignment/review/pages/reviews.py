"""The list of reviews, one review with its findings, the team's agreement, exports, the signature."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from alignment.errors import NotFoundError
from alignment.i18n import _
from alignment.model import Verdict
from alignment.review import queue
from alignment.review.desk import Checked, Person, RefusedError, TheDesk
from alignment.review.protocol import csv_of, docx_of
from alignment.review.queue import Filters
from alignment.review.tables import Item, Role

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
router = APIRouter(include_in_schema=False)


@router.get("/")
def start(request: Request, desk: TheDesk, user: Person) -> Response:
    """All reviews."""
    return desk.show(
        request, "start.html", user=user, reviews=desk.store.reviews(user), may_upload=user.role == Role.HEAD
    )


@router.get("/reviews/{number}")
def review(
    request: Request,
    desk: TheDesk,
    user: Person,
    number: int,
    general: str = "",
    function: str = "",
    wanted: str = "",
    state: str = "",
    low: Annotated[int, Query(ge=0, le=100)] = 0,
    high: Annotated[int, Query(ge=0, le=100)] = 100,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """Findings of a review, those whose answer is worth most first."""
    store = desk.store
    found, opened = store.head(number), store.opened(number)
    filters = Filters(general=general, function=function, verdict=wanted, state=state, low=low / 100, high=high / 100)
    items, count = queue.listed(store, number, user, filters, page)
    codes = queue.functions(store, number)
    locked = found.locked is not None

    def mine(item: Item) -> Verdict | None:
        own = [entry.verdict for entry in item.judgements if entry.user_id == user.id]
        return Verdict(own[-1]) if own else None

    def seen(item: Item) -> bool:
        return not queue.hidden(item, user, locked)

    return desk.show(
        request,
        "review.html",
        user=user,
        review=found,
        items=items,
        count=count,
        page=page,
        pages=max(1, -(-count // queue.PAGE)),
        generals=list(dict.fromkeys(code.partition("/")[0] for code in codes)),
        functions=codes,
        filters=filters,
        bounds=(low, high),
        query={"general": general, "function": function, "wanted": wanted, "state": state, "low": low, "high": high},
        progress=queue.progress(store, number, user),
        before=opened.estimator({}),
        estimate=opened.estimator(queue.decided(store, number, user)),
        decided=lambda item: Verdict(item.decided) if item.decided and seen(item) else None,
        disputed=lambda item: seen(item) and item.disputed,
        mine=mine,
        head=user.role == Role.HEAD,
    )


@router.get("/reviews/{number}/team")
def team(request: Request, desk: TheDesk, user: Person, number: int) -> Response:
    """Progress of each expert, agreement, earlier decisions whose ground is gone."""
    found = desk.store.head(number)
    return desk.show(
        request,
        "team.html",
        user=user,
        review=found,
        team=queue.team(desk.store, number, user),
        members=desk.store.members(number),
        head=user.role == Role.HEAD,
    )


@router.post("/reviews/{number}/members", dependencies=[Checked])
def members(
    desk: TheDesk,
    user: Person,
    number: int,
    login: Annotated[str, Form(max_length=200)],
    leave: Annotated[bool, Form()] = False,
) -> Response:
    """Let somebody take part in a review, or no more."""
    if user.role != Role.HEAD:
        raise RefusedError(_("only a head says who takes part."), hint=_("Ask the head of the review."))
    change = desk.store.leave if leave else desk.store.join
    change(number, [login.strip()], by=user.login)
    return RedirectResponse(f"/reviews/{number}/team", 303)


@router.get("/reviews/{number}/export/{name}")
def export(desk: TheDesk, user: Person, number: int, name: str) -> Response:
    """Decisions as labels, or the protocol."""
    found = queue.for_person(desk.store, number, user)
    made = {"labels.csv": (csv_of, "text/csv; charset=utf-8"), "protocol.docx": (docx_of, DOCX)}.get(name)
    if made is None:
        raise NotFoundError(_("there is no export {name}.").format(name=name))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    desk.store.log(user.login, "export", f"{number}: {name}")
    return Response(made[0](found), media_type=made[1], headers=headers)


@router.post("/reviews/{number}/lock", dependencies=[Checked])
def lock(desk: TheDesk, user: Person, number: int) -> Response:
    """Sign a review: nothing in it changes any more."""
    desk.store.lock(number, user)
    return RedirectResponse(f"/reviews/{number}", 303)
