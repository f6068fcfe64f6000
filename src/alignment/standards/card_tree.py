"""A registry card as one tree for XML and JSON: normalised tags, texts at the leaves, and lines of the file.

Exports nest their lists differently: labour actions are in a ``<LaborActions>``
element, in a ``<LaborAction>`` that holds others, in some other element, or in
none. So elements are searched at any depth below a node, and the innermost ones
of a name are taken.
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

# HTML tags that editors leave in the registry's texts; "a<b and c>d" is not one. A block element is a text of its own.
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
class Element:
    """An element of a card.

    ``tag`` is its name in small Latin letters only (`letters`), ``name`` is the name as written,
    ``text`` its text without that of its children, ``line`` its line in the file, from 1.
    """

    tag: str
    name: str
    text: str = ""
    children: list[Element] = field(default_factory=list)
    line: int | None = None

    def place(self, file: str) -> Location:
        """The location of the element in the file of that name."""
        return Location(file=file, paragraph=self.line)


def element_text(text: str | None) -> str:
    """The text with entities resolved (also double-escaped ones), HTML tags removed and white space collapsed."""
    value = text or ""
    for _round in range(ESCAPED):
        resolved = html.unescape(value)
        if resolved == value:
            break
        value = resolved
    return " ".join(MARKUP.sub("", BREAK.sub(" ", value)).split())


def letters(name: str) -> str:
    """A tag in small letters, without prefix, digits and punctuation, in which exports differ."""
    return re.sub(r"[^a-z]", "", name.rpartition(":")[2].lower())


def walk(node: Element) -> Iterator[Element]:
    """The node and all nodes below it, in document order."""
    yield node
    for child in node.children:
        yield from walk(child)


def descendants(node: Element, tags: Sequence[str], stop: Sequence[str] = ()) -> Iterator[Element]:
    """The outermost nodes below ``node`` with one of the tags; nodes with a tag of ``stop`` are not searched."""
    for child in node.children:
        if child.tag in tags:
            yield child
        elif child.tag not in stop:
            yield from descendants(child, tags, stop)


def family(*tags: str) -> tuple[str, ...]:
    """The tags and their plurals, which name lists of such elements."""
    return (*tags, *(f"{tag}s" for tag in tags))


def items(node: Element, tags: Sequence[str], keys: Sequence[str]) -> Iterator[Element]:
    """The innermost nodes with one of the tags; a node around others is an item too if it has one of the ``keys``."""
    for box in descendants(node, tags):
        if not any(True for _ in descendants(box, tags)):
            # An empty list is not an item.
            if box.children or not box.tag.endswith("s"):
                yield box
            continue
        if any(True for _ in descendants(box, keys, stop=tags)):
            yield box
        yield from items(box, tags, keys)


def from_xml(path: Path, settings: Settings) -> Element:
    """The tree of an XML file.

    Raises:
        InputError: the XML is not well-formed, declares entities, or is nested too deep.
    """
    root = parse_xml(read_bytes(path, settings), str(path))
    return Element(tag="", name="", children=[_of_element(root, str(path), 0)])


def _of_element(element: etree._Element, file: str, depth: int) -> Element:
    _check_depth(depth, file)
    name = etree.QName(element).localname
    line = element.sourceline
    node = Element(tag=letters(name), name=name, line=line if isinstance(line, int) else None)
    node.text = element_text(_gather(element, node, file, depth))
    return node


def _gather(element: etree._Element, node: Element, file: str, depth: int) -> str:
    """The element's text with that of inline markup in it; its other elements become children of ``node``."""
    _check_depth(depth, file)
    parts = [element.text or ""]
    for child in element:
        if not isinstance(child.tag, str):
            pass  # a comment or a processing instruction
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
        _("elements are nested more than {deepest} levels deep: this is not a registry card.", deepest=DEEPEST),
        file=file,
        hint=_("Export the standard again."),
    )


class _Placed(str):
    """A string of a JSON file; ``at`` is its offset in the file's text."""

    at: int


def tree_of_json(path: Path, settings: Settings) -> Element:
    """The tree of a JSON file: a key becomes a tag, and each element of a list a node with the list's tag.

    Raises:
        InputError: the file is not JSON (the error names line and column), or is nested too deep.
    """
    text = decode(read_bytes(path, settings), str(path)).lstrip("\ufeff")
    # Only the scanner in Python, not the one in C, calls a parse_string that is set on the decoder.
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
    root = Element(tag="", name="")
    _of_value(value, root, starts, str(path), 0)
    return root


class _Pairs(list[tuple[str, Any]]):
    """Keys and values of a JSON object; a repeated key is kept each time."""


def _string(text: str, begin: int, strict: bool) -> tuple[_Placed, int]:
    value, end = json_decoder.scanstring(text, begin, strict)  # type: ignore[attr-defined]  # typeshed lacks it
    placed = _Placed(value)
    placed.at = begin
    return placed, end


def _of_value(value: Any, node: Element, starts: list[int], file: str, depth: int) -> None:
    """Fill ``node`` with a JSON value."""
    _check_depth(depth, file)
    if isinstance(value, _Pairs):
        for key, inner in value:
            if key == "#text":
                node.text = element_text(str(inner))
                continue
            for part in inner if isinstance(inner, list) and not isinstance(inner, _Pairs) else [inner]:
                child = Element(tag=letters(key), name=key)
                _of_value(part, child, starts, file, depth + 1)
                node.children.append(child)
                node.line = node.line or child.line
    elif isinstance(value, list):
        for part in value:
            child = Element(tag=node.tag, name=node.name)
            _of_value(part, child, starts, file, depth + 1)
            node.children.append(child)
            node.line = node.line or child.line
    elif value is not None:
        node.text = element_text(str(value))
        if isinstance(value, _Placed):
            node.line = bisect_right(starts, value.at)
