"""Recognise encodings that are not supported, so that an error can name them and no wrong text is read."""

from __future__ import annotations

import codecs

# Bytes at a file's beginning that tell its encoding: two pages of text, so that every letter and the space are met.
HEAD = 4096
# Share of characters whose upper byte is that of Latin or Cyrillic. In UTF-16 all are but a few signs (dashes, quotes
# have another byte); in 8-bit text hardly any byte of a file is 0 or 4.
MIN_LETTER_SHARE = 0.9
# Of mac-cyrillic: capitals; small letters but "я"; "я", where windows-1251 has "Я".
CAPITALS, SMALL, LAST = range(0x80, 0xA0), range(0xE0, 0xFF), 0xDF
# "я" of windows-1251, a currency sign in mac-cyrillic.
LAST_WINDOWS = 0xFF
# Capitals of windows-1251 without "Я", which are rare signs of mac-cyrillic.
WINDOWS_CAPITALS = range(0xC0, 0xDF)
# Small letters without which there is nothing to compare: a word.
ENOUGH = 3
# Bytes of a character of UTF-32; two of them are the least that tells anything.
WIDE = 4


def unread(data: bytes) -> str:
    """The name of an unsupported encoding: UTF-32, UTF-16 without a byte order mark, mac-cyrillic; else ""."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) and len(data) % WIDE == 0:
        return "UTF-32"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ""
    return _wide(data[:HEAD]) or ("mac-cyrillic" if _is_mac(data) else "")


def _wide(head: bytes) -> str:
    """UTF-32 or UTF-16 without a byte order mark, recognised by the upper bytes of its characters; else ""."""
    for order, high in (("BE", slice(0, None, WIDE)), ("LE", slice(WIDE - 1, None, WIDE))):
        middle = head[1::WIDE] if order == "BE" else head[2::WIDE]
        if len(head) >= 2 * WIDE and not any(head[high]) and not any(middle) and any(head):
            return f"UTF-32 {order}"
    for order, start in (("BE", 0), ("LE", 1)):
        upper, lower = head[start::2], head[1 - start :: 2]
        if len(head) < 2 * WIDE or not upper or not any(lower):
            continue
        # The upper byte is 4 for Cyrillic and 0 for spaces; no text in an 8-bit encoding has so many of these bytes.
        if (upper.count(0) + upper.count(4)) / len(upper) >= MIN_LETTER_SHARE and upper.count(0):
            return f"UTF-16 {order}"
    return ""


def _is_mac(data: bytes) -> bool:
    """Whether the text is Russian in mac-cyrillic: its "я" follows small letters, and the "я" of Windows is absent."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return False
    counts = [data.count(bytes([value])) for value in range(1 << 8)]
    small = sum(counts[value] for value in SMALL)
    capitals = sum(counts[value] for value in CAPITALS)
    if small < ENOUGH or counts[LAST_WINDOWS] or capitals <= sum(counts[value] for value in WINDOWS_CAPITALS):
        return False
    within = sum(data[index] == LAST and data[index - 1] in SMALL for index in range(1, min(len(data), 1 << 20)))
    return within >= 1 and small > capitals
