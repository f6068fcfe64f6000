"""Log in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from alignment.errors import InputError
from alignment.i18n import _
from alignment.review.desk import Checked, Desk, Person, RefusedError, TheDesk
from alignment.review.tables import User

router = APIRouter(include_in_schema=False)


@router.get("/login")
def login_page(request: Request, desk: TheDesk) -> Response:
    """The form for login and password."""
    return desk.show(request, "login.html", user=None, failed=False)


@router.post("/login", dependencies=[Checked])
def login(request: Request, desk: TheDesk, login: Annotated[str, Form()], password: Annotated[str, Form()]) -> Response:
    """Log in."""
    found = desk.store.login(login, password)
    if found is None:
        return desk.show(request, "login.html", 401, user=None, failed=True)
    request.session.clear()
    request.session["user"] = found.id
    return RedirectResponse("/", 303)


@router.post("/logout", dependencies=[Checked])
def logout(request: Request) -> Response:
    """Forget who is logged in."""
    request.session.clear()
    return RedirectResponse("/login", 303)


@router.get("/me")
def me(request: Request, desk: TheDesk, user: Person) -> Response:
    """The name of the one person of local mode."""
    _local(desk)
    return desk.show(request, "me.html", user=user)


@router.post("/me", dependencies=[Checked])
def rename(desk: TheDesk, user: Person, name: Annotated[str, Form(max_length=200)]) -> Response:
    """Keep that name: it stands in protocols."""
    _local(desk)
    if not name.strip():
        raise InputError(_("the name is empty."), hint=_("Give surname, first name and patronymic."))
    with desk.store.writing() as session:
        session.get_one(User, user.id).name = " ".join(name.split())
    return RedirectResponse("/", 303)


def _local(desk: Desk) -> None:
    """With accounts the name is that of the account."""
    if not desk.local:
        raise RefusedError(_("the name is that of your account."), hint=_("Ask whoever looks after the server."))
