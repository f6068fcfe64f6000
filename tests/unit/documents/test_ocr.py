from pathlib import Path

import msgspec
import numpy as np
import pypdfium2
import pytest

from alignment.documents import ocr, read_document
from alignment.documents.blocks import Table
from alignment.documents.ocr import ruling_lines
from alignment.errors import InputError
from alignment.programs import load
from alignment.settings import Settings
from alignment.standards import read_file
from tests.conftest import ROOT

SAMPLE = ROOT / "tests" / "data" / "programs" / "11.03.03" / "07 Электроника и схемотехника.pdf"
PAGES = (3, 4)  # those with the outcomes, hours and content
needs_tesseract = pytest.mark.skipif(not ocr.ready(), reason="Tesseract is not installed")


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of a sample as pictures, the second turned on its side."""
    source = pypdfium2.PdfDocument(SAMPLE)
    images = [source[index].render(scale=200 / 72, grayscale=True).to_pil() for index in PAGES]
    images[1] = images[1].rotate(90, expand=True)
    path = tmp_path_factory.mktemp("scan") / "scan.pdf"
    images[0].save(path, save_all=True, append_images=images[1:], resolution=200)
    return path


def test_lines_are_found_and_words_are_not() -> None:
    picture = np.full((600, 800), 255, dtype=np.uint8)
    picture[100:102, 50:750] = 0
    picture[100:500, 50:53] = 0
    picture[100:500:3, 400] = 0  # dotted
    for left in range(100, 700, 24):  # words
        picture[300:312, left : left + 18] = 0
    result = ruling_lines(picture)
    across = [line for line in result if line[1] == line[3]]
    down = [line for line in result if line[0] == line[2]]
    assert len(across) == 1
    assert abs(across[0][1] - 101) <= 2
    assert sorted(round(line[0] / 10) for line in down) == [5, 40]


@needs_tesseract
def test_a_scan_is_read_and_marked(scan: Path, settings: Settings) -> None:
    given: list[tuple[int, int]] = []
    with ocr.ocr_progress_to(lambda done, total: given.append((done, total))):
        document = read_document(scan, settings)
    assert given == [(1, 2), (2, 2)]
    assert document.ocr_pages == (1, 2)
    assert any("read from pictures" in issue.message for issue in document.warnings)
    original = {word for word in read_document(SAMPLE, settings).text().lower().split() if len(word) > 5}
    words = {word for word in document.text().lower().split() if len(word) > 5}
    # Nearly all their words are words of the original.
    assert len(words & original) > 0.85 * len(words)
    assert len(words) > 50
    assert any(isinstance(block, Table) for block in document.blocks)


@needs_tesseract
def test_statements_of_a_scan_say_so(scan: Path, settings: Settings) -> None:
    program = load([scan], settings)
    content = [item for item in program.statements() if not item.title_only]
    assert content
    assert all(item.ocr for item in content)


def test_without_ocr_a_scan_is_an_error_with_a_way_out(scan: Path, settings: Settings) -> None:
    with pytest.raises(InputError, match=r"no text layer.*ocrmypdf"):
        read_document(scan, msgspec.structs.replace(settings, ocr="off"))


@needs_tesseract
def test_a_page_of_pictures_in_a_text_is_read_or_named(scan: Path, tmp_path: Path, settings: Settings) -> None:
    mixed = pypdfium2.PdfDocument.new()
    mixed.import_pages(pypdfium2.PdfDocument(SAMPLE), pages=[0])
    mixed.import_pages(pypdfium2.PdfDocument(scan), pages=[1])
    path = tmp_path / "mixed.pdf"
    mixed.save(path)
    assert read_document(path, settings).ocr_pages == (2,)
    without = read_document(path, msgspec.structs.replace(settings, ocr="off"))
    assert any("1 page (2) not read" in issue.message for issue in without.warnings)


@needs_tesseract
@pytest.mark.shared
@pytest.mark.slow
def test_the_scanned_order(shared: Path, settings: Settings) -> None:
    (standard,) = read_file(shared / "registry_pdf" / "scan-reg245.pdf", settings)
    assert standard.title == "Инженер-технолог по производству изделий микроэлектроники"
    codes = [function.code for general in standard.functions for function in general.functions]
    assert codes == ["A/01.5", "A/02.5", "B/01.6", "B/02.6", "B/03.6", "C/01.6", "C/02.6", "C/03.6", "D/01.7", "D/03.7"]
    assert sum(1 for _ in standard.requirements()) > 250
