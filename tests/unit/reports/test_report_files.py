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
from docx.oxml.ns import qn
from PIL import Image

from alignment import i18n
from alignment.analysis import coverage, discipline_to_extend, main_disciplines, surplus
from alignment.model import Verdict
from alignment.reports import html_report, render
from alignment.reports.palette import SHARES, VERDICTS
from alignment.reports.sunburst import draw
from tests.conftest import ROOT, Run
from tests.helpers.results import EVIL, both, planted, sample

SYLLABUS = ROOT / "tests" / "data" / "programs" / "embedded_systems_syllabus.md"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    i18n.activate("en")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")


class Page(HTMLParser):
    """Tags and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_surplus_and_where_to_add() -> None:
    result = sample()
    assert {title: [item.text for item in items] for title, items in surplus(result).items()} == {
        "Схемотехника": ["history of music"]
    }
    gap = next(item for item in result.findings if item.verdict is Verdict.GAP)
    assert main_disciplines(result) == {"A/01.5": "Схемотехника", "A/02.5": "Схемотехника"}
    safety = msgspec.json.encode(result).replace("Схемотехника".encode(), "Безопасность жизнедеятельности".encode())
    assert main_disciplines(msgspec.json.decode(safety, type=type(result))) == {}
    assert discipline_to_extend(gap, {"B/01.7": "Схемотехника"}) == "Схемотехника"
    assert discipline_to_extend(result.findings[0], main_disciplines(result)) == ""


def test_the_workbook() -> None:
    book = openpyxl.load_workbook(io.BytesIO(render([sample()], "xlsx")))
    assert book.sheetnames == [
        "Summary",
        "Gaps and partial",
        "ОТФ A",
        "ОТФ B",
        "Declared links",
        "Surplus",
        "Data quality",
        "Settings",
    ]
    sheet = book["ОТФ A"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref.startswith("A1:L")
    assert [cell.value for cell in sheet[2]][1:6] == ["A/01.5", "skill", "x", "✓ covered", 0.9]
    assert [cell.value for cell in sheet[1]][:7] == [
        "Id", "Work function", "Kind", "Requirement", "Verdict", "Score", "Basis",
    ]  # fmt: skip
    first = sample().findings[0]
    assert sheet["A2"].value == first.requirement.id
    assert sheet.conditional_formatting
    assert [row[4].value for row in book["Gaps and partial"].iter_rows(min_row=2)] == ["✗ gap", "✗ gap"]
    assert [cell.value for cell in book["Surplus"][2]][:2] == ["Схемотехника", "history of music"]
    links = book["Declared links"]
    assert links["A2"].value == "declared and supported"
    assert (links["F2"].number_format, links["G1"].value) == ("0%", "Found by its own disciplines")
    two = openpyxl.load_workbook(io.BytesIO(render([sample(), sample()], "xlsx")))
    assert len(set(two.sheetnames)) == 16


def test_the_word_document() -> None:
    document = docx.Document(io.BytesIO(render([sample()], "docx")))
    heads = [(p.style.name, p.text) for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert ("Heading 1", "06.005 s") in heads
    assert ("Heading 3", "B/01.7 B/01.7") in heads
    assert ("Heading 1", "Signatures") in heads
    assert document.sections[0].page_width > document.sections[0].page_height
    links = document.element.body.findall(f".//{qn('w:hyperlink')}")
    assert ["".join(run.text for run in link) for link in links] == [
        text for style, text in heads if style != "Heading 0"
    ]
    marks = {mark.get(qn("w:name")) for mark in document.element.body.iter(qn("w:bookmarkStart"))}
    assert {link.get(qn("w:anchor")) for link in links} == marks
    assert all(f"PAGEREF {name} " in document.element.xml for name in marks)
    assert "w:tblHeader" in document.tables[0].rows[0]._tr.xml
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "✗ gap" in cells


def test_the_page_is_whole_in_itself() -> None:
    text = render([sample()], "html")
    page = Page(text)
    assert not [tag for tag, attributes in page.tags if attributes.get("src") or tag in ("link", "iframe", "img")]
    assert not re.search(r"(?:https?:)?//(?!www\.w3\.org)\w", re.sub(r"<script>.*?</script>", "", text, flags=re.S))
    assert [attributes["lang"] for tag, attributes in page.tags if tag == "html"] == ["en"]
    assert "<title>A/01.5 A/01.5: 100% (covered " in text
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


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_texts_on_colours_can_be_read() -> None:
    """WCAG 2: a contrast of 4.5 : 1 for texts, 3 : 1 for the edges of charts."""
    for colour in VERDICTS.values():
        assert contrast(colour.back, colour.text) >= 7
        assert contrast(colour.edge, "#FFFFFF") >= 3
    assert all(contrast(back, text) >= 4.5 for back, text in SHARES)


def test_one_colour_for_one_verdict_in_every_report() -> None:
    result = both()
    page = render([result], "html")
    words = zipfile.ZipFile(io.BytesIO(render([result], "docx"))).read("word/document.xml").decode()
    styles = zipfile.ZipFile(io.BytesIO(render([result], "xlsx"))).read("xl/styles.xml").decode()
    rings = draw(coverage(result), "t")
    for value, colour in VERDICTS.items():
        assert f".{value.value} {{ background: {colour.back};" in page
        assert f'fill="{colour.back}"' in rings
        assert colour.back[1:] in styles
        if value in (Verdict.PARTIAL, Verdict.GAP):
            assert f'w:fill="{colour.back[1:]}"' in words


def test_the_pages_of_reviews_have_the_colours_of_the_reports() -> None:
    """A style sheet cannot import the palette: the first block, for light screens, repeats it."""
    sheet = (ROOT / "src/alignment/review/static/review.css").read_text()
    light = sheet.partition("}")[0]
    for value, colour in VERDICTS.items():
        for name, wanted in ((value.value, colour.back), (f"on-{value.value}", colour.text)):
            assert f"--{name}: {wanted.lower()};" in light
        assert f"--{value.value}-fill: {colour.edge.lower()};" in light


def test_joint_evidence_is_shown_with_all_places_and_what_is_only_promised_is_listed() -> None:
    result = both()
    page = render([result], "html")
    assert "second text" in page
    assert "[b.pdf]" in page
    assert "Promised, taught nowhere (1)" in page
    assert 'data-basis="promised"' in page
    assert "<option>promised</option>" in page
    book = openpyxl.load_workbook(io.BytesIO(render([result], "xlsx")))
    sheet = book["Promised only"]
    assert sheet["G2"].value == "promised"
    assert "Practice: second text" in sheet["J2"].value
    assert sheet["K2"].value.endswith("+ b.pdf")
    document = docx.Document(io.BytesIO(render([result], "docx")))
    assert "Promised, taught nowhere (1)" in [paragraph.text for paragraph in document.paragraphs]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert any(text.endswith("+ Practice: second text [b.pdf]") for text in cells)


def test_a_printed_report_keeps_what_is_long_for_its_annex() -> None:
    paper = html_report.render([sample()], paper=True)
    body, annex = paper.split('class="annex"')
    assert "history of music" not in body
    assert "history of music" in annex
    assert 'class="findings' not in body
    assert "<script" not in paper


def test_rings_of_one_function_are_drawn() -> None:
    assert draw(coverage(sample()), "t").count("<path") == 5


def test_files_from_the_command(align: Run, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    result = align(
        *("check", SYLLABUS, "-s", "06.001", "--engine", "fast"),
        *("-f", "xlsx", "-o", tmp_path / "r.xlsx", "--plots", tmp_path / "plots"),
    )
    assert result.returncode == 0, result.stderr
    assert openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames[0] == "Summary"
    made = sorted(path.name for path in (tmp_path / "plots").iterdir())
    assert made == ["coverage-06.001.png", "coverage-06.001.svg", "heatmap-06.001.png", "heatmap-06.001.svg"]
    for name in made:
        data = (tmp_path / "plots" / name).read_bytes()
        if name.endswith("png"):
            # On a dark page a picture without a ground would be dark on dark.
            assert Image.open(io.BytesIO(data)).convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 255)
        else:
            assert b'fill="white"' in data
    nameless = align("check", SYLLABUS, "-s", "06.005", "-f", "docx")
    assert nameless.returncode == 2
    assert "for example --output report.docx" in nameless.stderr


def test_every_format_says_which_functions_are_above_the_degree() -> None:
    """Markdown: «D … | 7 ↑»; HTML, docx, xlsx and pdf only said «7», without a note."""
    result = sample()
    functions = tuple(
        msgspec.structs.replace(general, level=level)
        for general, level in zip(result.standard.functions, ("6", "7"), strict=True)
    )
    standard = msgspec.structs.replace(result.standard, functions=functions)
    result = msgspec.structs.replace(
        result, standard=standard, program=msgspec.structs.replace(result.program, code="11.03.03")
    )
    note = "↑ above qualification level 6, which this degree gives"
    assert note in str(render([result], "markdown"))
    for page in (html_report.render([result]), html_report.render([result], paper=True)):
        assert f'<p class="warn">{note}</p>' in page
        assert "7 ↑" in page
    document = docx.Document(io.BytesIO(render([result], "docx")))
    assert note in [line.text for line in document.paragraphs]
    assert "7 ↑" in [row.cells[2].text for row in document.tables[0].rows]
    sheet = openpyxl.load_workbook(io.BytesIO(render([result], "xlsx")))["Summary"]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert note in texts
    assert "7 ↑" in texts
    assert "6 ↑" not in texts


def test_the_contents_of_a_printed_report_name_each_standard() -> None:
    """Two columns of the same titles without the names of the standards."""
    page = html_report.render([sample(), sample()], paper=True)
    contents = page[
        page.index('<nav class="paper several"') : page.index("</nav>", page.index('class="paper several"'))
    ]
    assert contents.count('href="#s1"') == contents.count('href="#s2"') == 1
    assert 'class="paper"' in html_report.render([sample()], paper=True)
