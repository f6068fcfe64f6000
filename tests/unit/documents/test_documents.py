"""Readers: places, and refusal of what is hostile or broken."""

import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from alignment.documents import Heading, Paragraph, Table, read_document
from alignment.documents.pdf import join_lines
from alignment.errors import InputError, LimitError
from alignment.settings import Settings


def test_docx_blocks_in_order_with_places(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Содержание дисциплины", 1)
    document.add_paragraph("Абзац")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "а", "б"
    document.add_paragraph("Пункт", style="List Bullet")
    path = tmp_path / "a.docx"
    document.save(str(path))
    heading, paragraph, result, item = read_document(path, Settings()).blocks
    assert isinstance(heading, Heading)
    assert heading.text == "Содержание дисциплины"
    assert isinstance(paragraph, Paragraph)
    assert isinstance(result, Table)
    assert [cell.text for cell in result.rows[0]] == ["а", "б"]
    assert isinstance(item, Paragraph)
    assert item.item
    assert all(block.location.file for block in (heading, paragraph, item))


def test_list_marks_of_word_s_symbol_fonts_become_plain(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("\uf0d8 Уметь", 1)
    document.add_paragraph("\uf0a7 паять")
    document.add_table(rows=1, cols=2).cell(0, 1).text = "\uf02d читать схемы; \uf0b0C"
    path = tmp_path / "a.docx"
    document.save(str(path))
    heading, paragraph, table = read_document(path, Settings()).blocks
    assert isinstance(heading, Heading)
    assert heading.text == "Уметь"
    assert isinstance(paragraph, Paragraph)
    assert (paragraph.text, paragraph.item) == ("паять", True)
    assert isinstance(table, Table)
    # A degree sign is no mark of a list.
    assert [cell.text for cell in table.rows[0]] == ["", "читать схемы; \uf0b0C"]


def test_a_workbook_names_sheet_and_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "План"
    book.active["B2"] = "Физика"
    path = tmp_path / "a.xlsx"
    book.save(path)
    (table,) = read_document(path, Settings()).blocks
    assert isinstance(table, Table)
    cell = next(cell for row in table.rows for cell in row if cell.text)
    assert (cell.location.sheet, cell.location.cell) == ("План", "B2")


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["радиоэлектрон-", "ной аппаратуры"], "радиоэлектронной аппаратуры"),
        (["научно-", "технический отчет"], "научно-технический отчет"),
        (["радиоизмерительн", "ого прибора"], "радиоизмерительного прибора"),
        (["методы", "отладки"], "методы отладки"),
    ],
)
def test_words_cut_by_the_line_are_joined(lines: list[str], text: str) -> None:
    assert join_lines(lines) == text


def test_text_in_windows_1251(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Рабочая программа дисциплины «Физика». Знать: законы механики и электричества.".encode("cp1251"))
    assert "законы механики" in read_document(path, Settings()).text()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b"\x00\x01\x02\xff" * 200, "text"),
        ("a.docx", b"PK\x03\x04 cut off", "corrupt"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "password"),
        ("a.pdf", b"%PDF-1.7 nothing", "PDF"),
        ("a.xlsx", b"plain", "corrupt"),
        ("a.exe", b"MZ", "not read"),
    ],
)
def test_broken_files_are_refused(name: str, data: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_document(path, Settings())
    assert words in str(caught.value)
    assert name in str(caught.value)


def test_an_archive_bomb_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (30 << 20))
    with pytest.raises(LimitError, match="bomb"):
        read_document(path, Settings())


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;">]>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_xml_with_entities_is_refused(head: str, tmp_path: Path) -> None:
    from alignment.standards import read_file

    path = tmp_path / "a.xml"
    path.write_text(f'<?xml version="1.0"?>{head}<XMLCardInfo>&x;</XMLCardInfo>')
    with pytest.raises(InputError, match="entities"):
        read_file(path, Settings())


def test_too_large_a_file_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"word " * (1 << 19))
    with pytest.raises(LimitError, match="max_file_mb"):
        read_document(path, Settings(max_file_mb=2))


def test_a_workbook_of_formulas_only(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"
    path = tmp_path / "a.xlsx"
    book.save(path)
    with pytest.raises(InputError, match="formula"):
        read_document(path, Settings())


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=400),
    suffix=st.sampled_from([".txt", ".md", ".html", ".csv", ".docx", ".pdf", ".xlsx", ".xls"]),
)
def test_no_bytes_make_a_reader_crash(data: bytes, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_bytes(data)
    try:
        read_document(path, Settings())
    except InputError as error:
        assert path.name in str(error)


@given(st.text(alphabet="#*-|> \nабвabc123.:", max_size=300))
def test_any_markdown_reads(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.md"
        path.write_text(text, encoding="utf-8")
        try:
            read_document(path, Settings())
        except InputError as error:
            assert "empty" in str(error)


def test_macros_and_links_to_other_files_are_said(tmp_path: Path, settings: Settings) -> None:
    import zipfile

    import openpyxl

    path = tmp_path / "m.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["Дисциплина", "Знать"])
    book.active.append(["Схемотехника", "методы расчета усилителей"])
    book.save(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
        archive.writestr(
            "xl/externalLinks/_rels/externalLink1.xml.rels", b'<R TargetMode="External" Target="file:///x"/>'
        )
    messages = [issue.message for issue in read_document(path, settings).warnings]
    assert messages == ["the file has macros; they are not run", "the file refers to other files; they are not opened"]
