"""Explain a refusal or failure of the judge's server in one line that says what to do."""

from __future__ import annotations

import errno
import socket
import ssl
from typing import Any

from alignment.errors import REASONS
from alignment.i18n import Text
from alignment.i18n import message as _
from alignment.judge.question import visible_text

NAMED = 8  # models that a hint lists: what fits two lines
# Characters of a server's own words that are shown: the first sentence or two.
SAID = 200
# What a server answers that has not loaded its model yet (llama.cpp does so).
LOADING = 503
# The system's errors of connections, beside those of files, in plain words.
CONNECTIONS = REASONS | {
    errno.ECONNRESET: _("it closed the connection"),
    errno.EPIPE: _("it closed the connection"),
    errno.ENETUNREACH: _("there is no network route to it"),
    errno.EHOSTUNREACH: _("there is no network route to it"),
}


def refused(error: Any, key: str, names: list[str]) -> str:
    """The meaning of a status other than 2xx, with the server's message and a hint.

    Args:
        error: an `openai.APIStatusError`.
        key: name of the environment variable for the key.
        names: models of the server, if they are known.
    """
    code, words = error.status_code, own_words(error)
    text = str(_("the server refused with the code {code}", code=code)) + (f" ({words})" if words else "")
    hint: Text = ""
    if code in (401, 403):
        hint = _("set the environment variable {name} to a key that it accepts", name=key)
    elif code == 404 and names:
        hint = _("models of the server: {names}", names=", ".join(names[:NAMED]))
    elif code in (404, 405):
        hint = _("check that the address ends as the server requires (mostly in /v1) and that the server has the model")
    elif code == 429:
        hint = _("lower judge_parallel or try again later; the answers so far are kept")
    elif 300 <= code < 400:
        other = visible_text(error.response.headers.get("location", ""))[:SAID]
        hint = _("it redirects to another address; use that one: {url}", url=other)
    elif code >= 500:
        hint = _("the log of the server says more; the answers so far are kept")
    return f"{text}; {hint}" if hint else text


def own_words(error: Any) -> str:
    """The server's message about its refusal, in one line; "" if there is none that can be read."""
    body = error.body
    while isinstance(body, dict):
        body = body.get("message", body.get("error", body.get("detail")))
    words = visible_text(body) if isinstance(body, str) else ""
    return "" if words.startswith("<") else words[:SAID]


def is_loading(error: Any) -> bool:
    """Whether a refusal means that the model is not loaded yet."""
    return error.status_code == LOADING and "loading" in own_words(error).casefold()


def unreachable(error: BaseException, url: str) -> str:
    """Why no connection could be made, and what to do."""
    text = _(
        "the server {url} cannot be reached ({reason}); start it, or correct the address", url=url, reason=_why(error)
    )
    return str(text)


def broken_off(error: BaseException, url: str) -> str:
    """Why a connection ended before the whole reply had come."""
    return str(_("the connection to {url} broke off ({reason})", url=url, reason=_why(error)))


def _why(error: BaseException) -> Text:
    # The client library wraps the system's error, often twice, and its own "Connection error." does not help the user.
    chain = [error]
    while (inner := chain[-1].__cause__ or chain[-1].__context__) is not None and inner not in chain:
        chain.append(inner.exceptions[0] if isinstance(inner, BaseExceptionGroup) else inner)
    for result in reversed(chain):
        if isinstance(result, socket.gaierror):
            return _("no server of this name is known")
        if isinstance(result, ssl.SSLError):
            return _("no secure connection: {reason}", reason=result.reason or type(result).__name__)
        if isinstance(result, OSError) and result.errno in CONNECTIONS:
            return CONNECTIONS[result.errno]
        if isinstance(result, TimeoutError):
            return CONNECTIONS[errno.ETIMEDOUT]
    return visible_text(str(chain[-1]))[:SAID] or type(chain[-1]).__name__
