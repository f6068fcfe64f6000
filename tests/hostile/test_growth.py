"""Work grows with the size of a text and not with its square: four times the letters, and the time of the small one is
a limit that the kernel holds for the large one, with a generous factor."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.hostile.growing import FORMATS
from tests.hostile.texts import RUNS

# Reads a small file of each run, then one of four times the size under a limit of 12 times the processor time and half
# a second: a square would need 16 times, and patterns that were found here needed 100.
GROWTH = """
import resource, signal, sys, time
from pathlib import Path
from alignment.errors import AlignmentError
from alignment.programs.readers import read_parts
from alignment.settings import Settings
from alignment.standards import read_card
from alignment.standards.readers import _parsed
from tests.hostile.growing import FORMATS, write
settings = Settings(cache=False, read_seconds=0)
readers = {"program": read_parts, "standard": _parsed, "card": read_card}
def read(kind, path):
    before = time.process_time()
    try:
        readers[FORMATS[kind][0]](path, settings)
    except AlignmentError:
        pass
    return time.process_time() - before
folder, kinds, *names = sys.argv[1:]
for kind in kinds.split(","):
    for name in names:
        small = read(kind, write(Path(folder), kind, name, 8_000))
        large = write(Path(folder), kind, name, 32_000)
        signal.setitimer(signal.ITIMER_PROF, 12 * small + 0.5)
        print("began", kind, name, flush=True)
        read(kind, large)
        signal.setitimer(signal.ITIMER_PROF, 0)
print("all")
"""


@pytest.mark.parametrize("role", ["program", "standard", "card"])
def test_time_grows_no_faster_than_the_text(role: str, tmp_path: Path) -> None:
    kinds = [kind for kind, (own, _suffix, _make) in FORMATS.items() if own == role]
    done = subprocess.run(
        [sys.executable, "-c", GROWTH, str(tmp_path), ",".join(kinds), *RUNS],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, (done.stdout.splitlines()[-1:], done.stderr[-1000:])
    assert done.stdout.endswith("all\n")


def test_every_suffix_grows() -> None:
    """What is read by a program of its own (LibreOffice) comes as docx; xls has the reader of xlsx."""
    from alignment.documents.readers import READERS

    grown = {suffix for _role, suffix, _make in FORMATS.values()}
    office = {".doc", ".rtf", ".odt"}
    left_out = [sorted(reader.suffixes or ()) for reader in READERS.own if not grown & (reader.suffixes or frozenset())]
    assert left_out == [sorted(office)]
