"""The outermost layer: the same headers on every answer, and one calm answer to a fault that nobody foresaw."""

from __future__ import annotations

import logging

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alignment.i18n import _

# A browser that came once over https asks for nothing else for a year.
HSTS = "max-age=31536000; includeSubDomains"
log = logging.getLogger(__name__)


class SecurityHeaders:
    """ASGI middleware.

    Args:
        app: what it stands before.
        headers: of every answer, whoever makes it (413 and 500 too); a page that has its own of one keeps it.
        secure: whether the site speaks https only.
    """

    def __init__(self, app: ASGIApp, *, headers: dict[str, str], secure: bool) -> None:
        self.app = app
        self.headers = {**headers, "Strict-Transport-Security": HSTS} if secure else headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def hardened(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, receive, hardened)
        except Exception:  # whatever it is, a stranger learns nothing of it
            log.exception("%s %r", scope["method"], scope["path"])
            if begun:
                raise
            text = _("a fault of align itself; it was written into the log of the server.")
            await PlainTextResponse(text, 500)(scope, receive, hardened)
