"""Text that people give, without what no page, table or document can bear."""

from __future__ import annotations

import unicodedata

# Marks that turn the direction of the text around them: a name could show other than it is (Unicode TR 36).
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
KEPT = frozenset("\n\t")
LEFT_OUT = frozenset(("Cc", "Cs"))


def bearable(text: str) -> str:
    """The text without control characters, lone surrogates and marks of direction; line ends are ``\\n``.

    A NUL stops PostgreSQL, most others stop a docx.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign in KEPT or _bearable(sign))


def plain(text: str, most: int | None = None) -> str:
    """As `bearable`, without spaces around it, cut to ``most`` characters."""
    return bearable(text).strip()[:most]


def _bearable(sign: str) -> bool:
    # The last two of each plane are no characters at all, and XML refuses them.
    return unicodedata.category(sign) not in LEFT_OUT and sign not in BIDI and ord(sign) & 0xFFFE != 0xFFFE
