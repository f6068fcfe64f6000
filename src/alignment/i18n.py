"""Interface language: gettext catalogues in ``locale/``, numbers by Babel."""

from __future__ import annotations

import gettext
import locale
import os
from pathlib import Path

LANGUAGES = ("en", "ru")
LOCALE = Path(__file__).parent / "locale"

_current = gettext.NullTranslations()
_language = "en"


def choose(wanted: str = "") -> str:
    """Supported language for a wish, else for the locale of the environment."""
    variables = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    from_environment = next((value for value in variables if value), "") or (locale.getlocale()[0] or "")
    code = (wanted or from_environment).lower()
    return "ru" if code.startswith(("ru", "russian")) else "en"


def activate(language: str) -> None:
    """Use the catalogue of ``language`` from now on; the source language is English."""
    global _current, _language
    _language = language
    _current = gettext.translation("alignment", LOCALE, languages=[language], fallback=True)


def language() -> str:
    """The language in use."""
    return _language


def _(message: str) -> str:
    """``message`` in the interface language."""
    return _current.gettext(message) if message else ""


def plural(one: str, many: str, number: int) -> str:
    """The form for ``number``, with ``{n}`` filled in."""
    return _current.ngettext(one, many, number).format(n=number)


def percent(share: float, places: int = 0) -> str:
    """A share of 1 as a percentage in the interface language."""
    from babel.numbers import format_percent, parse_pattern

    if not places:
        return format_percent(share, locale=_language)
    digits = "0." + "0" * places
    pattern = parse_pattern(f"{digits}\N{NO-BREAK SPACE}%" if _language == "ru" else f"{digits}%")
    return format_percent(share, format=pattern, locale=_language)


def decimal(value: float, places: int = 2, more: int = 0) -> str:
    """A number with ``places`` decimals in the interface language, and up to ``more`` where it has them."""
    from babel.numbers import format_decimal

    return format_decimal(value, format=f"0.{'0' * places}{'#' * more}", locale=_language)


def threshold(value: float) -> str:
    """A probability from which a verdict is given, with two decimals or, where it has them, three: 0.78, 0.475."""
    return decimal(value, more=1)
