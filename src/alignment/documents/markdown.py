"""Markdown → Document, through markdown-it (CommonMark with tables)."""

from __future__ import annotations

from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from alignment.documents.blocks import AnyBlock, Cell, Document, Heading, Paragraph, Table
from alignment.documents.limits import read_bytes
from alignment.documents.textfile import decode
from alignment.model import Location
from alignment.settings import Settings


def read(path: Path, settings: Settings) -> Document:
    """Headings, paragraphs, list items and tables; the paragraph number of a location is the line.

    Raises:
        InputError: the file cannot be read as text.
    """
    text = decode(read_bytes(path, settings), str(path))
    tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(text))
    blocks: list[AnyBlock] = []
    for node in tree.children:
        _walk(node, path.name, blocks, item=False)
    return Document(file=str(path), format="markdown", blocks=tuple(blocks))


def _place(node: SyntaxTreeNode, file: str) -> Location:
    return Location(file=file, paragraph=node.map[0] + 1 if node.map else None)


def _text(node: SyntaxTreeNode) -> str:
    if node.type in ("text", "code_inline", "html_inline"):
        return node.content if node.type != "html_inline" else " "
    if node.type in ("softbreak", "hardbreak"):
        return " " if node.type == "softbreak" else "\n"
    return "".join(_text(child) for child in node.children)


def _walk(node: SyntaxTreeNode, file: str, blocks: list[AnyBlock], *, item: bool) -> None:
    place = _place(node, file)
    if node.type == "heading":
        blocks.append(Heading(text=_text(node).strip(), level=int(node.tag[1]), location=place))
    elif node.type == "paragraph":
        # The parser leaves empty texts on both sides of a bold one.
        inline = [item for item in (node.children[0].children if node.children else []) if _text(item).strip()]
        bold = len(inline) == 1 and inline[0].type == "strong"
        for line in _text(node).split("\n"):
            if line.strip():
                blocks.append(Paragraph(text=line.strip(), item=item, bold=bold, location=place))
    elif node.type == "table":
        rows = [
            tuple(Cell(text=_text(cell).strip(), location=_place(row, file)) for cell in row.children)
            for part in node.children
            for row in part.children
        ]
        blocks.append(Table(rows=tuple(rows), location=place))
    elif node.type == "list_item":
        for child in node.children:
            _walk(child, file, blocks, item=True)
    elif node.type in ("fence", "code_block", "html_block"):
        return
    else:
        for child in node.children:
            _walk(child, file, blocks, item=item)
