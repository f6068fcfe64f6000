"""The errors that a user can see; each says what is wrong, where, and what to do."""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from os import PathLike

from alignment.i18n import Message, Text
from alignment.i18n import message as _
from alignment.shown import escaped, line


class AlignmentError(Exception):
    """Base of all errors that are shown to a user without a traceback.

    Its texts are translated when they are shown, into the interface language of that moment (`alignment.i18n.message`).

    Args:
        message: what is wrong, one sentence.
        file: the file or argument at fault.
        place: where in it (page, row, line), if known.
        hint: what the user can do about it.
    """

    exit_code = 2

    def __init__(
        self, message: Text, *, file: Text | None = None, place: Text | None = None, hint: Text | None = None
    ) -> None:
        self.text, self.place, self.hint = message, place, hint
        self.file = str(file) if file else None
        super().__init__(message)

    @property
    def message(self) -> str:
        """What is wrong, in the interface language."""
        return str(self.text)

    def __str__(self) -> str:
        where = ", ".join(line(str(part)) for part in (self.file, self.place) if part)
        text = escaped(f"{where}: {self.message}" if where else self.message)
        return f"{text} {escaped(str(self.hint))}" if self.hint else text


class InputError(AlignmentError):
    """A file cannot be read as the kind of input for which it was given."""


class LimitError(InputError):
    """An input exceeds a safety limit (size, ratio, pages)."""


class NotFoundError(AlignmentError):
    """A standard, program or file that was named does not exist."""


class AmbiguousError(AlignmentError):
    """A name matches several things; the message lists them, and ``choices`` holds them if the place knows them."""

    choices: tuple[str, ...] = ()


class OutputError(AlignmentError):
    """The result cannot be written where the user asked."""


class SettingsError(AlignmentError):
    """A setting has an unknown name or an impossible value."""


class MissingExtraError(AlignmentError):
    """An optional dependency is needed and not installed."""


@contextmanager
def shown_as(path: str | PathLike[str], name: str) -> Iterator[None]:
    """Within the block, errors about ``path``, a temporary file, show the user's ``name`` for it instead."""
    try:
        yield
    except AlignmentError as error:
        if error.file:
            error.file = error.file.replace(str(path), name)
        raise


REASONS = {
    errno.ENOENT: _("no such file or folder"),
    errno.EACCES: _("no permission"),
    errno.EPERM: _("not permitted"),
    errno.ENOSPC: _("no space left on the disk"),
    errno.EDQUOT: _("the disk quota is used up"),
    errno.EISDIR: _("it is a folder"),
    errno.ENOTDIR: _("a part of the path is not a folder"),
    errno.EEXIST: _("it already exists"),
    errno.EROFS: _("the disk is read-only"),
    errno.EIO: _("the disk reports errors"),
    errno.ENAMETOOLONG: _("the name is too long"),
    errno.ELOOP: _("the links form a loop"),
    errno.ENOTEMPTY: _("the folder is not empty"),
    errno.EBUSY: _("it is in use"),
    errno.EADDRINUSE: _("the address is in use"),
    errno.EADDRNOTAVAIL: _("this machine does not have the address"),
    errno.EMFILE: _("too many files are open"),
    errno.EFBIG: _("the file is too large for this disk"),
    errno.EINVAL: _("the system refuses the name"),
    errno.ETXTBSY: _("the file is being executed"),
    errno.ENXIO: _("no such device"),
    errno.ENODEV: _("no such device"),
    errno.ECONNREFUSED: _("no server answers at this address"),
    errno.ETIMEDOUT: _("there was no answer in time"),
}


# The start of the name of an SQLite error code → the reason in plain words.
STORES = {
    "SQLITE_FULL": REASONS[errno.ENOSPC],
    "SQLITE_READONLY": _("it cannot be written"),
    "SQLITE_BUSY": REASONS[errno.EBUSY],
    "SQLITE_LOCKED": REASONS[errno.EBUSY],
    "SQLITE_CANTOPEN": _("it cannot be opened"),
    "SQLITE_CORRUPT": _("the file is damaged"),
    "SQLITE_NOTADB": _("the file is damaged"),
    "SQLITE_IOERR": REASONS[errno.EIO],
}


def reason(error: OSError) -> Text:
    """Why the system refused, in the words of `REASONS`, or the number of an error that is not listed there."""
    return REASONS.get(error.errno or 0) or _("system error {number}", number=error.errno or type(error).__name__)


def why(error: BaseException) -> Text:
    """The meaning of an error that a library or the system raised, in a few translatable words."""
    if isinstance(error, AlignmentError):
        return error.text
    if isinstance(error, OSError) and error.errno:
        return reason(error)
    if type(error).__module__.startswith("msgspec"):
        return misfit(error)
    if isinstance(error, sqlite3.Error):
        name = getattr(error, "sqlite_errorname", "")
        known_reason = next((text for start, text in STORES.items() if name.startswith(start)), None)
        return known_reason or _("error {name}", name=name or type(error).__name__)
    if isinstance(error, UnicodeError):
        return _("the text is not in the encoding that the file declares")
    if isinstance(error, MemoryError):
        return _("there is not enough memory")
    mark = getattr(error, "problem_mark", None)  # YAML
    row = getattr(error, "lineno", None) or (mark.line + 1 if mark else None)
    return _("error in line {line}", line=row) if row else _("error {name}", name=type(error).__name__)


# Messages of msgspec about data of the wrong form → our translatable text.
MISFITS = (
    (
        re.compile(r"^Expected `(?P<expected>[^`]+)`, got `(?P<actual>[^`]+)`"),
        _("{expected} is expected, but the value is {actual}"),
    ),
    (re.compile(r"^Expected `(?P<expected>[^`]+)` (?P<limit>[<>]=? \S+)"), _("a number {limit} is expected")),
    (re.compile(r"^Expected `(?P<expected>[^`]+)`$"), _("{expected} is expected")),
    (re.compile(r"missing required field `(?P<name>[^`]+)`"), _("the field `{name}` is missing")),
    (re.compile(r"contains unknown field `(?P<name>[^`]+)`"), _("the field `{name}` is unknown here")),
    (re.compile(r"^Invalid enum value (?P<value>.+)$"), _("{value} is not one of the possible values")),
    (re.compile(r"\(byte (?P<byte>\d+)\)"), _("it is damaged at byte {byte}")),
    (re.compile(r"truncated"), _("the data end too early")),
)
TYPES = {
    "int": _("a whole number"),
    "float": _("a number"),
    "str": _("a text"),
    "bool": _("true or false"),
    "array": _("a list"),
    "object": _("a mapping"),
    "null": _("nothing"),
    "int | null": _("a whole number"),
    "float | null": _("a number"),
    "str | null": _("a text"),
}


def misfit(error: BaseException) -> Text:
    """An error of msgspec in translatable words: what is wrong with the data, and the path of the wrong value."""
    wrong, path = misfit_at(error)
    return _("{wrong} (at {path})", wrong=wrong, path=path) if path else wrong


def misfit_at(error: BaseException) -> tuple[Text, str]:
    """As `misfit`, in two parts: what is wrong, and the path of the value ("$.functions[0].code") or ""."""
    text, _at, path = str(error).partition(" - at ")
    for pattern, template in MISFITS:
        match = pattern.search(text)
        if match:
            values = {key: TYPES.get(value, value) for key, value in match.groupdict().items() if value is not None}
            wrong: Text = Message(template.source, values)
            break
    else:
        wrong = _("the data have a wrong form")
    return wrong, path.rpartition("in `")[2].strip("`")


def choices(items: Iterable[str]) -> str:
    """The choices for an error message, each on a line of its own so that it can be copied."""
    return "".join(f"\n  {item}" for item in items)
