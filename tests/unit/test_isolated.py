"""Processes that read: what ends in them ends there, forked or as new interpreters."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from alignment import isolated
from alignment.documents.limits import seconds_for
from alignment.errors import InputError, LimitError
from alignment.isolated import Call, Pool
from alignment.settings import Settings

SETTINGS = Settings(read_seconds=1, read_memory_mb=300)


def greet(name: str) -> bytes:
    return f"{name} {isolated.inside()}".encode()


def nested(name: str) -> bytes:
    return isolated.call(greet, name, file="a", settings=SETTINGS)


def spin(_name: str) -> bytes:
    while True:
        pass


def eat(_name: str) -> bytes:
    kept = []
    while True:
        kept.append(bytearray(50 << 20))


def abort(_name: str) -> bytes:
    os.abort()


def fault(name: str) -> bytes:
    return name.nothing  # type: ignore[attr-defined,no-any-return]


def refuse(name: str) -> bytes:
    raise InputError("bad \udcff.", file=name, place="page 2", hint="Mend it.")


class UnlikeError(InputError):
    """An error that the parent does not know."""


def refuse_otherwise(name: str) -> bytes:
    raise UnlikeError("bad \udcff.", file=name, place="page 2", hint="Mend it.")


def count(_name: str) -> bytes:
    for number in range(3):
        isolated.report_progress("pages", "a", number, 3)
    return os.fsencode(Path.cwd())


@pytest.fixture(params=["forked", "new"])
def started(request: pytest.FixtureRequest) -> Iterator[None]:
    """Processes are forked, or new interpreters: beside a thread none may be forked."""
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    if request.param == "new":
        thread.start()
    elif threading.active_count() > 1:
        pytest.skip("there are threads here: none may be forked")
    yield
    end.set()
    if request.param == "new":
        thread.join()


def result(task: isolated.Task, name: str = "a") -> bytes:
    return isolated.call(task, name, file="a.txt", settings=SETTINGS)


@pytest.mark.usefixtures("started")
def test_answers_come_back() -> None:
    assert result(greet, "имя") == "имя True".encode()
    assert result(nested) == b"a True"
    assert not isolated.inside()


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize(
    ("task", "error", "said"),
    [
        (spin, LimitError, "a.txt: reading the file takes more than 1 seconds"),
        (eat, LimitError, "a.txt: reading the file needs too much memory"),
        (abort, LimitError, r"crashes the reader \(SIGABRT\)"),
        (fault, InputError, r"a.txt: reading the file failed \(AttributeError\)"),
        (refuse, InputError, "b, page 2: bad .* Mend it"),
        (refuse_otherwise, InputError, "b, page 2: bad .* Mend it"),
    ],
)
def test_what_ends_there_is_an_error_here(task: isolated.Task, error: type[InputError], said: str) -> None:
    with pytest.raises(error, match=said):
        result(task, "b")
    assert result(greet) == b"a True"


@pytest.mark.usefixtures("started")
def test_others_go_on_when_one_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given: list[tuple[str, str, int, int]] = []
    calls = [Call(task, ("b",), str(number), 1) for number, task in enumerate((count, abort, greet, fault, count))]
    with Pool(SETTINGS, progress=lambda *words: given.append(words)) as pool:
        for call in calls:
            pool.submit(call)
        ended = {}
        while len(ended) < len(calls):
            ended.update({done.call.file: done for done in pool.wait()})
        assert list(pool.wait()) == []
    assert {file for file, done in ended.items() if done.error} == {"1", "3"}
    assert ended["0"].data == ended["4"].data == os.fsencode(tmp_path)
    assert given.count(("pages", "a", 2, 3)) == 2


def test_no_signs_of_life_are_awaited_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated, "PATIENCE", 1)
    with pytest.raises(LimitError, match="more than 1 seconds"):
        result(_sleep)


def _sleep(_name: str) -> bytes:
    threading.Event().wait()
    return b""


def test_without_seconds_there_is_no_process() -> None:
    assert isolated.call(greet, "a", file="a", settings=Settings(read_seconds=0)) == b"a False"


def test_texts_get_a_third_of_the_time() -> None:
    assert seconds_for(Path("a.MD"), Settings()) == 20
    assert seconds_for(Path("a.pdf"), Settings()) == 60
