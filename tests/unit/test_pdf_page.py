"""What a PDF page draws is not always what it shows: PDFs as Word exports them, written by hand."""

from pathlib import Path

import pytest

from alignment.documents import Table, read_document
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
