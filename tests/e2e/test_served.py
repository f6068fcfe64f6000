"""The rules of the gate on a real `align serve`, byte by byte."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("playwright")
pytest.importorskip("httpx")

import httpx

from alignment.review.tables import Role
from tests.conftest import Run
from tests.helpers.browsing import Served
from tests.helpers.reviewing import PASSWORD

LARGE = 90_000_000


@pytest.fixture
def local(tmp_path: Path, cache_dir: Path) -> Iterator[Served]:
    made = Served(tmp_path, cache_dir, "--allowed-host", "align.example.org")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def team(tmp_path: Path, cache_dir: Path) -> Iterator[Served]:
    made = Served(tmp_path, cache_dir, "--accounts", "--https", "--allowed-host", "align.example.org")
    made.store.add_user("egor", "Егор", Role.EXPERT, PASSWORD)
    made.start()
    yield made
    made.stop()


def test_one_server_for_a_store(local: Served, align: Run) -> None:
    """Wrong passwords and waiting checks are counted in one process: a second one would double the bounds."""
    for _time in range(2):
        second = align("serve", "--port", "0", "--database", local.database)
        assert (second.returncode, second.stdout) == (2, "")
        assert "another align serve" in second.stderr
    assert httpx.get(f"{local.url}/").status_code == 200
    local.process.kill()
    local.process.wait(20)
    local.start()  # what was killed holds nothing


def test_a_name_that_is_not_ours_is_not_answered(local: Served) -> None:
    for host, status in (("127.0.0.1", 200), ("align.example.org", 200), ("evil.example", 421)):
        assert httpx.get(f"{local.url}/", headers={"host": host}).status_code == status
    sent = httpx.post(f"{local.url}/suggest", headers={"origin": "https://evil.example"}, files={"files": b"x"})
    assert sent.status_code == 403


def answered(port: int, lines: list[str]) -> str:
    """What comes back when only the head of a request is sent, until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(("\r\n".join([*lines, "", ""])).encode())
        result = b""
        while part := line.recv(65536):
            result += part
    return result.decode()


@pytest.mark.parametrize("path", ["/check", "/upload", "/reviews/1/1"])
def test_a_stranger_is_refused_before_the_body_is_sent(team: Served, path: str) -> None:
    size = LARGE if path != "/reviews/1/1" else 900_000
    head = ["Host: align.example.org", f"Content-Length: {size}", "Content-Type: multipart/form-data; boundary=x"]
    result = answered(team.port, [f"POST {path} HTTP/1.1", *head]).lower()
    assert result.startswith("http/1.1 401" if path == "/check" else "http/1.1 303")
    for name in ("content-security-policy", "strict-transport-security", "x-content-type-options", "connection: close"):
        assert name in result
    assert "server:" not in result
    huge = answered(team.port, [f"POST {path} HTTP/1.1", *head[:1], "Content-Length: 99999999999"]).lower()
    assert huge.startswith("http/1.1 413")
    assert "content-security-policy" in huge


def test_wrong_passwords_are_throttled_by_the_address_that_the_proxy_names(team: Served) -> None:
    def attempt(address: str) -> int:
        headers = {"host": "align.example.org", "x-forwarded-for": address}
        return httpx.get(f"{team.url}/standards", auth=("egor", "wrong"), headers=headers, timeout=60).status_code

    # The delay doubles: however slow this machine is, one of these comes too soon.
    codes = [attempt(f"192.0.2.{number}") for number in range(14)]
    assert codes[:5] == [401] * 5
    assert set(codes[5:]) <= {401, 429}
    assert 429 in codes
