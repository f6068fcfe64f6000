"""Bad input: one paragraph with file, place and way out; exit 2; no traceback; nothing half-written."""

import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest

from tests.conftest import ROOT, Run

GOOD = ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md"


def refused(result: object, *words: str) -> None:
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    first, *more = result.stderr.strip().splitlines()
    assert first.startswith("error: ")
    # Choices, each on a line of its own, and where there is help.
    assert all(line.startswith(("  ", "Help: ", "`align ")) for line in more), more
    for word in words:
        assert word in result.stderr, (word, result.stderr)


def check(align: Run, path: Path, *words: str) -> None:
    refused(align("check", path, "-s", "06.001"), *words)


def test_missing_file(align: Run) -> None:
    check(align, Path("нет такого.docx"), "нет такого.docx", "no such file")


def test_an_empty_folder(align: Run, tmp_path: Path) -> None:
    (tmp_path / "пусто").mkdir()
    check(align, tmp_path / "пусто", "no files")


def test_a_folder_as_a_standard(align: Run, tmp_path: Path) -> None:
    refused(align("check", GOOD, "-s", tmp_path), "folder")


@pytest.mark.parametrize("suffix", ["txt", "md", "docx", "pdf", "xlsx", "csv", "html"])
def test_empty_files(suffix: str, align: Run, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(b"")
    check(align, path, f"a.{suffix}", "empty")


@pytest.mark.shared
def test_a_scanned_pdf(align: Run, shared: Path) -> None:
    path = shared / "registry_pdf" / "scan-reg245.pdf"
    refused(align("check", path, "-s", "06.005", env={"ALIGN_OCR": "off"}), path.name, "no text layer", "ocrmypdf")


def _locked_pdf(path: Path) -> None:
    """A minimal PDF with an /Encrypt dictionary that no empty password opens."""
    parts = [
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n",
        b"4 0 obj<</Filter/Standard/V 1/R 2/P -44/O<" + b"28" * 32 + b">/U<" + b"ab" * 32 + b">>>endobj\n",
    ]
    data, offsets = b"%PDF-1.4\n", []
    for part in parts:
        offsets.append(len(data))
        data += part
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    data += b"xref\n0 5\n0000000000 65535 f \n" + table
    start = data.index(b"xref\n")
    data += b"trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]>>\nstartxref\n%d\n%%%%EOF" % start
    path.write_bytes(data)


def test_files_with_a_password(align: Run, tmp_path: Path) -> None:
    _locked_pdf(tmp_path / "a.pdf")
    check(align, tmp_path / "a.pdf", "password")
    for name in ("a.docx", "a.xlsx"):
        (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000)
        check(align, tmp_path / name, "password")


def test_a_wrong_encoding(align: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(bytes(range(256)) * 20)
    check(align, path, "a.txt")


def test_a_truncated_archive(align: Run, tmp_path: Path) -> None:
    whole = tmp_path / "w.docx"
    docx.Document().save(str(whole))
    (tmp_path / "a.docx").write_bytes(whole.read_bytes()[:2000])
    check(align, tmp_path / "a.docx", "corrupt")


def test_expanding_entities(align: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>')
    refused(align("check", GOOD, "-s", path), "entities", "a.xml")


def test_an_archive_bomb(align: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (80 << 20))
    check(align, path, "bomb")


def test_200_mb_of_text(align: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as target:
        target.truncate(200 << 20)
    check(align, path, "200 MB", "max_file_mb")


def test_formulas_only(align: Run, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"
    book.save(tmp_path / "a.xlsx")
    check(align, tmp_path / "a.xlsx", "formula")


def test_an_unsupported_language(align: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "# Modul: Elektronik\n\n## Learning outcomes\n\n- die Grundlagen der Elektronik und der Messtechnik für den Beruf\n"
        "- der Aufbau von Schaltungen mit Transistoren und die Messung der Werte\n"
        "- das Messen und Prüfen von Baugruppen mit dem Oszilloskop und den Geräten\n",
        encoding="utf-8",
    )
    check(align, path, "not supported", "'de'")


def test_a_standard_without_functions(align: Run, tmp_path: Path) -> None:
    text = (ROOT / "corpora" / "standards" / "06.001.xml").read_text(encoding="utf-8")
    start, end = text.index("<ThirdSection>"), text.index("</ThirdSection>") + len("</ThirdSection>")
    path = tmp_path / "s.xml"
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    refused(align("check", GOOD, "-s", path), "no functions")


def test_a_program_given_as_a_standard(align: Run) -> None:
    refused(align("check", GOOD, "-s", GOOD), "not a professional standard")


def test_an_output_that_cannot_be_written(align: Run, tmp_path: Path) -> None:
    refused(align("check", GOOD, "-s", "06.001", "-o", tmp_path / "no" / "r.txt"), "folder does not exist")
    refused(align("check", GOOD, "-s", "06.001", "-o", tmp_path), "folder")
    assert not (tmp_path / "no").exists()


def test_a_full_disk_is_named(align: Run) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    result = align("check", GOOD, "-s", "06.001", "-f", "json", "-o", "/dev/full")
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["check"], "PROGRAM"),
        (["check", GOOD], "--standard"),
        (["check", GOOD, "-s", "06.001", "-f", "docy"], "docy"),
        (["check", GOOD, "-s", "06.055"], "06.005"),
        (["check", GOOD, "-s", "06.001", "--fail-under", "120"], "--fail-under"),
        (["check", GOOD, "-s", "06.001", "--engine", "bert"], "bert"),
        (["check", GOOD, "-s", "06.001", "--covered", "0.2", "--partial", "0.9"], "partial"),
        (["dance"], "dance"),
    ],
)
def test_wrong_usage(arguments: list[object], word: str, align: Run) -> None:
    result = align(*arguments)
    assert result.returncode == 2, result.stderr
    assert word in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.shared
def test_what_is_not_a_program(align: Run, shared: Path) -> None:
    check(align, shared / "programs_pdf" / "not-a-program-kos.pdf", "assessment fund")
    check(align, shared / "programs_pdf" / "not-a-program-ktp.pdf", "calendar plan")
