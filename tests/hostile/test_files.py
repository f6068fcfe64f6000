"""Every kind of hostile file: its exit code, its message, and no more of memory and time than its process may have."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.hostile.kinds import KINDS
from tests.hostile.run import MEMORY_MB

LEAST_KINDS = 200
GROUPS = sorted({name.partition(":")[0] for name in KINDS})
# Of one process: what a reader may have, what Python and the readers' libraries take, and what a call has made of it.
PEAK_MB = MEMORY_MB + 400
# Processor time of one kind with everything that it starts, in the kernel's hands: it kills, no assertion measures.
LIMITED = "import resource; resource.setrlimit(resource.RLIMIT_CPU, (300, 300)); import runpy, sys; sys.argv[0] = 'run'; runpy.run_module('tests.hostile.run', run_name='__main__')"


def test_there_are_enough_kinds() -> None:
    assert len(KINDS) >= LEAST_KINDS
    assert {kind.exit for kind in KINDS.values()} == {0, 2}


@pytest.mark.parametrize("group", GROUPS)
def test_kinds_end_as_they_must(group: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, "--json", f"{group}:"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stderr == ""
    result = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(result) == sum(name.startswith(f"{group}:") for name in KINDS)
    assert [(item["name"], item["wrong"]) for item in result if item["wrong"]] == []
    assert [(item["name"], item["mb"]) for item in result if item["mb"] > PEAK_MB] == []
