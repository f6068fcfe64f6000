"""Hostile files, places and names through the installed command.

Exit code, one line, nothing for a terminal to obey.
"""

import os
import re
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest

from tests.conftest import ROOT, Run
from tests.hostile import documents, pdfs, plans, texts, workbooks  # noqa: F401  (they register their kinds)
from tests.hostile.kinds import COURSE, KINDS

ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
STANDARD = "06.001"


def refused(result: object, *words: str) -> None:
    assert result.returncode == 2, result.stderr
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert not ACTING.search(result.stderr.rstrip("\n"))
    for word in words:
        assert word in result.stderr, (word, result.stderr)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("xlsx: A1 and the last corner", "XFD1048576"),
        ("xls: a stream that goes round", "circle"),
        ("docx: 30,000 rows of spans of 100", "cells"),
        ("html: rows of 500 by 500", "cells"),
        ("csv: 90 MB of semicolons", "cells"),
        ("pdf: 400 MB packed twice", "file.pdf"),
        ("zip: 6,000 entries", "6001 files"),
        ("txt: mac-cyrillic", "mac-cyrillic"),
    ],
)
def test_one_line_and_exit_2(name: str, word: str, align: Run, tmp_path: Path) -> None:
    kind = KINDS[name]
    path = tmp_path / f"file{kind.suffix}"
    kind.make(path)
    refused(align("check", path, "-s", STANDARD, "--engine", "fast"), f"file{kind.suffix}", word)


def test_what_takes_too_long_is_refused_by_the_setting(align: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(COURSE + "измерять токи и напряжения; " * 300_000, encoding="utf-8")
    result = align("check", path, "-s", STANDARD, env={"ALIGN_READ_SECONDS": "1"})
    refused(result, "a.txt", "more than 1 seconds", "ALIGN_READ_SECONDS")


def test_what_needs_too_much_memory_is_refused_by_the_setting(align: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(COURSE + "\n".join(str(number) for number in range(2_000_000)), encoding="utf-8")
    result = align("check", path, "-s", STANDARD, env={"ALIGN_READ_MEMORY_MB": "100"})
    refused(result, "a.txt", "too much memory", "ALIGN_READ_MEMORY_MB")


def test_of_a_folder_only_the_bad_file_is_left_out(align: Run, tmp_path: Path) -> None:
    folder = tmp_path / "program"
    folder.mkdir()
    (folder / "good.md").write_text(COURSE, encoding="utf-8")
    KINDS["xlsx: A1 and the last corner"].make(folder / "far.xlsx")
    (folder / "long.txt").write_text(COURSE + "измерять токи и напряжения; " * 300_000, encoding="utf-8")
    os.mkfifo(folder / "pipe.txt")
    (folder / "round.md").symlink_to("round.md")
    (folder / "itself").symlink_to(".")
    (folder / "zero.txt").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "s.txt"))
        result = align(
            "check", folder, "-s", STANDARD, "--engine", "fast", "-f", "json", env={"ALIGN_READ_SECONDS": "3"}
        )
    assert result.returncode == 0, result.stderr
    for name, word in (
        ("far.xlsx", "cells"),
        ("long.txt", "more than 1 seconds"),
        ("pipe.txt", "a pipe"),
        ("round.md", "cannot be followed"),
        ("zero.txt", "out of the folder"),
        ("s.txt", "a socket"),
    ):
        assert re.search(f'"file": "[^"]*{re.escape(name)}"[^}}]*{word}', result.stdout), name
    strict = align("check", folder, "-s", STANDARD, "--strict", env={"ALIGN_READ_SECONDS": "3"})
    assert strict.returncode == 2


def _fifo(path: Path) -> None:
    os.mkfifo(path)


PLACES: dict[str, tuple[Callable[[Path], None], str]] = {
    "a device": (lambda path: path.symlink_to("/dev/zero"), "a device"),
    "a terminal": (lambda path: path.symlink_to("/dev/tty"), "a device"),
    "a pipe": (_fifo, "a pipe"),
    "a link to itself": (lambda path: path.symlink_to(path.name), "cannot be read"),
    "a link to nothing": (lambda path: path.symlink_to("nothing"), "no such file"),
    "a folder": (lambda path: path.mkdir(), "folder"),
}


@pytest.mark.parametrize("place", PLACES)
def test_only_regular_files_are_opened(place: str, align: Run, tmp_path: Path) -> None:
    make, word = PLACES[place]
    program, standard, result = (tmp_path / name for name in ("p.txt", "s.yaml", "r.json"))
    for path in (program, standard, result):
        make(path)
    if place != "a folder":  # a folder is a program of its files
        refused(align("check", program, "-s", STANDARD), "p.txt", word)
    refused(align("check", ROOT / "tests/data/programs/embedded_systems_syllabus.md", "-s", standard), "s.yaml", word)
    refused(align("review", "import", result, "--database", f"sqlite:///{tmp_path}/r.db"), "r.json", word)


@pytest.fixture
def acting(tmp_path: Path) -> Path:
    """A program whose file, title and statements have characters that act."""
    folder = tmp_path / "p\x1b[31m\u202er"
    folder.mkdir()
    title, text = "Физика\x1b[31m \u202eтоков\u202c", "знать законы\x9b31m механики\x07 и методы\x00 измерений"
    (folder / "a\x1b]0;b.md").write_text(
        f"# Дисциплина {title}\n\n## Результаты обучения\n\n- {text}\n", encoding="utf-8"
    )
    (folder / "b\u202ed.docx").write_bytes(b"PK")
    with zipfile.ZipFile(folder.with_suffix(".zip"), "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
        archive.writestr("../out\x1b[2J.md", "x")
    return folder


@pytest.mark.parametrize("report", ["terminal", "csv", "markdown", "json", "html"])
def test_nothing_acts_on_a_terminal_or_in_a_text(report: str, acting: Path, align: Run) -> None:
    for given in (acting, acting.with_suffix(".zip")):
        result = align(
            "check",
            given,
            "-s",
            STANDARD,
            "--engine",
            "fast",
            "-f",
            report,
            "--details" if report == "terminal" else "-q",
        )
        assert result.returncode == 0, result.stderr
        assert not ACTING.search(result.stdout + result.stderr)
        if report in ("csv", "markdown"):
            assert "\\u001b" in result.stdout.replace("\\\\", "\\")


def test_other_commands_show_them_escaped(acting: Path, align: Run, tmp_path: Path) -> None:
    for words in (
        ["show", acting],
        ["lint", acting],
        ["show", acting, "--json"],
        ["check", acting / "b\u202ed.docx", "-s", STANDARD],
    ):
        result = align(*words)
        assert result.returncode in (0, 1, 2), result.stderr
        assert "Traceback" not in result.stderr
        assert not ACTING.search(result.stdout + result.stderr), words
    assert not ACTING.search(align("check", tmp_path / "no\x1b[31m.md", "-s", "x\x1b[31m").stderr)
    assert not ACTING.search(align("check", "--no\x1b[31m\u202e").stderr)


def test_they_are_left_out_of_documents(acting: Path, align: Run, tmp_path: Path) -> None:
    for report in ("docx", "xlsx"):
        result = align(
            "check", acting, "-s", STANDARD, "--engine", "fast", "-f", report, "-o", tmp_path / f"r.{report}"
        )
        assert result.returncode == 0, result.stderr
    with zipfile.ZipFile(tmp_path / "r.docx") as archive:
        document = archive.read("word/document.xml").decode()
    assert "токов" in document
    assert not ACTING.search(document)
    assert docx.Document(str(tmp_path / "r.docx")).paragraphs
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert any("токов" in cell for cell in cells)
    assert not [cell for cell in cells if ACTING.search(cell) or "_x001" in cell]


def test_pages_of_five_metres_are_drawn_in_bounds(tmp_path: Path) -> None:
    from alignment.review.child import MOST_POINTS, Child

    picture = Child(seconds=60, memory_mb=3000).run(
        "page", {"a.pdf": pdfs.page(pdfs.WORDS, box=b"0 0 14400 14400")}, "1"
    )
    width, height = (int.from_bytes(picture[start : start + 4], "big") for start in (16, 20))
    assert 1000 < width * height <= MOST_POINTS * 1.01
