"""Every bad file that fuzzing found or people thought of.

A refusal in words or a reading, soon and in little memory.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.targets import LONGEST, TARGETS, seeds

CORPUS = Path(__file__).parent.parent / "fuzz" / "corpus"
FILES = sorted(path for path in CORPUS.rglob("*") if path.is_file())
REPLAY = """
import re, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000, 3_000_000_000))
from pathlib import Path
from tests.fuzz.targets import TARGETS
for name in sys.argv[2:]:
    path = Path(name)
    TARGETS[path.parent.name]()(path.read_bytes())
    print("done", path, flush=True)
# Not getrusage: its peak begins with that of the process that forked this one.
print("peak", re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def test_there_is_a_corpus() -> None:
    assert {path.parent.name for path in FILES} <= set(TARGETS)
    assert len(FILES) >= 15


@pytest.mark.parametrize("name", sorted({path.parent.name for path in FILES}))
def test_bad_files_are_refused_in_bounds(name: str) -> None:
    own = [str(path) for path in FILES if path.parent.name == name]
    done = subprocess.run(
        [sys.executable, "-c", REPLAY, name, *own],
        capture_output=True,
        text=True,
        timeout=LONGEST * (1 + len(own)),
        check=False,
        cwd=CORPUS.parent.parent.parent,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("done") == len(own)
    assert int(done.stdout.rpartition("peak")[2]) < 2_500_000  # KB


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_good_seeds_pass(name: str) -> None:
    for data in seeds(name):
        TARGETS[name]()(data)
