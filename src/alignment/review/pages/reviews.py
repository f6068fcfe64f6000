"""The list of reviews, one review with its findings, the team's agreement, exports, the signature."""

from __future__ import annotations

import math
import re
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from alignment.errors import InputError, NotFoundError
from alignment.i18n import _
from alignment.model import Alignment, Verdict
from alignment.review import queue, steps
from alignment.review.accounts import LOCAL
from alignment.review.agreement import latest
from alignment.review.pages import runs
from alignment.review.pages.uploads import KINDS
from alignment.review.protocol import csv_of, docx_of
from alignment.review.queue import Filters
from alignment.review.runs import KEPT_DAYS
from alignment.review.services import Checked, Person, RefusedError, TheServices
from alignment.review.tables import Item, Role

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
router = APIRouter(include_in_schema=False)


class Asked(NamedTuple):
    """The filters of a list as they stand in its address."""

    general: str
    function: str
    wanted: str
    state: str
    low: float
    high: float
    text: str

    def filters(self, alignment: Alignment) -> Filters:
        """What the queue is asked."""
        return Filters(
            general=self.general,
            function=self.function,
            verdict=self.wanted,
            state=self.state,
            low=self.low,
            high=self.high,
            positions=queue.texts_with(alignment, self.text) if self.text else None,
        )


def asked_of(
    general: str = "",
    function: str = "",
    wanted: str = "",
    state: str = "",
    low: Annotated[float, Query(ge=0, le=1)] = 0,
    high: Annotated[float, Query(ge=0, le=1)] = 1,
    text: Annotated[str, Query(max_length=200)] = "",
) -> Asked:
    """The filters of an address."""
    return Asked(general, function, wanted, state, low, high, text.strip())


TheAsked = Annotated[Asked, Depends(asked_of)]


@router.get("/")
def start(request: Request, services: TheServices, user: Person) -> Response:
    """The way in: a program to be checked, earlier checks, reviews."""
    return services.show(
        request,
        "start.html",
        user=user,
        reviews=services.store.reviews(user),
        may_upload=user.role == Role.HEAD,
        may_check=runs.may_check(user),
        runs=runs.visible(services, user),
        days=KEPT_DAYS,
        kinds=",".join(kind for kind in KINDS if kind != ".json"),
    )


@router.get("/reviews/{number}")
def review(
    request: Request,
    services: TheServices,
    user: Person,
    number: int,
    asked: TheAsked,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    accepted: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Findings of a review, those whose answer is worth most first."""
    store = services.store
    head, opened = store.head(number), store.opened(number)
    filters = asked.filters(opened.alignment)
    items, count = queue.listed(store, number, user, filters, page)
    codes = queue.functions(store, number)
    locked = head.locked is not None

    def mine(item: Item) -> Verdict | None:
        judgement = latest(item).get(user.id)
        return Verdict(judgement.verdict) if judgement else None

    def seen(item: Item) -> bool:
        return not queue.hidden(item, user, locked)

    return services.show(
        request,
        "review.html",
        user=user,
        review=head,
        items=items,
        count=count,
        page=page,
        pages=max(1, math.ceil(count / queue.PAGE)),
        generals=list(dict.fromkeys(code.partition("/")[0] for code in codes)),
        functions=codes,
        filters=filters,
        asked=asked,
        query=asked._asdict(),
        filtered=asked != asked_of(),
        names=_names(opened.alignment),
        progress=queue.progress(store, number, user),
        before=opened.estimator({}),
        estimate=opened.estimator(queue.decided(store, number, user)),
        decided=lambda item: Verdict(item.decided) if item.decided and seen(item) else None,
        disputed=lambda item: seen(item) and item.disputed,
        mine=mine,
        head=user.role == Role.HEAD,
        following=queue.following(store, number, user, -1),
        may_judge=user.role != Role.VIEWER and not locked,
        unsettled=steps.unsettled(store, number),
        unnamed=services.local and user.name == LOCAL,
        accepted=accepted,
    )


@router.get("/reviews/{number}/accept")
def acceptable(request: Request, services: TheServices, user: Person, number: int, asked: TheAsked) -> Response:
    """How many findings a filter shows whose computed verdict would be accepted, before anything is done."""
    head = services.store.head(number)
    batch = steps.acceptable(services.store, number, user, asked.filters(services.store.opened(number).alignment))
    return services.show(
        request, "accept.html", user=user, review=head, batch=batch, asked=asked, query=asked._asdict()
    )


@router.post("/reviews/{number}/accept", dependencies=[Checked])
def accept(
    services: TheServices, user: Person, number: int, positions: Annotated[str, Form(max_length=200_000)]
) -> Response:
    """Accept the computed verdicts of the findings that were shown."""
    if not re.fullmatch(r"\d{1,6}(,\d{1,6})*", positions):
        raise InputError(_("there is nothing to accept."), hint=_("Choose other filters."))
    known = services.store.opened(number).alignment
    wanted = tuple(int(part) for part in positions.split(","))
    done = steps.accept(services.store, number, user, wanted, known)
    return RedirectResponse(f"/reviews/{number}?accepted={done}", 303)


@router.get("/reviews/{number}/team")
def team(request: Request, services: TheServices, user: Person, number: int) -> Response:
    """Progress of each expert, agreement, earlier decisions whose ground is gone."""
    head = services.store.head(number)
    return services.show(
        request,
        "team.html",
        user=user,
        review=head,
        team=queue.team(services.store, number, user),
        members=services.store.members(number),
        head=user.role == Role.HEAD,
    )


@router.post("/reviews/{number}/members", dependencies=[Checked])
def members(
    services: TheServices,
    user: Person,
    number: int,
    login: Annotated[str, Form(max_length=200)],
    leave: Annotated[bool, Form()] = False,
) -> Response:
    """Let somebody take part in a review, or no more."""
    if user.role != Role.HEAD:
        raise RefusedError(_("only a head says who takes part."), hint=_("Ask the head of the review."))
    change = services.store.leave if leave else services.store.join
    change(number, [login.strip()], by=user.login)
    return RedirectResponse(f"/reviews/{number}/team", 303)


@router.get("/reviews/{number}/export/{name}")
def export(services: TheServices, user: Person, number: int, name: str) -> Response:
    """Decisions as labels, or the protocol."""
    review = queue.for_person(services.store, number, user)
    made = {"labels.csv": (csv_of, "text/csv; charset=utf-8"), "protocol.docx": (docx_of, DOCX)}.get(name)
    if made is None:
        raise NotFoundError(_("there is no export {name}.").format(name=name))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    services.store.log(user.login, "export", f"{number}: {name}")
    return Response(made[0](review), media_type=made[1], headers=headers)


@router.post("/reviews/{number}/lock", dependencies=[Checked])
def lock(services: TheServices, user: Person, number: int) -> Response:
    """Sign a review: nothing in it changes any more."""
    if services.local and user.name == LOCAL:
        raise InputError(_("your name is not known, and it stands in the protocol."), hint=_("Give your name first."))
    services.store.lock(number, user)
    return RedirectResponse(f"/reviews/{number}", 303)


def _names(alignment: Alignment) -> dict[str, str]:
    """Names of the generalized functions and work functions by code."""
    names = {general.code: general.name for general in alignment.standard.functions}
    return names | {item.code: item.name for general in alignment.standard.functions for item in general.functions}
