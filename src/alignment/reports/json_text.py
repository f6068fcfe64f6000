"""Any result as indented JSON, with a line feed at the end."""

from __future__ import annotations

import msgspec


def render(result: object) -> str:
    """The result as JSON."""
    return msgspec.json.format(msgspec.json.encode(result), indent=2).decode() + "\n"
