"""Reports to hand in: xlsx, docx, html, pdf and charts, opened again and read."""

import io
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import docx
import msgspec
import openpyxl
import pytest

from alignment import i18n
from alignment.analysis import homes, surplus, where_to_add
from alignment.model import Alignment, Statement, Verdict
from alignment.reports import render
from alignment.reports.sunburst import SCALE, draw
from tests.conftest import ROOT, Run
from tests.unit.test_description import DeclaredLink, alignment

SYLLABUS = ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md"
EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)> =HYPERLINK("http://x") {{ 7*7 }}'


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    i18n.activate("en")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")


def sample() -> Alignment:
    links = (DeclaredLink(competence="ПК-1", standard="06.005", general_function="A", function="A/01.5"),)
    found = alignment(links)
    extra = Statement(id="s2", text="history of music", kind=found.program.disciplines[0].statements[0].kind)
    discipline = found.program.disciplines[0]
    more = msgspec.structs.replace(
        discipline, statements=(*discipline.statements, msgspec.structs.replace(extra, discipline=discipline.title))
    )
    program = msgspec.structs.replace(found.program, disciplines=(more,))
    return msgspec.structs.replace(found, program=program, reach={"s1": 0.9, "s2": 0.1})


def planted(text: str) -> Alignment:
    """The sample with a text in every place that comes from documents."""
    found = sample()

    def put(noun: object) -> object:
        if isinstance(noun, msgspec.Struct):
            names = [
                name
                for name in noun.__struct_fields__
                if name in ("text", "title", "name", "discipline", "file", "message")
            ]
            changed = {name: put(getattr(noun, name)) for name in noun.__struct_fields__}
            changed |= {name: text for name in names if isinstance(changed[name], str)}
            return msgspec.structs.replace(noun, **changed)
        if isinstance(noun, tuple):
            return tuple(put(item) for item in noun)
        return noun

    return put(found)


class Page(HTMLParser):
    """Tags and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_surplus_and_where_to_add() -> None:
    found = sample()
    assert {title: [item.text for item in items] for title, items in surplus(found).items()} == {
        "Схемотехника": ["history of music"]
    }
    gap = next(item for item in found.findings if item.verdict is Verdict.GAP)
    assert homes(found) == {"A/01.5": "Схемотехника", "A/02.5": "Схемотехника"}
    assert where_to_add(gap, {"B/01.7": "Схемотехника"}) == "Схемотехника"
    assert where_to_add(found.findings[0], homes(found)) == ""


def test_the_workbook() -> None:
    book = openpyxl.load_workbook(io.BytesIO(render([sample()], "xlsx")))
    assert book.sheetnames == [
        "Summary",
        "Gaps",
        "ОТФ A",
        "ОТФ B",
        "Declared links",
        "Surplus",
        "Data quality",
        "Settings",
    ]
    sheet = book["ОТФ A"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref.startswith("A1:J")
    assert [cell.value for cell in sheet[2]][:5] == ["A/01.5", "skill", "x", "✓ covered", 0.9]
    assert sheet.conditional_formatting
    assert [row[3].value for row in book["Gaps"].iter_rows(min_row=2)] == ["✗ gap", "✗ gap"]
    assert [cell.value for cell in book["Surplus"][2]][:2] == ["Схемотехника", "history of music"]
    assert book["Declared links"]["A2"].value == "declared and supported"
    two = openpyxl.load_workbook(io.BytesIO(render([sample(), sample()], "xlsx")))
    assert len(set(two.sheetnames)) == 16


def test_the_word_document() -> None:
    document = docx.Document(io.BytesIO(render([sample()], "docx")))
    heads = [(p.style.name, p.text) for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert ("Heading 1", "06.005 s") in heads
    assert ("Heading 3", "B/01.7 B/01.7") in heads
    assert ("Heading 1", "Signatures") in heads
    assert document.sections[0].page_width > document.sections[0].page_height
    assert "TOC" in document.element.xml
    assert "w:tblHeader" in document.tables[0].rows[0]._tr.xml
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "✗ gap" in cells


def test_the_page_is_whole_in_itself() -> None:
    text = render([sample()], "html")
    page = Page(text)
    assert not [tag for tag, attributes in page.tags if attributes.get("src") or tag in ("link", "iframe", "img")]
    assert not re.search(r"(?:https?:)?//(?!www\.w3\.org)\w", re.sub(r"<script>.*?</script>", "", text, flags=re.S))
    assert [attributes["lang"] for tag, attributes in page.tags if tag == "html"] == ["en"]
    assert "<title>A/01.5 A/01.5: 100%</title>" in text
    assert all(attributes.get("scope") for tag, attributes in page.tags if tag == "th")


@pytest.mark.parametrize("name", ["html", "xlsx", "docx"])
def test_planted_script_stays_text(name: str) -> None:
    made = render([planted(EVIL)], name)
    if name == "html":
        page = Page(made)
        assert sum(tag == "script" for tag, _ in page.tags) == 1
        assert not [tag for tag, attributes in page.tags if any(key.startswith("on") for key in attributes)]
        assert not [tag for tag, _ in page.tags if tag == "img"]
        assert "49" not in [part.strip() for part in re.split(r"[<>\s]", made)]
    elif name == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(made))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    else:
        assert EVIL in "\n".join(
            cell.text for t in docx.Document(io.BytesIO(made)).tables for r in t.rows for cell in r.cells
        )


@pytest.mark.parametrize("name", ["html", "xlsx", "docx"])
def test_the_same_input_gives_the_same_bytes(name: str) -> None:
    assert render([sample()], name) == render([sample()], name)
    data = render([sample()], name)
    if name != "html":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_pdf() -> None:
    pytest.importorskip("weasyprint", exc_type=(ImportError, OSError))
    import pypdfium2

    data = render([sample()], "pdf")
    document = pypdfium2.PdfDocument(data)
    text = "".join(document[index].get_textpage().get_text_range() for index in range(len(document)))
    assert "06.005" in text
    assert "Схемотехника" in text
    assert render([sample()], "pdf") == data


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_in_the_rings_can_be_read() -> None:
    """WCAG 2: a contrast of 4.5 : 1."""
    for _, back, text in SCALE:
        high, low = sorted((luminance(back), luminance(text)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5, back


def test_rings_of_one_function_are_drawn() -> None:
    from alignment.analysis import coverage

    assert draw(coverage(sample()), "t").count("<path") == 5


def test_files_from_the_command(align: Run, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    result = align(
        "check", SYLLABUS, "-s", "06.001", "-f", "xlsx", "-o", tmp_path / "r.xlsx", "--plots", tmp_path / "plots"
    )
    assert result.returncode == 0, result.stderr
    assert openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames[0] == "Summary"
    made = sorted(path.name for path in (tmp_path / "plots").iterdir())
    assert made == ["coverage-06.001.png", "coverage-06.001.svg", "heatmap-06.001.png", "heatmap-06.001.svg"]
    assert all((tmp_path / "plots" / name).read_bytes()[:4] == b"\x89PNG" for name in made if name.endswith("png"))
    nameless = align("check", SYLLABUS, "-s", "06.005", "-f", "docx")
    assert nameless.returncode == 2
    assert "for example --output report.docx" in nameless.stderr
