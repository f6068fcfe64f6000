"""Log in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from alignment.review.desk import Checked, TheDesk

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
