"""Split the tables of orders in docx and html, where whole sections are one table and headings are rows of it."""

from __future__ import annotations

import re

import msgspec

from alignment.documents import AnyBlock, Cell, Document, Paragraph, Table

OPENING = 80  # letters of a row in which a heading must begin
SECTION_TWO = re.compile(r"^\s*II\.?\s+Описание\s+трудовых\s+функций", re.IGNORECASE)
SECTION_THREE = re.compile(r"^\s*III\.?\s+Характеристика\s+обобщ", re.IGNORECASE)
SECTION_FOUR = re.compile(r"^\s*IV\.?\s+Сведения\s+об\s+организац", re.IGNORECASE)
GENERAL_HEAD = re.compile(r"3\.\s?(\d{1,2})\.?\s*Обобщ[её]нная\s+трудовая\s+функция", re.IGNORECASE)
FUNCTION_HEAD = re.compile(r"3\.\s?(\d{1,2})\.\s?(\d{1,2})\.?\s*Трудовая\s+функция", re.IGNORECASE)
HEADS = (SECTION_TWO, SECTION_THREE, SECTION_FOUR, GENERAL_HEAD, FUNCTION_HEAD)
CONTENTS = re.compile(r"\.{4,}|…{2,}|\s\d{1,3}$")
FORMATS = ("docx", "html")


def order_blocks(document: Document) -> tuple[AnyBlock, ...]:
    """The document's blocks; in docx and html, headings that are rows of a table become paragraphs."""
    if document.format not in FORMATS:
        return document.blocks
    result: list[AnyBlock] = []
    described = False
    for block in document.blocks:
        if not isinstance(block, Table):
            described = described or bool(SECTION_THREE.match(block.text) and not CONTENTS.search(block.text))
            result.append(block)
            continue
        rest: list[tuple[Cell, ...]] = []
        for row in block.rows:
            filled = [cell for cell in row if cell.text.strip()]
            text = filled[0].text.strip() if filled else ""
            head = len(filled) == 1 and any(pattern.search(text[:OPENING]) for pattern in HEADS)
            if not head or CONTENTS.search(text):
                rest.append(_compact(row) if described else row)
                continue
            if rest:
                result.append(msgspec.structs.replace(block, rows=tuple(rest)))
                rest = []
            # The heading of section III and that of its first function may be in one cell.
            for line in re.split(r"\n(?=\s*(?:3\.|I{1,3}V?\.))", text):
                described = described or bool(SECTION_THREE.match(line))
                result.append(Paragraph(text=" ".join(line.split()), location=filled[0].location))
        if rest:
            result.append(msgspec.structs.replace(block, rows=tuple(rest)))
    return tuple(result)


def _compact(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The row without empty cells after the first: a label and its text, whatever the number of columns."""
    return row[:1] + tuple(cell for cell in row[1:] if cell.text.strip())
