"""The start script of the folder for machines without a network (`just bundle`), with a small package in place of ours.

The whole folder takes hundreds of megabytes of downloads, so that no test makes it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

BUNDLED = ROOT / ".ci" / "bundled"
VERSION = "{}.{}".format(*sys.version_info[:2])
SAYS = "import sys\n\ndef main():\n    print({version!r}, *sys.argv[1:])\n"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="start.sh is for Linux"),
]


def wheel(folder: Path, version: str) -> None:
    """A wheel of our name whose program says its version and its arguments."""
    info = f"profstandart_align-{version}.dist-info"
    files = {
        "saying.py": SAYS.format(version=version),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: profstandart-align\nVersion: {version}\nProvides-Extra: web\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\nalign = saying:main\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / f"profstandart_align-{version}-py3-none-any.whl", "w") as target:
        for name, text in files.items():
            target.writestr(name, text)


def packed(folder: Path, version: str) -> Path:
    """The folder as `.ci/bundle` lays it out."""
    (folder / "wheels").mkdir(parents=True, exist_ok=True)
    wheel(folder / "wheels", version)
    (folder / "requirements.txt").write_text(f"profstandart-align[web]=={version}\n")
    (folder / "python.txt").write_text(f"{VERSION}\n")
    shutil.copy(BUNDLED / "start.sh", folder)
    return folder


def start(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The script where no network is, if such a place can be made."""
    alone = ["unshare", "--user", "--map-root-user", "--net"]
    possible = shutil.which("unshare") and subprocess.run([*alone, "true"], capture_output=True).returncode == 0
    return subprocess.run(
        [*(alone if possible else []), "sh", str(folder / "start.sh"), *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHON": sys.executable, **environment},
    )


def test_the_first_start_installs_later_ones_do_not_and_a_moved_or_newer_folder_is_installed_anew(
    tmp_path: Path,
) -> None:
    folder = packed(tmp_path / "Сверка программ", "1.0")
    first = start(folder, "check", "программа с пробелом")
    assert (first.stdout, first.returncode) == ("1.0 check программа с пробелом\n", 0), first.stderr
    assert "Установка" in first.stderr
    again = start(folder)
    assert (again.stdout, again.stderr) == ("1.0 serve\n", "")
    moved = folder.rename(tmp_path / "другое место")
    assert start(moved, "doctor").stdout == "1.0 doctor\n"
    packed(moved, "2.0")
    assert start(moved, "doctor").stdout == "2.0 doctor\n"


def test_another_python_is_named_and_nothing_is_left_behind(tmp_path: Path) -> None:
    folder = packed(tmp_path / "folder", "1.0")
    (folder / "python.txt").write_text("3.99\n")
    result = start(folder, "doctor")
    assert result.returncode == 2 and "Нужен Python 3.99" in result.stderr and not (folder / "environment").exists()
    missing = start(folder, "doctor", PYTHON="/nowhere/python")
    assert missing.returncode == 2 and "found: none" in missing.stderr


def test_an_installation_that_failed_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    folder = packed(tmp_path / "folder", "1.0")
    for item in (folder / "wheels").iterdir():
        item.rename(folder / item.name)
    assert start(folder, "doctor").returncode != 0
    for item in folder.glob("*.whl"):
        item.rename(folder / "wheels" / item.name)
    assert start(folder, "doctor").stdout == "1.0 doctor\n"
