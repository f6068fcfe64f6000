"""No network and no file but the given ones: the command runs where both are denied, hostile files included."""

import json
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import docx
import pytest

from tests.conftest import ROOT, Run

SAMPLE = ROOT / "tests" / "data" / "programs" / "11.03.03"
CORPUS = ROOT / "tests" / "fuzz" / "corpus"
BWRAP = shutil.which("bwrap")
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SECRET = "the secret of another user"


@pytest.fixture
def sandbox(tmp_path: Path, cache_dir: Path) -> list[str]:
    """Words before a command: no network, an empty home.

    Of the disk only the system, the package, and three folders.
    """
    if BWRAP is None:
        pytest.skip("needs bubblewrap")
    given, out = tmp_path / "given", tmp_path / "out"
    given.mkdir()
    out.mkdir()
    words = [BWRAP, "--unshare-all", "--die-with-parent", "--clearenv", "--proc", "/proc", "--dev", "/dev"]
    system = [Path(name) for name in ("/usr", "/lib", "/lib64", "/bin", "/etc/fonts", "/etc/ld.so.cache")]
    package = [Path(sys.prefix), Path(sys.base_prefix), ROOT / "src", ROOT / "models", ROOT / "corpora"]
    for path in dict.fromkeys([*system, *package]):
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), str(path)]
        elif path.exists():
            words += ["--ro-bind", str(path), str(path)]
    words += ["--tmpfs", "/home", "--ro-bind", str(given), "/given", "--bind", str(out), "/out", "--chdir", "/out"]
    words += ["--bind", str(cache_dir), "/cache"]
    for name, value in (
        ("HOME", "/home"),
        ("PATH", "/usr/bin:/bin"),
        ("LANG", "C.UTF-8"),
        ("TMPDIR", "/out"),
        ("ALIGN_CACHE_DIR", "/cache"),
    ):
        words += ["--setenv", name, value]
    if subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine allows no sandbox")
    return words


def inside(sandbox: list[str], *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("align")
    return subprocess.run(
        [*sandbox, str(command), *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False
    )


def test_the_sandbox_denies(sandbox: list[str], tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    code = (
        "import socket, pathlib\n"
        "for act in (lambda: socket.create_connection(('127.0.0.1', 9), 1), lambda: socket.getaddrinfo('example.org', 80),\n"
        f"            lambda: pathlib.Path({str(tmp_path / 'secret')!r}).read_text(), lambda: pathlib.Path('/given/x').touch()):\n"
        "    try: act()\n"
        "    except OSError: continue\n"
        "    raise SystemExit('allowed')\n"
    )
    result = subprocess.run([*sandbox, sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_a_check_needs_neither(sandbox: list[str], align: Run, tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path / "given" / "program")
    for report in ("csv", "html", "xlsx"):
        result = inside(sandbox, "check", "/given/program", "-s", "06.005", "-f", report, "-o", f"/out/r.{report}")
        assert result.returncode == 0, result.stderr
    outside = align("check", SAMPLE, "-s", "06.005", "-f", "csv")
    assert (tmp_path / "out" / "r.csv").read_bytes() == outside.stdout.encode()
    among = ROOT / "corpora" / "standards" / "06.005.xml"
    for words in (["suggest", "/given/program", "--among", among], ["lint", "/given/program"]):
        result = inside(sandbox, *words)
        assert result.returncode in (0, 1), result.stderr
        assert "Traceback" not in result.stderr


def hostile(folder: Path, secret: Path) -> list[Path]:
    """Files that ask for another file and for a page of the network."""
    asks = f"file://{secret}"
    (folder / "entity.xml").write_text(f'<!DOCTYPE x [<!ENTITY e SYSTEM "{asks}">]><x>&e;</x>', encoding="utf-8")
    (folder / "page.html").write_text(
        f'<html><head><link rel="stylesheet" href="http://127.0.0.1:9/a.css"><base href="{asks}"></head><body>'
        f'<h1>Course</h1><img src="http://127.0.0.1:9/b.png"><iframe src="{asks}"></iframe>'
        f'<object data="{asks}"></object><p>Students design embedded systems and measure signals.</p></body></html>',
        encoding="utf-8",
    )
    (folder / "notes.md").write_text(
        f"# Course\n\nStudents design embedded systems.\n\n![x]({asks})\n\n[include]: {asks}\n", encoding="utf-8"
    )
    document = docx.Document()
    document.add_heading("Course", 1)
    document.add_paragraph("Students design embedded systems and measure signals.")
    document.part.relate_to(asks, f"{OFFICE}/attachedTemplate", is_external=True)
    document.part.relate_to("http://127.0.0.1:9/t.png", f"{OFFICE}/image", is_external=True)
    document.save(str(folder / "template.docx"))
    (folder / "link.md").symlink_to(secret)
    return sorted(folder.iterdir())


def test_hostile_files_reach_for_nothing(sandbox: list[str], align: Run, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(SECRET)
    folder = tmp_path / "given" / "hostile"
    folder.mkdir()
    names = hostile(folder, tmp_path / "secret.txt")
    for path in names:
        given = Path("/given/hostile") / path.name
        shut = inside(sandbox, "check", given, "-s", "06.001", "-f", "csv")
        assert shut.returncode in (0, 2), shut.stderr
        assert "Traceback" not in shut.stderr
        open_ = align("check", path, "-s", "06.001", "-f", "csv")
        if path.name != "link.md":  # a link that the user names is the user's own wish
            assert (open_.returncode, open_.stdout) == (shut.returncode, shut.stdout)
            assert SECRET not in open_.stdout + open_.stderr
    whole = align("check", folder, "-s", "06.001", "-f", "json")
    assert SECRET not in whole.stdout
    for path in sorted(CORPUS.rglob("*"))[::3]:
        if path.is_file():
            shutil.copy(path, tmp_path / "given" / path.name)
            result = inside(sandbox, "check", f"/given/{path.name}", "-s", "06.001", "-f", "csv")
            assert result.returncode in (0, 2), (path, result.stderr)
            assert "Traceback" not in result.stderr


GUARD = """
import json, os, sys
allowed, writable = json.loads(sys.argv.pop(1)), json.loads(sys.argv.pop(1))
def guard(event, arguments):
    # Not socket.bind: urllib3, which spaCy imports, binds a port of this machine to see whether it knows IPv6.
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        raise SystemExit(f"network: {event} {arguments}")
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        path = os.path.realpath(os.fsdecode(arguments[0]))
        writes = isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if not path.startswith(tuple(writable if writes else allowed + writable)):
            raise SystemExit(f"file: {path}")
sys.addaudithook(guard)
from alignment.cli import main
main()
"""


def test_no_python_code_opens_anything_else(tmp_path: Path, cache_dir: Path) -> None:
    """The same by Python's own hooks, for machines without a sandbox; files of the user's home are no exception."""
    home = tmp_path / "home"
    home.mkdir()
    out = tmp_path / "out"
    out.mkdir()
    allowed = [sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib"), str(ROOT / "src"), str(ROOT / "models")]
    allowed += [str(SAMPLE), str(ROOT / "corpora"), "/usr", "/lib", "/proc", "/sys", "/dev", "/etc/", str(tmp_path)]
    writable = [str(out), str(cache_dir), "/dev/null", "/dev/shm"]
    for report in ("json", "html", "xlsx", "docx"):
        result = subprocess.run(
            [
                sys.executable,
                "-c",
                GUARD,
                json.dumps(allowed),
                json.dumps(writable),
                "check",
                str(SAMPLE),
                "-s",
                "06.005",
                "-f",
                report,
                "-o",
                str(out / f"r.{report}"),
            ],
            capture_output=True,
            text=True,
            cwd=out,
            env={
                "PATH": "/usr/bin",
                "HOME": str(home),
                "TMPDIR": str(out),
                "ALIGN_CACHE_DIR": str(cache_dir),
                # Compiled modules are the interpreter's own affair: which of them are new depends on earlier tests.
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            check=False,
        )
        assert result.returncode == 0, result.stderr
        assert (out / f"r.{report}").stat().st_size > 1000
    assert list(home.iterdir()) == []
