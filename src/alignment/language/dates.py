"""Find dates in Russian texts: "18 ноября 2013 г.", "«18» ноября 2013", "18.11.2013"."""

from __future__ import annotations

import re

MONTHS = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)
NAMED = re.compile(rf"[«\"]?\s*(\d{{1,2}})\s*[»\"]?\s+({'|'.join(MONTHS)})\s+((?:19|20)\d{{2}})", re.IGNORECASE)
NUMBERS = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.((?:19|20)\d{2})(?!\d)")


def find_date(text: str) -> str:
    """The last date in a text as DD.MM.YYYY; "" if there is none."""
    dates = [(match.start(), match[1], MONTHS.index(match[2].lower()) + 1, match[3]) for match in NAMED.finditer(text)]
    dates += [(match.start(), match[1], int(match[2]), match[3]) for match in NUMBERS.finditer(text)]
    if not dates:
        return ""
    _, day, month, year = max(dates)
    return f"{int(day):02d}.{month:02d}.{year}"
