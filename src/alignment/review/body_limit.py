"""Requests that are too large are refused while they arrive, before anything is read of them."""

from __future__ import annotations

from contextlib import suppress

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alignment.i18n import _


class TooLargeError(Exception):
    """More bytes came than were allowed."""


class BodyLimit:
    """ASGI middleware.

    Args:
        app: what it stands before.
        small: most bytes of a request.
        large: most bytes of a request to one of ``large_paths``.
        large_paths: where files may be given.
    """

    def __init__(self, app: ASGIApp, *, small: int, large: int, large_paths: tuple[str, ...]) -> None:
        self.app, self.small, self.large, self.large_paths = app, small, large, large_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the bytes of a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = self.large if scope["path"].startswith(self.large_paths) else self.small
        # The rest of the body is not waited for.
        refused = PlainTextResponse(_("at most {n} bytes are taken").format(n=most), 413, {"Connection": "close"})
        said = dict(scope["headers"]).get(b"content-length", b"0")
        if not said.isdigit() or int(said) > most:
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

        async def given(message: Message) -> None:
            # Whatever the application makes of a body that was cut off, the answer is the one below.
            if count <= most:
                await send(message)

        with suppress(TooLargeError):
            await self.app(scope, counted, given)
        if count > most:
            await refused(scope, receive, send)
