"""Pages of reviews: the list, one review with its findings, the team and its agreement, exports, the signature."""

from __future__ import annotations

import math
import re
from pathlib import PurePosixPath
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from alignment.errors import InputError, NotFoundError
from alignment.i18n import _
from alignment.model import Alignment, Verdict
from alignment.review import decisions, queries
from alignment.review.accounts import LOCAL
from alignment.review.agreement import latest
from alignment.review.file_names import attachment, file_title
from alignment.review.pages import runs
from alignment.review.pages.uploads import KINDS
from alignment.review.protocol import csv_of, docx_of
from alignment.review.queries import Filters
from alignment.review.runs import KEPT_DAYS
from alignment.review.services import Checked, Person, RefusedError, Services, TheServices
from alignment.review.tables import Item, Role, User

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
router = APIRouter(include_in_schema=False)


class Asked(NamedTuple):
    """The filters of a list, as the address of the page has them."""

    general: str
    function: str
    wanted: str
    state: str
    low: float
    high: float
    text: str

    def filters(self, alignment: Alignment) -> Filters:
        """The filters for the queue."""
        return Filters(
            general=self.general,
            function=self.function,
            verdict=self.wanted,
            state=self.state,
            low=self.low,
            high=self.high,
            positions=queries.texts_with(alignment, self.text) if self.text else None,
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
    """The filters from the query of an address."""
    return Asked(general, function, wanted, state, low, high, text.strip())


TheAsked = Annotated[Asked, Depends(asked_of)]


@router.get("/")
def start(request: Request, services: TheServices, user: Person) -> Response:
    """The first page: the form for a program, earlier checks, reviews."""
    return services.show(
        request,
        "start.html",
        user=user,
        reviews=services.store.reviews(user),
        may_upload=user.role == Role.HEAD,
        may_check=runs.may_check(user),
        runs=runs.visible_runs(services, user),
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
    """The findings of a review; those whose decision tells most (`estimate.values`) come first."""
    store = services.store
    head, opened = store.head(number), store.opened(number)
    filters = asked.filters(opened.alignment)
    items, count = queries.page_of_findings(store, number, user, filters, page)
    codes = queries.function_codes(store, number)
    standing = queries.standing_verdicts(store, number, user)
    locked = head.locked is not None

    def mine(item: Item) -> Verdict | None:
        decision = latest(item).get(user.id)
        return Verdict(decision.verdict) if decision else None

    def seen(item: Item) -> bool:
        return not queries.hidden(item, user, locked)

    return services.show(
        request,
        "review.html",
        user=user,
        review=head,
        items=items,
        findings=opened.alignment.findings,
        thresholds=opened.alignment.thresholds,
        count=count,
        page=page,
        pages=max(1, math.ceil(count / queries.PAGE)),
        generals=list(dict.fromkeys(code.partition("/")[0] for code in codes)),
        functions=codes,
        filters=filters,
        asked=asked,
        query=asked._asdict(),
        filtered=asked != asked_of(),
        names=_names(opened.alignment),
        progress=queries.progress(store, number, user),
        before=opened.estimator({}),
        estimate=opened.estimator(standing),
        whole=len(standing) == len(opened.alignment.findings),
        decided=lambda item: Verdict(item.decided) if item.decided and seen(item) else None,
        disputed=lambda item: seen(item) and item.disputed,
        mine=mine,
        head=user.role == Role.HEAD,
        following=queries.following(store, number, user, -1),
        may_judge=user.role != Role.VIEWER and not locked,
        unsettled=decisions.unsettled(store, number),
        unnamed=services.local and user.name == LOCAL,
        accepted=accepted,
    )


@router.get("/reviews/{number}/accept")
def acceptable(request: Request, services: TheServices, user: Person, number: int, asked: TheAsked) -> Response:
    """The confirmation page: how many computed verdicts would be accepted together."""
    head = services.store.head(number)
    batch = decisions.acceptable_findings(
        services.store, number, user, asked.filters(services.store.opened(number).alignment)
    )
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
    shown = tuple(int(part) for part in positions.split(","))
    count = decisions.accept_computed(services.store, number, user, shown, known)
    return RedirectResponse(f"/reviews/{number}?accepted={count}", 303)


@router.get("/reviews/{number}/team")
def team(request: Request, services: TheServices, user: Person, number: int) -> Response:
    """Progress of each expert, their agreement, and earlier decisions that were not carried over."""
    return _team(request, services, user, number)


def _team(
    request: Request, services: Services, user: User, number: int, *, login: str = "", status: int = 200
) -> Response:
    """The page of the team; ``login`` is what was typed if there is no such account."""
    head = services.store.head(number)
    members = services.store.members(number)
    there = {person.id for person in members}
    heads = user.role == Role.HEAD
    others = [person for person in services.store.users() if person.id not in there and not person.disabled]
    return services.show(
        request,
        "team.html",
        status,
        user=user,
        review=head,
        team=queries.team_progress(services.store, number, user),
        members=members,
        others=others if heads else [],
        unknown=login,
        head=heads,
    )


@router.post("/reviews/{number}/members", dependencies=[Checked])
def members(
    request: Request,
    services: TheServices,
    user: Person,
    number: int,
    login: Annotated[str, Form(max_length=200)],
    leave: Annotated[bool, Form()] = False,
) -> Response:
    """Add a member to a review, or with ``leave`` remove one."""
    if user.role != Role.HEAD:
        raise RefusedError(_("only a head may change the members."), hint=_("Ask the head of the review."))
    change = services.store.leave if leave else services.store.join
    try:
        change(number, [login.strip()], by=user.login)
    except NotFoundError:
        return _team(request, services, user, number, login=login.strip(), status=404)
    return RedirectResponse(f"/reviews/{number}/team", 303)


@router.get("/reviews/{number}/export/{name}")
def export(services: TheServices, user: Person, number: int, name: str) -> Response:
    """Download the decisions as labels (csv), or the protocol (docx)."""
    review = queries.for_person(services.store, number, user)
    known = {"labels.csv": (csv_of, "text/csv; charset=utf-8"), "protocol.docx": (docx_of, DOCX)}
    if name not in known:
        raise NotFoundError(_("there is no export {name}.").format(name=name))
    word = _("Protocol") if name == "protocol.docx" else _("Labels")
    shown = file_title(f"{word} – {review.name}") + PurePosixPath(name).suffix
    services.store.log(user.login, "export", f"{number}: {name}")
    render, kind = known[name]
    return Response(render(review), media_type=kind, headers=attachment(name, shown))


@router.get("/reviews/{number}/lock")
def signing(request: Request, services: TheServices, user: Person, number: int) -> Response:
    """The confirmation page of the signature; the page of the review if it cannot be signed now."""
    store = services.store
    head, found = store.head(number), store.decided(number)
    unnamed = services.local and user.name == LOCAL
    if user.role != Role.HEAD or unnamed or head.locked is not None or decisions.unsettled(store, number).waiting:
        return RedirectResponse(f"/reviews/{number}", 303)
    estimate = store.opened(number).estimator(found)
    return services.show(request, "sign.html", user=user, review=head, estimate=estimate, decided=len(found))


@router.post("/reviews/{number}/lock", dependencies=[Checked])
def lock(services: TheServices, user: Person, number: int) -> Response:
    """Sign a review; after that it cannot be changed."""
    if services.local and user.name == LOCAL:
        raise InputError(_("your name is not known, and the protocol needs it."), hint=_("Give your name first."))
    services.store.lock(number, user)
    return RedirectResponse(f"/reviews/{number}", 303)


def _names(alignment: Alignment) -> dict[str, str]:
    """Names of the generalized functions and work functions, by code."""
    names = {general.code: general.name for general in alignment.standard.functions}
    return names | {item.code: item.name for general in alignment.standard.functions for item in general.functions}
