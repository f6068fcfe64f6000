"""Work grows with the size of a text and not with its square: four times the letters, and the time of the small one is
a limit that the kernel holds for the large one, with a generous factor."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.hostile.texts import RUNS

SUFFIXES = (".txt", ".md", ".html", ".csv", ".docx", ".yaml")
# Reads a small file of each run, then one of four times the size under a limit of 12 times the processor time and half
# a second: a square would need 16 times, and patterns that were found here needed 100.
GROWTH = """
import resource, signal, sys, time
from pathlib import Path
from alignment.errors import AlignmentError
from alignment.programs.readers import read_parts
from alignment.settings import Settings
from alignment.standards.readers import _parsed
from tests.hostile.growing import write
settings = Settings(cache=False, read_seconds=0)
def read(path):
    before = time.process_time()
    try:
        (_parsed if path.suffix == ".yaml" else read_parts)(path, settings)
    except AlignmentError:
        pass
    return time.process_time() - before
folder, suffix, *names = sys.argv[1:]
for name in names:
    small = read(write(Path(folder), suffix, name, 8_000))
    large = write(Path(folder), suffix, name, 32_000)
    signal.setitimer(signal.ITIMER_PROF, 12 * small + 0.5)
    print("began", name, flush=True)
    read(large)
    signal.setitimer(signal.ITIMER_PROF, 0)
print("all")
"""


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_time_grows_no_faster_than_the_text(suffix: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", GROWTH, str(tmp_path), suffix, *RUNS],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, (done.stdout.splitlines()[-1:], done.stderr[-1000:])
    assert done.stdout.endswith("all\n")
