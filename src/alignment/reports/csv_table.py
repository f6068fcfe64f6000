"""Tables as CSV that a spreadsheet opens with a double click. All commands use this dialect.

The file begins with a byte order mark: without one Excel does not recognise
UTF-8 and garbles Cyrillic. Excel expects the separator and the decimal mark of
the country: ``;`` and a comma in Russian, ``,`` and a point otherwise. In all
else the file follows RFC 4180.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from alignment.i18n import decimal, language

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[str | float | None]]) -> str:
    """The table in the dialect of the interface language. Texts are made `safe`; None is an empty cell."""
    out = io.StringIO(newline="")
    out.write(MARK)
    writer = csv.writer(out, delimiter=";" if language() == "ru" else ",", lineterminator="\n")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: str | float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return number(value)
    return safe(value) if isinstance(value, str) else str(value)


def number(value: float) -> str:
    """A number with the decimal mark of the language and up to four decimals."""
    return decimal(value, 0, more=4) if language() == "ru" else f"{value:.4f}".rstrip("0").rstrip(".")


def safe(value: str) -> str:
    """A cell that a spreadsheet will not run as a formula (OWASP, CSV injection)."""
    return f"'{value}" if value[:1] in ("=", "+", "@", "\t", "\r") or value[:2] == "-=" else value
