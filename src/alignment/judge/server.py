"""The judge's server: any that speaks the OpenAI chat protocol (llama.cpp, vLLM, Ollama, a provider's gateway).

The package `openai` (extra ``[judge]``) sends the requests: it retries with back-off, obeys Retry-After and
distinguishes faults. Redirects are not followed. Only headers that HTTP needs are sent, so that nothing of this machine
and of the variables ``OPENAI_*`` is revealed.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from contextvars import copy_context
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

import msgspec

from alignment.errors import MissingExtraError, SettingsError
from alignment.i18n import _
from alignment.judge.answer import Fault
from alignment.judge.question import ChatMessage, estimated_tokens
from alignment.judge.refusals import broken_off, is_loading, refused, unreachable
from alignment.settings import Settings

if TYPE_CHECKING:
    from openai import AsyncOpenAI

KEY = "ALIGN_JUDGE_KEY"
CONNECT_SECONDS = 10.0  # a server that is there answers at once, also from afar
RETRIES = 3  # of one question, with growing pauses: an overloaded server has some seconds to recover
# An answer is a few kilobytes; a server that sends more than this is no judge.
MOST_BYTES = 4_000_000
HEADERS = (
    "host",
    "accept",
    "accept-encoding",
    "connection",
    "content-type",
    "content-length",
    "transfer-encoding",
    "x-stainless-raw-response",  # by this one the client library knows its own request again
)
LOOPBACK = ("localhost", "127.0.0.1", "::1")
# A server that is loading its model is asked again after so many seconds, within `judge_seconds`.
# Loading takes it ten seconds to minutes.
LOADING_SECONDS = 2.0
# Ways to request the schema of the answer: as OpenAI defines it, as llama-cpp-python takes it, none.
FORMS: tuple[Callable[[dict[str, Any]], dict[str, Any] | None], ...] = (
    lambda schema: {"type": "json_schema", "json_schema": {"name": "verdict", "strict": True, "schema": schema}},
    lambda schema: {"type": "json_object", "schema": schema},
    lambda schema: None,
)
T = TypeVar("T")
R = TypeVar("R")


class ServerFault(Exception):
    """There is no usable reply; ``fatal`` means that another request would fail, too."""

    def __init__(self, fault: Fault, text: str, *, fatal: bool = False) -> None:
        self.fault, self.fatal = fault, fatal
        super().__init__(text)


class Reply(NamedTuple):
    """A model's reply; ``whole`` is False if it was cut off, ``model`` is the name that the server gives."""

    text: str
    whole: bool
    model: str
    tokens_in: int
    tokens_out: int


class _Message(msgspec.Struct, frozen=True):
    content: str | None = None


class _Choice(msgspec.Struct, frozen=True):
    message: _Message
    finish_reason: str | None = None


class _Usage(msgspec.Struct, frozen=True):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Completion(msgspec.Struct, frozen=True):
    choices: list[_Choice]
    model: str | None = None
    usage: _Usage | None = None


def checked_url(settings: Settings) -> str:
    """The judge's address from the settings.

    Raises:
        SettingsError: it is not an http(s) address or has a name or password in it, or no model is named.
    """
    try:
        parts = urlsplit(settings.judge)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port beyond 65535, a bracket that is not closed
        known = False
    if not known:
        raise SettingsError(
            _("'{url}' is not the address of a server.").format(url=settings.judge),
            file="--judge",
            hint=_("For example http://localhost:8080/v1."),
        )
    if parts.username or parts.password or parts.query:
        raise SettingsError(
            _("the address holds a name, a password or a key."),
            file="--judge",
            hint=_("Give the address alone, and the key in the environment variable {name}.").format(name=KEY),
        )
    if not settings.judge_model:
        raise SettingsError(
            _("the judge's model is not named."), file="--judge-model", hint=_("Name one that the server has.")
        )
    return settings.judge.rstrip("/")


def require_client() -> None:
    """Check that the client library is installed.

    Raises:
        MissingExtraError: it is not; the error says how to install it.
    """
    try:
        import openai  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            _("a judge needs an optional package."), hint=_("Install it: pip install 'profstandart-align[judge]'.")
        ) from error


class Server:
    """One address and model; ``calls``, ``requests`` and tokens are counted.

    Args:
        settings: ``judge`` and the settings that begin with it; checked here.

    Raises:
        SettingsError: as `checked_url`.
        MissingExtraError: as `require_client`.
    """

    def __init__(self, settings: Settings) -> None:
        self.url, self.model = checked_url(settings), settings.judge_model
        require_client()
        self.seconds = float(settings.judge_seconds)
        self.parallel = settings.judge_parallel
        self.calls = self.requests = self.tokens_in = self.tokens_out = 0
        self.answered_by = ""
        self._form = 0
        self._client: AsyncOpenAI | None = None

    @property
    def retries(self) -> int:
        """Requests that were sent again."""
        return max(0, self.requests - self.calls)

    async def ask(self, messages: Sequence[ChatMessage], schema: dict[str, Any], most_tokens: int) -> Reply:
        """Send one call, with its retries.

        Args:
            messages: the conversation.
            schema: the JSON Schema of the answer.
            most_tokens: greatest number of tokens of the answer.

        Raises:
            ServerFault: the server cannot be reached, is too slow, refuses, or its reply is not a chat completion.
        """
        import openai

        try:
            async with asyncio.timeout(self.seconds * 2):
                return await self._called(messages, schema, most_tokens)
        except (TimeoutError, openai.APITimeoutError) as error:
            if type(error.__cause__).__name__ == "ConnectTimeout":
                raise ServerFault(Fault.SERVER, unreachable(error, self.url)) from error
            text = _("no answer within {n} seconds; raise judge_seconds, or lower judge_parallel")
            raise ServerFault(Fault.TIMEOUT, text.format(n=round(self.seconds))) from error
        except openai.APIStatusError as error:
            fatal = error.status_code in (401, 403, 404, 405) or 300 <= error.status_code < 400
            raise ServerFault(Fault.SERVER, refused(error, KEY, await self._names(error)), fatal=fatal) from error
        except openai.APIError as error:
            raise ServerFault(Fault.SERVER, unreachable(error, self.url)) from error

    async def _called(self, messages: Sequence[ChatMessage], schema: dict[str, Any], most_tokens: int) -> Reply:
        """The reply, with the strictest way to request the schema that the server accepts (`FORMS`)."""
        import openai

        for form in range(self._form, len(FORMS)):
            try:
                reply = await self._call(messages, FORMS[form](schema), most_tokens)
            except (openai.BadRequestError, openai.UnprocessableEntityError):
                if form == len(FORMS) - 1:
                    raise
            else:
                self._form = max(self._form, form)
                return reply
        raise AssertionError("the last form returns or raises")

    async def _call(self, messages: Sequence[ChatMessage], form: dict[str, Any] | None, most_tokens: int) -> Reply:
        import openai

        options = {} if form is None else {"response_format": form}
        self.calls += 1
        # The type hints of the library list the models and forms of OpenAI; the user's server has others.
        create: Any = self._open().chat.completions.with_streaming_response.create
        while True:
            try:
                async with create(
                    model=self.model, messages=list(messages), temperature=0, max_tokens=most_tokens, **options
                ) as response:
                    body = await self._whole(response.iter_bytes())
                return self._read(body, messages)
            except openai.InternalServerError as error:
                if not is_loading(error):
                    raise
                await asyncio.sleep(LOADING_SECONDS)

    def _read(self, body: bytes, messages: Sequence[ChatMessage]) -> Reply:
        try:
            completion = msgspec.json.decode(body, type=_Completion)
            choice = completion.choices[0]
        except (msgspec.MsgspecError, IndexError) as error:
            text = _("the reply of {url} does not follow the OpenAI chat protocol: check whether the address lacks /v1")
            raise ServerFault(Fault.SERVER, text.format(url=self.url)) from error
        text, usage = choice.message.content or "", completion.usage or _Usage()
        tokens_in = usage.prompt_tokens or estimated_tokens(list(messages))
        tokens_out = usage.completion_tokens or estimated_tokens([{"content": text}])
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out
        self.answered_by = self.answered_by or (completion.model or "")
        return Reply(text, choice.finish_reason != "length", completion.model or "", tokens_in, tokens_out)

    async def _names(self, error: Any) -> list[str]:
        """The models of the server, if it does not know the requested one (404); empty if it does not list any."""
        if error.status_code != 404:
            return []
        with suppress(Exception):
            async with asyncio.timeout(CONNECT_SECONDS):
                return [item.id async for item in self._open().models.list()]
        return []

    async def _whole(self, parts: AsyncIterator[bytes]) -> bytes:
        """The bytes of a reply, at most `MOST_BYTES`.

        Raises:
            ServerFault: the reply is too long, or the connection breaks off.
        """
        body = bytearray()
        try:
            async for part in parts:
                body += part
                if len(body) > MOST_BYTES:
                    text = _("the reply of {url} is far too long for an answer: name the address of a language model")
                    raise ServerFault(Fault.SERVER, text.format(url=self.url), fatal=True)
        except (ServerFault, TimeoutError):
            raise
        except Exception as error:  # here the client library does not wrap the errors of its transport
            raise ServerFault(Fault.SERVER, broken_off(error, self.url)) from error
        return bytes(body)

    def _open(self) -> AsyncOpenAI:
        if self._client is None:
            import openai

            self._client = openai.AsyncOpenAI(
                base_url=self.url,
                api_key="none",  # the real one is set with the other headers, in `_stripped`
                max_retries=RETRIES,
                timeout=openai.Timeout(self.seconds, connect=CONNECT_SECONDS),
                http_client=openai.DefaultAsyncHttpxClient(
                    follow_redirects=False,
                    # A proxy from the environment is not used for a server on this machine.
                    trust_env=urlsplit(self.url).hostname not in LOOPBACK,
                    event_hooks={"request": [self._stripped]},
                ),
            )
        return self._client

    async def _stripped(self, request: Any) -> None:
        """Remove all headers that HTTP does not need, and add the key."""
        for name in [name for name in request.headers if name.lower() not in HEADERS]:
            del request.headers[name]
        request.headers["User-Agent"] = "profstandart-align"
        if key := os.environ.get(KEY):
            request.headers["Authorization"] = f"Bearer {key}"
        self.requests += request.method == "POST"

    async def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        if self._client is not None:
            await self._client.close()
            self._client = None


def side_by_side(
    items: Sequence[T], work: Callable[[T], Awaitable[R]], parallel: int, close: Callable[[], Awaitable[None]]
) -> Iterator[tuple[int, R]]:
    """(index, result) of ``work`` for each item, as the results come, ``parallel`` at a time.

    The work runs in an event loop in another thread, so that the caller may have a loop itself, and may store results
    in a database that belongs to its own thread. Leaving the iterator early cancels the running work.

    Args:
        items: the items.
        work: a coroutine function for one item.
        parallel: number of items at a time.
        close: called at the end, in the same loop.
    """
    done: SimpleQueue[tuple[int, R] | BaseException | None] = SimpleQueue()
    loop = asyncio.new_event_loop()

    async def all_of_it() -> None:
        waiting = iter(enumerate(items))

        async def worker() -> None:
            for place, item in waiting:
                done.put((place, await work(item)))

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(parallel, len(items))):
                    group.create_task(worker())
        finally:
            await close()

    task = loop.create_task(all_of_it())

    def run() -> None:
        try:
            loop.run_until_complete(task)
            done.put(None)
        except BaseException as error:
            done.put(error)
        finally:
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

    thread = Thread(target=copy_context().run, args=(run,), name="judge", daemon=True)
    thread.start()
    try:
        while (outcome := done.get()) is not None:
            if isinstance(outcome, BaseException):
                raise outcome.exceptions[0] if isinstance(outcome, BaseExceptionGroup) else outcome
            yield outcome
    finally:
        if thread.is_alive():
            with suppress(RuntimeError):  # the loop may have closed in between
                loop.call_soon_threadsafe(task.cancel)
            thread.join()
