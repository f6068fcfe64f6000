"""Refuse requests that are too large while they arrive, before any of it is parsed."""

from __future__ import annotations

from contextlib import suppress

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alignment.i18n import _


class TooLargeError(Exception):
    """A request has more bytes than are allowed."""


class BodyLimit:
    """ASGI middleware that limits the size of requests.

    Args:
        app: the application behind it.
        small: largest request, in bytes.
        large: largest request to one of ``large_paths``, in bytes.
        large_paths: beginnings of paths to which files may be sent.
    """

    def __init__(self, app: ASGIApp, *, small: int, large: int, large_paths: tuple[str, ...]) -> None:
        self.app, self.small, self.large, self.large_paths = app, small, large, large_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or answer 413 if it is too large."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = self.large if scope["path"].startswith(self.large_paths) else self.small
        # "close": the server must not wait for the rest of the body.
        refused = PlainTextResponse(
            _("a request may have at most {n} bytes").format(n=most), 413, {"Connection": "close"}
        )
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > most:
            await refused(scope, receive, send)
            return
        count = 0

        async def counted() -> Message:
            nonlocal count
            message = await receive()
            count += len(message.get("body", b""))
            if count > most:
                raise TooLargeError
            return message

        async def answered(message: Message) -> None:
            # Drop the application's answer to a body that was cut off; the refusal below is sent instead.
            if count <= most:
                await send(message)

        with suppress(TooLargeError):
            await self.app(scope, counted, answered)
        if count > most:
            await refused(scope, receive, send)
