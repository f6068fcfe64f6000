"""List marks leave the head of a statement: with and without a mark it is the same statement."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.documents import Cell, Document, Heading, Paragraph, Table, read_document
from alignment.documents.marks import with_plain_marks, without_mark
from alignment.model import Location
from alignment.programs.statement_text import statements
from alignment.settings import Settings

MARKS = [
    "-", "–", "—", "‒", "―", "−", "‐", "•", "●", "○", "◦", "▪", "■", "□", "◆", "❖", "❑", "➢", "➤", "►", "✓", "✔", "⮚", "·", "*",
    "\uf0b7", "\uf0a7", "\uf0d8", "\uf0fc", "\uf076", "\uf071", "\uf02d", "\uf06e", "\uf0de", "§", "Ø", "ü", "o", "v", "q",
]  # fmt: skip
TEXTS = [
    "методы отладки программ",
    "Знание основ логики",
    "паять платы",
    "«умные» сети",
    "UART и SPI",
    "3D-печать деталей",
]
VOCABULARY = ("методы", "отладки", "программ", "паять", "платы", "сетей", "виды", "UART", "о", "в", "и")
WORDS = st.lists(st.sampled_from(VOCABULARY), min_size=2, max_size=7)
# Letters of fonts are marks before a letter only, the rarer ones before a Russian one.
PAIRS = [
    (mark, text)
    for mark in MARKS
    for text in TEXTS
    if not (mark in "§Øüovq" and not text[0].isalpha()) and not (mark in "vq" and text.startswith("UART"))
]


def plain(*blocks: Heading | Paragraph | Table) -> Document:
    return with_plain_marks(Document(file="a.md", format="markdown", blocks=blocks))


@pytest.mark.parametrize(("mark", "text"), PAIRS)
def test_each_mark_leaves(mark: str, text: str) -> None:
    (block,) = plain(Paragraph(text=f"{mark} {text}")).blocks
    assert block == Paragraph(text=text, item=True)
    table = plain(Table(rows=((Cell(text=f"{mark}\t{text}"),),))).blocks[0]
    assert isinstance(table, Table)
    assert table.rows[0][0].text == text


@pytest.mark.parametrize(
    "text",
    [
        "о методах отладки", "-5 °C и ниже", "– 5 –", "—", "✓", "•", "+", "§ 5. Обязанности", "*.txt файлы", "3 – 5 лет",
        "в условиях", "o", "n слоёв сети", "\uf061 частицы", "О порядке", "vector", "опыт",
    ],
)  # fmt: skip
def test_what_is_no_mark_stays(text: str) -> None:
    assert without_mark(text) == text


def test_a_heading_stays_a_heading() -> None:
    assert plain(Heading(text="➢ Знать:", level=3)).blocks == (Heading(text="Знать:", level=3),)


@given(st.sampled_from(MARKS), WORDS, st.sampled_from([" ", "  ", "\t", "\u00a0"]))
def test_with_and_without_a_mark_it_is_one_statement(mark: str, words: list[str], space: str) -> None:
    text = " ".join(words)
    if mark in "vq" and text.startswith("UART"):
        mark = "•"
    marked, bare = plain(Paragraph(text=f"{mark}{space}{text}")).blocks[0], plain(Paragraph(text=text)).blocks[0]
    assert isinstance(marked, Paragraph) and isinstance(bare, Paragraph)
    assert statements(marked.text, Location()) == statements(bare.text, Location())


@given(st.sampled_from(MARKS), st.lists(WORDS, min_size=1, max_size=4))
def test_the_items_of_a_cell(mark: str, items: list[list[str]]) -> None:
    texts = [" ".join(["анализ", *words]) for words in items]
    with_marks = plain(Table(rows=((Cell(text="\n".join(f"{mark} {text}" for text in texts)),),))).blocks[0]
    assert isinstance(with_marks, Table)
    result = [item.text for item in statements(with_marks.rows[0][0].text, Location())]
    assert result == [item.text for text in texts for item in statements(text, Location())]


@given(st.text(max_size=60) | st.text("•–-ov§*1аб \n", max_size=20))
def test_only_what_stands_before_the_text_is_lost(text: str) -> None:
    kept = without_mark(text)
    assert text.endswith(kept)
    assert without_mark(kept) == kept


def test_a_long_row_of_marks_is_no_trap() -> None:
    assert without_mark("• – " * 5000 + "5") == "• – " * 5000 + "5"


def test_all_formats_agree(tmp_path: Path, settings: Settings) -> None:
    import docx

    lines = ["методы отладки", "паять платы", "виды памяти"]
    marks = ["‒", "✓", "➢"]
    marked = [f"{mark} {line}" for mark, line in zip(marks, lines, strict=True)]
    (tmp_path / "a.txt").write_text("\n".join(marked), encoding="utf-8")
    (tmp_path / "a.md").write_text("\n\n".join(marked), encoding="utf-8")
    (tmp_path / "a.html").write_text("".join(f"<p>{line}</p>" for line in marked), encoding="utf-8")
    document = docx.Document()
    for line in marked:
        document.add_paragraph(line)
    document.save(str(tmp_path / "a.docx"))
    for name in ("a.txt", "a.md", "a.html", "a.docx"):
        blocks = read_document(tmp_path / name, settings).blocks
        assert [(block.text, block.item) for block in blocks if isinstance(block, Paragraph)] == [
            (line, True) for line in lines
        ], name
