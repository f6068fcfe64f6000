"""The page of one finding: its evidence in context, the form to judge it, pages of PDF files."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from alignment.model import Alignment, Finding, GeneralizedFunction, Statement, Verdict, WorkFunction
from alignment.review import decisions, queries
from alignment.review.agreement import VERDICTS, latest
from alignment.review.concurrency import ConcurrencyLimit
from alignment.review.services import Checked, Person, Search, Services, TheServices, sentence
from alignment.review.store import ConflictError, SignedError
from alignment.review.tables import Item, Role, User

NEARBY = 2  # statements of the same place that are shown before and after one: enough to see the context
# More decisions on one finding than there will ever be, and what the column holds.
MOST_VERSIONS = 1_000_000_000
# Longest text that is searched by meaning: the encoder's vector of more says little of each part.
LONGEST = 1000
# Encoding a whole program takes a core for seconds: one search at a time, in threads that are few.
SEARCH = ConcurrencyLimit(at_once=1, waiting=2, patience=10)
router = APIRouter(include_in_schema=False)


class Typed(NamedTuple):
    """What a person typed and ticked in the form of a finding."""

    comment: str
    evidence: tuple[str, ...]


@router.get("/reviews/{number}/page/{name:path}/{sheet}.png")
def page(services: TheServices, user: Person, number: int, name: str, sheet: int) -> Response:
    """One page of a PDF of the program, as a PNG picture."""
    return Response(services.drawn(number, name, sheet), media_type="image/png")


@router.get("/reviews/{number}/{position}")
def finding(request: Request, services: TheServices, user: Person, number: int, position: int, q: str = "") -> Response:
    """One finding with its evidence in context, and the form to judge it; ``q`` is a text to search for."""
    return _page(request, services, user, number, position, q=q)


@router.post("/reviews/{number}/undo", dependencies=[Checked])
def undo(services: TheServices, user: Person, number: int) -> Response:
    """Take the person's last decision back, and show its finding."""
    return RedirectResponse(f"/reviews/{number}/{decisions.take_back(services.store, number, user)}", 303)


@router.post("/reviews/{number}/{position}", dependencies=[Checked])
def judge(
    request: Request,
    services: TheServices,
    user: Person,
    number: int,
    position: int,
    choice: Annotated[Verdict, Form()],
    version: Annotated[int, Form(ge=0, le=MOST_VERSIONS)],
    comment: Annotated[str, Form(max_length=5000)] = "",
    evidence: Annotated[list[str] | None, Form(max_length=1000)] = None,
    settles: Annotated[bool, Form()] = False,
) -> Response:
    """Save a decision, and show the next finding that waits for the person."""
    item = queries.item(services.store, number, position)
    typed = Typed(comment=comment, evidence=tuple(evidence or ()))
    try:
        services.store.judge(
            item.id, user, choice, evidence=typed.evidence, comment=comment.strip(), version=version, settles=settles
        )
    except (ConflictError, SignedError) as error:
        # A page that was opened before keeps what was typed, also when it cannot be sent any more.
        return _page(request, services, user, number, position, typed=typed, problem=sentence(error), status=409)
    following = queries.following(services.store, number, user, position)
    return RedirectResponse(f"/reviews/{number}" + ("" if following is None else f"/{following}"), 303)


def _page(
    request: Request,
    services: Services,
    user: User,
    number: int,
    position: int,
    *,
    q: str = "",
    typed: Typed | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    """The page of a finding; ``typed`` is what was typed before a decision failed, ``problem`` why it failed."""
    store = services.store
    head, alignment = store.head(number), store.opened(number).alignment
    item = queries.item(store, number, position)
    finding = alignment.findings[position]
    # An expert sees the decisions of others only after deciding, so that decisions are independent.
    blind = queries.hidden(item, user, head.locked is not None)
    may_judge = user.role != Role.VIEWER and head.locked is None
    lost = typed.comment.strip() if typed and not may_judge else ""
    typed = typed or _typed_before(item, user)
    chosen = _chosen(finding, typed) if may_judge else _ticked(item, blind)
    added = _added(alignment, finding, chosen)
    listed = {entry.statement.id for entry in finding.candidates} | {statement.id for statement in added}
    hits = _search(services.search, alignment, q) if q and services.search else []
    kept = store.source_names(number)
    general, function = functions_of(alignment, finding)
    return services.show(
        request,
        "finding.html",
        status,
        user=user,
        review=head,
        item=item,
        finding=finding,
        thresholds=alignment.thresholds,
        general=general,
        function=function,
        evidence=[(entry, around(alignment, entry.statement)) for entry in finding.candidates],
        added=[(statement, around(alignment, statement)) for statement in added],
        hits=[(statement, around(alignment, statement)) for statement in hits if statement.id not in listed],
        page_of=lambda statement: statement.location.file in kept and statement.location.page,
        q=q,
        searchable=services.search is not None,
        comment=typed.comment if typed else "",
        chosen=chosen,
        mine=latest(item).get(user.id),
        choices=[Verdict(value) for value in VERDICTS],
        may_judge=may_judge,
        dispute=[] if blind or not item.disputed else list(latest(item).values()),
        head=user.role == Role.HEAD,
        undone={entry.id: entry.verdict for entry in item.decisions},
        history=[entry for entry in item.decisions if not blind or entry.user_id == user.id],
        blind=blind,
        decision=Verdict(item.decided) if item.decided and not blind else None,
        offer=queries.offer(store, item, user, blind),
        problem=problem,
        lost=lost,
        **_way(services, user, number, position, may_judge),
    )


def _typed_before(item: Item, user: User) -> Typed | None:
    """Comment and evidence of the person's last decision; if they took it back, the form shows its text again."""
    mine = latest(item).get(user.id)
    last = mine or next((entry for entry in reversed(item.decisions) if entry.user_id == user.id), None)
    return Typed(comment=decisions.own_comment(last.comment), evidence=tuple(last.evidence.split())) if last else None


def functions_of(alignment: Alignment, finding: Finding) -> tuple[GeneralizedFunction | None, WorkFunction | None]:
    """The generalized function and the work function of a finding."""
    for general in alignment.standard.functions:
        for function in general.functions:
            if function.code == finding.function:
                return general, function
    return None, None


def _search(search: Search, alignment: Alignment, text: str) -> list[Statement]:
    with SEARCH.slot():
        return search(alignment, text[:LONGEST])


def _chosen(finding: Finding, typed: Typed | None) -> set[str]:
    """Ids of the ticked statements: those that the person chose before, else the best evidence unless it is a gap."""
    if typed is not None:
        return set(typed.evidence)
    return {finding.best.statement.id} if finding.best and finding.verdict.answered else set()


def _ticked(item: Item, blind: bool) -> set[str]:
    """Ids of the statements chosen in valid decisions, for people who may only look."""
    return set() if blind else {key for entry in latest(item).values() for key in entry.evidence.split()}


def _added(alignment: Alignment, finding: Finding, chosen: set[str]) -> list[Statement]:
    """Chosen statements that are not among the candidates: somebody found them by search."""
    more = chosen - {entry.statement.id for entry in finding.candidates}
    return [statement for statement in alignment.program.statements() if statement.id in more] if more else []


def _way(services: Services, user: User, number: int, position: int, may_judge: bool) -> dict[str, Any]:
    """The previous and the next finding, and the progress. People who may only look go in the standard's order."""
    store = services.store
    progress = queries.progress(store, number, user)
    if not may_judge:
        last = progress.total - 1
        neighbours = {
            "before": position - 1 if position else None,
            "following": position + 1 if position < last else None,
        }
        return {"progress": progress, "last": None, "gain": None, **neighbours}
    return {
        "progress": progress,
        "before": decisions.judged_before(store, number, user, position),
        "following": queries.following(store, number, user, position),
        "last": decisions.judged_before(store, number, user, -1),
        "gain": queries.gain(store, number, user),
    }


def around(alignment: Alignment, statement: Statement) -> list[tuple[Statement, bool]]:
    """A statement with its neighbours in the discipline; the flag marks the statement itself."""
    for discipline in alignment.program.disciplines:
        if discipline.title != statement.discipline:
            continue
        items = list(discipline.statements)
        place_of = next((index for index, item in enumerate(items) if item.id == statement.id), None)
        if place_of is not None:
            near = items[max(0, place_of - NEARBY) : place_of + NEARBY + 1]
            return [(item, item.id == statement.id) for item in near]
    return [(statement, True)]
