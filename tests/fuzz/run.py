"""``python -m tests.fuzz.run SECONDS [TARGET...]`` (``just fuzz 60``): every target for so long, guided by coverage
(atheris).

A fault is written to tests/fuzz/corpus/TARGET/; from then on the tests replay it.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"


def one(name: str, seconds: int) -> None:
    """Fuzz one target in this process; does not return."""
    import atheris

    with atheris.instrument_imports(include=["alignment.documents", "alignment.programs", "alignment.standards"]):
        from tests.fuzz.targets import LONGEST, TARGETS, seeds

    run = TARGETS[name]()
    place = CORPUS / name
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(seeds(name)):
            (Path(folder) / f"seed{number}").write_bytes(data)
        arguments = [
            "fuzz",
            f"-max_total_time={seconds}",
            f"-timeout={LONGEST:.0f}",
            "-rss_limit_mb=3000",
            "-max_len=60000",
            "-print_final_stats=1",
            f"-artifact_prefix={place}/",
            folder,
        ]
        atheris.Setup(arguments, run)
        atheris.Fuzz()


def main() -> int:
    """Every target in a process of its own; prints inputs tried and faults."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    from tests.fuzz.targets import TARGETS

    names = sys.argv[2:] or list(TARGETS)
    faults = 0
    for name in names:
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.run", "--one", name, str(seconds)],
            capture_output=True,
            text=True,
            check=False,
        )
        tried = re.search(r"number_of_executed_units:\s*(\d+)", done.stderr)
        faults += done.returncode != 0
        said = "" if done.returncode == 0 else "  FAULT\n" + done.stderr[-1500:]
        sys.stdout.write(f"{name:14} {tried[1] if tried else '?':>8} inputs{said}\n")
        sys.stdout.flush()
    return 1 if faults else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], int(sys.argv[3]))
    else:
        sys.exit(main())
