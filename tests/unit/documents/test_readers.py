"""The registry of readers: formats that are made here are read like ours, and what sniffing decides."""

import re
from pathlib import Path

import pytest

from alignment.documents import Document, File, FunctionReader, Paragraph, read_document
from alignment.documents.readers import READERS as DOCUMENTS
from alignment.errors import InputError
from alignment.model import Location, Program, Standard
from alignment.programs.file_part import FilePart
from alignment.programs.readers import READERS as PROGRAMS
from alignment.programs.readers import read_parts
from alignment.settings import Settings
from alignment.standards import is_standard
from alignment.standards.readers import READERS as STANDARDS
from tests.conftest import ROOT

HERE = Settings(read_seconds=0)


def test_a_document_format_is_one_reader_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(file: File) -> Document:
        text = file.path.read_text(encoding="utf-8")
        return Document(
            file=str(file.path), format="lines", blocks=(Paragraph(text=text, location=Location(file="x")),)
        )

    path = tmp_path / "a.lines"
    path.write_text("Законы механики", encoding="utf-8")
    with pytest.raises(InputError, match="not read"):
        read_document(path, HERE)
    monkeypatch.setattr(DOCUMENTS, "own", (*DOCUMENTS.own, FunctionReader(frozenset({".lines"}), read)))
    assert read_document(path, HERE).text() == "Законы механики"
    # What is read as a document is read as a program too, without a word more.
    assert ".lines" in PROGRAMS.suffixes()


def test_readers_of_one_suffix_are_told_apart_by_what_stands_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def says(word: str):
        return lambda file: file.path.read_text() == word

    one = FunctionReader(
        frozenset({".new"}), lambda file: [FilePart(program=Program(title="one"), kind="study plan")], says("1")
    )
    two = FunctionReader(
        frozenset({".new"}), lambda file: [FilePart(program=Program(title="two"), kind="study plan")], says("2")
    )
    three = FunctionReader(frozenset({".new"}), lambda file: [Standard(code="3", title="three")], says("3"))
    monkeypatch.setattr(PROGRAMS, "own", (one, two, *PROGRAMS.own))
    monkeypatch.setattr(STANDARDS, "own", (*STANDARDS.own, three))
    path = tmp_path / "a.new"
    for text, title in (("1", "one"), ("2", "two")):
        path.write_text(text)
        assert [part.program.title for part in read_parts(path, HERE)] == [title]
        assert not is_standard(str(path), HERE)
    path.write_text("3")
    assert is_standard(str(path), HERE)
    with pytest.raises(InputError, match="not read"):  # of a type that is known, and of none of its formats
        read_parts(path, HERE)


def test_a_limit_of_one_user_is_not_lifted_by_what_another_has_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("а" * 3_000_000, encoding="utf-8")
    assert read_document(path, Settings(max_file_mb=100)).blocks
    with pytest.raises(InputError):
        read_document(path, Settings(max_file_mb=1))


def test_the_readers_of_the_guide_are_found_and_tell_programs_from_standards(tmp_path: Path, align) -> None:
    """The second code of docs/guides/reader.md and its entry points, installed as a package beside ours."""
    page = (ROOT / "docs" / "guides" / "reader.md").read_text(encoding="utf-8")
    code, toml = (re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL)[1] for kind in ("python", "toml"))
    info = tmp_path / "plugin" / "ini_reader-1.dist-info"
    info.mkdir(parents=True)
    (info.parent / "ini_reader.py").write_text(code, encoding="utf-8")
    (info / "METADATA").write_text("Name: ini_reader\nVersion: 1\n")
    points = re.sub(r'\[project\.entry-points\."([^"]+)"\]', r"[\1]", toml).replace('"', "")
    (info / "entry_points.txt").write_text(points)
    course, standard = tmp_path / "course.ini", tmp_path / "standard.ini"
    course.write_text("[program]\ntitle = Физика\n[Механика]\n1 = рассчитывать усилители\n", encoding="utf-8")
    standard.write_text("[standard]\ncode = 99.001\ntitle = Физик\n[skills]\n1 = Паять схемы\n", encoding="utf-8")
    environment = {"PYTHONPATH": str(info.parent)}
    shown = align("show", course, env=environment)
    assert "рассчитывать усилители" in shown.stdout, shown.stderr
    shown = align("show", standard, env=environment)
    assert "99.001" in shown.stdout, shown.stderr
    assert "Паять схемы" in shown.stdout
