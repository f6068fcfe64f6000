"""A fake server of the OpenAI chat protocol on loopback, which replies as a test tells it and records the requests."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec

from alignment.cache import Cache
from alignment.judge import Judge, Outcome
from alignment.judge.guide import PLAIN_CASES
from alignment.judge.question import Candidate, Question
from alignment.model import Kind
from alignment.settings import Settings

Asked = dict[str, Any]
MODEL = "scripted"
TEXTS = ("Расчёт режимов усилителей", "Разработка печатных плат в САПР", "История России")


class Reply:
    """A reply: status, headers and body.

    ``silent`` is the delay in seconds before the reply, ``drip`` the delay after each byte of the body; with 0 the body
    is sent as a whole.
    """

    def __init__(
        self,
        body: bytes | str = b"",
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
        silent: float = 0.0,
        drip: float = 0.0,
        promised: int = 0,
    ) -> None:
        self.body = body.encode() if isinstance(body, str) else body
        self.status, self.headers, self.silent, self.drip = status, headers or {}, silent, drip
        # Bytes that Content-Length counts but that are not sent before the connection is closed.
        self.promised = promised


def completion(text: str, *, finish: str = "stop", model: str = MODEL) -> Reply:
    """A chat completion with this text."""
    return Reply(
        json.dumps(
            {
                "id": "1",
                "object": "chat.completion",
                "created": 0,
                "model": model,
                "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}],
                "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
            },
            ensure_ascii=False,
        )
    )


def data_of(asked: Asked) -> dict[str, Any]:
    """The object with requirement and candidates in a request."""
    return json.loads(asked["messages"][1]["content"])


def graded(asked: Asked, grade: Callable[[str, str], int], *, together: bool = False, reason: str = "так") -> str:
    """An answer with ``grade(requirement, text)`` for each candidate, which quotes the whole text."""
    data = data_of(asked)
    return json.dumps(
        {
            "reason": reason,
            "grades": [
                {
                    "candidate": int(number),
                    "quote": item["text"] if grade(data["requirement"]["text"], item["text"]) else "",
                    "grade": grade(data["requirement"]["text"], item["text"]),
                }
                for number, item in data["candidates"].items()
            ],
            "together": together,
        },
        ensure_ascii=False,
    )


def plain_answer(asked: Asked) -> str | None:
    """The right answer to a plain case of the guide; None for any other question."""
    for case in PLAIN_CASES:
        if case.question.data() == asked["messages"][1]["content"]:
            texts = [item.text for item in case.question.candidates]
            grades = dict(zip(texts, map(max, case.grades), strict=True))
            return graded(asked, lambda _, text, grades=grades: grades[text])
    return None


class Scripted:
    """A script of replies: ``answer`` makes those to questions about programs; plain cases are answered right.

    With ``plain`` False, ``answer`` makes those to plain cases, too. ``asked`` and ``headers`` record the requests.
    """

    def __init__(self, answer: Callable[[Asked], Reply | str], *, plain: bool = True) -> None:
        self.answer, self.plain = answer, plain
        self.asked: list[Asked] = []
        self.headers: list[dict[str, str]] = []
        self.lock = threading.Lock()
        self.url = ""

    @property
    def of_program(self) -> list[Asked]:
        """The requests that are not plain cases."""
        return [item for item in self.asked if plain_answer(item) is None]

    def reply(self, asked: Asked, headers: dict[str, str]) -> Reply:
        with self.lock:
            self.asked.append(asked)
            self.headers.append(headers)
        known = plain_answer(asked) if self.plain else None
        result = known if known is not None else self.answer(asked)
        return completion(result) if isinstance(result, str) else result


@contextmanager
def serving(script: Scripted) -> Iterator[Scripted]:
    """Serve the script on a free port of 127.0.0.1 until the block ends."""
    stopped = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send(Reply(json.dumps({"object": "list", "data": [{"id": MODEL, "object": "model"}]})))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send(script.reply(json.loads(body), dict(self.headers.items())))

        def send(self, reply: Reply) -> None:
            stopped.wait(reply.silent)
            try:
                self.send_response(reply.status)
                for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body) + reply.promised))
                self.end_headers()
                for place in range(0, len(reply.body), 1 if reply.drip else len(reply.body)):
                    step = 1 if reply.drip else len(reply.body)
                    self.wfile.write(reply.body[place : place + step])
                    self.wfile.flush()
                    if reply.drip and stopped.wait(reply.drip):
                        return
                self.close_connection = self.close_connection or bool(reply.promised)
            except OSError:
                self.close_connection = True

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    script.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()


def question(*texts: str, requirement: str = "Рассчитывать усилители", kinds: tuple[Kind, ...] = ()) -> Question:
    """A question about these statements as candidates."""
    chosen = texts or TEXTS
    return Question(
        function="Разработка электронных средств",
        kind=Kind.SKILL,
        requirement=requirement,
        candidates=tuple(
            Candidate(statement=f"s{number}", kind=kind, discipline=f"Дисциплина {number}", text=text)
            for number, (text, kind) in enumerate(zip(chosen, kinds or (Kind.SKILL,) * len(chosen), strict=True), 1)
        ),
    )


def answer(*grades: int, quotes: tuple[str, ...] = (), together: bool = False, texts: tuple[str, ...] = TEXTS) -> str:
    """An answer with these grades; without ``quotes`` it quotes whole statements."""
    quoted = quotes or tuple(text if grade else "" for text, grade in zip(texts, grades, strict=True))
    items = [
        {"candidate": number, "quote": quote, "grade": grade}
        for number, (grade, quote) in enumerate(zip(grades, quoted, strict=True), 1)
    ]
    return json.dumps({"reason": "потому что", "grades": items, "together": together}, ensure_ascii=False)


def judges(settings: Settings, tmp_path: Path) -> Callable[..., Judge]:
    """A function that makes a judge which asks a script, with a cache in ``tmp_path``."""
    cache = Cache(tmp_path / "judge-cache")

    def make(script: Scripted, **options: object) -> Judge:
        values = {"judge": script.url, "judge_model": MODEL, "judge_seconds": 5, "judge_parallel": 1, **options}
        return Judge(msgspec.structs.replace(settings, **values), cache, language="ru")

    return make


def outcomes(judge: Judge, *questions: Question) -> list[Outcome]:
    """The outcomes of the questions, in their order."""
    result = dict(judge.answers(questions or (question(),)))
    return [result[place] for place in range(len(result))]
