"""List marks: characters before a list item that are not part of its text.

Documents write them as many kinds of dashes and bullets, as private-use
characters for signs of the fonts Symbol and Wingdings (U+F000 plus the code in
the font, as Word stores them and PDF and DOCX keep them), and as the letters
that have the codes of bullets in those fonts ("o", "§", "Ø", "ü", "v", "q").
"""

from __future__ import annotations

import re

import msgspec

from alignment.documents.blocks import AnyBlock, Cell, Document, Heading, Table

DASH, BULLET = "–", "•"
# 2D in Symbol is the minus sign, which lists use as a dash; the others are discs, squares, ticks and arrows.
MARKS = {0xF02D: DASH} | dict.fromkeys(
    (0xF06C, 0xF06E, 0xF06F, 0xF071, 0xF076, 0xF0A7, 0xF0A8, 0xF0B7, 0xF0D8, 0xF0E0, 0xF0E8, 0xF0F0, 0xF0FC, 0xF0FE),
    BULLET,
)
ANY = re.compile(f"[{''.join(map(chr, MARKS))}]")

DASHES = "\\-\u2010-\u2015\u2212\u2043\ufe58\ufe63\uff0d\uf02d"
DISCS = "•‣∙·●○◦◉◎▪▫■□◆◇◊◘❖❍❏❐❑❒➢➣➤►▶▷▸▹▻➔➜➝➞➡→⇒⇨✓✔✗✘☐☑☒★☆✦✧✱✳⮚⮞🗸" + "".join(map(chr, MARKS))
# Any other sign of these fonts counts if a space follows it; the codes of Symbol's Greek letters are left out.
SIGNS = "\uf020-\uf040\uf05b-\uf060\uf075\uf077\uf07b-\uf0ff"
SPACE = "\\s\u200b\u200e\ufeff\u00ad"
LETTER = r"[^\W\d_]"
# One mark or several ("• –"), matched possessively, so that a line of dashes is scanned only once. A dash directly
# before a digit is a minus sign. "§ 5" is the number of a paragraph. Letters for bullets need a space after them, and
# the rarer ones a Russian word.
HEAD = (
    rf"[{SPACE}]*+(?>(?:[{DISCS}]"
    rf"|[{DASHES}](?![{DASHES}]{{0,9}}\d)"
    rf"|[{SIGNS}](?=[{SPACE}])"
    rf"|\*(?=[{SPACE}*]|[«\"“(]|{LETTER})"
    rf"|§(?=[{SPACE}]{{0,9}}{LETTER})"
    rf"|[oØüð](?=[ \t\u00a0]{{1,9}}{LETTER})"
    rf"|[vq](?=[ \t\u00a0]{{1,9}}[А-Яа-яЁё])"
    rf"|[nlw](?=[ \t\u00a0]{{1,9}}[А-ЯЁ])"
    rf")[{SPACE}]*+)++(?=\S)"
)
# Marks are removed only before text with a letter: a cell with "✓" alone, a range and a page number "– 5 –" keep them.
LINE = re.compile(rf"^(?P<mark>{HEAD})(?P<text>(?=.*{LETTER}).*)$", re.DOTALL)
# Bullets between the items of a list that is written in one line.
INLINE = re.compile(rf"(?<=[\s;,.:])[‣●▪▫■□◆◇❖❑❒➢➣➤►▶✓✔⮚](?=\s*{LETTER})")


def without_mark(text: str) -> str:
    """The text without its leading list marks; a text that consists of marks alone is returned unchanged."""
    match = LINE.match(text)
    return match["text"] if match else text


def with_plain_marks(document: Document) -> Document:
    """The document without leading list marks; marks inside its texts become plain dashes and bullets."""
    return msgspec.structs.replace(document, blocks=tuple(map(_plain, document.blocks)))


def _plain(block: AnyBlock) -> AnyBlock:
    if isinstance(block, Table):
        rows = tuple(tuple(map(_plain_cell, row)) for row in block.rows)
        return block if rows == block.rows else msgspec.structs.replace(block, rows=rows)
    text = _inline(without_mark(block.text))
    if text == block.text:
        return block
    if isinstance(block, Heading) or text == _inline(block.text):
        return msgspec.structs.replace(block, text=text)
    return msgspec.structs.replace(block, text=text, item=True)


def _plain_cell(cell: Cell) -> Cell:
    """The cell without the mark of its first line; marks of further lines, which separate items, become "•" or stay."""
    if not cell.text:
        return cell
    first, *rest = cell.text.split("\n")
    lines = [without_mark(first), *map(_common, rest)]
    text = _inline("\n".join(lines))
    return cell if text == cell.text else msgspec.structs.replace(cell, text=text)


def _common(line: str) -> str:
    match = LINE.match(line)
    if not match:
        return line
    dash = all(char in "-–—" or char.isspace() for char in match["mark"])
    return line if dash else f"{BULLET} {match['text']}"


def _inline(text: str) -> str:
    return INLINE.sub(BULLET, text.translate(MARKS) if ANY.search(text) else text)
