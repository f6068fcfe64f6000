"""Interface language: gettext catalogues in ``locale/``, numbers by Babel.

Two ways to mark a text, with one catalogue:

- ``_`` translates at once: ``_("{n} files").format(n=3)`` is a plain string. Reports, pages and commands use it.
- ``message`` (imported as ``_`` in the packages that read and compute) is translated when it is shown. Errors and
  issues keep the English text with its values, so that a cached result can be shown in the language of each user.

`activate` sets the language of the whole process, `in_language` that of one thread or task.
"""

from __future__ import annotations

import gettext
import locale
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

LANGUAGES = ("en", "ru")
LOCALE = Path(__file__).parent / "locale"

# The language of the process, and the one that a thread or task has chosen instead.
_program = "en"
_chosen: ContextVar[str] = ContextVar("language", default="")


def supported_language(wanted: str = "") -> str:
    """The supported language ("en" or "ru") for ``wanted``, or for the locale of the environment if it is empty."""
    variables = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    from_environment = next((value for value in variables if value), "") or (locale.getlocale()[0] or "")
    code = (wanted or from_environment).lower()
    return "ru" if code.startswith(("ru", "russian")) else "en"


def is_supported(wanted: str) -> bool:
    """Whether ``wanted`` ("ru", "ru_RU.UTF-8", "Russian") names an interface language that there is."""
    return wanted.lower().replace("-", "_").partition("_")[0].partition(".")[0] in (*LANGUAGES, "russian", "english")


def activate(language: str) -> None:
    """Use the catalogue of ``language`` in the whole process from now on; the source language is English.

    It is for code that owns the process, such as the command ``align``. Users of the library use `in_language`.
    """
    global _program
    _program = language


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Within the block, texts are translated into ``language``; other threads and tasks keep theirs.

    Raises:
        ValueError: there is no such interface language.
    """
    if not is_supported(language):
        raise ValueError(f"there is no interface language {language!r}; choose one of {', '.join(LANGUAGES)}")
    before = _chosen.set(supported_language(language))
    try:
        yield
    finally:
        _chosen.reset(before)


def language() -> str:
    """The language in use."""
    return _chosen.get() or _program


@lru_cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("alignment", LOCALE, languages=[language], fallback=True)


def _(message: str) -> str:
    """``message`` in the interface language."""
    return _catalogue(language()).gettext(message) if message else ""


def plural(one: str, many: str, number: int) -> str:
    """The singular or plural form for ``number`` in the interface language, with ``{n}`` filled in."""
    return _catalogue(language()).ngettext(one, many, number).format(n=number)


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """A text that is translated when it is shown.

    Attributes:
        source: the English text, with names in braces where values go.
        values: the values by name; a value may be a message itself.
        many: the English plural, for a text that counts ``n``.
    """

    source: str
    values: dict[str, str | int | float | Message] = {}
    many: str = ""

    def english(self) -> str:
        """The text in English."""
        source = self.many if self.many and self.values.get("n") != 1 else self.source
        return _filled(source, {key: english(value) for key, value in self.values.items()})

    def __str__(self) -> str:
        source = _(self.source)
        if self.many:
            source = _catalogue(language()).ngettext(self.source, self.many, int(self.values["n"]))  # type: ignore[arg-type]
        return _filled(source, {key: _shown(value) for key, value in self.values.items()})


Text = str | Message


def message(source: str, **values: Any) -> Message:
    """A text that is translated when it is shown; values that are neither numbers nor messages are kept as strings."""
    kept = {
        key: value if isinstance(value, (str, int, float, Message)) else str(value) for key, value in values.items()
    }
    return Message(source, kept)


def plural_message(one: str, many: str, number: int, **values: Any) -> Message:
    """As `message`, in the singular or plural form for ``number``, which the text shows as ``{n}``."""
    return msgspec.structs.replace(message(one, n=number, **values), many=many)


def after(text: Text | None, separator: str, other: Text) -> Text:
    """Both texts with ``separator`` between them; the second alone if the first is empty."""
    return Message("{one}{two}", {"one": _ended(text, separator), "two": other}) if text else other


def english(value: Any) -> Any:
    """A message as English text; any other value unchanged."""
    return value.english() if isinstance(value, Message) else value


def _ended(text: Text, separator: str) -> Message:
    return Message("{text}{separator}", {"text": text, "separator": separator})


def _shown(value: str | float | Message) -> str | int | float:
    return str(value) if isinstance(value, Message) else value


def _filled(source: str, values: dict[str, Any]) -> str:
    return source.format(**values) if values else source


def percent(share: float, places: int = 0) -> str:
    """A share from 0 to 1 as a percentage with ``places`` decimals, in the format of the interface language.

    A half is rounded up, as spreadsheets do it, so that all formats of a report show the same number.
    """
    from babel.numbers import format_percent, parse_pattern

    rounded = _rounded(share, places + 2)
    if not places:
        return format_percent(rounded, locale=language())
    digits = "0." + "0" * places
    pattern = parse_pattern(f"{digits}\N{NO-BREAK SPACE}%" if language() == "ru" else f"{digits}%")
    return format_percent(rounded, format=pattern, locale=language())


def points(change: float, places: int = 2) -> str:
    """A change of a share in percentage points, with its sign: a difference of two percentages is no percentage."""
    rounded = _rounded(change, places + 2)
    sign = "+" if rounded > 0 else "\N{MINUS SIGN}" if rounded < 0 else ""
    return _("{n} pp").format(n=sign + decimal(abs(rounded) * 100, places))


def _rounded(value: float, places: int) -> Decimal:
    """The shortest decimal that is the float, rounded half up."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def decimal(value: float | Decimal, places: int = 2, more: int = 0) -> str:
    """A number as the interface language writes it: ``places`` decimals, and up to ``more`` others if it has them."""
    from babel.numbers import format_decimal

    return format_decimal(value, format=f"0.{'0' * places}{'#' * more}", locale=language())


def threshold(value: float) -> str:
    """A threshold of a verdict with two decimals, or with three if it has them: 0.78, 0.475."""
    return decimal(value, more=1)
