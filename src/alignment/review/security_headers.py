"""The outermost middleware: security headers on every response, and a plain response to unforeseen errors."""

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
    """ASGI middleware that sets headers.

    Args:
        app: the application behind it.
        headers: set on every response, also 413 and 500; a header that a page has set itself stays.
        secure: whether the site uses https only.
    """

    def __init__(self, app: ASGIApp, *, headers: dict[str, str], secure: bool) -> None:
        self.app = app
        self.headers = {**headers, "Strict-Transport-Security": HSTS} if secure else headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on and add the headers to its response."""
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
        except Exception:  # the details go to the log, not to strangers
            log.exception("%s %r", scope["method"], scope["path"])
            if begun:
                raise
            text = _("a fault of align itself; it was written into the log of the server.")
            await PlainTextResponse(text, 500)(scope, receive, hardened)
