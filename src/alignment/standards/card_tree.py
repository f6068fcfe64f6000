"""The tree of a registry card, one for XML and JSON: tags by their letters, texts at the leaves, lines of the file.

Exports differ in their boxes: a list of actions stands in ``<LaborActions>``,
in a ``<LaborAction>`` of its own name, in another box, or in none. So elements
are looked for below a node, down to the innermost of their name.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from json import JSONDecodeError, JSONDecoder
from json import decoder as json_decoder
from json import scanner as json_scanner
from pathlib import Path
from typing import Any

from lxml import etree

from alignment.documents.limits import parse_xml, read_bytes
from alignment.documents.textfile import decode
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.model import Location
from alignment.settings import Settings

# Tags that editors leave in the registry's texts; "a<b and c>d" is no tag. What stands in a block is a text of its own.
INLINE = "a|b|br|em|font|i|span|strong|sub|sup|u"
BLOCK = "div|h[1-6]|li|ol|p|table|tbody|td|tr|ul"
MARKUP = re.compile(rf"</?(?:{INLINE}|{BLOCK})(?:\s[^<>]*)?/?>", re.IGNORECASE)
BREAK = re.compile(r"<(?:br|/p|/li)\s*/?>", re.IGNORECASE)
INLINE_TAG = re.compile(rf"(?:{INLINE})", re.IGNORECASE)
BLOCK_TAG = re.compile(rf"(?:{BLOCK})", re.IGNORECASE)
# Elements in elements: a registry card has nine, HTML in it some more; Python ends a recursion at a thousand.
DEEPEST = 60
# Times that a text may be escaped ("&amp;amp;lt;"): real cards have two.
ESCAPED = 3


@dataclass
class Node:
    """An element: the letters of its tag, its name, its own text, what stands in it, its line in the file (1-based)."""

    tag: str
    name: str
    text: str = ""
    children: list[Node] = field(default_factory=list)
    line: int | None = None

    def place(self, file: str) -> Location:
        """Where the element stands."""
        return Location(file=file, paragraph=self.line)


def clean(text: str | None) -> str:
    """Text with entities resolved (also double-escaped ones), markup dropped and spaces folded."""
    value = text or ""
    for _round in range(ESCAPED):
        resolved = html.unescape(value)
        if resolved == value:
            break
        value = resolved
    return " ".join(MARKUP.sub("", BREAK.sub(" ", value)).split())


def letters(name: str) -> str:
    """A tag by its letters alone, without a prefix: exports differ in the rest."""
    return re.sub(r"[^a-z]", "", name.rpartition(":")[2].lower())


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in order."""
    yield node
    for child in node.children:
        yield from walk(child)


def inside(node: Node, tags: Sequence[str], stop: Sequence[str] = ()) -> Iterator[Node]:
    """The outermost nodes below ``node`` with one of the tags; not those below a node with a tag of ``stop``."""
    for child in node.children:
        if child.tag in tags:
            yield child
        elif child.tag not in stop:
            yield from inside(child, tags, stop)


def family(*tags: str) -> tuple[str, ...]:
    """The tags and their plurals, which are lists of them."""
    return (*tags, *(f"{tag}s" for tag in tags))


def items(node: Node, tags: Sequence[str], keys: Sequence[str]) -> Iterator[Node]:
    """The innermost nodes with one of the tags: what holds others is a list, unless it has one of the ``keys``."""
    for box in inside(node, tags):
        if not any(True for _ in inside(box, tags)):
            # A list with nothing in it is no item.
            if box.children or not box.tag.endswith("s"):
                yield box
            continue
        if any(True for _ in inside(box, keys, stop=tags)):
            yield box
        yield from items(box, tags, keys)


def from_xml(path: Path, settings: Settings) -> Node:
    """The tree of an XML file.

    Raises:
        InputError: not well-formed, declares entities, or is nested without end.
    """
    root = parse_xml(read_bytes(path, settings), str(path))
    return Node(tag="", name="", children=[_of_element(root, str(path), 0)])


def _of_element(element: etree._Element, file: str, depth: int) -> Node:
    _check_depth(depth, file)
    name = etree.QName(element).localname
    line = element.sourceline
    node = Node(tag=letters(name), name=name, line=line if isinstance(line, int) else None)
    node.text = clean(_gather(element, node, file, depth))
    return node


def _gather(element: etree._Element, node: Node, file: str, depth: int) -> str:
    """The element's own text, with that of markup in it; its other elements become children of ``node``."""
    _check_depth(depth, file)
    parts = [element.text or ""]
    for child in element:
        if not isinstance(child.tag, str):
            pass  # a comment or an instruction
        elif INLINE_TAG.fullmatch(local := etree.QName(child).localname):
            parts.append(_gather(child, node, file, depth + 1))
            parts.append(" " if local.lower() == "br" else "")
        else:
            node.children.append(_of_element(child, file, depth + 1))
            parts.append(" ")
        parts.append(child.tail or "")
    return "".join(parts)


def _check_depth(depth: int, file: str) -> None:
    if depth > DEEPEST:
        raise _too_deep(file)


def _too_deep(file: str) -> InputError:
    return InputError(
        _("elements stand more than {deepest} deep in each other: this is no registry card.", deepest=DEEPEST),
        file=file,
        hint=_("Export the standard again."),
    )


class _Placed(str):
    """A text of a JSON file that knows where it stood."""

    at: int


def from_json(path: Path, settings: Settings) -> Node:
    """The tree of a JSON file: a key is a tag, a list is its elements one after another.

    Raises:
        InputError: not JSON (with line and column), or nested without end.
    """
    text = decode(read_bytes(path, settings), str(path)).lstrip("\ufeff")
    # The scanner in C takes no parse_string of ours; the one in Python is made for it.
    decoder: Any = JSONDecoder(object_pairs_hook=_Pairs, parse_float=str, parse_int=str, strict=False)
    decoder.parse_string = _string
    decoder.scan_once = json_scanner.py_make_scanner(decoder)  # type: ignore[attr-defined]  # typeshed lacks it
    try:
        value = decoder.decode(text)
    except JSONDecodeError as error:
        raise InputError(
            _("not valid JSON."),
            file=str(path),
            place=_("line {lineno}, column {colno}", lineno=error.lineno, colno=error.colno),
            hint=_("Export it again."),
        ) from error
    except RecursionError as error:
        raise _too_deep(str(path)) from error
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    root = Node(tag="", name="")
    _of_value(value, root, starts, str(path), 0)
    return root


class _Pairs(list[tuple[str, Any]]):
    """Keys and values of an object: a key that stands twice is kept twice."""


def _string(text: str, begin: int, strict: bool) -> tuple[_Placed, int]:
    value, end = json_decoder.scanstring(text, begin, strict)  # type: ignore[attr-defined]  # typeshed lacks it
    placed = _Placed(value)
    placed.at = begin
    return placed, end


def _of_value(value: Any, node: Node, starts: list[int], file: str, depth: int) -> None:
    """Fill ``node`` with a JSON value."""
    _check_depth(depth, file)
    if isinstance(value, _Pairs):
        for key, inner in value:
            if key == "#text":
                node.text = clean(str(inner))
                continue
            for part in inner if isinstance(inner, list) and not isinstance(inner, _Pairs) else [inner]:
                child = Node(tag=letters(key), name=key)
                _of_value(part, child, starts, file, depth + 1)
                node.children.append(child)
                node.line = node.line or child.line
    elif isinstance(value, list):
        for part in value:
            child = Node(tag=node.tag, name=node.name)
            _of_value(part, child, starts, file, depth + 1)
            node.children.append(child)
            node.line = node.line or child.line
    elif value is not None:
        node.text = clean(str(value))
        if isinstance(value, _Placed):
            node.line = bisect_right(starts, value.at)
