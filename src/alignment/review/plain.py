"""Clean texts that people typed: remove characters that pages, tables or documents cannot hold."""

from __future__ import annotations

import unicodedata

# Marks that change the direction of text: with them a name could look like another one (Unicode TR 36).
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
KEPT = frozenset("\n\t")
LEFT_OUT = frozenset(("Cc", "Cs"))


def bearable(text: str) -> str:
    """The text without control characters, lone surrogates and direction marks; line ends become ``\\n``.

    PostgreSQL refuses a NUL, and a docx refuses most other control characters.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign in KEPT or _bearable(sign))


def plain(text: str, most: int | None = None) -> str:
    """As `bearable`, also stripped and cut to ``most`` characters."""
    return bearable(text).strip()[:most]


def _bearable(sign: str) -> bool:
    # The last two code points of each plane are not characters, and XML refuses them.
    return unicodedata.category(sign) not in LEFT_OUT and sign not in BIDI and ord(sign) & 0xFFFE != 0xFFFE
