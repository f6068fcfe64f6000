"""Fixtures: settings in a folder of their own, the shared data, the installed command."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

# Beside other processes of the tests a second thread of linear algebra only spins: 140 s instead of 91 for the tests of
# matching and tuning on two cores. It is read when numpy is imported.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import hypothesis
import pytest

from alignment.settings import Settings

# No timed assertion in the tests: a busy machine is no fault of a reader.
hypothesis.settings.register_profile("alignment", deadline=None)
hypothesis.settings.load_profile("alignment")

ROOT = Path(__file__).parent.parent
MODELS = ROOT / "models"
SHARED = Path(os.environ.get("ALIGNMENT_SHARED", ROOT.parent / "shared")) / "data"
Run = Callable[..., subprocess.CompletedProcess[str]]


# Modules of tests that kill or race processes: their children are forked from a process that has imported them already.
multiprocessing.set_forkserver_preload(
    [
        "tests.unit.review.test_review_kill",
        "tests.unit.catalogue.test_register",
        "tests.faults.test_killed",
        "tests.faults.test_at_once",
    ]
)


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for the whole run, of all its processes: vectors of the samples are computed once.

    ALIGNMENT_TEST_CACHE names one that is kept, for mutation tests, which run the same tests over and over.
    """
    if kept := os.environ.get("ALIGNMENT_TEST_CACHE"):
        return Path(kept)
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "cache"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def settings(cache_dir: Path, tmp_path: Path) -> Settings:
    return Settings(cache_dir=str(cache_dir), standards_dir=str(tmp_path / "standards"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The read-only data beside the checkout; tests that need it are skipped without it."""
    if not SHARED.is_dir():
        pytest.skip(f"the shared data folder is absent ({SHARED})")
    return SHARED


@pytest.fixture(scope="session")
def corpora() -> Path:
    return ROOT / "corpora"


@pytest.fixture
def align(cache_dir: Path, tmp_path: Path) -> Run:
    """Run the installed command in an empty folder; returns code, stdout and stderr."""
    home = tmp_path / "home"
    home.mkdir()
    command = Path(sys.executable).with_name("align")

    def run(
        *arguments: str | Path, env: dict[str, str] | None = None, **options: object
    ) -> subprocess.CompletedProcess[str]:
        variables = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "ALIGN_CACHE_DIR": str(cache_dir),
            # What the command runs counts as covered: coverage tells its child processes so.
            **{name: value for name, value in os.environ.items() if name.startswith(("COVERAGE_", "OPENBLAS_"))},
            **(env or {}),
        }
        settings: dict[str, object] = {"cwd": tmp_path, "timeout": 300, "text": True, **options}
        return subprocess.run(
            [str(command), *map(str, arguments)],
            capture_output=True,
            env=variables,
            check=False,
            **settings,  # type: ignore[call-overload]
        )

    return run
