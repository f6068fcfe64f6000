"""What a PDF page draws is not always what it shows: PDFs as Word exports them, written by hand."""

import re
from pathlib import Path

import pytest

from alignment.documents import Table, pdf_pages, read_document
from alignment.documents.pdf_furniture import MARK
from alignment.documents.pooled import read_pooled
from alignment.errors import InputError
from alignment.programs.bundle import BundleFile
from alignment.settings import Settings

ROW, LEFT, MIDDLE, RIGHT = 40, 60, 200, 400
TOP = 700


def write(path: Path, content: str) -> Path:
    """One page in Helvetica with the given content stream."""
    stream = content.encode("latin-1")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    data = b"%PDF-1.4\n"
    places = []
    for number, part in enumerate(parts, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    path.write_bytes(data + end % (table, len(data)))
    return path


def text(x: float, y: float, words: str) -> str:
    return f"BT /F1 12 Tf {x} {y} Td ({words}) Tj ET\n"


def line(x: float, y: float, width: float, height: float) -> str:
    """Word draws lines as thin filled boxes."""
    return f"0 g {x} {y} {width} {height} re f\n"


def ruled(rows: int, *, closed: bool = True) -> str:
    """A table of two columns; not ``closed``: without the lowest line."""
    height = rows * ROW
    upright = "".join(line(x, TOP - height, 0.5, height) for x in (LEFT, MIDDLE, RIGHT))
    level = "".join(line(LEFT, TOP - n * ROW, RIGHT - LEFT, 0.5) for n in range(rows + closed))
    return upright + level


TWO_ROWS = "".join(
    text(LEFT + 5, TOP - 15 - n * ROW, f"{n + 1}") + text(MIDDLE + 5, TOP - 15 - n * ROW, word)
    for n, word in enumerate(("Loops", "Tests"))
)


def tables(path: Path) -> list[list[list[str]]]:
    blocks = read_document(path, Settings()).blocks
    return [[[cell.text for cell in row] for row in block.rows] for block in blocks if isinstance(block, Table)]


@pytest.mark.parametrize("colour", ["1 g", "0.8 g", "1 1 1 rg", "0 0 0 0 k", "/Pattern cs /P1 scn"])
def test_a_background_behind_each_line_is_no_border(tmp_path: Path, colour: str) -> None:
    shades = "".join(f"{colour} {MIDDLE + 3} {TOP - 18 - n * 16} {RIGHT - MIDDLE - 6} 14 re f\n" for n in range(2))
    words = text(LEFT + 5, TOP - 15, "1") + text(MIDDLE + 5, TOP - 15, "Overview of the most")
    words += (
        text(MIDDLE + 5, TOP - 31, "popular tools")
        + text(LEFT + 5, TOP - 55, "2")
        + text(MIDDLE + 5, TOP - 55, "Tests")
    )
    path = write(tmp_path / "a.pdf", shades + ruled(2) + "0 g\n" + words)
    assert tables(path) == [[["1", "Overview of the most\npopular tools"], ["2", "Tests"]]]


def test_boxes_without_lines_make_a_table(tmp_path: Path) -> None:
    """Where a page has no lines, its coloured boxes are the cells."""
    boxes = "".join(
        f"0.{shade} g {x} {TOP - (n + 1) * ROW} {width} {ROW} re f\n"
        for n in range(2)
        for shade, (x, width) in zip((7, 9), ((LEFT, 140), (MIDDLE, 200)), strict=True)
    )
    path = write(tmp_path / "a.pdf", boxes + "0 g\n" + TWO_ROWS)
    assert tables(path) == [[["1", "Loops"], ["2", "Tests"]]]


def test_a_space_under_the_letters_does_not_cut_the_word(tmp_path: Path) -> None:
    """The space of a list number stands at its tab stop, under the title of the next column; others stay."""
    words = text(LEFT, TOP, "113.") + text(LEFT + 51, TOP, " ") + text(LEFT + 40, TOP, "Search in a string")
    path = write(tmp_path / "a.pdf", words)
    assert [block.text for block in read_document(path, Settings()).blocks] == ["113. Search in a string"]


@pytest.mark.parametrize("closed", [True, False])
def test_a_row_that_the_page_cuts_is_closed(tmp_path: Path, closed: bool) -> None:
    path = write(tmp_path / "a.pdf", ruled(2, closed=closed) + TWO_ROWS)
    assert tables(path) == [[["1", "Loops"], ["2", "Tests"]]]


def pages(path: Path, contents: list[str | None]) -> Path:
    """A page for each content stream; None is a page that is not there."""
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    for number, content in enumerate(contents):
        part = pypdfium2.PdfDocument(write(path.with_name(f"{number}.pdf"), content or ""))
        document.import_pages(part)
        part.close()
    document.save(path)
    document.close()
    data = path.read_bytes()
    for number, content in enumerate(contents):
        if content is None:
            at = [result.start() for result in re.finditer(rb"/Type ?/Page\b(?!s)", data)][number]
            data = data[:at] + data[at:].replace(b"/Page", b"/Rage", 1)
    path.write_bytes(data)
    return path


def test_a_page_that_cannot_be_read_is_named_and_the_rest_read(tmp_path: Path) -> None:
    words = [text(LEFT, TOP, word) for word in ("Loops of programs", "Tests of programs")]
    document = read_document(pages(tmp_path / "a.pdf", [words[0], None, words[1]]), Settings())
    assert [block.text for block in document.blocks] == ["Loops of programs", "Tests of programs"]
    assert [(issue.message, issue.location.page) for issue in document.warnings] == [("page 2 could not be read", 2)]


def test_a_file_without_a_readable_page_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none of its pages can be read"):
        read_document(pages(tmp_path / "a.pdf", [None]), Settings())


@pytest.mark.parametrize(("matrix", "y", "step"), [("0 1 -1 0", 665, 10), ("0 -1 1 0", 695, -10)])
def test_turned_text_is_read_in_its_own_direction(tmp_path: Path, matrix: str, y: int, step: int) -> None:
    """Narrow columns turn the words of their heads: these read "fo leveL" where letters are sorted by height."""
    turned = "".join(
        f"BT /F1 8 Tf {matrix} {100 + number * step} {y} Tm ({words}) Tj ET\n"
        for number, words in enumerate(("Level of", "study"))
    )
    path = write(tmp_path / "a.pdf", ruled(2) + turned + text(MIDDLE + 5, TOP - 15, "Loops"))
    assert tables(path) == [[["Level of\nstudy", "Loops"], ["", ""]]]


def test_a_space_under_the_next_run_still_divides(tmp_path: Path) -> None:
    """PDFium leaves out a space that the next run of text covers: "10. Qwen Chat" read "10.Qwen Chat"."""
    words = text(LEFT, TOP, "10. ") + text(LEFT + 18.5, TOP, "Methods of tests")
    assert [block.text for block in read_document(write(tmp_path / "a.pdf", words), Settings()).blocks] == [
        "10. Methods of tests"
    ]


def test_more_lines_than_any_table_has_are_a_drawing(tmp_path: Path) -> None:
    drawing = "".join(f"{20 + 4 * x} {20 + 5 * y} 4 5 re S\n" for x in range(130) for y in range(150))
    path = write(tmp_path / "a.pdf", drawing + text(LEFT, TOP, "Loops of programs"))
    assert [block.text for block in read_document(path, Settings()).blocks] == ["Loops of programs"]


def _texts(file: BundleFile, settings: Settings) -> bytes:
    return "\n".join(block.text for block in read_document(file.path, settings).blocks).encode()


def test_ranges_of_pages_read_in_several_processes_give_the_same(tmp_path: Path) -> None:
    count = 2 * pdf_pages.RANGE + 3
    words = [text(LEFT, TOP, f"Topic {chr(65 + number % 26)} of part {number} of programs") for number in range(count)]
    given: list[tuple[str, int, int]] = []
    with pdf_pages.page_progress_to(lambda name, done, total: given.append((name, done, total))):
        long, short = pages(tmp_path / "a.pdf", [*words]), write(tmp_path / "b.pdf", words[0])
        files = [BundleFile(path=path, shown=path.name) for path in (long, short, long)]
        result = list(read_pooled(_texts, files, Settings()))
    assert result == [_texts(file, Settings()) for file in files]
    assert isinstance(result[0], bytes)
    assert len(result[0].splitlines()) == count
    # A short document is read in one piece and tells nothing of its page.
    assert given[-1][1:] == (2 * count, 2 * count)
    assert {name for name, _, _ in given} == {"a.pdf"}


@pytest.mark.parametrize(
    ("line", "dropped"),
    [
        ("Дата сохранения: 01.02.2024", True),
        ("Документ предоставлен КонсультантПлюс", True),
        ("КонсультантПлюс www.consultant.ru Страница 3 из 40", True),
        ("12.11.2020 Система ГАРАНТ 3/23", True),
        ("Умение работать с КонсультантПлюс", False),
        ("Страница документа", False),
        ("", False),
    ],
)
def test_marks_of_legal_databases_are_no_text(line: str, dropped: bool) -> None:
    assert bool(MARK.fullmatch(line)) is dropped
