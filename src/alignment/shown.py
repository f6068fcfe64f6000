"""Characters that are not seen but act: terminals obey them, and they turn the direction of writing around.

They come from names of files, entries of archives and texts of documents.
Terminals, csv, Markdown and lines of errors show them escaped (``\\\\u202e``);
docx, xlsx, pdf and html, where some may not stand at all, leave them out.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

# C0 less tab and line feed, DEL and C1, separators of lines and overrides of direction, halves of surrogates.
_SET = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
ACTING = re.compile(f"[{_SET}]")
# As JSON writes them in ASCII and in UTF-8; U+007F to U+009F and the others stand as they are.
_IN_JSON = re.compile(
    rb"\\u00[01][0-9a-f]|\\[bfr]|\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]|\xef\xbf[\xbe\xbf]"
)


def escaped(text: str) -> str:
    """The text with such characters as ``\\\\u`` and four digits, which JSON reads as the same character again."""
    return ACTING.sub(lambda result: f"\\u{ord(result[0]):04x}", text)


def line(text: str) -> str:
    """The text in one line: escaped, line feeds and tabs too."""
    return escaped(text).replace("\n", "\\n").replace("\t", "\\t")


def without(text: str) -> str:
    """The text without such characters."""
    return ACTING.sub("", text)


def mapped(noun: T, change: Callable[[str], str] = without) -> T:
    """The noun (a struct, data class, list, tuple or dictionary) with every text in it changed.

    A noun without such characters, as nearly all are, is given back as it is.
    """
    try:
        if not _IN_JSON.search(msgspec.json.encode(noun)):
            return noun
    except (TypeError, ValueError):
        pass  # something that JSON has no form for: it is gone through
    changed: T = _mapped(noun, change)
    return changed


def _mapped(node: Any, change: Callable[[str], str]) -> Any:
    if isinstance(node, str):
        # Members of an enumeration are strings too.
        return change(node) if type(node) is str else node
    if isinstance(node, Mapping):
        return {_mapped(key, change): _mapped(value, change) for key, value in node.items()}
    if isinstance(node, list):
        return [_mapped(item, change) for item in node]
    if type(node) is tuple:
        return tuple(_mapped(item, change) for item in node)
    if isinstance(node, msgspec.Struct):
        values = {name: getattr(node, name) for name in node.__struct_fields__}
        return msgspec.structs.replace(node, **_mapped(values, change))
    if dataclasses.is_dataclass(node) and not isinstance(node, type):
        values = {item.name: getattr(node, item.name) for item in dataclasses.fields(node) if item.init}
        return dataclasses.replace(node, **_mapped(values, change))
    return node
