"""Control characters in texts from files: a terminal would obey them, and some reverse the direction of writing.

They come from file names, entries of archives and texts of documents.
Terminals, csv, Markdown and error lines show them escaped (``\\\\u202e``).
docx, xlsx, pdf and html leave them out, since some of these formats forbid them.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

# C0 controls except tab and line feed, DEL, C1 controls, line separators, bidirectional controls, lone surrogates.
_SET = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
ACTING = re.compile(f"[{_SET}]")
# The same characters in JSON that is encoded as UTF-8: some are written as ASCII escapes, the others as their bytes.
_IN_JSON = re.compile(
    rb"\\u00[01][0-9a-f]|\\[bfr]|\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]|\xef\xbf[\xbe\xbf]"
)


def escaped(text: str) -> str:
    """The text with each control character written as ``\\\\u`` and four hexadecimal digits, as in JSON."""
    return ACTING.sub(lambda result: f"\\u{ord(result[0]):04x}", text)


def line(text: str) -> str:
    """The text in one line: control characters, line feeds and tabs are escaped."""
    return escaped(text).replace("\n", "\\n").replace("\t", "\\t")


def without(text: str) -> str:
    """The text without control characters."""
    return ACTING.sub("", text)


def mapped(noun: T, change: Callable[[str], str] = without) -> T:
    """A copy of ``noun`` (a struct, data class, list, tuple or dictionary) with ``change`` applied to every text in it.

    A noun without control characters, as nearly all are, is returned itself.
    """
    try:
        if not _IN_JSON.search(msgspec.json.encode(noun)):
            return noun
    except (TypeError, ValueError):
        pass  # JSON cannot encode it, so every text in it is visited
    changed: T = _mapped(noun, change)
    return changed


def _mapped(node: Any, change: Callable[[str], str]) -> Any:
    if isinstance(node, str):
        # Members of a StrEnum are strings too; they stay.
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
