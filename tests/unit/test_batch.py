"""Many programs on a real cluster of processes: a worker is killed, a program is bad, a run is cut off; same result."""

import contextlib
import io
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import openpyxl
import pytest

pytest.importorskip("distributed")

from alignment import api
from alignment import batches as batch
from alignment import cluster as clusters
from alignment.errors import OutputError
from alignment.reports.batch import as_html, as_xlsx, coverage_matrix
from alignment.settings import Settings
from tests.conftest import ROOT, Run
from tests.helpers.browsing import free_port

PROGRAMS = ROOT / "tests" / "data" / "programs"
SYLLABUS = PROGRAMS / "embedded_systems_syllabus.md"
CODES = ("40.003", "40.034", "40.039", "06.001", "40.007", "29.002", "10.104")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Those of all tests with the engine that is made for many programs."""
    return msgspec.structs.replace(settings, engine="fast")


@pytest.fixture
def programs(tmp_path: Path) -> list[Path]:
    """Three programs of two faculties, and one that cannot be read."""
    text = SYLLABUS.read_text(encoding="utf-8")
    result = []
    for faculty, name in (("Радиотехника", "один"), ("Радиотехника", "два"), ("Экономика", "три")):
        path = tmp_path / faculty / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace("Embedded Systems Design", f"Embedded Systems {name}"), encoding="utf-8")
        result.append(path)
    bad = tmp_path / "Экономика" / "плохая.docx"
    bad.write_bytes(b"PK not a document")
    return [*result, bad]


@pytest.fixture(scope="module")
def standards() -> list:  # type: ignore[type-arg]
    return [api.load_standard(ROOT / "corpora" / "standards" / f"{code}.xml") for code in CODES]


class Cluster:
    """A scheduler and two workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self.folder = folder
        self.scheduler = self._start("scheduler", "--host", self.address, "--no-dashboard")
        self.workers = [self._worker(name) for name in ("one", "two")]

    def _start(self, kind: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", kind, *arguments]
        return subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _worker(self, name: str) -> subprocess.Popen[bytes]:
        return self._start("worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", name)

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path)
    from distributed import Client

    with Client(made.address, timeout=60) as client:
        client.wait_for_workers(2, timeout=90)
    yield made
    made.stop()


def plain(done: batch.BatchResult) -> list[dict[str, object]]:
    return [msgspec.to_builtins(pair) for pair in done.pairs]


@pytest.mark.slow
def test_a_killed_worker_changes_nothing(
    programs: list[Path], standards: list, cluster: Cluster, tmp_path: Path, settings: Settings
) -> None:  # type: ignore[type-arg]
    local = batch.run_batch(programs, standards, tmp_path / "local", settings, workers=1)
    assert local.failed == 1
    assert len([pair for pair in local.pairs if not pair.error]) == 3 * len(CODES)

    killed = threading.Event()

    def seen(stage: str, done: int, total: int) -> None:
        if done >= 1 and not killed.is_set():
            killed.set()
            os.kill(cluster.workers[0].pid, signal.SIGKILL)

    remote = batch.run_batch(
        programs, standards, tmp_path / "remote", settings, scheduler=cluster.address, progress=seen
    )
    assert killed.is_set()
    assert plain(remote) == plain(local)


@pytest.mark.slow
def test_a_run_that_was_cut_off_goes_on(
    programs: list[Path], standards: list, tmp_path: Path, settings: Settings
) -> None:  # type: ignore[type-arg]
    class Cut(Exception):
        pass

    def cut(stage: str, done: int, total: int) -> None:
        if done >= 3:
            raise Cut

    folder = tmp_path / "out"
    with pytest.raises(Cut):
        batch.run_batch(programs[:2], standards, folder, settings, workers=1, progress=cut)
    kept = len(list((folder / "pairs").glob("*.json")))
    assert 3 <= kept < 2 * len(CODES)
    done = batch.run_batch(programs[:2], standards, folder, settings, workers=1)
    assert done.reused == kept
    again = batch.run_batch(programs[:2], standards, folder, settings, workers=1)
    assert again.reused == 2 * len(CODES)
    assert plain(again) == plain(done)
    # What is damaged or changed is done anew, the rest is taken over.
    next((folder / "pairs").glob("*.json")).write_text("{")
    programs[0].write_text(programs[0].read_text(encoding="utf-8") + "\n- работать в команде\n", encoding="utf-8")
    changed = batch.run_batch(programs[:2], standards, folder, settings, workers=1)
    assert len(CODES) - 1 <= changed.reused <= len(CODES)


@pytest.mark.slow
def test_a_scheduler_that_is_not_there_or_is_lost(
    programs: list[Path], standards: list, cluster: Cluster, tmp_path: Path, settings: Settings
) -> None:  # type: ignore[type-arg]
    with pytest.raises(OutputError, match="cannot be reached"):
        batch.run_batch(programs[:1], standards, tmp_path / "a", settings, scheduler=f"tcp://127.0.0.1:{free_port()}")

    def lose(stage: str, done: int, total: int) -> None:
        cluster.scheduler.kill()
        time.sleep(0.5)

    with pytest.raises(OutputError, match="was lost"):
        batch.run_batch(programs, standards, tmp_path / "b", settings, scheduler=cluster.address, progress=lose)
    kept = len(list((tmp_path / "b" / "pairs").glob("*.json")))
    assert kept >= 1
    done = batch.run_batch(programs, standards, tmp_path / "b", settings, workers=1)
    assert done.reused == kept


def test_the_summary(programs: list[Path], standards: list, tmp_path: Path, settings: Settings) -> None:  # type: ignore[type-arg]
    done = batch.run_batch(programs, standards[:2], tmp_path / "out", settings, workers=1)
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(done.pairs)))
    heat = book["Coverage"]
    rows = [[cell.value for cell in row] for row in heat.iter_rows()]
    top = next(number for number, row in enumerate(rows) if row[0] == "Program")
    assert rows[top][1:] == ["40.003", "40.034"]
    assert len(rows) - top - 1 == 3
    means = {row[0].value: row[1].value for row in book["Faculties"].iter_rows(min_row=2)}
    assert means == {"Радиотехника": 2, "Экономика": 1}
    assert "плохая.docx" in str([cell.value for row in book["Not checked"].iter_rows() for cell in row])
    page = as_html(done.pairs)
    assert "Embedded Systems один" in page
    assert "плохая.docx" in page


def test_the_command(align: Run, tmp_path: Path) -> None:
    work = tmp_path / "программы"
    shutil.copytree(PROGRAMS / "11.03.03", work / "11.03.03")
    shutil.copy(SYLLABUS, work / "курс.md")
    arguments = ("batch", work / "11.03.03", work / "курс.md", "-s", "06.005", "-s", "40.034", "-o", tmp_path / "out")
    made = align(*arguments, "--workers", "1")
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "out" / "summary.xlsx").is_file()
    assert "4 pairs, 0 of them from an earlier run" in made.stderr
    assert "4 of them from an earlier run" in align(*arguments).stderr
    missing = align("batch", tmp_path / "none", "-s", "06.005", "-o", tmp_path / "out")
    assert missing.returncode == 1
    assert "does not exist" in missing.stderr
    assert align("batch", work / "курс.md", "-s", "06.005", "-s", "06.005", "-o", tmp_path / "o").returncode == 2


def test_programs_of_one_title_are_rows_of_their_own() -> None:
    pairs = [
        batch.CheckedPair(program="09.03.01 Информатика", path=path, faculty=faculty, standard="06.001", coverage=share)
        for path, faculty, share in (("а/1", "ФИТ", 0.1), ("а/2", "ФИТ", 0.9), ("б/1", "ФЭ", 0.5))
    ]
    result = coverage_matrix(pairs)
    assert len(result.rows) == 3
    assert [cell.coverage for cell in result.cells.values()] == [0.1, 0.9, 0.5]
    assert result.rows[0] == "09.03.01 Информатика (ФИТ) – а/1"
    assert result.rows[2] == "09.03.01 Информатика (ФЭ)"
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(pairs)))
    assert "а/2" in str([cell.value for row in book["Coverage"].iter_rows() for cell in row])


def test_local_processes_listen_on_this_machine_only_and_let_nobody_else_in() -> None:
    from distributed import Client
    from distributed.security import Security

    with clusters.cluster("", 1) as client:
        own = os.getpid()
        assert client.scheduler.address.startswith("tls://127.0.0.1:")
        assert client.dashboard_link.startswith("http://127.0.0.1:")
        assert client.submit(sum, [1, 2]).result() == 3
        if Path("/proc/net/tcp").exists():
            places = listening({own, *client.run(os.getpid).values()})
            assert places
            assert set(places) == {"127.0.0.1"}
        with pytest.raises(OSError), Client(client.scheduler.address, timeout=5, security=Security.temporary()):
            pass  # a certificate, but nobody here has signed it


def listening(processes: set[int]) -> list[str]:
    """Addresses on which these processes listen."""
    inodes = set()
    for process in processes:
        for link in Path(f"/proc/{process}/fd").iterdir():
            with contextlib.suppress(OSError):
                inodes.add(os.readlink(link).removeprefix("socket:[").removesuffix("]"))
    result = []
    for name in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                raw = bytes.fromhex(fields[1].partition(":")[0])
                result.append(".".join(map(str, raw[::-1])) if name == "tcp" else fields[1])
    return result


def test_a_scheduler_elsewhere_needs_tls(align: Run, tmp_path: Path) -> None:
    command = ("batch", SYLLABUS, "-s", "40.034", "-o", tmp_path / "out")
    plain = align(*command, "--scheduler", "tcp://192.0.2.1:8786")
    assert plain.returncode == 2
    assert "without TLS" in plain.stderr
    bare = align(*command, "--scheduler", "tls://127.0.0.1:1")
    assert bare.returncode == 2
    assert "--tls-ca" in bare.stderr
    missing = align(
        *command, "--scheduler", "tls://127.0.0.1:1", "--tls-ca", "none.pem", "--tls-cert", "n", "--tls-key", "n"
    )
    assert missing.returncode == 2
    assert "none.pem" in missing.stderr
